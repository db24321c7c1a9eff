"""The SMS list: a text of at most three parts to everybody who asked for it (channels/listing.py, hueandcry/lists).

The lists room puts agency and level in front (about 30 characters) and counts the parts of the whole.
"""

from __future__ import annotations

from datetime import date

from hueandcry.channels.connector import Counting, Limits
from hueandcry.channels.listing import ListConnector

LIMITS = Limits(
    characters=420,  # with agency and level in front, three parts of 153
    counting=Counting.SEGMENTS,
    source="3GPP TS 23.040 section 9.2.3.24.1 (153 septets in a part of several); our own limit of three parts",
    read_on=date(2026, 11, 22),
)
CONNECTOR = ListConnector("sms_list", LIMITS)
