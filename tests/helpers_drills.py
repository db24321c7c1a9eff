"""What the key drills share: officers, a dump's wraps, statements that no door would take."""

from __future__ import annotations

from pathlib import Path

from hueandcry.agencies import actions as agencies
from hueandcry.agencies.roles import Role
from hueandcry.kernel import sealing
from hueandcry.kernel.actor import Actor, system
from hueandcry.tips import founding, opening
from hueandcry.tips.keylog import Statement
from hueandcry.tips.models import KeyStatement, Tip
from tests.factories import make_actor
from tests.helpers_tips import ROOTS, Programme, make_key

BY = system("offline-key", agency_id=0)


def officer(programme: Programme, name: str = "Luis Amaro") -> tuple[Actor, bytes]:
    """One more coordinator with a key in force; and its private half."""
    actor = make_actor(programme.agency, Role.TIP_COORDINATOR, name=name)
    return actor, make_key(actor)


def opens(tip: Tip, seed: bytes) -> bool:
    """True if this private key opens the tip as the database stands."""
    try:
        return bool(opening.open_tip(tip, private=seed))
    except sealing.CannotOpen:
        return False


def append(programme: Programme, statement: Statement) -> None:
    """What somebody with write access to the database does."""
    KeyStatement.objects.create(
        agency_id=programme.agency.pk,
        seq=KeyStatement.objects.filter(agency_id=programme.agency.pk).count() + 1,
        digest=statement.digest,
        body=statement.body,
        signature=statement.signature,
    )


def sheets_of(programme: Programme, folder: Path) -> list[Path]:
    """The three share sheets, as `hue init` writes them."""
    root = ROOTS[programme.agency.pk]
    return founding.write_sheets(root, programme_id=programme.agency.pk, name="Crime Stoppers", folder=folder)


def leave(actor: Actor, programme: Programme) -> None:
    """An administrator ends somebody's roles."""
    boss = make_actor(programme.agency, Role.ADMINISTRATOR, name="Joy Delacroix")
    agencies.end_membership(person_id=int(actor.ref.partition(":")[2]), by=boss)
