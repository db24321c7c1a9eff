"""The small language of the packs' words, and its matcher.

A phrase is words with spaces between; case, accents, hyphens and other punctuation do not count, and a phrase
never runs beyond its sentence.

* `thief|burglar`         either
* `{list}`                any entry of the pack's list of that name; an entry may be several words
* `the?` `{list}?`        may be missing
* `(was|has|been)*`       none to five of these, in any order
* `_` `_4`                one word, none to four words
* `#`                     a number
* `!word` `!{list}`       the next word is none of these; `!!{list}`: none of the four words on that side
* `<name>`                what `typed.py` recognises: a name, an age under eighteen, a school, a road …
* `the [burglar]`         the finding covers what stands in the brackets

Every repetition is bounded, so the time a text takes grows with its length and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from hueandcry.preflight import typed
from hueandcry.preflight.passages import Passage, words_of
from hueandcry.preflight.vocabulary import NUMBERS

Kind = Literal["words", "any", "typed", "not"]
Sequences = dict[str, tuple[tuple[str, ...], ...]]
MANY = 5  # at most so often for `*`
REACH = 4  # words that `!!` looks over
FOUND = 400  # of one set of phrases in one passage; what is beyond is more of the same
ITEM = re.compile(r"\[|\]|\([^)]*\)[?*]?|[^\s\[\]]+")
# Too common to look from, where a phrase has a rarer word.
COMMON = frozenset(
    words_of(
        "the a an of to in on at for from by with and or is are was were be been has have had his her their our your "
        "this that these those he she they we you it who police officer officers man woman men women person people if "
        "arrested charged caught see not no le la les un une des du de et est sont au el los una y en es son se lo por "
        "con que call us report s as up out down off would could will can may re ll"
    )
)


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a phrase: single words, sequences of words by their first and by their last word, or a thing."""

    kind: Kind
    words: frozenset[str] = frozenset()
    by_first: Sequences = field(default_factory=dict)
    by_last: Sequences = field(default_factory=dict)
    typed: str = ""
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Phrase:
    """Places in order; `anchor` is the place to look from, `core` the first place to show and the one after the last."""

    elements: tuple[Element, ...]
    anchor: int
    core: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a phrase was met, in words: the whole of it, and what of it is to be shown."""

    first: int
    after: int
    core_first: int
    core_after: int


Filed = list[tuple[str, Phrase, int]]  # key, phrase, and how many words before this one its anchor begins


@dataclass
class Book:
    """All phrases of a pack in one index, so that a passage is walked once."""

    by_word: dict[str, Filed] = field(default_factory=dict)
    by_kind: dict[str, Filed] = field(default_factory=dict)

    def add(self, key: str, lines: Iterable[str], lists: Mapping[str, Sequence[str]]) -> None:
        """File phrases under a key. Raises ValueError for a phrase that holds no word to look for."""
        for line in _spread(lines, lists):
            phrase = compile_phrase(line, lists)
            element = phrase.elements[phrase.anchor]
            if element.kind == "typed":
                self.by_kind.setdefault(element.typed, []).append((key, phrase, 0))
            for word in element.words:
                self.by_word.setdefault(word, []).append((key, phrase, 0))
            for several in element.by_first.values():
                for words in several:
                    rare = max(range(len(words)), key=lambda n, w=words: (w[n] not in COMMON, len(w[n])))  # type: ignore[misc]
                    filed = self.by_word.setdefault(words[rare], [])
                    if (key, phrase, rare) not in filed:
                        filed.append((key, phrase, rare))

    def search(self, passage: Passage) -> dict[str, list[Match]]:
        """Every match of every phrase, by key, in the order of the text."""
        typed.mark(passage)
        found: dict[str, set[Match]] = {}
        for word, places in passage.places.items():
            filed = self.by_word.get(word)
            if filed is not None:
                for at in places[: typed.PLACES]:
                    _try(filed, passage, at, found)
        for kind, filed in self.by_kind.items():
            for first in list(passage.spans.get(kind, {}))[: typed.PLACES]:
                _try(filed, passage, first, found)
        return {
            key: sorted(matches, key=lambda match: (match.core_first, -match.core_after))
            for key, matches in found.items()
        }


def _spread(lines: Iterable[str], lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A line that is only a list stands for the list's entries, which may then be phrases themselves."""
    for line in lines:
        if re.fullmatch(r"\{\w+\}", line):
            yield from lists[line[1:-1]]
        else:
            yield line


