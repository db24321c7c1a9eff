"""Hand `/t/` and `/subscribe/` to the public process and its answer back.

A request is read whole, then written anew with known fields only, on a connection of its own: what the public process
reads is what we read, so requests cannot be smuggled. Who asked (address, user agent, referrer) is not passed on.
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass

from httptools import HttpParserError, HttpResponseParser

from hueandcry.front.answering import Request
from hueandcry.front.replies import BUSY, OWN, Fields, Reply
from hueandcry.front.shared import Client, Shared
from hueandcry.front.target import quote_path, quote_query
from hueandcry.kernel import headers

log = logging.getLogger("hueandcry.front.relay")
PASSED_ON = (
    "Host",
    "Content-Type",
    "Accept",
    "Accept-Language",
    "Accept-Encoding",
    "Origin",
    "Sec-Fetch-Site",
)
PASSED_BACK = (
    "Content-Type",
    "Content-Language",
    "Content-Encoding",
    "Content-Disposition",
    "Location",
    "Vary",
    "Allow",
    "Retry-After",
)
_POLICY = "Content-Security-Policy"
_PRINTABLE = re.compile(rb"\A[\x20-\x7e]*\Z")
_READ = 64 * 1024
_AGAIN = 0.05  # seconds between two tries to connect
_NO_BODY = (204, 304)
_LOWEST, _HIGHEST = 200, 599
_FAULT = 500


class _OutOfReachError(Exception):
    """The public process gave no usable answer; the text is a class of failure, never content."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the public process listens: a unix socket's path, or a port of 127.0.0.1. Neither means nobody."""

    path: str = ""
    port: int = 0

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection. Raises OSError."""
        if self.path:
            return await asyncio.open_unix_connection(self.path, limit=_READ)
        if self.port:
            return await asyncio.open_connection("127.0.0.1", self.port, limit=_READ)
        raise ConnectionRefusedError


class Relay:
    """The turns of all relayed requests: some at once, some thousands waiting in order."""

    def __init__(self, front: Shared, address: Address) -> None:
        self._front = front
        self._address = address
        self._turns = asyncio.Semaphore(front.limits.relays)
        self._last_answer = 0.0  # by the loop's clock
        self.waiting = 0
        self.active = 0

    async def answer(self, client: Client, request: Request) -> None:
        """Ask the public process and write what it says, or the site's page for a form out of reach."""
        passing = _Passing(client, request)
        try:
            if self.waiting >= self._front.limits.waiting:
                reply: Reply | None = BUSY
            else:
                reply = await self._in_turn(passing, request)
        except (_OutOfReachError, OSError, HttpParserError) as error:
            self._front.complain(f"The public forms are out of reach ({type(error).__name__}).")
            if passing.begun:
                client.break_off()
                return
            reply = request.instead or (request.site.down_page if request.site else OWN[503])
        finally:
            self._front.release_body(request)
        if reply is not None:
            client.send(request, reply)
        client.finish(request)

    async def _in_turn(self, passing: _Passing, request: Request) -> Reply | None:
        limits = self._front.limits
        self.waiting += 1
        try:
            async with asyncio.timeout(limits.waiting_s):
                await self._turns.acquire()
        finally:
            self.waiting -= 1
        self.active += 1
        writer = None
        try:
            reader, writer = await self._connect()
            writer.write(compose(request))
            async with asyncio.timeout(limits.relay_s):
                return await self._receive(reader, passing)
        finally:
            if writer is not None:
                writer.transport.abort()
            self.active -= 1
            self._turns.release()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect; a process that answered until just now is given a moment to come back. Nothing was sent yet.

        One that has been gone for longer is not waited for: each wait would hold a turn. Raises OSError.
        """
        loop, limits = asyncio.get_running_loop(), self._front.limits
        while True:
            try:
                async with asyncio.timeout(limits.connect_s):
                    return await self._address.connect()
            except (ConnectionError, FileNotFoundError):
                if loop.time() - self._last_answer > limits.again_s:
                    raise
            await asyncio.sleep(_AGAIN)

    async def _receive(self, reader: asyncio.StreamReader, passing: _Passing) -> Reply | None:
        """The whole answer if it is small. A large one is passed on piece by piece, and None returned."""
        limits = self._front.limits
        answer = _Answer(limits.relayed)
        while not answer.complete:
            async with asyncio.timeout(limits.first_byte_s):
                data = await reader.read(_READ)
            answer.take(data)
            self._last_answer = asyncio.get_running_loop().time()
            if answer.size > limits.held:
                await passing.go(answer)
        if not passing.begun:
            if answer.status == _FAULT:  # nobody is helped by a fault: show the other ways to reach us
                raise _OutOfReachError
            return answer.whole()
        await passing.end(answer)
        return None


class _Passing:
    """A large answer on its way to the client, in chunks."""

    def __init__(self, client: Client, request: Request) -> None:
        self._client = client
        self._request = request
        self._chunked = request.version == "1.1"
        self.begun = False

    async def go(self, answer: _Answer) -> None:
        """Write what has come in so far and wait until the client has taken it."""
        if not self.begun:
            self.begun = True
            framing: Fields = (("Transfer-Encoding", "chunked"),) if self._chunked else ()
            self._request.keep = self._request.keep and self._chunked
            self._client.send(self._request, Reply(answer.status, (*answer.kept_fields(), *framing)))
        for piece in answer.pieces:
            self._write(piece)
        answer.pieces.clear()
        await self._client.drain()

    async def end(self, answer: _Answer) -> None:
        """Write the rest and the end."""
        await self.go(answer)
        if self._chunked and self._request.method != b"HEAD":
            self._client.transport.write(b"0\r\n\r\n")

    def _write(self, piece: bytes) -> None:
        if self._request.method == b"HEAD" or not piece:
            return
        if self._chunked:
            self._client.transport.writelines((b"%x\r\n" % len(piece), piece, b"\r\n"))
        else:
            self._client.transport.write(piece)


class _Answer:
    """What the public process says, as it comes in. An answer whose end cannot be told is not taken."""

    def __init__(self, most: int) -> None:
        self._parser = HttpResponseParser(self)
        self._most = most
        self._fields: dict[str, str] = {}
        self.status = 0
        self.pieces: list[bytes] = []
        self.size = 0
        self.complete = False

    def take(self, data: bytes) -> None:
        """Read on. Raises HttpParserError, and _OutOfReachError for an early end or too much."""
        if not data:
            raise _OutOfReachError
        self._parser.feed_data(data)
        if self.size > self._most:
            raise _OutOfReachError

    def on_header(self, name: bytes, value: bytes) -> None:
        """The parser calls this."""
        if _PRINTABLE.match(value):
            self._fields[name.decode("latin-1").lower()] = value.decode("ascii")

    def on_headers_complete(self) -> None:
        """The parser calls this."""
        self.status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        """The parser calls this."""
        self.pieces.append(body)
        self.size += len(body)

    def on_message_complete(self) -> None:
        """The parser calls this."""
        if _LOWEST <= self.status <= _HIGHEST:
            self.complete = True

    def kept_fields(self) -> Fields:
        """The fields passed back, in our spelling; what a tip page says is never kept by a cache."""
        kept = [(name, self._fields[name.lower()]) for name in PASSED_BACK if name.lower() in self._fields]
        if (
            self._fields.get(_POLICY.lower()) == headers.SCRIPTED_POLICY
        ):  # no other policy of the forms' own passes
            kept.append((_POLICY, headers.SCRIPTED_POLICY))
        return (*kept, ("Cache-Control", "no-store"))

    def whole(self) -> Reply:
        """The complete answer with its length."""
        body = b"".join(self.pieces)
        sized: Fields = () if self.status in _NO_BODY else (("Content-Length", str(len(body))),)
        return Reply(self.status, (*self.kept_fields(), *sized), body)


def compose(request: Request) -> bytes:
    """The one request the public process sees. HEAD is asked as GET; its body is dropped on the way back."""
    method = b"POST" if request.method == b"POST" else b"GET"
    lines = [method + b" " + quote_path(request.path) + quote_query(request.query) + b" HTTP/1.1"]
    for name in PASSED_ON:
        value = request.fields.get(name.lower().encode())
        if value is not None and _PRINTABLE.match(value):
            lines.append(name.encode() + b": " + value)
    if method == b"POST":
        lines.append(b"Content-Length: %d" % len(request.body))
    lines.append(b"Connection: close")
    return b"\r\n".join(lines) + b"\r\n\r\n" + (request.body if method == b"POST" else b"")
