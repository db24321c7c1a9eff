"""Looking at how it is written: capitals, hashtags, emoji, letters that are none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from hueandcry.preflight.looking import Hit, Look
from hueandcry.preflight.packs import Rule
from hueandcry.preflight.passages import Passage, fold

HASHTAG = re.compile(r"(?<![\w&/])#(\w{6,80})")
CAPITAL = re.compile(r"[^\W\d_a-zß-ÿ]{2}")
FANCY = re.compile("[\U0001d400-\U0001d7ff]{2,}(?:[ ,.!?'-]{1,2}[\U0001d400-\U0001d7ff]+)*")
PICTURE = (
    "[\u231a-\u23ff\u25aa-\u27bf\u2b05-\u2bff\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
EMOJI = re.compile(
    f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|{PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d{PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*)*)"
)
CAPITALS_WORDS, CAPITALS_LETTERS = 5, 20
SHOUT_WORDS, SHOUT_LETTERS = 4, 19
LONG_TAG = 16  # letters; few English words have so many
SHORT_PIECE, LONG_PIECE = 3, 4


def capitals(rule: Rule, look: Look) -> Iterator[Hit]:
    """Five words and twenty letters in a row in capitals, or four long words."""
    del rule
    for reading in look.written:
        yield from _runs(reading.passage)


def _runs(passage: Passage) -> Iterator[Hit]:
    text, run = passage.text, []
    letters = 0
    if not CAPITAL.search(text):
        return
    for at, (start, end) in enumerate(zip(passage.starts, passage.ends, strict=True)):
        word = text[start:end]
        if word.isupper() and text[start - 1 : start] != "#":
            run.append(at)
            letters += end - start
        elif run and not word.isdigit():
            yield from _run(passage, run, letters)
            run, letters = [], 0
    yield from _run(passage, run, letters)


def _run(passage: Passage, run: list[int], letters: int) -> Iterator[Hit]:
    enough = len(run) >= CAPITALS_WORDS and letters >= CAPITALS_LETTERS
    if enough or (len(run) >= SHOUT_WORDS and letters >= SHOUT_LETTERS):
        start, end = passage.starts[run[0]], passage.ends[run[-1]]
        yield Hit(passage.part, start, end, passage.text[start:end])


def hashtags(rule: Rule, look: Look) -> Iterator[Hit]:
    """#roadsafety and #ROADSAFETY; #RoadSafety and #police are fine."""
    known, single = frozenset(rule.more["known"]), frozenset(rule.more["single"])
    for reading in look.written:
        for found in HASHTAG.finditer(reading.passage.text):
            tag = found[1]
            if not (tag.islower() or tag.isupper()):
                continue
            pieces = _pieces(fold(tag), known, single)
            if pieces:
                offer = (
                    "#" + "".join(piece[:1].upper() + piece[1:] for piece in pieces) if pieces[0] else None
                )
                yield Hit(reading.passage.part, found.start(), found.end(), found[0], offer)


def _pieces(tag: str, known: frozenset[str], single: frozenset[str]) -> list[str]:
    """The words run together in a tag; [""] if there are several and they are not known; [] if it is one word."""
    if tag in single or tag in known:
        return []
    best: list[list[str] | None] = [[], *([None] * len(tag))]
    for end in range(1, len(tag) + 1):
        for start in range(max(0, end - 14), end):
            ahead = best[start]
            piece = tag[start:end]
            if ahead is not None and piece in known | single | {piece if piece.isdigit() else ""}:
                here = best[end]
                if here is None or len(ahead) + 1 < len(here):
                    best[end] = [*ahead, piece]
    whole = best[-1]
    if whole is not None and len(whole) > 1 and sum(len(piece) >= SHORT_PIECE for piece in whole) > 1:
        return whole
    if len(tag) >= LONG_TAG:
        return [""]
    ends = any(
        len(piece) >= LONG_PIECE
        and len(tag) - len(piece) >= LONG_PIECE + 1
        and (tag.startswith(piece) or tag.endswith(piece))
        for piece in known
    )
    return [""] if ends else []


def emoji(rule: Rule, look: Look) -> Iterator[Hit]:
    """Several in a row, or many in all."""
    for reading in look.written:
        text = reading.passage.text
        if text.isascii():
            continue
        spans = [found.span() for found in EMOJI.finditer(text)]
        run: list[tuple[int, int]] = []
        hits = 0
        for span in [*spans, (len(text) + 9, 0)]:
            if run and text[run[-1][1] : span[0]].strip():
                run = []
            elif run and span[0] > len(text):
                break
            run.append(span)
            if len(run) == rule.more["in_a_row"]:
                hits += 1
                end = _row_end(text, spans, span)
                yield Hit(reading.passage.part, run[0][0], end, text[run[0][0] : min(end, run[0][0] + 60)])
        if not hits and len(spans) >= rule.more["in_all"]:
            first = spans[0]
            yield Hit(reading.passage.part, *first, text[slice(*first)])


def _row_end(text: str, spans: list[tuple[int, int]], at: tuple[int, int]) -> int:
    end = at[1]
    for start, stop in spans[spans.index(at) + 1 :]:
        if text[end:start].strip():
            break
        end = stop
    return end


def fancy(rule: Rule, look: Look) -> Iterator[Hit]:
    """Mathematical letters: bold and italic that are none."""
    del rule
    for reading in look.written:
        for found in FANCY.finditer(reading.passage.text) if not reading.passage.text.isascii() else ():
            plain = unicodedata.normalize("NFKC", found[0])
            yield Hit(reading.passage.part, found.start(), found.end(), found[0], plain, {"plain": plain})
