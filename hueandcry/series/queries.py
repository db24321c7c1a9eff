"""Reads of series, of their dates between two days, and of days of awareness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.channels.scope import seen_by
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.posts.models import Post
from hueandcry.series.dates import dates, moment_of
from hueandcry.series.models import OwnDay, Series, SeriesDate
from hueandcry.series.observed import Observance, observed, own_in_year

P, S = Post.Status, Series.Status
MOST_DATES = 400  # of one series in one look


class State(StrEnum):
    """What is known of one date of a series that is not simply a post on the calendar."""

    TO_COME = "to_come"  # its draft is made later
    PAUSED = "paused"  # no draft is made for it while the series is paused
    GAP = "gap"  # nothing came of it


@dataclass(frozen=True, slots=True)
class Slot:
    """A date of a series on the calendar. draft_on: when its draft is made; post_id: the draft that came to nothing."""

    series: Series
    on: date
    at: datetime
    state: State
    draft_on: date
    post_id: int | None = None


def all_series(*, actor: Actor) -> list[Series]:
    """The agency's series: those that run first, then by name. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = _seen(Series.objects.filter(agency_id=actor.agency_id), actor)
    order = list(S.values)
    return sorted(rows, key=lambda row: (order.index(row.status), row.name.lower(), row.pk))


def get_series(*, actor: Actor, series_id: int, hold: bool = False) -> Series:
    """One series. hold: nobody else changes it until the transaction ends. Raises NotAllowed, NotFound."""
    actor.require(Permission.POST_READ)
    rows = Series.objects.select_for_update() if hold else Series.objects.all()
    row = rows.filter(pk=series_id, agency_id=actor.agency_id).first()
    if row is None or not _seen([row], actor):
        raise NotFound(_("There is no such series."))
    return row


def made(*, actor: Actor, series_id: int) -> list[SeriesDate]:
    """The drafts that were made, the latest date first, at most 50. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = SeriesDate.objects.filter(series_id=series_id, agency_id=actor.agency_id)
    return list(rows.select_related("post").order_by("-on")[:50])


def next_dates(series: Series, *, today: date, count: int = 3) -> list[date]:
    """The next dates of a series that has not ended."""
    if series.status == S.ENDED:
        return []
    end = series.last_on or today + timedelta(days=366 * (count + 1))
    found = []
    for day in dates(every=series.every, first=series.first_on, begin=today, end=end):
        found.append(day)
        if len(found) == count:
            break
    return found


def names_by_post(*, actor: Actor, post_ids: Collection[int]) -> dict[int, str]:
    """The name of the series that each of these posts came from. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = SeriesDate.objects.filter(agency_id=actor.agency_id, post_id__in=list(post_ids))
    return dict(rows.values_list("post_id", "series__name"))


def slots(*, actor: Actor, agency: Agency, begin: date, end: date) -> list[Slot]:
    """Dates of series from begin to end (both counted) that have no post on the calendar to show for them.

    Raises NotAllowed.
    """
    actor.require(Permission.POST_READ)
    zone = ZoneInfo(agency.time_zone)
    today = clock.now().astimezone(zone).date()
    rows = _seen(Series.objects.filter(agency_id=actor.agency_id, first_on__lte=end), actor)
    drafts: dict[int, dict[date, Post]] = defaultdict(dict)
    known = SeriesDate.objects.filter(agency_id=actor.agency_id, on__gte=begin, on__lte=end)
    for each in known.select_related("post"):
        drafts[each.series_id][each.on] = each.post
    found = []
    for series in rows:
        last = min(end, series.last_on or end)
        for on in list(dates(every=series.every, first=series.first_on, begin=begin, end=last))[:MOST_DATES]:
            state = _state(series, on, drafts[series.pk].get(on), today=today, zone=zone)
            if state is not None:
                post = drafts[series.pk].get(on)
                found.append(
                    Slot(
                        series=series,
                        on=on,
                        at=moment_of(on, series.at, zone).astimezone(zone),
                        state=state,
                        draft_on=max(on - timedelta(days=series.ahead_days), today),
                        post_id=post.pk if post else None,
                    )
                )
    return sorted(found, key=lambda slot: (slot.at, slot.series.pk))


def _seen(rows: Iterable[Series], actor: Actor) -> list[Series]:
    """Those that this person sees: all of them, or of a steward their own and those for accounts they watch."""
    seen = seen_by(actor)
    return [
        row
        for row in rows
        if seen is None or row.author_ref == actor.ref or not seen.isdisjoint(row.wording["account_ids"])
    ]


def _state(series: Series, on: date, post: Post | None, *, today: date, zone: ZoneInfo) -> State | None:
    """What a date is beside the posts; None: nothing, its post shows by itself, or it lies outside the series' life."""
    if post is not None:
        unfinished = post.status in {P.DRAFT, P.SUBMITTED} and (
            post.scheduled_at is None or post.scheduled_at <= clock.now()
        )
        return State.GAP if unfinished or post.status == P.DISCARDED else None
    if series.status == S.ENDED:
        return None
    if on < today:
        return State.GAP if on >= series.created_at.astimezone(zone).date() else None
    return State.PAUSED if series.status == S.PAUSED else State.TO_COME


def awareness(*, actor: Actor, agency: Agency, begin: date, end: date) -> list[Observance]:
    """Days of awareness that touch these days, the agency's own among them. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    found = observed(pack=agency.law_pack, begin=begin, end=end)
    for row in own_days(actor=actor):
        for year in {row.year} if row.year else range(begin.year - 1, end.year + 1):
            each = own_in_year(
                name=row.name, month=row.month, day=row.day, days=row.days, year=year, number=row.pk
            )
            if each.end >= begin and each.begin <= end:
                found.append(each)
    return sorted(found, key=lambda each: (each.begin, each.name))


def own_days(*, actor: Actor) -> list[OwnDay]:
    """The agency's own days, in the order of the year. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    return list(OwnDay.objects.filter(agency_id=actor.agency_id).order_by("month", "day", "name"))
