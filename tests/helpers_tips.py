"""What the tip tests share: a programme with keys, and tips sent to it."""

from __future__ import annotations

from dataclasses import dataclass

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.kernel import sealing
from hueandcry.kernel.actor import Actor
from hueandcry.tips import actions, codes, intake, passphrase
from hueandcry.tips.envelope import Letter
from hueandcry.tips.models import Tip
from tests.factories import make_actor, make_agency, make_programme

PASSPHRASE = "copper lantern otter vivid maple tram"


@dataclass(frozen=True, slots=True)
class Programme:
    """A force, its tip programme, an officer with a key, and the offline key."""

    force: Agency
    agency: Agency
    officer: Actor
    officer_seed: bytes
    recovery_seed: bytes


def make_key(officer: Actor, *, label: str = "laptop", rounds: int = 1000) -> bytes:
    """Register a desk key for an officer, as their browser would; returns its private half."""
    seed = sealing.new_seed()
    wrapped = passphrase.close_desk_seed(seed, passphrase=PASSPHRASE, rounds=rounds)
    actions.register_desk_key(
        public_key=sealing.public_key(seed), wrapped_private=wrapped, label=label, by=officer
    )
    return seed


def make_ready_programme(*, host: str = "", officer_name: str = "Samira Quist") -> Programme:
    """A programme that takes tips: one officer with a key, one recovery key."""
    force = make_agency(host=host)
    agency = make_programme(agency=force)
    officer = make_actor(agency, Role.TIP_COORDINATOR, name=officer_name)
    recovery = sealing.new_seed()
    actions.set_recovery_key(public_key=sealing.public_key(recovery), by=officer)
    return Programme(force, agency, officer, make_key(officer), recovery)


def send(programme: Programme, text: str = "A grey van.", **details: str) -> tuple[Tip, intake.Filed]:
    """A new tip through the intake."""
    filed = intake.begin_tip(
        programme_id=programme.agency.pk,
        appeal_ref="PE-2418",
        ticket=intake.new_ticket(),
        letter=Letter(text, details),
    )
    return Tip.objects.get(number=codes.parse_number(filed.number)), filed
