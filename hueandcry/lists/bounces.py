"""Read a message that came back (RFC 3464) and say whose address is dead. Nothing of it is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default as RULES  # noqa: N812 - a constant of ours

from hueandcry.kernel.sealing import same
from hueandcry.lists import vault
from hueandcry.lists.models import Sending
from hueandcry.lists.returns import come_back

LARGEST = 1024 * 1024  # bytes
OURS = re.compile(r"<?(\d{1,18})\.([0-9a-f]{20})(?:@[\w.-]+)?>?\Z")


@dataclass(frozen=True, slots=True)
class Report:
    """What a delivery report says. number: of the sending it is about; status: such as "5.1.1"; action: "failed"."""

    number: int
    status: str
    action: str

    @property
    def for_good(self) -> bool:
        """True if the address itself is wrong (RFC 3463: 5.1 addressing, 5.2.1 mailbox disabled)."""
        return self.action == "failed" and self.status.startswith(("5.1.", "5.2.1"))


def read_report(raw: bytes) -> Report | None:
    """The report, if it is one and about a message of ours; anybody can write to our address, so it must carry our mark."""
    mail = message_from_bytes(raw[:LARGEST], policy=RULES)
    number = _ours(mail)
    if number is None:
        return None
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _blocks(part):
            action = str(block.get("Action", "")).strip().lower()
            status = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})", str(block.get("Status", "")))
            if action and status:
                return Report(number, status[1], action)
    return None


def take_bounce(raw: bytes) -> str:
    """Note what came back; returns a line for whoever runs the command. Safe to run twice with the same message."""
    report = read_report(raw)
    if report is None:
        return "This is not a report about a message of ours. Nothing was changed."
    if report.action != "failed":
        return f"{report.action} ({report.status}): nothing to do."
    row = Sending.objects.filter(pk=report.number).first()
    if row is None or not come_back(row, for_good=report.for_good, reason=f"came back ({report.status})"):
        return "Known already."
    return "Came back, and the address is dead: paused." if report.for_good else "Came back; counted."


def _ours(mail: Mail) -> int | None:
    """The number of the sending: from the envelope id, or from the headers that came back with it."""
    candidates = []
    for part in mail.walk():
        candidates += [
            str(value) for name in ("Original-Envelope-Id", "Message-ID") for value in part.get_all(name, [])
        ]
        if part.get_content_type() == "message/delivery-status":
            for block in _blocks(part):
                candidates.append(str(block.get("Original-Envelope-Id", "")))
        if part.get_content_type() == "text/rfc822-headers":
            body = part.get_payload(decode=True)
            inner = message_from_bytes(body if isinstance(body, bytes) else b"", policy=RULES)
            candidates.append(str(inner.get("Message-ID", "")))
    for text in candidates:
        found = OURS.match(text.strip())
        if found and same(vault.message_mark(int(found[1])).encode(), found[2].encode()):
            return int(found[1])
    return None


def _blocks(part: Mail) -> list[Mail]:
    """The groups of fields of a delivery status, each read as headers."""
    inner = part.get_payload()
    return [block for block in inner if isinstance(block, Mail)] if isinstance(inner, list) else []
