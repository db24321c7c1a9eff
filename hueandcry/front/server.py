"""The server: listens, holds the release, watches the clock, and stops in good order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from hueandcry.front.answering import Request
from hueandcry.front.control import NAME, Control
from hueandcry.front.limits import Limits
from hueandcry.front.protocol import Connection
from hueandcry.front.relay import Address, Relay
from hueandcry.front.release import Release, ReleaseBroken, identity_of, load
from hueandcry.kernel import clock

log = logging.getLogger("hueandcry.front")
TICK_S = 0.25
BACKLOG = 4096
BUFFER = 64 * 1024
MOST_UNSENT = 128 * 1024  # bytes the kernel queues for one connection beyond what is on its way
_CROWDED = 0.75
_QUIET_S = 10.0  # the same complaint is not written more often than this


class Front:
    """Everything the connections share. Built inside a running loop."""

    def __init__(self, *, site: Path, run: Path, address: Address, limits: Limits) -> None:
        self.limits = limits
        self.release: Release | None = None
        self.buffer = memoryview(bytearray(BUFFER))
        self.body_bytes = 0
        self.stopping = False
        self.ok_line = b""
        self.relay = Relay(self, address)
        self._current = site / "current"
        self._control = Control(self, run / NAME)
        self._loop = asyncio.get_running_loop()
        self.now = self._loop.time()
        self._connections: set[Connection] = set()
        self._lines: dict[int, bytes] = {}
        self._date = b""
        self._loading = asyncio.Lock()
        self._broken = ""
        self._complaints: dict[str, float] = {}
        self._tick_clock()

    # -- what connections ask ----------------------------------------------------------------------------------

    def start_line(self, status: int) -> bytes:
        """Status line and Date of this second."""
        line = self._lines.get(status)
        if line is None:
            try:
                phrase = HTTPStatus(status).phrase
            except ValueError:
                phrase = ""
            line = b"HTTP/1.1 %d %s\r\nDate: %s\r\n" % (status, phrase.encode(), self._date)
            self._lines[status] = line
        return line

    def admit(self, connection: Connection) -> bool:
        """Count a new connection in; False if there are too many."""
        if len(self._connections) >= self.limits.connections or self.stopping:
            return False
        self._connections.add(connection)
        return True

    def forget(self, connection: Connection) -> None:
        """A connection is over."""
        self._connections.discard(connection)

    def release_body(self, request: Request) -> None:
        """The request's body is no longer needed: give its share of memory back."""
        self.body_bytes -= len(request.body)
        request.body = b""

    def report(self, error: BaseException) -> None:
        """An error of our own: its class and where, without its words (the log's formatter sees to that)."""
        log.error("Error while answering.", exc_info=error)

    def complain(self, sentence: str) -> None:
        """Write a warning, but the same one only every so often. The sentence must not hold anything of a request."""
        if self.now - self._complaints.get(sentence, -_QUIET_S) >= _QUIET_S:
            self._complaints[sentence] = self.now
            log.warning(sentence)

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
            "connections": len(self._connections),
            "relays": self.relay.active,
            "waiting": self.relay.waiting,
            "body_bytes": self.body_bytes,
        }

    # -- time --------------------------------------------------------------------------------------------------

    def _tick_clock(self) -> None:
        self.now = self._loop.time()
        date = format_datetime(clock.now(), usegmt=True).encode()
        if date != self._date:
            self._date = date
            self._lines.clear()
            self.ok_line = self.start_line(200)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self._tick_clock()
            crowded = len(self._connections) > self.limits.connections * _CROWDED
            idle_s = self.limits.crowded_idle_s if crowded else self.limits.idle_s
            for connection in list(self._connections):
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
                lambda: Connection(self), sock=listening_socket(host, port), backlog=BACKLOG
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
        end = self._loop.time() + self.limits.stop_s
        while self._connections and self._loop.time() < end:
            for connection in list(self._connections):
                connection.leave()
            await asyncio.sleep(0.02)
        for connection in list(self._connections):
            connection.transport.abort()

    def _unhandled(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:  # noqa: ARG002
        error = context.get("exception")
        if isinstance(error, Exception) and not isinstance(error, ConnectionError):
            self.report(error)


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound TCP socket. Raises OSError."""
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
