"""Notice that somebody put the clock forward or back: what is due, leased or sealed goes by it."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from hueandcry.kernel import clock

log = logging.getLogger("hueandcry.jobs")
JUMP = timedelta(seconds=5)  # less is a time server's ordinary work


class Watch:
    """Compares the time of day with a clock that nobody can set."""

    def __init__(self) -> None:
        self._apart = self._difference()

    def look(self) -> timedelta:
        """How far the clock was put since the last look (0 for less than five seconds); a jump is logged."""
        apart = self._difference()
        jump = apart - self._apart
        self._apart = apart
        if abs(jump) < JUMP:
            return timedelta(0)
        way = "forward" if jump > timedelta(0) else "back"
        log.warning("the clock was put %s by %d seconds", way, round(abs(jump) / timedelta(seconds=1)))
        return jump

    @staticmethod
    def _difference() -> timedelta:
        return timedelta(seconds=clock.now().timestamp() - time.monotonic())
