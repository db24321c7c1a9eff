"""The server: listens, holds the release, watches the clock, and stops in good order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
from pathlib import Path
from typing import Any

from hueandcry.front.control import NAME, Control
from hueandcry.front.limits import Limits
from hueandcry.front.protocol import Connection
from hueandcry.front.relay import Address, Relay
from hueandcry.front.release import Release, ReleaseBroken, identity_of, load
from hueandcry.front.shared import Shared

log = logging.getLogger("hueandcry.front")
TICK_S = 0.25
BACKLOG = 4096
MOST_UNSENT = 128 * 1024  # bytes the kernel queues for one connection beyond what is on its way
_CROWDED = 0.75
_LAST_COMERS_S = 0.3
_FIRST_INHERITED = 3  # the descriptor of sd_listen_fds(3)


class Front(Shared):
    """The server. Built inside a running loop."""

    def __init__(
        self, *, site: Path, run: Path, address: Address, limits: Limits, https: bool = False
    ) -> None:
        self._loop = asyncio.get_running_loop()
        super().__init__(limits, self._loop.time(), https=https)
        self._relay = Relay(self, address)
        self._current = site / "current"
        self._control = Control(self, run / NAME)
        self._loading = asyncio.Lock()
        self._broken = ""

    # -- release -----------------------------------------------------------------------------------------------

    async def reload(self) -> int:
        """Serve what `current` points at now; returns the release's number once it is being served.

        Raises ReleaseBroken; the old release then stays.
        """
        async with self._loading:
            identity = await self._loop.run_in_executor(None, identity_of, self._current)
            if self.release is not None and identity and identity == self.release.identity:
                return self.release.number
            try:
                release = await self._loop.run_in_executor(None, self._load)
            except ReleaseBroken as error:
                self._note_broken(str(error))
                raise
            self.release = release
            self._broken = ""
            log.info("Serving release %d: %d bytes in memory.", release.number, release.size)
            return release.number

    def _load(self) -> Release:
        """Load the current release; again if it was replaced, and perhaps removed, while being read."""
        while True:
            identity = identity_of(self._current)
            try:
                return load(self._current, in_memory=self.limits.in_memory, before=self.release)
            except ReleaseBroken:
                if identity == identity_of(self._current):
                    raise

    def _note_broken(self, reason: str) -> None:
        if reason != self._broken:
            self._broken = reason
            serving = self.release.number if self.release else "none"
            log.error("The new release cannot be served: %s Still serving release %s.", reason, serving)

    async def _follow(self) -> None:
        """Look at `current` now and then, in case nobody told us."""
        while True:
            await asyncio.sleep(self.limits.retry_s if self._broken else self.limits.poll_s)
            if self.release is None or identity_of(self._current) != self.release.identity:
                with contextlib.suppress(ReleaseBroken):  # noted by reload()
                    await self.reload()

    def status(self) -> dict[str, Any]:
        """Figures for the health page: counts, no names."""
        return {
            "release": self.release.number if self.release else None,
            "broken": self._broken,
            "bytes": self.release.size if self.release else 0,
            "connections": len(self.connections),
            "relays": self._relay.active,
            "waiting": self._relay.waiting,
            "body_bytes": self.body_bytes,
            "answers": {f"{kind}xx": self.answers[kind] for kind in (2, 3, 4, 5)},
        }

    # -- time --------------------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.tick(self._loop.time())
            crowded = len(self.connections) > self.limits.connections * _CROWDED
            idle_s = self.limits.crowded_idle_s if crowded else self.limits.idle_s
            for connection in list(self.connections):
                connection.look(self.now, idle_s)

    # -- life --------------------------------------------------------------------------------------------------

    async def run(self, host: str, port: int) -> None:
        """Serve until SIGTERM or SIGINT, then finish what is under way. Raises OSError, AlreadyRunningError."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, stop.set)
        self._loop.set_exception_handler(self._unhandled)
        await self._control.start()
        with contextlib.suppress(ReleaseBroken):  # noted; the next release may be better
            await self.reload()
        gc.collect()
        gc.freeze()  # what stands now stands for good: the collector need not walk it again
        tasks = [self._loop.create_task(work) for work in (self._tick(), self._follow())]
        try:
            server = await self._loop.create_server(
                lambda: Connection(self, self._relay), sock=listening_socket(host, port), backlog=BACKLOG
            )
            log.info("Listening.")
            await stop.wait()
            server.close()
            await self._finish()
        finally:
            self._control.stop()
            for task in tasks:
                task.cancel()

    async def _finish(self) -> None:
        self.stopping = True
        await asyncio.sleep(_LAST_COMERS_S)  # who had just been let in still gets to ask
        end = self._loop.time() + self.limits.stop_s
        while self.connections and self._loop.time() < end:
            for connection in list(self.connections):
                connection.leave()
            await asyncio.sleep(0.02)
        for connection in list(self.connections):
            connection.transport.abort()

    def _unhandled(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:  # noqa: ARG002
        error = context.get("exception")
        if isinstance(error, Exception) and not isinstance(error, ConnectionError):
            self.report(error)


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound TCP socket: the one that systemd holds for us (sd_listen_fds(3)), or one of our own. Raises OSError."""
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        inherited = socket.socket(fileno=_FIRST_INHERITED)
        inherited.setblocking(False)
        return inherited
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(
        socket, "TCP_NOTSENT_LOWAT"
    ):  # or a client that never reads could fill megabytes of the kernel's
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, MOST_UNSENT)
    listener.bind((host, port))
    listener.setblocking(False)
    return listener
