"""The e-mail list: one plain message to everybody who asked for it (channels/listing.py, hueandcry/lists)."""

from __future__ import annotations

from datetime import date

from hueandcry.channels.connector import Counting, Limits
from hueandcry.channels.listing import ListConnector

LIMITS = Limits(
    characters=20_000,
    counting=Counting.CODE_POINTS,
    title_characters=150,
    source="our own; RFC 5322 section 2.1.1 lets a line have 998 characters, and quoted-printable breaks them",
    read_on=date(2026, 11, 22),
)
CONNECTOR = ListConnector("email_list", LIMITS)
