"""Telephone numbers as people type them, made one. Pure."""

from __future__ import annotations

import re

E164 = re.compile(r"\+[1-9]\d{7,14}\Z")  # ITU-T E.164: at most fifteen digits
NANP = 10  # digits of a North American number without its country


def international(typed: str, *, country: str) -> str:
    """The number as "+15550100200", or "" if it cannot be one.

    country: calling code of the agency, such as "44"; a number that begins with 0 or has no + belongs there.
    """
    digits = re.sub(r"[\s().\-/\u00a0]", "", typed.strip())
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif country == "1" and digits.isdigit() and len(digits) == NANP:
        digits = f"+1{digits}"
    elif digits.startswith("0") and country:
        digits = f"+{country}{digits[1:]}"
    elif digits.isdigit():
        digits = f"+{digits}"
    return digits if E164.match(digits) else ""


def masked(address: str) -> str:
    """Enough of an address to know it again, not enough to write it down: "s…@example.org", "+15…200"."""
    name, at, server = address.partition("@")
    return f"{name[:1]}…@{server}" if at else f"{address[:3]}…{address[-3:]}"
