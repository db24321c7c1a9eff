"""How many characters a text has, as each channel counts. Pure: no database, no network, no clock.

Sources: Mastodon, docs "posting" and app/lib status_length_validator (links 23, a mention without its server), read
2026-11-22; X, "Counting characters" and twitter-text configuration v3 (weights 100 and 200 of 100, links 23), read
2026-11-22; SMS, 3GPP TS 23.038 (GSM 7 bit default alphabet and its extension table).
"""

from __future__ import annotations

import re
import unicodedata

from hueandcry.channels.connector import Counting
from hueandcry.kernel.segments import Segments, segments
from hueandcry.kernel.text import graphemes, length

__all__ = ["Segments", "count", "cut", "segments"]

LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]’”]")
LINK_LENGTH = 23
MENTION = re.compile(r"(?<![\w/])@(\w+)@[\w.-]+\w")
# twitter-text 3: these ranges weigh 1, all else 2.
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))


def count(text: str, counting: Counting) -> int:
    """Characters of the text in the channel's own counting; for SEGMENTS, septets or UTF-16 units."""
    match counting:
        case Counting.GRAPHEMES:
            return length(text)
        case Counting.LINKS_23:
            return length(MENTION.sub(r"@\1", LINK.sub("x" * LINK_LENGTH, text)))
        case Counting.WEIGHTED:
            return _weighted(text)
        case Counting.CODE_POINTS:
            return len(text)
        case Counting.SEGMENTS:
            return segments(text).used


def cut(text: str, *, characters: int, counting: Counting, size: int | None = None) -> str:
    """The text shortened at a space, with “…” at its end, so that it counts at most `characters`.

    size: at most so many UTF-8 bytes. A text that fits comes back as it is.
    """

    def fits(candidate: str) -> bool:
        return count(candidate, counting) <= characters and (size is None or len(candidate.encode()) <= size)

    if fits(text):
        return text
    clusters = graphemes(text)
    low, high = 0, len(clusters)
    while low < high:  # the longest beginning that fits with its mark; a count never falls as a text grows
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits("".join(clusters[:middle]) + "…") else (low, middle - 1)
    kept = "".join(clusters[:low])
    space = max(kept.rfind(" "), kept.rfind("\n"))
    if space > len(kept) // 2:
        kept = kept[:space]
    return kept.rstrip(" \n,;:") + "…"


def _weighted(text: str) -> int:
    whole = unicodedata.normalize("NFC", text)
    links = len(LINK.findall(whole))
    return links * LINK_LENGTH + sum(_weight(cluster) for cluster in graphemes(LINK.sub("", whole)))


def _weight(cluster: str) -> int:
    """One emoji, however many code points it is made of, weighs 2; other clusters the sum of their code points."""
    if len(cluster) > 1 and any(ord(letter) >= 0x1F000 or letter in "\u200d\ufe0f" for letter in cluster):  # noqa: PLR2004
        return 2
    return sum(1 if any(low <= ord(letter) <= high for low, high in LIGHT) else 2 for letter in cluster)
