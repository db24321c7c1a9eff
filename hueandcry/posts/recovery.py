"""What to do with a delivery that somebody may have sent already (ADR 0007). Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from hueandcry.channels.connector import Recovery

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(hours=24)  # an appeal a day late is for a person to decide
MOST_TRIES = 200  # about a day of the longest waits; a guard against a row that ends its worker


class Step(StrEnum):
    """The first thing to do with a claimed delivery."""

    SEND = "send"
    LOOK = "look"
    HOLD = "hold"


def first_step(*, fresh: bool, recovery: Recovery, key_lasts: timedelta | None, age: timedelta) -> Step:
    """fresh: no try was ever begun, or the last one certainly did not arrive; age: since the first try."""
    if fresh:
        return Step.SEND
    if recovery == Recovery.KEY and (key_lasts is None or age < key_lasts):
        return Step.SEND  # the channel makes a repeat a no-op
    return Step.HOLD if recovery == Recovery.HOLD else Step.LOOK


def wait(tries: int) -> timedelta:
    """How long to wait after the n-th try (from 1): 5 s, 10 s, 20 s … 10 min."""
    doublings = min(max(tries - 1, 0), 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def is_hopeless(*, tries: int, age: timedelta) -> bool:
    """True when trying on is no longer the worker's to decide."""
    return tries > MOST_TRIES or age > GIVE_UP_AFTER
