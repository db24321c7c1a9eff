"""One text of a draft, read once: its words without case and accents, where they stand, and its sentences."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from hueandcry.preflight.vocabulary import ABBREVIATIONS

WORD = re.compile(r"([\w\u0300-\u036f]+)")
MARK = re.compile("[\u0300-\u036f]")
ENDS = re.compile(r"[.!?…\n\r。！？]")
TOP = "com|org|net|gov|edu|mil|int|info|uk|ca|us|eu|fr|es|ie|au|nz|io|ly|co|me|gl|gd|cc|to|be|tv|al|app|dev|page|site"
ADDRESS = re.compile(
    r"https?://\S+"
    rf"|(?<![\w.@/-])(?:[\w-]{{1,63}}\.){{1,5}}(?:{TOP}|link|news|police|example|test|local)(?:/\S*)?(?![\w@-])"
    r"|(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-zA-Z]{2,24}"
)
SHOUTED = 4  # words in capitals that make a sentence loud


def _table() -> dict[int, str]:
    """One letter for one letter: the text keeps its length, so that offsets stay true."""
    table = {0x130: "i", 0xD8: "o", 0xF8: "o", 0x141: "l", 0x142: "l", 0x111: "d", 0x110: "d"}
    for number in [
        *range(0xC0, 0x250),
        *range(0x1D400, 0x1D800),
        *range(0x1E00, 0x1F00),
        *range(0xFF10, 0xFF5B),
    ]:
        base = unicodedata.normalize("NFKD", chr(number))[0]
        if base.isascii() and base.isalnum():
            table.setdefault(number, base.lower())
    return table


FOLD = _table()


def fold(text: str) -> str:
    """Without case and accents, and exactly as long."""
    if not text.isascii():
        text = text.translate(FOLD)
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a short text, as a passage would hold them."""
    return tuple(MARK.sub("", word) for word in WORD.findall(fold(text)))


@dataclass
class Passage:
    """A text and its words; `words[i]` stands at `text[starts[i]:ends[i]]` in the sentence `sentence[i]`."""

    part: str
    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    gaps: list[str]  # what stands before word i; the last one stands after the last word
    sentence: list[int]  # number of the sentence of each word
    bounds: list[int]  # sentence n has the words bounds[n] to bounds[n + 1]
    addresses: list[tuple[int, int]]
    places: dict[str, list[int]]  # each word, and where it stands
    spans: dict[str, dict[int, int]] = field(default_factory=dict)  # kind → first word → word after the last
    spans_back: dict[str, dict[int, int]] = field(default_factory=dict)  # kind → word after the last → first
    _loud: dict[int, bool] = field(default_factory=dict)

    def around(self, at: int) -> tuple[int, int]:
        """First word and word after the last of the sentence in which word `at` stands."""
        number = self.sentence[at]
        return self.bounds[number], self.bounds[number + 1]

    def word_at(self, offset: int) -> int:
        """The word that stands at this offset or is the next after it; never beyond the last."""
        return min(
            max(bisect_right(self.starts, offset) - 1, bisect_left(self.ends, offset + 1)),
            len(self.words) - 1,
        )

    def capital(self, at: int) -> bool:
        """True if word `at` begins with a capital letter."""
        return self.text[self.starts[at]].isupper()

    def loud(self, at: int) -> bool:
        """True if most of the sentence around word `at` is in capitals, so that a capital says nothing."""
        number = self.sentence[at]
        if number not in self._loud:
            first = self.bounds[number]
            last = min(self.bounds[number + 1], first + 60)
            seen = [self.text[self.starts[i] : self.ends[i]] for i in range(first, last)]
            upper = sum(len(word) > 1 and word.isupper() for word in seen)
            self._loud[number] = upper >= SHOUTED and upper * 2 > len(seen)
        return self._loud[number]

    def add_span(self, kind: str, first: int, after: int) -> None:
        """Remember that the words first … after-1 are one thing of this kind."""
        self.spans.setdefault(kind, {})[first] = max(after, self.spans.get(kind, {}).get(first, 0))
        self.spans_back.setdefault(kind, {})[after] = min(
            first, self.spans_back.get(kind, {}).get(after, first)
        )


def read(part: str, text: str) -> Passage:
    """Read a text once. Web and e-mail addresses hold no words."""
    folded = fold(text)
    addresses = [found.span() for found in ADDRESS.finditer(text)] if "." in text else []
    if addresses:
        folded = _blank(folded, addresses)
    pieces = WORD.split(folded)
    words = pieces[1::2]
    edges = [0, *accumulate(map(len, pieces))]
    if MARK.search(folded):
        words = [MARK.sub("", word) for word in words]
    gaps = pieces[0::2]
    sentence, bounds = _sentences(words, gaps)
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word, []).append(at)
    return Passage(
        part, text, words, edges[1:-1:2], edges[2:-1:2], gaps, sentence, bounds, addresses, places)  # fmt: skip


def _blank(folded: str, spans: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [folded[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, folded[at:]])


def _sentences(words: list[str], gaps: list[str]) -> tuple[list[int], list[int]]:
    numbers: list[int] = []
    bounds = [0]
    ends = {" ": False, ", ": False}  # the same few gaps come again and again
    number = 0
    for at, gap in enumerate(gaps[:-1]):
        over = ends.get(gap)
        if over is None:
            over = ends[gap] = bool(ENDS.search(gap))
        if over and at and not _abbreviated(words[at - 1], gap):
            number += 1
            bounds.append(at)
        numbers.append(number)
    bounds.append(len(words))
    return numbers, bounds


def _abbreviated(word: str, gap: str) -> bool:
    """True for “Mr. ”, “St. ”, an initial, and between the figures of 4.30."""
    return gap == "." or (gap == ". " and (word in ABBREVIATIONS or (len(word) == 1 and word.isalpha())))
