"""A load of its own process: so many requests a second whatever the server does, or a crowd of connections.

Each request has a time at which it is due; its answer is timed from then, not from when a connection was free, so a
server that stalls is charged for everybody who came meanwhile (no coordinated omission).

`rate PORT HOST PATH PER_SECOND SECONDS` and `crowd KIND PORT HOST PATH COUNT REQUESTS`; KIND: idle (connected, sends
nothing), slow (a byte of a request now and then), deaf (asks for much and never reads). One line of JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import resource
import socket
import sys
import time
from typing import Any

import uvloop

CONNECTIONS = 256  # that `rate` keeps at most; more visitors than that wait, and are timed waiting
PATIENCE = 10.0  # seconds after which an answer that has not come is counted as none


class Visitor(asyncio.Protocol):
    """One connection of `rate`: one request at a time."""

    def __init__(self, crowd: Rate) -> None:
        self.crowd = crowd
        self.due = 0.0
        self.missing = -1  # bytes of the answer's body; -1 while its head is not there
        self.head = b""
        self.status = 0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self.transport = transport  # type: ignore[assignment]

    def ask(self, due: float) -> None:
        """Send the request that was due at this moment (monotonic)."""
        self.due, self.missing, self.head = due, -1, b""
        assert self.transport is not None
        self.transport.write(self.crowd.request)

    def data_received(self, data: bytes) -> None:
        """A part of the answer."""
        if self.missing < 0:
            self.head += data
            head, mark, body = self.head.partition(b"\r\n\r\n")
            if not mark:
                return
            self.status = int(head[9:12])
            self.missing = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]) - len(
                body
            )
        else:
            self.missing -= len(data)
        if self.missing <= 0:
            self.crowd.answered(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's own signature
        """Closed by the other side: what was asked has no answer."""
        self.crowd.lost(self)


class Rate:
    """So many requests a second, each timed from the moment it was due."""

    def __init__(self, *, port: int, request: bytes, per_second: float, seconds: float) -> None:
        self.port, self.request = port, request
        self.per_second, self.count = per_second, int(per_second * seconds)
        self.took: list[float] = []
        self.bad = 0
        self.free: list[Visitor] = []
        self.all: set[Visitor] = set()
        self.waiting: asyncio.Queue[float] = asyncio.Queue()
        self.opening = 0
        self.over = asyncio.Event()

    async def run(self) -> dict[str, Any]:
        """Until every request was answered, or its patience has ended."""
        self.loop = asyncio.get_running_loop()
        begun = time.monotonic() + 0.1  # not the loop's clock, which stands still within a turn
        sent = 0
        while sent < self.count:
            now = time.monotonic()
            while sent < self.count and begun + sent / self.per_second <= now:
                self._send(begun + sent / self.per_second)
                sent += 1
            await asyncio.sleep(max(0.0005, begun + sent / self.per_second - time.monotonic()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self.over.wait()
        seconds = time.monotonic() - begun
        return {
            "asked": self.count, "answered": len(self.took), "unanswered": self.count - len(self.took),
            "per_s": round(len(self.took) / seconds), **quantiles(self.took), "connections": len(self.all),
        }  # fmt: skip

    def _send(self, due: float) -> None:
        if self.free:
            self.free.pop().ask(due)
        else:
            self.waiting.put_nowait(due)
            if len(self.all) + self.opening < CONNECTIONS:
                self.opening += 1
                self.task = self.loop.create_task(self._open())

    async def _open(self) -> None:
        try:
            _transport, visitor = await self.loop.create_connection(
                lambda: Visitor(self), "127.0.0.1", self.port
            )
        except OSError:
            self._give_up()
            return
        finally:
            self.opening -= 1
        self.all.add(visitor)
        self._next(visitor)

    def _give_up(self) -> None:
        if not self.waiting.empty():
            self.waiting.get_nowait()
            self._settle(None)

    def _next(self, visitor: Visitor) -> None:
        if self.waiting.empty():
            self.free.append(visitor)
        else:
            visitor.ask(self.waiting.get_nowait())

    def answered(self, visitor: Visitor) -> None:
        """A visitor has its answer."""
        self._settle(time.monotonic() - visitor.due if visitor.status == 200 else None)
        visitor.due = 0.0
        self._next(visitor)

    def lost(self, visitor: Visitor) -> None:
        """A visitor's connection was closed."""
        self.all.discard(visitor)
        if visitor in self.free:
            self.free.remove(visitor)
        if visitor.due:
            self._settle(None)

    def _settle(self, seconds: float | None) -> None:
        if seconds is None:
            self.bad += 1
        else:
            self.took.append(seconds)
        if len(self.took) + self.bad >= self.count:
            self.over.set()


