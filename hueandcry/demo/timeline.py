"""The time of the demonstration: what happens when, played in order, each act at its own moment."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hueandcry.demo.progress import Say
from hueandcry.kernel import clock

Step = Callable[[], object]
HOURS = (
    2,
    1,
    1,
    1,
    1,
    2,
    4,
    7,
    10,
    11,
    10,
    10,
    11,
    10,
    9,
    9,
    10,
    11,
    12,
    12,
    10,
    8,
    6,
    4,
)  # how busy each hour is


@dataclass(order=True)
class Act:
    """One thing that somebody does. order: keeps acts of the same moment as they were written."""

    at: datetime
    order: int
    do: Step = field(compare=False)


class Timeline:
    """Acts in any order, played in that of time. start, now: the stretch of time they lie in."""

    def __init__(self, *, start: datetime, now: datetime) -> None:
        self.start, self.now = start, now
        self._acts: list[Act] = []

    def add(self, at: datetime, do: Step) -> None:
        """Plan an act; one outside the stretch is moved to its edge."""
        self._acts.append(Act(min(max(at, self.start), self.now), len(self._acts), do))

    def play(self, *, what: str, say: Say) -> None:
        """Let everything happen. say(what, done, of) is called whenever a new day begins, with days."""
        days, said = (self.now - self.start).days + 1, -1
        for act in sorted(self._acts):
            if (day := (act.at - self.start).days) != said:
                say(what, day, days)
                said = day
            with clock.pretending(act.at):
                act.do()
        self._acts = []


def weekly(start: datetime, now: datetime) -> Iterable[datetime]:
    """A moment in each week, before the last."""
    moment = start + timedelta(days=7)
    while moment < now - timedelta(days=1):
        yield moment
        moment += timedelta(days=7)


def grown(total: int, *, months: int, first: float, last: float) -> list[int]:
    """`total` shared out over months so that it grows from about `first` to about `last` a month.

    The way between is bent so that the sum is right.
    """
    if months == 1:
        return [total]
    low, high = 0.01, 20.0
    for _step in range(60):
        bend = (low + high) / 2
        shares = [first + (last - first) * (n / (months - 1)) ** bend for n in range(months)]
        low, high = (bend, high) if sum(shares) > total else (low, bend)
    counts = [round(share) for share in shares]
    counts[months // 2] += total - sum(counts)
    return [max(0, count) for count in counts]


def moments(chance: random.Random, count: int, *, begin: datetime, end: datetime) -> list[datetime]:
    """So many moments between two, in order, more of them by day than by night."""
    found: list[datetime] = []
    days = (end.astimezone(UTC).date() - begin.astimezone(UTC).date()).days
    while len(found) < count:
        day = begin.astimezone(UTC) + timedelta(days=chance.randrange(days + 1))
        hour = chance.choices(range(24), HOURS)[0]
        moment = day.replace(
            hour=hour,
            minute=chance.randrange(60),
            second=chance.randrange(60),
            microsecond=chance.randrange(10**6),
        )
        if begin <= moment <= end:
            found.append(moment)
        elif end - begin < timedelta(days=1):  # a short stretch: anywhere in it
            found.append(begin + (end - begin) * chance.random())
    return sorted(found)
