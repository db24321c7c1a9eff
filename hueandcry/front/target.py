"""Pure: what a request names. Host, target, accepted codings, entity tags and ranges, read strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass

GZIP = 1
BROTLI = 2
_CODINGS = {b"gzip": GZIP, b"x-gzip": GZIP, b"br": BROTLI, b"*": GZIP | BROTLI}
_HOST = re.compile(rb"\A(?!.*\.\.)([A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?)\.?(?::\d{0,5})?\Z")
_LITERAL = re.compile(rb"\A\[[0-9A-Fa-f:.]{2,45}\](?::\d{0,5})?\Z")
_ABSOLUTE = re.compile(rb"\Ahttps?://([^/?#@]*)([/?#].*)?\Z", re.IGNORECASE)
_ESCAPE = re.compile(rb"%(.{0,2})", re.DOTALL)
_HEX = re.compile(rb"\A[0-9A-Fa-f]{2}\Z")
_RANGE = re.compile(rb"\Abytes=(\d{0,18})-(\d{0,18})\Z")
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=:@")


class BadTarget(ValueError):  # noqa: N818 - said of the request
    """The request target or the host is not one we can read; the answer is 400."""


@dataclass(frozen=True, slots=True)
class Target:
    """A request target taken apart. `host` is set for the absolute form only; `path` is decoded and starts with /."""

    host: bytes | None
    path: bytes
    query: bytes


def read_target(raw: bytes) -> Target:
    """Take a request target apart. Raises BadTarget for anything but origin and absolute form (RFC 9112 3.2)."""
    host: bytes | None = None
    if not raw.startswith(b"/"):
        absolute = _ABSOLUTE.match(raw)
        if absolute is None:
            raise BadTarget
        host, raw = absolute[1], absolute[2] or b"/"
        if not raw.startswith(b"/"):
            raw = b"/" + raw
    raw, _, _ = raw.partition(b"#")
    path, _, query = raw.partition(b"?")
    return Target(host=host, path=settle_path(path), query=query)


def settle_path(path: bytes) -> bytes:
    """Decode escapes, merge slashes and resolve dot segments, as nginx does.

    Raises BadTarget for a broken escape, a NUL, or a path that climbs above the root.
    """

    def decode(match: re.Match[bytes]) -> bytes:
        if not _HEX.match(match[1]) or match[1] == b"00":
            raise BadTarget
        return bytes([int(match[1], 16)])

    kept: list[bytes] = []
    segments = _ESCAPE.sub(decode, path).split(b"/")
    if segments[0] != b"" or b"\0" in path:
        raise BadTarget
    for segment in segments[1:]:
        if segment == b"..":
            if not kept:
                raise BadTarget
            kept.pop()
        elif segment not in (b"", b"."):
            kept.append(segment)
    folder = segments[-1] in (b"", b".", b"..") and kept
    return b"/" + b"/".join(kept) + (b"/" if folder else b"")


def quote_path(path: bytes) -> bytes:
    """A decoded path as a request target or Location: everything unusual is percent-encoded."""
    return b"".join(bytes([byte]) if byte in _SAFE else b"%%%02X" % byte for byte in path)


def quote_query(query: bytes) -> bytes:
    """`?query` with anything that is not printable ASCII encoded; empty for no query."""
    if not query:
        return b""
    return b"?" + b"".join(
        bytes([byte]) if 0x21 <= byte <= 0x7E else b"%%%02X" % byte  # noqa: PLR2004 - printable ASCII
        for byte in query
    )


def read_host(raw: bytes) -> bytes:
    """The host name in small letters, without port and final dot. Raises BadTarget if it is no host at all."""
    match = _HOST.match(raw)
    if match is not None:
        return match[1].lower()
    if _LITERAL.match(raw):
        return raw[: raw.index(b"]") + 1].lower()
    raise BadTarget


def read_codings(raw: bytes) -> int:
    """Accept-Encoding as a sum of GZIP and BROTLI. A coding with q=0 is not accepted; an unreadable q counts as 0."""
    accepted = refused = 0
    for part in raw.split(b","):
        name, *parameters = (piece.strip().lower() for piece in part.split(b";"))
        bits = _CODINGS.get(name, 0)
        if all(_wanted(parameter) for parameter in parameters if parameter.startswith(b"q=")):
            accepted |= bits
        elif name != b"*":
            refused |= bits
    return accepted & ~refused


def _wanted(parameter: bytes) -> bool:
    try:
        return float(parameter[2:]) > 0
    except ValueError:
        return False


def tag_matches(raw: bytes, etag: bytes) -> bool:
    """True if the If-None-Match list `raw` names `etag` (weak comparison, RFC 9110 13.1.2)."""
    if raw == etag or raw.strip() == b"*":
        return True
    return any(part.strip().removeprefix(b"W/") == etag for part in raw.split(b","))


def read_range(raw: bytes, size: int) -> tuple[int, int] | None:
    """First and last byte (inclusive) of a single range; None if the header is to be ignored.

    Raises BadTarget if the range lies outside the `size` bytes there are (416).
    """
    match = _RANGE.match(raw.replace(b" ", b""))
    if match is None or match[1] == match[2] == b"":
        return None
    if match[1] == b"":
        length = int(match[2])
        if length == 0 or size == 0:
            raise BadTarget
        return max(size - length, 0), size - 1
    first = int(match[1])
    last = int(match[2]) if match[2] else size - 1
    if match[2] and last < first:
        return None
    if first >= size:
        raise BadTarget
    return first, min(last, size - 1)
