"""The calendar's days: what is planned, what went out, what a series will bring or did not, where two meet on one account."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hueandcry.posts.blocked import Blocked
from hueandcry.posts.models import Post
from hueandcry.series.observed import Observance
from hueandcry.series.queries import Slot, State

NEAR = timedelta(minutes=15)  # two posts on one account within this time meet
VIEWS = ("month", "week", "list")
LIST_DAYS = 30
MOST = 4  # posts of one day that the month shows; the others stand in its week


@dataclass(slots=True)
class Entry:
    """One post on its day. at: its time in the agency's zone; meets: headings of others on the same account nearby.

    blocked: why it will not go, where it is planned and would not; series: the name of the one that made it.
    """

    post: Post
    at: datetime
    movable: bool
    meets: list[str] = field(default_factory=list)
    blocked: Blocked | None = None
    series: str = ""


@dataclass(slots=True)
class Expected:
    """A date of a series without a post to show for it. meets: headings of posts on the same account nearby."""

    slot: Slot
    meets: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Day:
    """One day. outside: it belongs to another month; past: it is over; first and rest: its posts, shown and in its week.

    expected: dates of series; observed: what day it is, where it does not last for weeks.
    """

    day: date
    entries: list[Entry]
    outside: bool
    today: bool
    past: bool
    first: list[Entry] = field(default_factory=list)
    rest: list[Entry] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    observed: list[Observance] = field(default_factory=list)

    @property
    def more_blocked(self) -> bool:
        """True if one that is not shown here will not go."""
        return any(entry.blocked for entry in self.rest)

    @property
    def bare(self) -> bool:
        """True if nothing at all is said of it."""
        return not (self.entries or self.expected or self.observed)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a view shows, from begin on, and where its arrows lead."""

    begin: date
    days: int
    before: date
    after: date


def span_of(view: str, day: date) -> Span:
    """The days of a month (whole weeks, Monday first), a week or a list."""
    if view == "week":
        begin = day - timedelta(days=day.weekday())
        return Span(begin, 7, begin - timedelta(days=7), begin + timedelta(days=7))
    if view == "list":
        return Span(day, LIST_DAYS, day - timedelta(days=LIST_DAYS), day + timedelta(days=LIST_DAYS))
    first = day.replace(day=1)
    length = calendar.monthrange(day.year, day.month)[1]
    begin = first - timedelta(days=first.weekday())
    weeks = -(-(first.weekday() + length) // 7)
    return Span(begin, weeks * 7, (first - timedelta(days=1)).replace(day=1), first + timedelta(days=length))


def moments(span: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Begin and end of the span as moments."""
    begin = datetime.combine(span.begin, time(), tzinfo=zone)
    return begin, datetime.combine(span.begin + timedelta(days=span.days), time(), tzinfo=zone)


def days_of(
    posts: list[Post],
    *,
    span: Span,
    zone: ZoneInfo,
    today: date,
    month: int,
    may_move: bool,
    fold: bool = False,
) -> list[Day]:
    """Every day of the span with its posts, those that meet marked. fold: a full day shows its first MOST."""
    entries = [_entry(post, zone, may_move=may_move) for post in posts]
    _mark_meetings(entries)
    found = []
    for number in range(span.days):
        day = span.begin + timedelta(days=number)
        mine = [entry for entry in entries if entry.at.date() == day]
        shown = MOST if fold and len(mine) > MOST + 1 else len(mine)
        found.append(
            Day(
                day,
                mine,
                outside=day.month != month,
                today=day == today,
                past=day < today,
                first=mine[:shown],
                rest=mine[shown:],
            )
        )
    return found


def _entry(post: Post, zone: ZoneInfo, *, may_move: bool) -> Entry:
    at = post.announced_at or post.scheduled_at or post.created_at
    movable = may_move and post.status in {Post.Status.DRAFT, Post.Status.SUBMITTED, Post.Status.APPROVED}
    return Entry(post, at.astimezone(zone), movable)


def _mark_meetings(entries: list[Entry]) -> None:
    ordered = sorted(entries, key=lambda entry: entry.at)
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.at - one.at > NEAR:
                break
            if set(one.post.account_ids) & set(other.post.account_ids):
                one.meets.append(other.post.heading)
                other.meets.append(one.post.heading)


def last_day(span: Span) -> date:
    """The last day that the span shows."""
    return span.begin + timedelta(days=span.days - 1)


def add_coming(
    days: list[Day], *, slots: list[Slot], observed: list[Observance], names: dict[int, str]
) -> None:
    """Write dates of series and days of awareness on their days. names: of the series that a post came from."""
    entries = [entry for day in days for entry in day.entries]
    for entry in entries:
        entry.series = names.get(entry.post.pk, "")
    by_day = {day.day: day for day in days}
    for slot in slots:
        if slot.on in by_day:
            by_day[slot.on].expected.append(Expected(slot, _meeting(slot, entries)))
    for day in days:
        day.observed = [each for each in observed if not each.long and each.begin <= day.day <= each.end]


def _meeting(slot: Slot, entries: list[Entry]) -> list[str]:
    """Posts that a draft still to be made would meet."""
    if slot.state != State.TO_COME:
        return []
    accounts = set(slot.series.wording["account_ids"])
    return [
        entry.post.heading
        for entry in entries
        if abs(entry.at - slot.at) <= NEAR and accounts & set(entry.post.account_ids)
    ]
