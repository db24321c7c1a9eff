"""What every way of looking shares: the passages of a draft, where the pack's words stand in them, and a hit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hueandcry.preflight.packs import ANY, LANGUAGES, Pack, Rule
from hueandcry.preflight.passages import Passage, read, words_of
from hueandcry.preflight.phrases import Match
from hueandcry.preflight.values import Draft, HeldMatter

NEAR = 40  # words on each side in which “the same sentence” is looked for
BEFORE = 3  # words between a hedge and what it hedges
LISTENED = 2000  # words from which the language is heard
# Small words that tell a language; three of them are enough to read a text in that language as well.
TELLING = {
    "en": frozenset(words_of("the and was were with for have has this are you our to of in on is")),
    "fr": frozenset(
        words_of(
            "les des est une de dans pour avec nous vous aux sur été cette le du et un au par qui ne pas à la a l d nos sont il elle ses leur mais ou chez votre"
        )
    ),
    "es": frozenset(
        words_of(
            "los las una para con del está por fue nuestra su como que el y un al se lo la en de si a hay están nos ya sus pero o"
        )
    ),
}
ENOUGH = 3


@dataclass(frozen=True)
class Hit:
    """Where a rule saw something. `values` fill the braces of its sentence."""

    part: str
    start: int = 0
    end: int = 0
    seen: str = ""
    offer: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    matter: HeldMatter | None = None


@dataclass
class Reading:
    """A passage and every place in it where words of the pack stand."""

    passage: Passage
    found: dict[str, list[tuple[Match, str]]]  # "rule/set" → matches and the language of each, in order
    first: dict[str, list[int]] = field(default_factory=dict)

    def of(self, rule: Rule, name: str) -> list[tuple[Match, str]]:
        """The matches of one of the rule's sets of words."""
        return self.found.get(f"{rule.id}/{name}", [])

    def near(self, rule: Rule, name: str, match: Match) -> bool:
        """True if words of the set stand in the sentence of the match, not further away than NEAR words."""
        cues = self.of(rule, name)
        if not cues:
            return False
        begin, stop = self.passage.around(match.first)
        low, high = max(begin, match.first - NEAR), min(stop, match.after + NEAR)
        return any(
            cue.after <= high and (not rule.more.get("looks_around") or not _inside(cue, match))
            for cue in self._from(f"{rule.id}/{name}", low, high)
        )

    def before(self, rule: Rule, name: str, match: Match) -> bool:
        """True if words of the set end at most BEFORE words before what is to be shown, in the same sentence."""
        if not self.of(rule, name):
            return False
        begin, _stop = self.passage.around(match.first)
        low = max(begin, match.core_first - BEFORE - 8)
        return any(
            0 <= match.core_first - cue.after <= BEFORE
            for cue in self._from(f"{rule.id}/{name}", low, match.core_first)
        )

    def last_before(self, rule: Rule, name: str, at: int) -> int:
        """How many words before word `at` the nearest cue of its sentence ends; a large number if there is none."""
        begin, _stop = self.passage.around(at)
        ends = [
            cue.after
            for cue in self._from(f"{rule.id}/{name}", max(begin, at - NEAR), at)
            if cue.after <= at + 1
        ]
        return at - max(ends) if ends else NEAR * 2

    def next_after(self, rule: Rule, name: str, at: int) -> int:
        """How many words after word `at` the next cue of its sentence begins; a large number if there is none."""
        _begin, stop = self.passage.around(at)
        starts = [cue.first for cue in self._from(f"{rule.id}/{name}", at, min(stop, at + NEAR))]
        return min(starts) - at if starts else NEAR * 2

    def _from(self, key: str, low: int, high: int) -> Iterator[Match]:
        matches = self.found.get(key, [])
        firsts = self.first.get(key)
        if firsts is None:
            firsts = self.first[key] = [match.first for match, _language in matches]
        for at in range(bisect_left(firsts, low), len(matches)):
            if firsts[at] > high:
                return
            yield matches[at][0]


def _inside(cue: Match, match: Match) -> bool:
    """True if the cue is a part of what is to be shown: the “Church” of “14 Church Road” is no church."""
    return (
        match.core_first <= cue.first
        and cue.after <= match.core_after
        and (cue.first, cue.after) != (match.core_first, match.core_after)
    )


@dataclass
class Look:
    """Everything a way of looking may look at."""

    draft: Draft
    pack: Pack
    readings: list[Reading]

    @property
    def written(self) -> list[Reading]:
        """What people read as text: not the descriptions of pictures."""
        return [reading for reading in self.readings if not reading.passage.part.startswith("picture:")]


def look_at(draft: Draft, pack: Pack) -> Look:
    """Read every part of a draft once, with the pack's words for its languages."""
    parts = [("text", draft.text), ("title", draft.title), ("card", draft.card)]
    parts += [(f"own:{label}", text) for label, text in draft.own_texts.items()]
    parts += [(f"picture:{picture.name}", picture.alt) for picture in draft.pictures]
    passages = [read(part, text) for part, text in parts if text]
    return Look(draft, pack, [Reading(passage, _found(passage, draft, pack)) for passage in passages])


def _found(passage: Passage, draft: Draft, pack: Pack) -> dict[str, list[tuple[Match, str]]]:
    together: dict[str, list[tuple[Match, str]]] = {}
    for language in _languages(passage, draft.language):
        for key, matches in pack.books[language].search(passage).items():
            together.setdefault(key, []).extend((match, language) for match in matches)
    for pairs in together.values():
        pairs.sort(key=lambda pair: (pair[0].first, pair[0].core_first, -pair[0].core_after))
    return together


def _languages(passage: Passage, told: str) -> list[str]:
    words = passage.words[:LISTENED]
    heard_words = {language: sum(word in telling for word in words) for language, telling in TELLING.items()}
    heard = [
        language for language in LANGUAGES if language == (told or "en") or heard_words[language] >= ENOUGH
    ]
    if not told and not (heard_words["en"] or len(heard) > 1):
        heard += [language for language in ("fr", "es") if heard_words[language] > 1]
    return [*heard, ANY]
