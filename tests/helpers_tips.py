"""What the tip tests share: a programme with keys, and tips sent to it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.kernel import sealing
from hueandcry.kernel.actor import Actor, system
from hueandcry.tips import codes, founding, intake, key_actions, keylog, keys, passphrase, trust
from hueandcry.tips.envelope import Letter
from hueandcry.tips.models import DeskKey, Tip
from hueandcry.tips.root import Root
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


ROOTS: dict[int, Root] = {}  # programme → the root that its shares would give


def make_waiting_key(officer: Actor, *, label: str = "laptop", rounds: int = 1000) -> tuple[DeskKey, bytes]:
    """A key that an officer's browser has made and nobody has approved; and its private half."""
    seed = sealing.new_seed()
    key = key_actions.register_desk_key(
        public_key=sealing.public_key(seed),
        signing_public=sealing.ed25519_public(keylog.signing_seed(seed)),
        wrapped_private=passphrase.close_desk_seed(seed, passphrase=PASSPHRASE, rounds=rounds),
        label=label,
        by=officer,
    )
    return key, seed


def make_key(officer: Actor, *, label: str = "laptop", rounds: int = 1000) -> bytes:
    """A desk key in force, signed by the root; returns its private half."""
    key, seed = make_waiting_key(officer, label=label, rounds=rounds)
    founding.enrol(key, root=ROOTS[officer.agency_id], by=officer)
    return seed


def signed(act: str, key: DeskKey, *, seed: bytes, **changes: str) -> dict[str, bytes]:
    """A statement about a key as the browser of whoever has `seed` signs it: body and signature."""
    state = trust.trusted(key.agency_id).state
    assert state is not None
    fields = {"fingerprint": key.fingerprint}
    if act == "remove":
        fields |= {"reason": "retired"}
    else:
        fields |= {
            "person": key.person_ref,
            "name": key.person_name,
            "label": key.label,
            "key": keylog.digest_of_key(bytes(key.public_key)),
            "signing": bytes(key.signing_public).hex(),
        }
    by = keys.fingerprint(sealing.public_key(seed))
    content = keylog.body(state, act=act, by=by, hour=founding.hour_text(), **(fields | changes))
    statement = keylog.sign(content, seed=keylog.signing_seed(seed))
    return {"body": statement.body, "signature": statement.signature}


def fingerprint_of(seed: bytes) -> str:
    """The name of the key with this private half."""
    return keys.fingerprint(sealing.public_key(seed))


def card_of(key: DeskKey) -> str:
    """What is compared by voice before a key is approved."""
    return keylog.card(bytes(key.public_key), bytes(key.signing_public))


def remove_key(fingerprint: str, *, seed: bytes, by: Actor, reason: str = "retired") -> DeskKey:
    """Take a key out of use, signed with `seed`."""
    key = DeskKey.objects.get(fingerprint=fingerprint)
    return key_actions.add_statement(**signed("remove", key, seed=seed, reason=reason), by=by)


def found(programme: Agency) -> Root:
    """A fresh root for a programme; what an earlier test pinned for its number is replaced."""
    with tempfile.TemporaryDirectory() as folder:
        root, _sheets = founding.found_root(
            programme_id=programme.pk,
            name=programme.name,
            folder=Path(folder),
            by=system("init", agency_id=programme.pk),
        )
    ROOTS[programme.pk] = root
    return root


def make_ready_programme(*, host: str = "", officer_name: str = "Samira Quist") -> Programme:
    """A programme that takes tips: a root, and one officer whose key is in force."""
    force = make_agency(host=host)
    agency = make_programme(agency=force)
    root = found(agency)
    officer = make_actor(agency, Role.TIP_COORDINATOR, name=officer_name)
    return Programme(force, agency, officer, make_key(officer), root.recovery)


def send(programme: Programme, text: str = "A grey van.", **details: str) -> tuple[Tip, intake.Filed]:
    """A new tip through the intake."""
    filed = intake.begin_tip(
        programme_id=programme.agency.pk,
        appeal_ref="PE-2418",
        ticket=intake.new_ticket(),
        letter=Letter(text, details),
    )
    return Tip.objects.get(number=codes.parse_number(filed.number)), filed
