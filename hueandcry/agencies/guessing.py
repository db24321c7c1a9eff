"""Slow down: a token bucket per source address, in memory of this process only.

It bounds how much processor time one address can burn on Argon2id. An address that is over its measure
waits a little before its answer. Only a few may wait at a time, since each of them holds one of the desk's
threads; of those who come on top, one in four goes on at once and the others are told to try again, so an
owner who shares the address with a flood still gets in. Whoever comes in a browser they have used before
is never asked to wait (auth.py).
"""

from __future__ import annotations

import secrets
import threading
import time

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Unavailable

RATE = 2.0  # sign-in attempts a second and address
BURST = 20.0  # attempts before the waiting begins
LONGEST = 3.0  # seconds that one attempt may wait
KEEP = 10_000  # addresses remembered
WAITING = 3  # attempts that may wait at a time, of the desk's eight threads
ONE_IN = 4  # of those beyond, one in so many goes on at once

_lock = threading.Lock()
_seats = threading.BoundedSemaphore(WAITING)
_buckets: dict[str, tuple[float, float]] = {}


class TooMany(Unavailable):
    """The address asks too often, and as many as may wait are waiting. Nothing was tried."""


def slow_down(source: str) -> None:
    """Wait for up to three seconds if this address has asked too often. Raises TooMany."""
    wait = _take(source, time.monotonic())
    if wait <= 0:
        return
    if not _seats.acquire(blocking=False):
        if not secrets.randbelow(ONE_IN):
            return
        raise TooMany(
            _("Many people are signing in from this network right now. Try again in a few seconds.")
        )
    try:
        time.sleep(min(wait, LONGEST))
    finally:
        _seats.release()


def _take(source: str, moment: float) -> float:
    """Take one token; return the seconds until the bucket would have had one."""
    with _lock:
        if len(_buckets) > KEEP:
            _buckets.clear()
        level, last = _buckets.get(source, (BURST, moment))
        level = min(BURST, level + (moment - last) * RATE) - 1.0
        _buckets[source] = (max(level, -LONGEST * RATE), moment)
        return -level / RATE if level < 0 else 0.0
