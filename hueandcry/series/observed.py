"""Days of awareness: read from observances.toml, worked out for any year. Pure but for the file."""

from __future__ import annotations

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "observances.toml"
EVERYWHERE = "any"


@dataclass(frozen=True, slots=True)
class Observance:
    """One of them in one year, from begin to end (both counted). source: who keeps it; own: the agency's (its number)."""

    name: str
    begin: date
    end: date
    source: str = ""
    own: int = 0

    @property
    def long(self) -> bool:
        """True if it takes more than a week: said above the calendar, not on each day."""
        return (self.end - self.begin).days > 7  # noqa: PLR2004 - a week and its Sunday

    def touches(self, month: date) -> bool:
        """True if any of it falls into the month of this day."""
        wanted = (month.year, month.month)
        return (self.begin.year, self.begin.month) <= wanted <= (self.end.year, self.end.month)


def observed(*, pack: str, begin: date, end: date) -> list[Observance]:
    """What is observed where this law pack holds, touching these days, in order."""
    found = [
        each
        for row in rows()
        if EVERYWHERE in row["where"] or pack in row["where"]
        for year in range(begin.year - 1, end.year + 1)
        if (each := _in_year(row, year)).end >= begin and each.begin <= end
    ]
    return sorted(found, key=lambda each: (each.begin, each.name))


@cache
def rows() -> tuple[dict[str, Any], ...]:
    """The file as it stands; read once."""
    return tuple(tomllib.loads(FILE.read_text(encoding="utf-8"))["observance"])


def own_in_year(*, name: str, month: int, day: int, days: int, year: int, number: int) -> Observance:
    """An agency's own day in one year; a 29 February is the 28th where there is none."""
    begin = date(year, month, min(day, calendar.monthrange(year, month)[1]))
    return Observance(name, begin, begin + timedelta(days=days - 1), own=number)


def _in_year(row: dict[str, Any], year: int) -> Observance:
    month, length = row["month"], calendar.monthrange(year, row["month"])[1]
    if "weekday" in row:
        begin = _nth_weekday(year, month, row["weekday"], row["nth"])
    else:
        begin = date(year, month, row.get("day", 1))
    days = row.get("days", 1 if "day" in row or "weekday" in row else length)
    return Observance(row["name"], begin, begin + timedelta(days=days - 1), row["source"])


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday (Monday is 0) of a month; -1: the last."""
    days = [
        day
        for day in range(1, calendar.monthrange(year, month)[1] + 1)
        if date(year, month, day).weekday() == weekday
    ]
    return date(year, month, days[nth - 1] if nth > 0 else days[nth])
