"""Answers made ready: bytes built once, sent many times. Nothing of a request is ever copied into one."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from http import HTTPStatus

from hueandcry.kernel import headers

SMALL = 32 * 1024  # head and body of a smaller answer are kept as one run of bytes
Fields = tuple[tuple[str, str], ...]


class Reply:
    """One answer without its status line, Date and Connection, which differ from one moment or client to the next."""

    __slots__ = ("_line", "_made", "body", "close", "disk", "head", "status", "whole")

    def __init__(
        self,
        status: int,
        fields: Fields,
        body: bytes | memoryview = b"",
        *,
        disk: DiskPart | None = None,
        close: bool = False,
    ) -> None:
        self.status = status
        given = {name for name, _value in fields}
        secured = [field for field in headers.SECURITY if field[0] not in given]
        lines = [f"{name}: {value}\r\n" for name, value in (*fields, *secured)]
        self.head = ("".join(lines) + "\r\n").encode("latin-1")
        self.body = body
        self.whole = self.head + body if isinstance(body, bytes) and 0 < len(body) <= SMALL else b""
        self.disk = disk
        self.close = close  # the connection cannot be used after this answer
        self._line = self._made = b""

    def after(self, line: bytes) -> bytes:
        """The whole answer behind this start line, made once for as long as the line stays the same."""
        if self._line is not line:
            self._line, self._made = line, line + self.whole
        return self._made


@dataclass(frozen=True, slots=True)
class DiskPart:
    """A run of bytes of an open file too large to hold in memory."""

    file: DiskFile
    start: int
    length: int


class DiskFile:
    """An open file of a release; closed when the release and every answer that streams from it are gone."""

    def __init__(self, path: str) -> None:
        self._number = -1
        self._number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.size = os.fstat(self._number).st_size

    def read(self, start: int, length: int) -> bytes:
        """Up to `length` bytes from `start` on. May wait for the disk: call it in a thread."""
        return os.pread(self._number, length, start)

    def __del__(self) -> None:
        if self._number >= 0:
            os.close(self._number)


class Variant:
    """One coding of one file: the full answer, the 304, and its entity tag."""

    __slots__ = ("body", "disk", "etag", "fields", "full", "same")

    def __init__(self, fields: Fields, body: bytes | DiskFile, tag: str, coding: str) -> None:
        self.etag = f'"{tag}{"-" if coding else ""}{coding}"'.encode()
        size = len(body) if isinstance(body, bytes) else body.size
        tagged = (("ETag", self.etag.decode()), *fields)
        coded: Fields = (("Content-Encoding", coding),) if coding else ()
        self.fields: Fields = (*tagged, *coded)
        self.body = body
        sized: Fields = (*self.fields, ("Content-Length", str(size)))
        if isinstance(body, bytes):
            self.full = Reply(200, sized, body)
        else:
            self.full = Reply(200, sized, disk=DiskPart(body, 0, size))
        self.same = Reply(304, tuple(field for field in tagged if field[0] != "Content-Type"))


class Entry:
    """One address of a site. `choices` is indexed by the sum of accepted codings (target.GZIP, target.BROTLI)."""

    __slots__ = ("choices", "ranged")

    def __init__(self, choices: tuple[Variant, Variant, Variant, Variant], *, ranged: bool) -> None:
        self.choices = choices
        self.ranged = ranged


def digest(data: bytes) -> str:
    """The entity tag of some content: 24 hexadecimal characters of its SHA-256."""
    return hashlib.sha256(data).hexdigest()[:24]


_SENTENCES = {
    400: "The server could not read this request. Nothing was kept.",
    404: "There is no page at this address.",
    405: "This page can be read, but nothing can be sent to it. Nothing was kept.",
    408: "The request took too long to arrive. Nothing was kept. Please try again.",
    410: "This page has been taken down.",
    413: "What you sent is too large to be taken in. Nothing was kept. Go back and send less text at a time.",
    414: "The address is too long. Please check the link.",
    416: "The file does not have the part that was asked for.",
    417: "The server does not take what was offered. Nothing was kept.",
    421: "No site of this name is served here. Please check the address.",
    431: "The request carries too much besides the address. Nothing was kept.",
    500: "Something went wrong here. Please try again.",
    501: "The server does not know this way of sending. Nothing was kept.",
    503: "This service is out of reach for the moment. Nothing was kept. Please try again in a few minutes.",
    505: "The server speaks HTTP/1.1 only.",
}
_STAY_OPEN = {404, 405, 410, 416, 503}  # the request was read to its end, so the connection can go on


def own_page(status: int, *extra: tuple[str, str]) -> Reply:
    """A page of the server's own for an error: plain words, no style, never kept by a cache."""
    phrase = HTTPStatus(status).phrase
    body = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{phrase}</title></head>\n<body><main><h1>{phrase}</h1>\n<p>{_SENTENCES[status]}</p>\n"
        "</main></body></html>\n"
    ).encode()
    fields = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", headers.NEVER),
        *extra,
    )
    return Reply(status, fields, body, close=status not in _STAY_OPEN)


OWN = {status: own_page(status) for status in _SENTENCES}
ONLY_READ = OWN[405] = own_page(405, ("Allow", "GET, HEAD"))
ONLY_FORMS = own_page(405, ("Allow", "GET, HEAD, POST"))
BUSY = own_page(503, ("Retry-After", "30"))
REFUSED = Reply(
    503, (("Content-Length", "0"), ("Retry-After", "5"), ("Cache-Control", "no-store")), close=True
)
RELAY = Reply(0, ())  # stands for "ask the public process"


def redirect(path: str, query: str = "") -> Reply:
    """A permanent redirect (308) to a path of the same host, already quoted."""
    fields = (
        ("Location", path + query),
        ("Content-Length", "0"),
        ("Cache-Control", headers.cache_control(path, 308)),
    )
    return Reply(308, fields)


def lead_on(path: str) -> Reply:
    """A redirect (302) to a path of the same host that is asked for anew each time, so that it can be counted."""
    fields = (
        ("Location", path),
        ("Content-Length", "0"),
        ("Cache-Control", headers.cache_control(path, 302)),
    )
    return Reply(302, fields)
