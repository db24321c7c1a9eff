# ruff: noqa: PLR2004 - the figures are code points of UAX #29
"""Counting text as people see it: grapheme clusters (Unicode UAX #29, extended), without tables of our own.

The classes come from Python's `unicodedata`; where that is coarser than the standard, a cluster is split
rather than joined, so the count is never below what a server counts and a fitted text is never refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

ZWJ = "\u200d"
ZWNJ = "\u200c"
LAST_L, LAST_V, LAST_T = 0x115F, 0x11A7, 0x11FF  # Hangul jamo: leading, vowel, trailing


def graphemes(text: str) -> list[str]:
    """The text cut into what a reader sees as one character each; joined again it is the text."""
    return list(_clusters(text))


def length(text: str) -> int:
    """How many characters a reader sees."""
    return sum(1 for _ in _clusters(text))


def shorten(text: str, *, characters: int, size: int | None = None) -> str:
    """The text cut to at most `characters` clusters and `size` UTF-8 bytes, at a space, with “…” at the end.

    A text that fits comes back as it is.
    """
    if length(text) <= characters and (size is None or len(text.encode()) <= size):
        return text
    kept: list[str] = []
    used = len("…".encode())
    for cluster in _clusters(text):
        used += len(cluster.encode())
        if len(kept) + 1 >= characters or (size is not None and used > size):
            break
        kept.append(cluster)
    cut = "".join(kept)
    space = max(cut.rfind(" "), cut.rfind("\n"))
    if space > len(cut) // 2:
        cut = cut[:space]
    return cut.rstrip(" \n,;:") + "…"


def _clusters(text: str) -> Iterator[str]:
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or _breaks(text, start, end):
            yield text[start:end]
            start = end


def _breaks(text: str, start: int, at: int) -> bool:  # noqa: PLR0911 - one return for each rule
    """True if a new cluster begins at `at`; the cluster in hand began at `start`. Rule names: UAX #29."""
    left, right = text[at - 1], text[at]
    if left == "\r" and right == "\n":  # GB3
        return False
    if _control(left) or _control(right):  # GB4, GB5
        return True
    if _hangul_joins(left, right):  # GB6 to GB8
        return False
    if _extends(right) or right == ZWJ or unicodedata.category(right) == "Mc":  # GB9, GB9a
        return False
    if left == ZWJ and _pictographic(right):  # GB11
        base = text[start : at - 1].rstrip("\ufe0f" + "".join(chr(c) for c in range(0x1F3FB, 0x1F400)))
        return not (base and _pictographic(base[-1]))
    if _regional(left) and _regional(right):  # GB12, GB13
        return (at - start) % 2 == 0
    return True  # GB999


def _control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Zl", "Zp"} or (
        unicodedata.category(char) == "Cf" and char not in {ZWJ, ZWNJ} and not _tag(char)
    )


def _extends(char: str) -> bool:
    return (
        unicodedata.category(char) in {"Mn", "Me"}
        or char in {ZWNJ, "\u0e33", "\u0eb3"}  # and the Thai and Lao vowel AM
        or 0x1F3FB <= ord(char) <= 0x1F3FF  # skin tones
        or _tag(char)
    )


def _tag(char: str) -> bool:
    return 0xE0020 <= ord(char) <= 0xE007F


def _regional(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def _pictographic(char: str) -> bool:
    """Symbols that may be joined into one emoji by ZWJ."""
    number = ord(char)
    return (
        number in {0xA9, 0xAE, 0x203C, 0x2049, 0x2122, 0x2139, 0x3030, 0x303D, 0x3297, 0x3299}
        or 0x2194 <= number <= 0x21AA
        or (0x2300 <= number <= 0x27BF and unicodedata.category(char) == "So")
        or 0x2934 <= number <= 0x2935
        or 0x2B05 <= number <= 0x2B55
        or (0x1F000 <= number <= 0x1FAFF and not _regional(char) and not _extends(char))
    )


def _hangul_joins(left: str, right: str) -> bool:
    one, two = _hangul(left), _hangul(right)
    return (
        (one == "L" and two in {"L", "V", "LV", "LVT"})
        or (one in {"LV", "V"} and two in {"V", "T"})
        or (one in {"LVT", "T"} and two == "T")
    )


def _hangul(char: str) -> str:
    number = ord(char)
    if 0x1100 <= number <= LAST_T:
        return "L" if number <= LAST_L else "V" if number <= LAST_V else "T"
    if 0xAC00 <= number <= 0xD7A3:
        return "LV" if (number - 0xAC00) % 28 == 0 else "LVT"
    return ""


def plain(text: str) -> str:
    """Without case and accents, to search in."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
