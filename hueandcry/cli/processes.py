"""Start, watch and stop the processes of one machine. A process that ends is started again."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

STOP_SECONDS = 12.0  # from SIGTERM to SIGKILL
FIRST_PAUSE = 0.5  # seconds before a process that ended is started again; doubles
LONGEST_PAUSE = 30.0
QUIET = 20.0  # seconds of running after which the pause begins anew
PR_SET_PDEATHSIG = 1  # prctl(2)
ENDED_BY_SIGNAL = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


@dataclass
class Process:
    """One process: its name, command, extra environment, and a socket file to remove before it starts."""

    name: str
    command: list[str]
    environment: dict[str, str]
    leftover: Path | None = None
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started: float = 0.0
    pause: float = FIRST_PAUSE
    again_at: float = 0.0


def _die_with_parent() -> None:
    """In the child: leave no core dump (it would hold a tip); end when the supervisor ends, however it ends (Linux)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Keeps the processes running until told to stop."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.listed: list[Process] = []
        self.stopping = False

    def start(self, listed: list[Process]) -> None:
        """Start all, in order."""
        self.listed = listed
        for sign in ENDED_BY_SIGNAL:
            signal.signal(sign, lambda *_: setattr(self, "stopping", True))
        for process in listed:
            self._start(process)

    def _start(self, process: Process) -> None:
        if process.leftover:
            process.leftover.unlink(missing_ok=True)
        with _output(self.logs, process.name) as out:
            process.running = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                process.command,
                env={**os.environ, "HUE_PROCESS": process.name, **process.environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops them in order
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - no thread runs here yet
            )
        process.started = time.monotonic()

    def alive(self) -> bool:
        """True until told to stop."""
        return not self.stopping

    def runs(self, name: str) -> bool:
        """True until told to stop or the process of this name has ended."""
        process = next(process for process in self.listed if process.name == name)
        return self.alive() and process.running is not None and process.running.poll() is None

    def watch(self) -> None:
        """Return when told to stop; until then start again whatever ends."""
        while not self.stopping:
            moment = time.monotonic()
            for process in self.listed:
                self._look_after(process, moment)
            time.sleep(0.2)

    def _look_after(self, process: Process, moment: float) -> None:
        if process.running is None:
            if moment >= process.again_at:
                self._start(process)
            return
        if process.running.poll() is None:
            if moment - process.started > QUIET:
                process.pause = FIRST_PAUSE
            return
        print(f"The process “{process.name}” ended and is started again.", file=sys.stderr, flush=True)
        _end_rest(process.running)
        process.running = None
        process.again_at = moment + process.pause
        process.pause = min(process.pause * 2, LONGEST_PAUSE)

    def stop(self) -> None:
        """Ask all to end, last started first; after twelve seconds end them."""
        self.stopping = True
        running = [process.running for process in reversed(self.listed) if process.running]
        for child in running:
            with suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in running:
            try:
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _end_rest(child)
                child.wait()
            _end_rest(child)


def _output(logs: Path, name: str) -> IO[bytes]:
    """Where a process's own words go; nowhere if the disk takes nothing: it must be started all the same."""
    try:
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        return (logs / f"{name}.out").open("wb")
    except OSError:
        return Path(os.devnull).open("wb")


def _end_rest(child: subprocess.Popen[bytes]) -> None:
    """End whatever a process left: a server that was killed leaves its worker, which holds the port."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def wait_for(place: tuple[str, int] | Path, *, until: float, alive: Callable[[], bool]) -> bool:
    """True as soon as something accepts connections there; False at `until` (monotonic) or when told to stop."""
    while alive() and time.monotonic() < until:
        family = socket.AF_UNIX if isinstance(place, Path) else socket.AF_INET
        with socket.socket(family) as probe:
            probe.settimeout(1)
            if probe.connect_ex(str(place) if isinstance(place, Path) else place) == 0:
                return True
        time.sleep(0.1)
    return False
