"""Names of things: references such as "appeal:12", and random public identifiers."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32, lower case: no i, l, o, u


def ref(kind: str, number: int | str) -> str:
    """The reference of one thing, as the record writes it: kind "appeal" and number 12 make "appeal:12"."""
    return f"{kind}:{number}"


def person_number(reference: str) -> int:
    """The number in "person:12"; 0 for the system, for nobody and for any other thing."""
    kind, _colon, number = reference.partition(":")
    return int(number) if kind == "person" and number.isdigit() else 0


def random_id(length: int = 16) -> str:
    """A random identifier of `length` characters, 5 bits each (16 characters: 80 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
