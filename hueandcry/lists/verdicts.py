"""What a status says about the address it came back from. Pure: the published rule of docs/connectors.md, part A.

Statuses are those of RFC 3463 as amended (IANA, SMTP Enhanced Status Codes, read 2026-11-22): class.subject.detail.
"""

from __future__ import annotations

from enum import StrEnum

# There is nobody: no such mailbox, no such domain, no address at all, moved away, takes no mail (RFC 7505), disabled.
NOBODY = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
# Of ours: our sender (1.7, 1.8, RFC 7372 and 7505: 1.9), too long (2.3, 3.4), and below: protocol, content, policy.
OURS = frozenset({"1.7", "1.8", "1.9", "2.3", "3.4"})
OUR_SUBJECTS = ("5.", "6.", "7.")


class Verdict(StrEnum):
    """dead: not written to again; counted: three in a row and not written to again; ours: it says nothing of them."""

    DEAD = "dead"
    COUNTED = "counted"
    OURS = "ours"


def verdict(status: str) -> Verdict:
    """What a message that came back with this status (such as "5.1.1", "" if there was none) says of the address."""
    if status in NOBODY:
        return Verdict.DEAD
    rest = status.partition(".")[2]
    if rest in OURS or rest.startswith(OUR_SUBJECTS):
        return Verdict.OURS
    return Verdict.COUNTED
