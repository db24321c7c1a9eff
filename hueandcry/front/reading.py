"""Bytes into requests, read strictly (llhttp without leniencies), every size bounded."""

from __future__ import annotations

from collections.abc import Callable

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser

from hueandcry.front.answering import Request, is_form
from hueandcry.front.shared import Shared

IDLE, HEAD, BODY = range(3)
END = b"\r\n\r\n"
_ONCE = frozenset((b"host", b"content-length", b"content-type", b"range", b"origin", b"expect"))


class _RefuseError(Exception):
    """Raised inside a parser callback to stop it; the status is on the reader."""


class Reader:
    """The requests of one connection, in order. What cannot be read is answered with a status and ends the reading.

    `deliver` gets each complete request; `invite` is called when a client waits for leave to send its body.
    The `on_…` methods are the parser's callbacks.
    """

    __slots__ = (
        "_body",
        "_collects",
        "_count",
        "_deliver",
        "_fields",
        "_front",
        "_invite",
        "_most_bytes",
        "_most_fields",
        "_parser",
        "_refusal",
        "_url",
        "between",
        "size",
        "state",
    )

    def __init__(self, front: Shared, deliver: Callable[[Request], None], invite: Callable[[], None]) -> None:
        self._front = front
        self._deliver = deliver
        self._invite = invite
        self._parser: HttpRequestParser | None = HttpRequestParser(self)
        self._fields: dict[bytes, bytes] = {}
        self._count = 0
        self._url = b""
        self._body = bytearray()
        self._collects = False
        self._refusal = 0
        self._most_bytes = front.limits.line
        self._most_fields = front.limits.head_fields
        self.size = 0  # bytes of the head or body under way
        self.state = IDLE
        self.between = True  # surely not one byte of the next request has been read

    def feed(self, data: bytes) -> int:
        """Read on; returns 0, or the status with which the connection must end."""
        parser = self._parser
        self.between = False
        if parser is None:
            return 0
        if self.state == HEAD:
            self.size += len(data)
        try:
            parser.feed_data(data)
        except HttpParserUpgrade:
            self._parser = None  # nothing is upgraded here: that request's answer closes
        except HttpParserCallbackError as error:
            if isinstance(error.__context__, _RefuseError):
                return self._refusal
            self._front.report(error)
            return 500
        except HttpParserError:
            return 400
        if self.state == HEAD and self.size > self._front.limits.head:
            return 431
        # A method's first letters leave the state idle too, but no request goes on after an empty line.
        self.between = self.state == IDLE and self._parser is not None and data.endswith(END)
        return 0

    def end(self) -> None:
        """Nothing more is read. Breaks the circles with the parser and the connection, so that no collector is needed."""
        self._parser = None
        self._deliver = self._invite = _nobody
        self._front.body_bytes -= len(self._body)
        self._body = bytearray()

    def _refuse(self, status: int) -> None:
        self._refusal = status
        raise _RefuseError

    def on_url(self, url: bytes) -> None:
        """A part of the request target: a request has begun."""
        self.state = HEAD
        self._url += url
        if len(self._url) > self._most_bytes:
            self._refuse(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field of the head, or a trailer, which is counted and dropped."""
        self._count += 1
        if len(name) + len(value) > self._most_bytes or self._count > self._most_fields:
            self._refuse(431)
        if self.state == BODY:
            return
        fields, name = self._fields, name.lower()
        if name not in fields:
            fields[name] = value
        elif name in _ONCE:
            self._refuse(400)
        else:
            fields[name] += b", " + value

    def on_headers_complete(self) -> None:
        """The head is there; a body may follow."""
        fields = self._fields
        if b"content-length" in fields or b"transfer-encoding" in fields:
            self._begin_body(fields)

    def _begin_body(self, fields: dict[bytes, bytes]) -> None:
        parser, front = self._parser, self._front
        assert parser is not None
        if b"transfer-encoding" in fields:
            if parser.get_http_version() == "1.0":
                self._refuse(400)
            if fields[b"transfer-encoding"].lower() != b"chunked":
                self._refuse(501)
        if int(fields.get(b"content-length", b"0")) > front.limits.body:
            self._refuse(413)
        if front.body_bytes > front.limits.bodies:
            self._refuse(503)
        self._collects = parser.get_method() == b"POST" and is_form(self._url)
        expectation = fields.get(b"expect", b"").lower()
        if expectation:
            if not self._collects:
                self._refuse(405)
            if expectation != b"100-continue":
                self._refuse(417)
            self._invite()
        self.state = BODY
        self.size = 0

    def on_body(self, body: bytes) -> None:
        """A part of the body; kept only if it may be relayed."""
        self.size += len(body)
        if self.size > self._front.limits.body:
            self._refuse(413)
        if self._collects:
            self._body += body
            self._front.body_bytes += len(body)

    def on_message_complete(self) -> None:
        """A request is complete."""
        parser, fields = self._parser, self._fields
        if parser is None:
            return
        request = Request(parser.get_method(), self._url, fields)
        keep = parser.should_keep_alive()
        if not keep or b"connection" in fields:
            request.keep = keep
            _read_version(request, parser.get_http_version())
        if self._body:
            request.body = bytes(self._body)  # counted in front.body_bytes until the request is answered
            self._body = bytearray()
        self._fields = {}
        self._count = 0
        self._url = b""
        self._collects = False
        self.size = 0
        self.state = IDLE
        self._deliver(request)


def _nobody(*_request: Request) -> None:
    """Takes what nobody wants any more."""


def _read_version(request: Request, version: str) -> None:
    """Set version and keep, where they are not the common ones."""
    request.version = version
    if version not in ("1.0", "1.1"):
        request.refusal = 505
    options = [part.strip().lower() for part in request.fields.get(b"connection", b"").split(b",")]
    if b"close" in options or b"upgrade" in options or request.method == b"CONNECT":
        request.keep = False