def _try(filed: Filed, passage: Passage, at: int, found: dict[str, set[Match]]) -> None:
    begin, stop = passage.around(at)
    for key, phrase, ahead in filed:
        first = at - ahead
        if first < begin:
            continue
        elements, anchor = phrase.elements, phrase.anchor
        ends = _forward(passage, elements, anchor, first, stop)
        if ends is None:
            continue
        starts = _backward(passage, elements, anchor - 1, first, begin)
        if starts is None:
            continue
        kept = found.setdefault(key, set())
        if len(kept) < FOUND:
            edges = [*reversed(starts), first, *ends]  # edges[n] is where place n begins
            core = phrase.core
            kept.add(Match(edges[0], edges[-1], edges[core[0]], edges[core[1]]))


def _forward(
    passage: Passage, elements: tuple[Element, ...], place: int, at: int, stop: int
) -> tuple[int, ...] | None:
    """The word after each place from `place` on, if they follow from word `at`; None if they do not."""
    if place == len(elements):
        return ()
    for end in _ends(passage, elements[place], at, stop):
        rest = _forward(passage, elements, place + 1, end, stop)
        if rest is not None:
            return (end, *rest)
    return None


def _backward(
    passage: Passage, elements: tuple[Element, ...], place: int, at: int, begin: int
) -> tuple[int, ...] | None:
    """The first word of each place from `place` down, if they end just before word `at`; None if they do not."""
    if place < 0:
        return ()
    for start in _starts(passage, elements[place], at, begin):
        rest = _backward(passage, elements, place - 1, start, begin)
        if rest is not None:
            return (start, *rest)
    return None


def _ends(passage: Passage, element: Element, at: int, stop: int) -> Iterable[int]:
    if element.kind == "words":
        if at < stop and element.most == 1 and not element.by_first:
            return (
                (at + 1, at)[: 2 - element.least]
                if passage.words[at] in element.words
                else (at,)[element.least :]
            )
        return _repeat(element, at, lambda here: _words_on(passage, element, here, stop))
    if element.kind == "any":
        return range(at + element.least, min(at + element.most, stop) + 1)
    if element.kind == "not":
        return (
            ()
            if any(word in element.words for word in passage.words[at : min(at + element.most, stop)])
            else (at,)
        )
    end = typed.end_of(passage, element.typed, at, stop) if at < stop else None
    return (*(() if end is None else (end,)), *((at,) if element.least == 0 else ()))


def _starts(passage: Passage, element: Element, at: int, begin: int) -> Iterable[int]:
    if element.kind == "words":
        if at > begin and element.most == 1 and not element.by_last:
            return (
                (at - 1, at)[: 2 - element.least]
                if passage.words[at - 1] in element.words
                else (at,)[element.least :]
            )
        return _repeat(element, at, lambda here: _words_back(passage, element, here, begin))
    if element.kind == "any":
        return range(at - element.least, max(at - element.most, begin) - 1, -1)
    if element.kind == "not":
        return (
            ()
            if any(word in element.words for word in passage.words[max(at - element.most, begin) : at])
            else (at,)
        )
    start = typed.start_of(passage, element.typed, at, begin) if at > begin else None
    return (*(() if start is None else (start,)), *((at,) if element.least == 0 else ()))


