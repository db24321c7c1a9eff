"""What happened that somebody asked to be told of: found in the rooms' own rows, so that nothing is lost between.

Tips are not among it: no query here knows that room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from hueandcry.agencies.models import Brake
from hueandcry.agencies.queries import get_agency
from hueandcry.appeals.models import Appeal
from hueandcry.channels import quotas
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.posts.models import Delivery, Post, PostRevision
from hueandcry.staff import queries
from hueandcry.staff.models import Notice, NoticeAddress

LOOK_BACK = timedelta(hours=24)  # what is older is no news any more
K = Notice.Kind


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened at `at`. about: see models.Notice; urgent: an emergency."""

    about: str
    at: datetime
    urgent: bool = False


def note_happenings() -> int:
    """Write a notice for each address and each thing it is to be told, once. Returns how many are new.

    Safe to run twice and in parallel: what is there already is not written again (a constraint holds it).
    """
    rows = NoticeAddress.objects.filter(stopped_at__isnull=True).order_by("agency_id", "pk")
    known: dict[tuple[int, str], list[Happening]] = {}
    made = 0
    for address in rows:
        for kind in address.kinds:
            key = (address.agency_id, kind)
            if key not in known:
                known[key] = list(FIND[K(kind)](address.agency_id, clock.now() - LOOK_BACK))
            made += _write(address, K(kind), known[key])
    return made


def _write(address: NoticeAddress, kind: Notice.Kind, found: list[Happening]) -> int:
    fresh = [item for item in found if item.at > address.since]
    if not fresh:
        return 0
    abouts = [item.about for item in fresh]
    rows = Notice.objects.filter(address=address, kind=kind, about__in=abouts)
    there = set(rows.values_list("about", flat=True))
    moment = clock.now()
    new = [
        Notice(
            agency_id=address.agency_id,
            address=address,
            kind=kind,
            about=item.about,
            urgent=item.urgent,
            made_at=moment,
            due_at=moment if item.urgent else not_before(address, moment),
        )
        for item in fresh
        if item.about not in there
    ]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def not_before(address: NoticeAddress, moment: datetime) -> datetime:
    """When an address may be told something that can wait: now, or when its quiet hours end."""
    if address.quiet_from is None or address.quiet_to is None:
        return moment
    zone = ZoneInfo(get_agency(address.agency_id).time_zone)
    here = moment.astimezone(zone)
    begins, ends, now = address.quiet_from, address.quiet_to, here.time()
    quiet = begins <= now < ends if begins < ends else now >= begins or now < ends
    if not quiet:
        return moment
    day = here.date() if now < ends else here.date() + timedelta(days=1)
    return max(datetime.combine(day, ends, tzinfo=zone).astimezone(moment.tzinfo), moment)


def _feed(agency_id: int, since: datetime) -> Iterable[Happening]:
    posts = Post.objects.filter(
        agency_id=agency_id,
        status__in=[Post.Status.APPROVED, Post.Status.ANNOUNCED],
        staff_at__gt=since,
        staff_at__lte=clock.now(),
    )
    for post in posts:
        if post.staff_at is not None:
            yield Happening(timed("post", post.pk, post.staff_at), post.staff_at, _is_emergency(post.urgency))
    for note in queries.standing_notes(agency_id).filter(written_at__gt=since):
        yield Happening(f"staff-note:{note.pk}", note.written_at)


def _approval(agency_id: int, since: datetime) -> Iterable[Happening]:
    posts = Post.objects.filter(agency_id=agency_id, status=Post.Status.SUBMITTED, submitted_at__gt=since)
    for post in posts:
        if post.submitted_at is not None:
            yield Happening(
                timed("post", post.pk, post.submitted_at), post.submitted_at, _is_emergency(post.urgency)
            )
    changes = PostRevision.objects.filter(agency_id=agency_id, what="edit", decision="", at__gt=since)
    for change in changes.select_related("post"):
        yield Happening(f"change:{change.pk}", change.at, _is_emergency(change.post.urgency))
    appeals = Appeal.objects.filter(agency_id=agency_id, status="submitted", submitted_at__gt=since)
    for appeal in appeals:
        if appeal.submitted_at is not None:
            yield Happening(timed("appeal", appeal.pk, appeal.submitted_at), appeal.submitted_at)


def _unconfirmed(agency_id: int, since: datetime) -> Iterable[Happening]:
    """Since nobody knows, not since the first try: what a network had for a day becomes unknown only after that day."""
    rows = Delivery.objects.filter(agency_id=agency_id, status=Delivery.Status.UNCONFIRMED)
    for row in rows.filter(Q(unconfirmed_at__gt=since) | Q(unconfirmed_at__isnull=True, tried_at__gt=since)):
        at = row.unconfirmed_at or row.tried_at  # an earlier version kept only the first try
        if at is not None:
            yield Happening(timed("delivery", row.pk, at), at, _is_emergency(row.urgency))


def _brakes(agency_id: int, since: datetime) -> Iterable[Happening]:
    for row in Brake.objects.filter(agency_id=agency_id, begun_at__gt=since):
        yield Happening(f"brake:{row.pk}", row.begun_at, row.scope == Brake.Scope.ALL)


def _sign_ins(agency_id: int, _since: datetime) -> Iterable[Happening]:
    """Each once for each moment at which it ends, also one that ended before the address was added."""
    for account, left in quotas.ending(agency_id=agency_id):
        ends = clock.now() + left
        yield Happening(f"account:{account.pk}@{ends:%Y%m%d}", clock.now())


FIND: dict[Notice.Kind, Callable[[int, datetime], Iterable[Happening]]] = {
    K.FEED: _feed,
    K.APPROVAL: _approval,
    K.UNCONFIRMED: _unconfirmed,
    K.BRAKE: _brakes,
    K.SIGN_IN: _sign_ins,
}


def timed(kind: str, number: int, moment: datetime) -> str:
    """A thing and which time of it, as a notice keeps it."""
    return f"{kind}:{number}@{int(moment.timestamp() * 1000)}"


def _is_emergency(urgency: int) -> bool:
    return urgency == Urgency.EMERGENCY
