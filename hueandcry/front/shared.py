"""What all connections share: limits, the release being served, the clock, and the tally of memory and connections."""

from __future__ import annotations

import asyncio
import logging
from email.utils import format_datetime
from http import HTTPStatus
from typing import Protocol

from hueandcry.front.answering import Request
from hueandcry.front.limits import Limits
from hueandcry.front.release import Release
from hueandcry.front.replies import Reply
from hueandcry.kernel import clock
from hueandcry.kernel.headers import HSTS

log = logging.getLogger("hueandcry.front")
BUFFER = 64 * 1024
MOST_CODES = 20_000  # links counted between two askings; what is made up cannot fill the memory
OPENED_AT_ONCE = 200  # so that one answer of the control socket stays a short line
_QUIET_S = 10.0  # the same complaint is not written more often than this


class Client(Protocol):
    """A connection, as seen by those who answer on it."""

    transport: asyncio.Transport

    def send(self, request: Request, reply: Reply) -> None:
        """Write the head of `reply`, and its body if it is in memory and wanted."""

    def finish(self, request: Request) -> None:
        """`request` is answered: wait for the next one, or close."""

    def break_off(self) -> None:
        """Reset, so that nobody takes the part that was sent for the whole."""

    async def drain(self) -> None:
        """Wait until the client has taken most of what was written."""

    def look(self, now: float, idle_s: float) -> None:
        """End what has waited too long."""

    def leave(self) -> None:
        """The server stops."""


class Shared:
    """Everything the connections share. limits: what they may ask; now: the loop's clock in seconds; https: say HSTS."""

    def __init__(self, limits: Limits, now: float, *, https: bool = False) -> None:
        self.limits = limits
        self._always = b"%s: %s\r\n" % (HSTS[0].encode(), HSTS[1].encode()) if https else b""
        self.release: Release | None = None
        self.buffer = memoryview(bytearray(BUFFER))
        self.body_bytes = 0
        self.stopping = False
        self.ok_line = b""
        self.connections: set[Client] = set()
        self.answers = [0] * 6  # by class: answers[4] are those of 400 to 499
        self._openings: dict[str, int] = {}
        self._lines: dict[int, bytes] = {}
        self._date = b""
        self._complaints: dict[str, float] = {}
        self.tick(now)

    def tick(self, now: float) -> None:
        """Time goes on: `now` is the loop's clock in seconds."""
        self.now = now
        date = format_datetime(clock.now(), usegmt=True).encode()
        if date != self._date:
            self._date = date
            self._lines.clear()
            self.ok_line = self.start_line(200)

    def start_line(self, status: int) -> bytes:
        """Status line, Date of this second and, behind TLS, the order to come by TLS only."""
        line = self._lines.get(status)
        if line is None:
            try:
                phrase = HTTPStatus(status).phrase
            except ValueError:
                phrase = ""
            line = b"HTTP/1.1 %d %s\r\nDate: %s\r\n%s" % (status, phrase.encode(), self._date, self._always)
            self._lines[status] = line
        return line

    def note_opening(self, code: str) -> None:
        """Count a followed link: the code and how often, nothing of the request."""
        if code in self._openings or len(self._openings) < MOST_CODES:
            self._openings[code] = self._openings.get(code, 0) + 1

    def take_openings(self) -> dict[str, int]:
        """Some of what was counted since it was last taken; it is forgotten here. Empty: nothing is left."""
        codes = list(self._openings)[:OPENED_AT_ONCE]
        return {code: self._openings.pop(code) for code in codes}

    def admit(self, connection: Client) -> bool:
        """Count a new connection in; False if there are too many."""
        if len(self.connections) >= self.limits.connections:
            return False
        self.connections.add(connection)
        return True

    def forget(self, connection: Client) -> None:
        """A connection is over."""
        self.connections.discard(connection)

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