def _repeat(element: Element, at: int, step: object) -> list[int]:
    """Where one after another of a place's words can lead, the furthest first."""
    assert callable(step)
    reached, frontier = ([at] if element.least == 0 else []), [at]
    for _time in range(element.most):
        frontier = [there for here in frontier for there in step(here)]
        if not frontier:
            break
        reached += [there for there in frontier if there not in reached]
    return sorted(reached, key=lambda there: -abs(there - at))


def _words_on(passage: Passage, element: Element, at: int, stop: int) -> list[int]:
    if at >= stop:
        return []
    word = passage.words[at]
    longer = [
        at + len(words)
        for words in element.by_first.get(word, ())
        if at + len(words) <= stop and tuple(passage.words[at : at + len(words)]) == words
    ]
    return [*longer, at + 1] if word in element.words else longer


def _words_back(passage: Passage, element: Element, at: int, begin: int) -> list[int]:
    if at <= begin:
        return []
    word = passage.words[at - 1]
    longer = [
        at - len(words)
        for words in element.by_last.get(word, ())
        if at - len(words) >= begin and tuple(passage.words[at - len(words) : at]) == words
    ]
    return [*longer, at - 1] if word in element.words else longer


def compile_phrase(line: str, lists: Mapping[str, Sequence[str]]) -> Phrase:
    """A written phrase, ready to look for. Raises ValueError if it holds no word to look for, KeyError for a list."""
    places: list[Element] = []
    first = after = -1
    for item in ITEM.findall(line):
        if item == "[":
            first = len(places)
        elif item == "]":
            after = len(places)
        else:
            places.append(_element(item, lists))
    anchor = _anchor(places)
    if anchor is None:
        raise ValueError(f"“{line}” holds no word to look for.")
    return Phrase(tuple(places), anchor, (max(first, 0), after if after >= 0 else len(places)))


def _element(item: str, lists: Mapping[str, Sequence[str]]) -> Element:
    if re.fullmatch(r"_\d{0,2}", item):
        return Element("any", least=0, most=int(item[1:])) if item[1:] else Element("any")
    least, most = 1, 1
    if item[-1] == "?":
        item, least = item[:-1], 0
    elif item[-1] == "*":
        item, least, most = item[:-1], 0, MANY
    if item[0] == "<":
        return Element("typed", typed=typed.kind(item[1:-1]), least=least)
    choices = item.lstrip("!").removeprefix("(").removesuffix(")").split("|")
    if not all(choices):
        raise ValueError(f"“{item}” has an empty choice.")
    told = [words_of(entry) for choice in choices for entry in _entries(choice, lists)]
    if not all(told) or "<" in item or any(choice[0] == "_" for choice in choices):
        raise ValueError(f"“{item}” is no choice of words.")
    if item[0] == "!":
        return Element(
            "not", frozenset(words[0] for words in told), least=0, most=REACH if item[1] == "!" else 1
        )
    long = [words for words in dict.fromkeys(told) if len(words) > 1]
    return Element(
        "words",
        frozenset(words[0] for words in told if len(words) == 1),
        {words[0]: tuple(w for w in long if w[0] == words[0]) for words in long},
        {words[-1]: tuple(w for w in long if w[-1] == words[-1]) for words in long},
        least=least,
        most=most,
    )


def _entries(choice: str, lists: Mapping[str, Sequence[str]]) -> Iterable[str]:
    if choice[0] == "{":
        return lists[choice[1:-1]]
    return NUMBERS if choice == "#" else (choice,)


def _anchor(places: list[Element]) -> int | None:
    """The place to look from: a required word, rare if there is one, or a thing that is marked beforehand."""
    best: tuple[int, int] | None = None
    for at, place in enumerate(places):
        if place.least == 0 or place.kind in {"any", "not"}:
            continue
        if place.kind == "typed" and place.typed not in typed.MARKED:
            continue
        heads = place.words | place.by_first.keys()
        cost = 1 if place.kind == "typed" else 3 if place.words & COMMON else 2 if heads & COMMON else 0
        if best is None or cost < best[0]:
            best = (cost, at)
    return None if best is None else best[1]
