"""Slow down, never refuse: a token bucket per source address, in memory of this process only.

It bounds how much processor time one address can burn on Argon2id. It cannot lock anybody out: an
address that is over its measure waits a little before its answer, that is all.
"""

from __future__ import annotations

import threading
import time

RATE = 2.0  # sign-in attempts a second and address
BURST = 20.0  # attempts before the waiting begins
LONGEST = 3.0  # seconds that one attempt may wait
KEEP = 10_000  # addresses remembered

_lock = threading.Lock()
_buckets: dict[str, tuple[float, float]] = {}


def slow_down(source: str) -> None:
    """Wait for up to three seconds if this address has asked too often."""
    wait = _take(source, time.monotonic())
    if wait > 0:
        time.sleep(min(wait, LONGEST))


def _take(source: str, moment: float) -> float:
    """Take one token; return the seconds until the bucket would have had one."""
    with _lock:
        if len(_buckets) > KEEP:
            _buckets.clear()
        level, last = _buckets.get(source, (BURST, moment))
        level = min(BURST, level + (moment - last) * RATE) - 1.0
        _buckets[source] = (max(level, -LONGEST * RATE), moment)
        return -level / RATE if level < 0 else 0.0
