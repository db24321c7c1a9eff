"""Reads of the staff feed, of notes for colleagues and of notices."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import get_agency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.posts.models import Delivery, Post
from hueandcry.staff.models import Notice, NoticeAddress, StaffNote

PAGE = 30
S, D = Post.Status, Delivery.Status
ON_THE_FEED = (S.APPROVED, S.ANNOUNCED, S.WITHDRAWN)
UNHEARD = timedelta(days=7)  # what did not arrive is shown so long, unless somebody says that they saw it
WRONG = (Notice.Status.FAILED, Notice.Status.UNCONFIRMED)


@dataclass(slots=True)
class OnItsWay:
    """Where a post stands, in numbers.

    all, sent, waiting, held: deliveries of its first part; goes_at: the next that waits for its time; since: when the
    first was sent; accounts: where it goes.
    """

    all: int = 0
    sent: int = 0
    waiting: int = 0
    held: int = 0
    goes_at: datetime | None = None
    since: datetime | None = None
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on the feed: a post or a note. at: since when it stands there."""

    at: datetime
    post: Post | None = None
    way: OnItsWay | None = None
    note: StaffNote | None = None


def today(agency_id: int) -> date:
    """The calendar day it is now where the agency is."""
    return clock.now().astimezone(ZoneInfo(get_agency(agency_id).time_zone)).date()


def feed(*, actor: Actor, before: datetime | None = None) -> tuple[list[Entry], bool]:
    """What colleagues are told, newest first, PAGE of it; and whether there is more. before: earlier than this only.

    Every post since it was let go, or since its head start began; notes until their last day. Raises NotAllowed.
    """
    actor.require(Permission.STAFF_READ)
    moment = clock.now()
    posts = Post.objects.filter(agency_id=actor.agency_id, status__in=ON_THE_FEED, staff_at__lte=moment)
    notes = standing_notes(actor.agency_id)
    if before is not None:
        posts, notes = posts.filter(staff_at__lt=before), notes.filter(written_at__lt=before)
    shown = list(posts.order_by("-staff_at", "-pk")[: PAGE + 1])
    found = [Entry(at, post) for post in shown if (at := post.staff_at) is not None]
    found += [Entry(note.written_at, note=note) for note in notes.order_by("-written_at", "-pk")[: PAGE + 1]]
    found.sort(key=lambda entry: entry.at, reverse=True)
    page = found[:PAGE]
    ways = _ways([entry.post.pk for entry in page if entry.post])
    return [
        Entry(entry.at, entry.post, ways.get(entry.post.pk, OnItsWay()) if entry.post else None, entry.note)
        for entry in page
    ], len(found) > PAGE


def standing_notes(agency_id: int) -> QuerySet[StaffNote]:
    """Notes that colleagues may read today."""
    return StaffNote.objects.filter(
        agency_id=agency_id, recalled_at__isnull=True, forgotten_at__isnull=True, until__gte=today(agency_id)
    )


def get_note(*, actor: Actor, note_id: int) -> StaffNote:
    """A note of the actor's agency. Raises NotAllowed, NotFound (also for another agency's)."""
    actor.require(Permission.STAFF_READ)
    row = StaffNote.objects.filter(pk=note_id, agency_id=actor.agency_id).first()
    if row is None:
        raise NotFound(_("There is no such note."))
    return row


def addresses(*, actor: Actor) -> list[NoticeAddress]:
    """Where the agency is told things, by name; sealed as they are. Raises NotAllowed."""
    actor.require(Permission.AGENCY_MANAGE)
    return list(NoticeAddress.objects.filter(agency_id=actor.agency_id).order_by("label", "pk"))


def get_address(*, actor: Actor, address_id: int) -> NoticeAddress:
    """One of them. Raises NotAllowed, NotFound."""
    actor.require(Permission.AGENCY_MANAGE)
    row = NoticeAddress.objects.filter(pk=address_id, agency_id=actor.agency_id).first()
    if row is None:
        raise NotFound(_("There is no such address."))
    return row


