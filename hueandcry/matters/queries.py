"""Reads of held matters, cases, answered warnings and tried addresses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.matters.models import Answered, Case, Matter, TriedAddress

SHOWN = 100  # matters that are over, on the page


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a case. names: those that may be said."""

    stage: str = ""
    names: frozenset[str] = frozenset()


def today(agency_id: int) -> date:
    """The calendar day it is now where the agency is."""
    zone = Agency.objects.values_list("time_zone", flat=True).get(pk=agency_id)
    return clock.now().astimezone(ZoneInfo(zone)).date()


def may_read(matter: Matter, reader: Actor | None) -> bool:
    """True if this person may know what the matter is; nobody's eyes (None) may read what is blind."""
    return not matter.blind or (reader is not None and reader.may(Permission.MATTER_HOLD))


def in_force(*, agency_id: int, day: date) -> list[Matter]:
    """Every matter held on this day, blind ones too: for the check, which tells a reader only what they may know."""
    rows = Matter.objects.filter(agency_id=agency_id, lifted_at__isnull=True)
    return list(rows.filter(Q(until__isnull=True) | Q(until__gte=day)).order_by("pk"))


def held_now(agency_id: int) -> list[Matter]:
    """The same for this agency's today. One question where nothing is held."""
    rows = list(Matter.objects.filter(agency_id=agency_id, lifted_at__isnull=True).order_by("pk"))
    if not any(row.until for row in rows):
        return rows
    day = today(agency_id)
    return [row for row in rows if row.until is None or row.until >= day]


def matters(*, actor: Actor) -> tuple[list[Matter], list[Matter]]:
    """Those in force, and those that are over (at most 100), the latest first. Raises NotAllowed.

    Of what is over, blind ones are for those with the right alone.
    """
    actor.require(Permission.POST_READ)
    now = in_force(agency_id=actor.agency_id, day=today(actor.agency_id))
    rows = Matter.objects.filter(agency_id=actor.agency_id).exclude(pk__in=[row.pk for row in now])
    if not actor.may(Permission.MATTER_HOLD):
        rows = rows.filter(blind=False)
    return now[::-1], list(rows.order_by("-pk")[:SHOWN])


def get_matter(*, actor: Actor, matter_id: int) -> Matter:
    """One matter of the actor's agency, with all it says. Raises NotAllowed, NotFound."""
    actor.require(Permission.MATTER_HOLD)
    row = Matter.objects.filter(pk=matter_id, agency_id=actor.agency_id).first()
    if row is None:
        raise NotFound(_("There is no such matter."))
    return row


def case_of(*, agency_id: int, subject: str) -> Case | None:
    """What was said of the case of this post or appeal."""
    return Case.objects.filter(agency_id=agency_id, subject=subject).first() if subject else None


def cases_about(*, agency_id: int, subjects: Collection[str], links: Collection[str] = ()) -> list[Case]:
    """What was said of these subjects, and of the appeals at these public addresses."""
    wanted = Q(subject__in=list(filter(None, subjects))) | Q(page__in=list(filter(None, links)))
    return list(Case.objects.filter(wanted, agency_id=agency_id).order_by("pk"))


def facts_of(cases: Collection[Case], *, subject: str, links: Collection[str] = ()) -> Facts:
    """Stage and names: as said of the subject itself, else of the appeal that it links to; names of both."""
    own = [row for row in cases if subject and row.subject == subject]
    rows = own + [row for row in cases if row.page and row.page in links and row not in own]
    stage = next((row.stage for row in rows if row.stage), "")
    return Facts(stage, frozenset(name for row in rows for name in row.names))


def answered(*, agency_id: int, subject: str) -> list[Answered]:
    """The warnings about this subject that somebody answered for, oldest first."""
    return list(Answered.objects.filter(agency_id=agency_id, subject=subject).order_by("pk"))


def tried(*, agency_id: int, addresses: Collection[str]) -> dict[str, TriedAddress]:
    """What is known of these addresses: address → row; one that nobody tried is not there."""
    if not addresses:
        return {}
    rows = TriedAddress.objects.filter(agency_id=agency_id, address__in=list(addresses))
    return {row.address: row for row in rows}
