"""Reads of the organisations to which people can turn for help: at the desk, while somebody writes, and for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hueandcry.answers.models import Partner
from hueandcry.answers.queries import SOON, today
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, NotFound
from hueandcry.kernel.text import plain

FOUND = 4  # partners shown while somebody types in compose
UNDONE_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PartnerLine:
    """A partner as the desk lists it. state: "shown", "waiting", "lapsed" or "retired"; soon: it lapses within a month."""

    partner: Partner
    state: str
    soon: bool


def get_partner(*, actor: Actor, partner_id: int, hold: bool = False) -> Partner:
    """One of them. hold: nobody else changes it until the transaction ends. Raises NotAllowed, NotFound."""
    actor.require(Permission.POST_READ)
    rows = Partner.objects.select_for_update() if hold else Partner.objects.all()
    row = rows.filter(pk=partner_id, agency_id=actor.agency_id).first()
    if row is None:
        raise NotFound(_("There is no such organisation."))
    return row


def partners(*, actor: Actor) -> list[PartnerLine]:
    """Every partner of the agency by name, those that were taken out last. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    day = today(actor.agency_id)
    rows = Partner.objects.filter(agency_id=actor.agency_id).order_by("name", "pk")
    lines = [line_of(row, day) for row in rows]
    return sorted(lines, key=lambda line: line.state == "retired")


def line_of(row: Partner, day: date) -> PartnerLine:
    """Where a partner stands on a day. Pure."""
    if row.retired_at is not None:
        return PartnerLine(row, "retired", soon=False)
    if row.approved_at is None:
        return PartnerLine(row, "waiting", soon=False)
    lapsed = row.review_on < day
    return PartnerLine(row, "lapsed" if lapsed else "shown", soon=not lapsed and row.review_on <= day + SOON)


def public_partners(agency_id: int) -> list[Partner]:
    """What everybody reads: approved, not lapsed, not taken out; by name. Told to anybody, so no actor."""
    return list(_shown(agency_id).order_by("name", "pk"))


def find(*, actor: Actor, words: str) -> list[Partner]:
    """Those of them in whose name or purpose every word occurs, at most FOUND; none without words. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    wanted = plain(words).split()[:8]
    if not wanted:
        return []
    rows = public_partners(actor.agency_id)
    return [row for row in rows if all(word in plain(f"{row.name} {row.purpose}") for word in wanted)][:FOUND]


def words_of(*, actor: Actor, partner_id: int) -> str:
    """What a post says of a partner. Raises NotAllowed, NotFound; Conflict if it may not be said now."""
    actor.require(Permission.POST_DRAFT)
    row = get_partner(actor=actor, partner_id=partner_id)
    if not _shown(row.agency_id).filter(pk=row.pk).exists():
        raise Conflict(_("This is not in use: it waits for approval, has lapsed, or was taken out."))
    end = "" if row.purpose.endswith((".", "!", "?")) else "."
    return " ".join(part for part in (f"{row.name}: {row.purpose}{end}", row.phone, row.web) if part)


def may_undo(row: Partner, actor: Actor) -> bool:
    """True if this person took it out less than a day ago: then it comes back as it was."""
    since = clock.now() - row.retired_at if row.retired_at else UNDONE_WITHIN
    return row.retired_by == actor.ref and since < UNDONE_WITHIN


def _shown(agency_id: int) -> QuerySet[Partner]:
    return Partner.objects.filter(
        agency_id=agency_id,
        retired_at__isnull=True,
        approved_at__isnull=False,
        review_on__gte=today(agency_id),
    )
