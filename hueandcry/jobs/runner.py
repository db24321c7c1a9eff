"""The worker's loop: strict urgency, graceful stop, heartbeat.

One process runs its sweeps in turn in one thread per urgency class and lane, so that a slow routine sweep never
keeps an urgent one waiting. Any number of worker processes may run.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import DatabaseError, close_old_connections, connections

from hueandcry.jobs import hands
from hueandcry.jobs.models import Heartbeat
from hueandcry.jobs.sweep import REGISTER, Sweep, Urgency
from hueandcry.jobs.timekeeping import Watch
from hueandcry.kernel import clock

log = logging.getLogger("hueandcry.jobs")
BEAT_EVERY = 10.0  # seconds between heartbeats of a quiet sweep
IDLE = 0.2  # seconds between looks when nothing is due to run
AGAIN_AFTER_ERROR = 5.0  # seconds


def discover() -> dict[str, Sweep]:
    """Import every installed room's tasks.py and return the register of sweeps."""
    for config in apps.get_app_configs():
        if config.name.startswith("hueandcry.") and find_spec(f"{config.name}.tasks"):
            import_module(f"{config.name}.tasks")
    return dict(REGISTER)


def run_once() -> int:
    """Run each sweep once, most urgent first, in this thread; for tests and `hue work --once`."""
    sweeps = sorted(discover().values(), key=lambda item: (item.urgency, item.name))
    return sum(item.run() + hands.finish_all() for item in sweeps)


def in_lanes(sweeps: dict[str, Sweep]) -> list[tuple[str, list[Sweep]]]:
    """The sweeps that share a thread, each thread with its name, the most urgent first."""
    lanes: dict[tuple[Urgency, str], list[Sweep]] = {}
    for item in sorted(sweeps.values(), key=lambda item: (item.urgency, item.lane, item.name)):
        lanes.setdefault((item.urgency, item.lane), []).append(item)
    return [
        ("-".join(filter(None, (urgency.name.lower(), lane))), mine)
        for (urgency, lane), mine in lanes.items()
    ]


class Worker:
    """Runs sweeps until stopped."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self.stopping = threading.Event()
        self.watch = Watch()

    def stop(self) -> None:
        """Ask the loops to end after the row in hand."""
        self.stopping.set()

    def run(self) -> None:
        """Run until `stop`. Returns when every loop has ended."""
        sweeps = discover()
        log.info("worker %s starts with %d sweeps", self.name, len(sweeps))
        threads = [
            threading.Thread(target=self._loop, args=(mine,), name=name) for name, mine in in_lanes(sweeps)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        hands.stop_all()
        log.info("worker %s has stopped", self.name)

    def _loop(self, sweeps: list[Sweep]) -> None:
        next_run = dict.fromkeys((item.name for item in sweeps), 0.0)
        last_beat = dict.fromkeys((item.name for item in sweeps), 0.0)
        failing: set[str] = set()
        while not self.stopping.is_set():
            busy = False
            if (sweeps[0].urgency, sweeps[0].lane) == (Urgency.ROUTINE, ""):  # one of the loops is enough
                self.watch.look()
            for item in sweeps:
                if self.stopping.is_set():
                    break
                moment = time.monotonic()
                if moment < next_run[item.name]:
                    continue
                handled, failed = self._run(item)
                pause = (
                    AGAIN_AFTER_ERROR if failed else (0.0 if handled else item.every / timedelta(seconds=1))
                )
                next_run[item.name] = time.monotonic() + pause
                busy = busy or handled > 0
                # Told at once: a sweep that runs once an hour would be called failing for an hour.
                mended = item.name in failing and not failed
                if failed or mended or moment - last_beat[item.name] > BEAT_EVERY:
                    last_beat[item.name] = moment
                    (failing.add if failed else failing.discard)(item.name)
                    self._beat(item, handled, failed=failed)
            if not busy:
                self.stopping.wait(IDLE)
        connections.close_all()

    def _run(self, item: Sweep) -> tuple[int, bool]:
        close_old_connections()
        try:
            return item.run(), False
        except Exception:  # the worker's loop is the one place that must survive anything
            log.exception("sweep %s failed", item.name)
            connections.close_all()
            return 0, True

    def _beat(self, item: Sweep, handled: int, *, failed: bool) -> None:
        try:
            Heartbeat.objects.update_or_create(
                sweep=item.name,
                defaults={
                    "ran_at": clock.now(),
                    "handled": handled,
                    "failures": 1 if failed else 0,
                    "worker": self.name[:60],
                },
            )
        except DatabaseError:
            log.exception("no heartbeat for %s", item.name)