async def crowd(kind: str, port: int, request: bytes, count: int, requests: int) -> dict[str, Any]:
    """Open the crowd, then ask `requests` times, one after the other, each on a connection of its own."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    begun = time.monotonic()
    lines = await _gather(kind, port, request, count)
    opened = time.monotonic() - begun
    keeper = asyncio.create_task(_dribble(lines)) if kind == "slow" else None
    took, refused = [], 0
    for _ in range(requests):
        spent = await _once(port, request)
        if spent is None:
            refused += 1
        else:
            took.append(spent)
    if keeper is not None:
        keeper.cancel()
    standing = sum(_stands(line) for line in lines)
    for line in lines:
        line.close()
    return {
        "opened": len(lines), "opening_s": round(opened, 2), "still_open": standing, "asked": requests,
        "unanswered": refused, **quantiles(took),
    }  # fmt: skip


async def _gather(kind: str, port: int, request: bytes, count: int) -> list[socket.socket]:
    """The connections of the crowd."""
    loop, lines = asyncio.get_running_loop(), []
    first = {"idle": b"", "slow": request[:9], "deaf": request.replace(b"Connection: close\r\n", b"") * 64}[
        kind
    ]
    for number in range(count):
        line = socket.socket()
        line.setblocking(False)
        if kind == "deaf":
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.bind((f"127.0.{1 + number // 5000}.1", 0))  # one address has too few ports for ten thousand
        await loop.sock_connect(line, ("127.0.0.1", port))
        if first:
            with contextlib.suppress(BlockingIOError):
                line.send(first)
        lines.append(line)
    return lines


async def _dribble(lines: list[socket.socket]) -> None:
    """One more byte of a header field on every line, again and again."""
    while True:
        for line in random.sample(lines, len(lines)):
            with contextlib.suppress(OSError):
                line.send(b"x")
            await asyncio.sleep(0.0005)


async def _once(port: int, request: bytes) -> float | None:
    """Seconds from connecting to the end of the answer, or None if there was none."""
    begun = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            data = await reader.read()
            writer.close()
    except (OSError, TimeoutError):
        return None
    return time.monotonic() - begun if data.startswith(b"HTTP/1.1 200") else None


def _stands(line: socket.socket) -> bool:
    """True if the other side has not closed it."""
    try:
        return line.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def quantiles(took: list[float]) -> dict[str, float]:
    """Milliseconds below which half, 95 and 99 of a hundred lie, and the longest."""
    ordered = sorted(took) or [float("nan")]
    at = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "longest_ms": 1.0}
    return {
        name: round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 2)
        for name, share in at.items()
    }


def main() -> None:
    """Run one load and print its figures."""
    if sys.argv[1] == "rate":
        port, host, path, per_second, seconds = sys.argv[2:]
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        load = Rate(port=int(port), request=request, per_second=float(per_second), seconds=float(seconds))
        figures = uvloop.run(load.run())
    else:
        kind, port, host, path, count, requests = sys.argv[2:]
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        figures = uvloop.run(crowd(kind, int(port), request, int(count), int(requests)))
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
