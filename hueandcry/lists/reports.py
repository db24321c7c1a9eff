"""Read a report that came back: of a delivery (RFC 3464) or of a complaint (RFC 5965). Pure, and survives anything.

A report is flat: one multipart/report with at most three parts that matter. So it is cut at its own boundary and
nothing is ever parsed inside another: no depth to exhaust, no charset to trip over, no header to misread. What is
no such report (an answer, a holiday notice, RFC 3834, a read receipt, RFC 8098) is none, whatever it quotes.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

Fields = dict[str, list[str]]

LARGEST = 256 * 1024  # bytes that are looked at
HEAD = 64 * 1024  # bytes of one group of fields
LONGEST = 2_000  # characters of one field
PARTS, GROUPS, NAMES = 8, 20, 40
NAME = re.compile(r"(?<![\w.])([cw]?\d{1,18}(?:-\d{1,5})?)\.([0-9a-f]{20})(?![\w])", re.ASCII)
TO = ("to", "delivered-to", "x-original-to", "envelope-to")
STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b", re.ASCII)
UNKNOWN_STATUS = re.compile(r"([245])\.0\.0\Z")
# RFC 5965 section 7.3 and the registry after it; not-spam and auth-failure (RFC 6591) are no complaints.
COMPLAINTS = frozenset({"abuse", "fraud", "virus", "other", "opt-out"})


class Kind(StrEnum):
    """What a report says."""

    FAILED = "failed"
    DELAYED = "delayed"
    ARRIVED = "arrived"
    COMPLAINT = "complaint"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Report:
    """names: those of ours that it may be about, (name, mark), unproven; status: such as "5.1.1", "" if none."""

    kind: Kind
    names: tuple[tuple[str, str], ...]
    status: str = ""


def is_report(content_type: str) -> bool:
    """True if a message of this Content-Type can be one."""
    return re.match(r"(?:content-type\s*:)?\s*multipart/report\b", content_type, re.IGNORECASE) is not None


def read_report(raw: bytes) -> Report | None:
    """The report, or None if it is none. Looks at the first 256 KB."""
    head, body = _split(raw[:LARGEST].replace(b"\r\n", b"\n"))
    outer = _fields(head)
    content_type = _first(outer, "content-type")
    boundary = re.search(
        r"boundary\s*=\s*(?:\"([^\"]{1,70})\"|([^\s;\"]{1,70}))", content_type, re.IGNORECASE
    )
    if not is_report(content_type) or boundary is None:
        return None
    groups: list[Fields] = []
    feedback: Fields | None = None
    returned: Fields = {}
    for part in _parts(body, (boundary[1] or boundary[2]).encode("latin-1", "replace")):
        about, inside = _split(part)
        fields = _fields(about)
        kind = _first(fields, "content-type").partition(";")[0].strip().lower()
        if kind in {"message/delivery-status", "message/global-delivery-status"}:
            groups += _groups(_decoded(inside, _first(fields, "content-transfer-encoding")))
        elif kind == "message/feedback-report":
            feedback = feedback or _fields(_decoded(inside, _first(fields, "content-transfer-encoding")))
        elif kind in {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}:
            returned = returned or _fields(_split(inside)[0])
    names = _names(outer, feedback or {}, returned, groups)
    if feedback is not None:
        said = _first(feedback, "feedback-type").lower()
        return Report(Kind.COMPLAINT if said in COMPLAINTS else Kind.NOTHING, names)
    return _of_delivery(groups, names)


def _of_delivery(groups: Iterable[Fields], names: tuple[tuple[str, str], ...]) -> Report | None:
    """One recipient, as we write to one; where there are several the mildest counts."""
    found: dict[Kind, str] = {}
    for group in groups:
        action = _first(group, "action").lower()
        if action:
            kind = {"failed": Kind.FAILED, "delayed": Kind.DELAYED}.get(action, Kind.ARRIVED)
            found.setdefault(kind, _status(group))
    for kind in (Kind.ARRIVED, Kind.DELAYED, Kind.FAILED):
        if kind in found:
            return Report(kind, names, found[kind])
    return None


def _status(group: Fields) -> str:
    """The status; where it says no more than "failed" (5.0.0), the one that the other server gave, if any."""
    own = STATUS.search(_first(group, "status"))
    status = own[1] if own else ""
    if not status or UNKNOWN_STATUS.match(status):
        other = STATUS.search(_first(group, "diagnostic-code"))
        return other[1] if other else status
    return status


def _names(
    outer: Fields, feedback: Fields, returned: Fields, groups: Iterable[Fields]
) -> tuple[tuple[str, str], ...]:
    """Where a message of ours may be named: its return address, its envelope id, its Message-ID."""
    texts = [text for name in TO for text in outer.get(name, [])]
    for group in (feedback, *groups):
        texts += [*group.get("original-envelope-id", []), *group.get("original-mail-from", [])]
    texts += [*returned.get("message-id", []), *returned.get("return-path", [])]
    found = [(match[1], match[2]) for text in texts for match in NAME.finditer(text)]
    return tuple(dict.fromkeys(found))[:NAMES]


def _parts(body: bytes, boundary: bytes) -> list[bytes]:
    """The parts between the lines of a boundary (RFC 2046 section 5.1.1); the last one may be cut off."""
    cuts = []
    for match in re.finditer(rb"(?m)^--" + re.escape(boundary) + rb"(--)?[ \t]*$", body):
        cuts.append(match)
        if match[1] or len(cuts) > PARTS:
            break
    ends = [cut.start() for cut in cuts[1:]] + ([] if cuts and cuts[-1][1] else [len(body)])
    return [body[cut.end() + 1 : end] for cut, end in zip(cuts, ends, strict=False)]


def _split(data: bytes) -> tuple[bytes, bytes]:
    """Fields and what follows the empty line after them."""
    if data.startswith(b"\n"):
        return b"", data[1:]
    head, _blank, body = data.partition(b"\n\n")
    return head, body


def _groups(data: bytes) -> list[Fields]:
    return [_fields(group) for group in re.split(rb"\n(?:[ \t]*\n)+", data[:HEAD])[:GROUPS]]


def _fields(data: bytes) -> Fields:
    """Fields by name in small letters; folded ones in one line. Latin-1, in which every byte is a character."""
    found: Fields = {}
    for line in re.sub(r"\n[ \t]+", " ", data[:HEAD].decode("latin-1")).split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), []).append(value.strip()[:LONGEST])
    return found


def _first(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0]


def _decoded(data: bytes, encoding: str) -> bytes:
    """Out of base64 or quoted-printable (RFC 6533 allows it); as it is if it cannot be read so."""
    with_ends = data.replace(b"\r\n", b"\n")
    if encoding.lower() == "base64":
        try:
            return base64.b64decode(data[:HEAD]).replace(b"\r\n", b"\n")
        except (binascii.Error, ValueError):
            return with_ends
    return quopri.decodestring(with_ends[:HEAD]) if encoding.lower() == "quoted-printable" else with_ends
