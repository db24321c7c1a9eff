"""Hands: threads of one sweep that take rows one after the other, none waiting for another.

A sweep that handed out a round of rows and waited for the slowest of them would leave everything else lying for as long
as one server takes to answer, an emergency too. So the sweep only sees to it that there are hands for what waits,
and comes back to look; a hand goes on until nothing is left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event, Lock

from django.db import connections

log = logging.getLogger("hueandcry.jobs")
LOOK = 0.2  # seconds the sweep stays with its hands before it looks again whether something waits
NAMES: dict[str, Hands] = {}


class Hands:
    """The hands of one sweep in this process. one: claims and handles one row; False if there was none to claim."""

    def __init__(self, name: str, one: Callable[[], bool]) -> None:
        self.name, self._one = name, one
        self._pool: ThreadPoolExecutor | None = None
        self._running: set[Future[None]] = set()
        self._stopping, self._lock, self._handled = Event(), Lock(), 0
        NAMES[name] = self

    def turn(self, *, waiting: Callable[[int], int], most: int) -> int:
        """See to it that what waits has hands, at most so many. Returns how many rows were handled since the last turn.

        waiting: how many rows may be claimed now, counted up to the given number. Raises what a hand raised.
        """
        free = most - len(self._running)
        wanted = waiting(free) if free > 0 else 0
        if wanted:
            self._pool = self._pool or ThreadPoolExecutor(most, thread_name_prefix=self.name)
            self._running |= {self._pool.submit(self._work) for _ in range(wanted)}
        if self._running:
            self._reap(LOOK)
        return self._count()

    def finish(self) -> int:
        """Wait until the hands find nothing more. Returns how many rows were handled since the last turn."""
        self._reap(None)
        return self._count()

    def let_go(self) -> None:
        """Ask each hand to end after the row that it has."""
        self._stopping.set()

    def stop(self) -> None:
        """End each hand after the row that it has."""
        self.let_go()
        self._log(self._failures(None))
        if self._pool is not None:
            self._pool.shutdown()
        self._pool = None
        self._stopping.clear()

    def _work(self) -> None:
        try:
            while not self._stopping.is_set() and self._one():
                with self._lock:
                    self._handled += 1
        finally:
            connections.close_all()

    def _reap(self, timeout: float | None) -> None:
        failed = self._failures(timeout)
        self._log(failed[1:])
        if failed:
            raise failed[0]

    def _failures(self, timeout: float | None) -> list[BaseException]:
        """What the hands raised that have ended by now, or end within so many seconds (None: all of them)."""
        done, self._running = wait(self._running, timeout)
        return [error for hand in done if (error := hand.exception())]

    def _log(self, errors: list[BaseException]) -> None:
        for error in errors:
            log.error("%s: a hand failed", self.name, exc_info=error)

    def _count(self) -> int:
        with self._lock:
            handled, self._handled = self._handled, 0
        return handled


def finish_all() -> int:
    """Wait until every hand of this process has found nothing more. Returns how many rows were handled since the last turns."""
    return sum(hands.finish() for hands in NAMES.values())


def stop_all() -> None:
    """End every hand of this process after the row that it has."""
    for hands in NAMES.values():
        hands.let_go()
    for hands in NAMES.values():
        hands.stop()
