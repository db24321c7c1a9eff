"""What to do with a delivery that somebody may have sent already (ADR 0007). Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from hueandcry.channels.connector import Recovery

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(hours=24)  # an appeal a day late is for a person to decide
SLOWEST_LINE = 125_000  # bytes a second of an upload, 1 Mbit/s
LONGEST_UPLOAD = timedelta(
    hours=1
)  # in one go; a network that goes on where it ended takes the rest with the next
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


def upload_lease(*, size: int, lease: timedelta) -> timedelta:
    """How long one worker may have a delivery with a file of `size` bytes: the usual lease, and time for the file."""
    return lease + min(timedelta(seconds=size / SLOWEST_LINE), LONGEST_UPLOAD)


def patience(*, lookup_lag: timedelta, lease: timedelta) -> timedelta:
    """After this time a try that was not found did not arrive late either: every worker's lease of it has ended."""
    return lookup_lag + 2 * lease


def is_hopeless(*, tries: int, age: timedelta) -> bool:
    """True when trying on is no longer the worker's to decide."""
    return tries > MOST_TRIES or age > GIVE_UP_AFTER
