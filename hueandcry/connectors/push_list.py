"""Web push: a notification to every browser that said yes (channels/listing.py, hueandcry/lists)."""

from __future__ import annotations

from datetime import date

from hueandcry.channels.connector import Counting, Limits
from hueandcry.channels.listing import ListConnector

LIMITS = Limits(
    characters=1_000,
    size=2_400,  # bytes: with title and link below the 3,993 that fit into 4,096 when closed
    card=True,
    counting=Counting.GRAPHEMES,
    title_characters=120,
    source="RFC 8030 section 7.2 (4,096 bytes), RFC 8291 section 4",
    read_on=date(2026, 11, 22),
)
CONNECTOR = ListConnector("push_list", LIMITS)
