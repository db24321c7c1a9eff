"""What a steward of a station may see and act on (R5): the accounts of their own station, and what is for those.

Whoever publishes appeals speaks for the agency and acts on every account's posts, as in channels/rights.py; everybody
else who writes acts on the accounts they hold. Whoever has a steward's permissions and no others sees, beside what is
out and anybody may read, only what is for their station: the accounts they hold, and those of the same unit and below.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hueandcry.agencies.roles import PERMISSIONS, Role
from hueandcry.agencies.units import units, within
from hueandcry.channels.models import Account, Holder
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotAllowed
from hueandcry.kernel.ids import person_number

OF_A_STATION = PERMISSIONS[Role.STEWARD] | PERMISSIONS[Role.COLLEAGUE]


class NotYourStation(NotAllowed):
    """What was asked for touches accounts that the person does not hold."""


@dataclass(frozen=True, slots=True)
class Station:
    """A steward's part of the agency. held: accounts they act on; seen: those they watch, the held ones among them."""

    held: frozenset[int]
    seen: frozenset[int]


def sees_all(actor: Actor) -> bool:
    """False for a steward who has no other role that lets them read posts. No question to the database."""
    return not _writes(actor) or bool(actor.permissions - OF_A_STATION)


def acts_on_all(actor: Actor) -> bool:
    """False for whoever writes only on the accounts they hold. No question to the database."""
    return not _writes(actor) or actor.may(Permission.APPEAL_PUBLISH)


def station_of(actor: Actor) -> Station:
    """The accounts of a steward's own station. Three questions to the database at most."""
    rows = Holder.objects.filter(
        agency_id=actor.agency_id, person_id=person_number(actor.ref), ended_at__isnull=True
    )
    held = dict(rows.values_list("account_id", "account__unit_id"))
    if not any(held.values()):
        return Station(frozenset(held), frozenset(held))
    tree = units(actor=actor, closed=True)
    inside = set[int]().union(*(within(number, tree) for number in held.values() if number))
    there = Account.objects.filter(agency_id=actor.agency_id, unit_id__in=inside).values_list("pk", flat=True)
    return Station(frozenset(held), frozenset({*held, *there}))


def held_by_actor(actor: Actor) -> frozenset[int] | None:
    """The accounts this person acts on; None: every account."""
    return None if acts_on_all(actor) else station_of(actor).held


def seen_by(actor: Actor) -> frozenset[int] | None:
    """The accounts this person watches; None: every account."""
    return None if sees_all(actor) else station_of(actor).seen


def require_held(account_ids: Collection[int], *, by: Actor) -> None:
    """Return quietly if this person acts on all of these accounts, else raise NotYourStation."""
    held = held_by_actor(by)
    if held is not None and not (account_ids and held.issuperset(account_ids)):
        raise NotYourStation(_("This is not for your station’s accounts alone. Ask the desk to do it."))


def require_speaks_for_agency(by: Actor) -> None:
    """Return quietly unless this person writes for their station only: then raise NotYourStation."""
    if not acts_on_all(by):
        raise NotYourStation(_("This is for the whole agency. You write for your station: ask the desk."))


def _writes(actor: Actor) -> bool:
    return actor.ref.startswith("person:") and actor.may(Permission.POST_DRAFT)
