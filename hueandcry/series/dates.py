"""The dates of a series, and the moment of one. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STEPS = {"week": 7, "two_weeks": 14}  # days
MONTHS = {"month": 1, "year": 12}
FARTHEST = date(2100, 1, 1)


def dates(*, every: str, first: date, begin: date, end: date) -> Iterator[date]:
    """Every date from `begin` to `end`, both counted, in order.

    A month that is too short has it on its last day, and so has February for a 29th. every: see models.Series.Every.
    """
    number = _number_at(every, first, begin)
    while (day := _nth(every, first, number)) <= min(end, FARTHEST):
        if day >= begin:
            yield day
        number += 1


def moment_of(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The time of day on that date in the zone, whether summer time holds or not, as UTC.

    A time that the clocks leap over is the one an hour later; of one that comes twice, the first.
    """
    return datetime.combine(on, at, tzinfo=zone).astimezone(UTC)


def _number_at(every: str, first: date, begin: date) -> int:
    """The last date not after `begin`, counted from the first; 0 before that."""
    if begin <= first:
        return 0
    if every in STEPS:
        return (begin - first).days // STEPS[every]
    months = (begin.year - first.year) * 12 + begin.month - first.month
    return max(months // MONTHS[every] - 1, 0)


def _nth(every: str, first: date, number: int) -> date:
    if every in STEPS:
        return first + timedelta(days=STEPS[every] * number)
    months = first.year * 12 + first.month - 1 + MONTHS[every] * number
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(first.day, last))
