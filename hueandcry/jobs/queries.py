"""Reads of the worker: is it alive, and which sweep failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hueandcry.jobs.models import Heartbeat
from hueandcry.kernel import clock

LATE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class WorkerState:
    """alive: some sweep ran within a minute; last_at: when; failing: names of sweeps whose last run failed."""

    alive: bool
    last_at: datetime | None
    failing: list[str]


def worker_state() -> WorkerState:
    """How the worker stands. Not agency data: no actor is asked."""
    beats = list(Heartbeat.objects.all())
    last = max((beat.ran_at for beat in beats), default=None)
    alive = last is not None and abs(clock.now() - last) < LATE  # ahead of us: the clock was put back
    return WorkerState(
        alive=alive, last_at=last, failing=sorted(beat.sweep for beat in beats if beat.failures)
    )
