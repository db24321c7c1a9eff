"""Looking at words: the packs' phrases, masked words, matters that are held."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from hueandcry.preflight import typed
from hueandcry.preflight.looking import Hit, Look, Reading
from hueandcry.preflight.packs import Rule
from hueandcry.preflight.passages import Passage, fold, read, words_of
from hueandcry.preflight.phrases import COMMON, Match
from hueandcry.preflight.values import HeldMatter
from hueandcry.preflight.vocabulary import NOT_NAMES, OFFICERS

SIGN = re.compile(r"[a-zA-Z][*@$!#]|[@$][a-zA-Z]")
MASKED = re.compile(r"(?<![\w*@$#])[a-z@$][a-z*@$!#]{1,11}(?![\w*])")
WINDOW = 30  # words in which the words of a held matter must stand together
FEW = 3  # words of a matter that must all be there
SHARE = 0.6  # of them, if they are more
VOWELS = "aeiou"


def phrases(rule: Rule, look: Look) -> Iterator[Hit]:
    """The rule's phrases, where nothing that permits them stands by and what they need does."""
    for reading in look.readings:
        matches = reading.of(rule, "words")
        if not matches or reading.of(rule, "unless_text"):
            continue
        if "needs_text" in rule.sets and not reading.of(rule, "needs_text") and not _known(rule, look):
            continue
        for match, language in matches:
            if _permitted(reading, rule, match):
                continue
            passage = reading.passage
            start, end = (
                passage.starts[match.core_first],
                passage.ends[max(match.core_after, match.core_first + 1) - 1],
            )
            seen = passage.text[start:end]
            if rule.names and _cleared(seen, look.draft.names_cleared):
                continue
            yield _offered(rule, language, passage, Hit(passage.part, start, end, seen))


def _known(rule: Rule, look: Look) -> bool:
    """True if the rule needs a person to be known, and the stage says that one is."""
    return bool(rule.more.get("stage_suffices")) and look.draft.stage not in {"", "unknown"}


def _permitted(reading: Reading, rule: Rule, match: Match) -> bool:
    return (
        reading.near(rule, "unless", match)
        or reading.before(rule, "unless_before", match)
        or ("needs" in rule.sets and not reading.near(rule, "needs", match))
    )


def _cleared(seen: str, names: frozenset[str]) -> bool:
    told = f" {' '.join(words_of(seen))} "
    return any(f" {' '.join(words_of(name))} " in told for name in names if name.strip())


def _offered(rule: Rule, language: str, passage: Passage, hit: Hit) -> Hit:
    """With what may stand in its place; “an arsonist” becomes “a suspected arsonist”."""
    template = rule.offer.get(language)
    if template is None:
        return hit
    offer = template.replace(
        "{seen}", hit.seen[:1].lower() + hit.seen[1:] if not template.startswith("{") else hit.seen
    )
    start = hit.start
    before = passage.text[max(0, start - 3) : start]
    if language == "en" and re.fullmatch(r"\W[Aa]n |[Aa]n ", before) and offer[0] not in VOWELS:
        start -= 3
        offer = f"{passage.text[start]} {offer}"
    elif hit.seen[:1].isupper():
        offer = offer[0].upper() + offer[1:]
    return Hit(hit.part, start, hit.end, passage.text[start : hit.end], offer)


def masked(rule: Rule, look: Look) -> Iterator[Hit]:
    """Words of a list written with stars or signs in them: “sh*t”, “f***”."""
    for reading in look.readings:
        text = reading.passage.text
        for found in MASKED.finditer(fold(text)) if SIGN.search(text) else ():
            word = found[0].rstrip("!#")
            if any(sign in word for sign in "*@$!#") and any(
                _reads(word, whole) for whole in rule.more["masked"]
            ):
                end = found.start() + len(word)
                yield Hit(reading.passage.part, found.start(), end, text[found.start() : end])


def _reads(word: str, whole: str) -> bool:
    """True if the word is the whole one with some letters hidden, and at least one shown."""
    pairs = list(zip(word, whole, strict=False))
    return (
        len(word) == len(whole)
        and any(one == two for one, two in pairs)
        and all(one == two or not one.isalpha() for one, two in pairs)
    )


def held(rule: Rule, look: Look) -> Iterator[Hit]:
    """Words of a matter that may not be spoken of, standing together; the permitted line may."""
    kin = {word: family[0] for family in rule.more["kin"] for word in family}
    for matter in look.draft.held_matters:
        for words in matter.words:
            for reading in look.readings:
                hit = _spoken(reading.passage, words, matter, kin)
                if hit is not None:
                    yield hit


def _spoken(passage: Passage, words: str, matter: HeldMatter, kin: Mapping[str, str]) -> Hit | None:
    """Where enough of the matter's words stand together: a person's whole name, all of three words, most of more."""
    told = read("matter", words)
    stems = {word: _stem(word, kin) for word in passage.places}
    for at in range(len(told.words)):
        name = typed.name_at(told, at)
        if name is not None:
            hit = _together(passage, {_stem(word, kin) for word in told.words[slice(*name)]}, stems, matter)
            if hit is not None:
                return hit
    wanted = {
        _stem(word, kin) for word in told.words if word not in COMMON and (len(word) > 1 or word.isdigit())
    }
    own = {
        _stem(word, kin)
        for at, word in enumerate(told.words)
        if told.capital(at)
        and word.isalpha()
        and len(word) > FEW
        and word not in NOT_NAMES
        and word not in OFFICERS
    }
    for name_of_its_own in sorted(own):  # a name that only this matter has, and one more of its words
        for other in sorted(wanted - {name_of_its_own}):
            hit = _together(passage, {name_of_its_own, other}, stems, matter)
            if hit is not None:
                return hit
    return _together(passage, wanted, stems, matter) if wanted else None


def _together(passage: Passage, wanted: set[str], stems: Mapping[str, str], matter: HeldMatter) -> Hit | None:
    enough = len(wanted) if len(wanted) <= FEW else math.ceil(SHARE * len(wanted))
    places = sorted(at for word, stem in stems.items() if stem in wanted for at in passage.places[word])
    inside: Counter[str] = Counter()
    low = 0
    for at in places:
        inside[stems[passage.words[at]]] += 1
        while at - places[low] > WINDOW:
            inside[stems[passage.words[places[low]]]] -= 1
            low += 1
        together = sum(count > 0 for count in inside.values())
        if together >= enough and not _is_permitted(passage, places[low], at, matter.permitted):
            start, end = passage.starts[places[low]], passage.ends[at]
            values = {
                "matter": matter.name,
                "permitted": matter.permitted or "nothing is permitted for now.",
                "ask": matter.ask or "whoever holds it",
            }
            return Hit(passage.part, start, end, passage.text[start:end], values=values, matter=matter)
    return None


def _is_permitted(passage: Passage, first: int, last: int, permitted: str) -> bool:
    if not permitted:
        return False
    begin, stop = passage.around(first)[0], passage.around(last)[1]
    return f" {' '.join(passage.words[begin:stop])} " in f" {' '.join(words_of(permitted))} "


def _stem(word: str, kin: Mapping[str, str]) -> str:
    """The word that stands for its family, or without the commonest endings: “bridges” and “bridge” are one word."""
    if word in kin:
        return kin[word]
    for ending in ("ings", "ing", "edly", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 3:  # noqa: PLR2004 - what is left must be a word
            return word[: -len(ending)]
    return word