def latest(*, actor: Actor, address_id: int | None = None, limit: int = 50) -> list[Notice]:
    """The latest notices, to one address or to all, newest first. Raises NotAllowed."""
    actor.require(Permission.AGENCY_MANAGE)
    rows = Notice.objects.filter(agency_id=actor.agency_id).select_related("address")
    if address_id is not None:
        rows = rows.filter(address_id=address_id)
    return list(rows.order_by("-pk")[:limit])


def last_of(*, actor: Actor, address_ids: Collection[int]) -> dict[int, Notice]:
    """Address → the last notice to it that was tried. Raises NotAllowed."""
    actor.require(Permission.AGENCY_MANAGE)
    tried = Notice.objects.filter(address=OuterRef("pk"), done_at__isnull=False)
    here = NoticeAddress.objects.filter(agency_id=actor.agency_id, pk__in=list(address_ids))
    last = here.annotate(last=Subquery(tried.order_by("-done_at", "-pk").values("pk")[:1]))
    rows = Notice.objects.filter(pk__in=last.values("last"))
    return {row.address_id: row for row in rows}


def not_out(*, actor: Actor) -> list[Notice]:
    """Notices of the last week of which nobody knows that they arrived, and that nobody has said they saw; newest first.

    A try is none of them: whoever made it looks at what became of it. Raises NotAllowed.
    """
    actor.require(Permission.AGENCY_MANAGE)
    rows = Notice.objects.filter(agency_id=actor.agency_id, status__in=WRONG, seen_at__isnull=True)
    rows = rows.exclude(kind=Notice.Kind.TEST).filter(done_at__gt=clock.now() - UNHEARD)
    return list(rows.select_related("address").order_by("-pk"))


def failing(*, agency_id: int | None) -> list[Notice]:
    """The last notice to each address in use, where it is not known to have arrived. agency_id: None for all; no actor."""
    ended = Notice.objects.filter(address=OuterRef("pk"), status__in=[Notice.Status.SENT, *WRONG])
    here = NoticeAddress.objects.filter(stopped_at__isnull=True)
    if agency_id is not None:
        here = here.filter(agency_id=agency_id)
    last = here.annotate(last=Subquery(ended.order_by("-done_at", "-pk").values("pk")[:1]))
    rows = Notice.objects.filter(pk__in=last.values("last"), status__in=WRONG)
    return list(rows.select_related("address").order_by("address__label", "pk"))


def not_told(*, agency_id: int, post_ids: Collection[int]) -> set[int]:
    """Those of these posts of whose notice nobody knows that it arrived."""
    about = {f"post:{number}@": number for number in post_ids}
    rows = Notice.objects.filter(agency_id=agency_id, kind=Notice.Kind.FEED, status__in=WRONG)
    wanted = Q(pk__in=[])
    for begins in about:
        wanted |= Q(about__startswith=begins)
    return {
        about[f"{said.partition('@')[0]}@"] for said in rows.filter(wanted).values_list("about", flat=True)
    }


def _ways(post_ids: list[int]) -> dict[int, OnItsWay]:
    """Post → where it stands."""
    found: dict[int, OnItsWay] = {number: OnItsWay() for number in post_ids}
    rows = Delivery.objects.filter(post_id__in=post_ids, part=1).select_related("account")
    for row in rows.order_by("account__label", "pk"):
        way = found[row.post_id]
        way.all += 1
        way.sent += row.status == D.SENT
        way.held += row.status == D.HELD
        way.waiting += row.status in {D.QUEUED, D.SENDING}
        way.accounts = (*way.accounts, row.account.label)
        if row.sent_at and row.status == D.SENT:
            way.since = min(way.since or row.sent_at, row.sent_at)
        if row.status == D.QUEUED and row.due_at and not row.attempts:
            way.goes_at = min(way.goes_at or row.due_at, row.due_at)
    return found
