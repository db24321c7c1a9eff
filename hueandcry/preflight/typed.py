"""Things a phrase can ask for that no list of words can hold: names, ages, schools, roads, houses, dates."""

from __future__ import annotations

import re
from collections.abc import Callable

from hueandcry.preflight.passages import Passage, words_of
from hueandcry.preflight.vocabulary import (
    FOREIGN_ROADS,
    FOREIGN_SCHOOLS,
    GIVEN,
    MONTHS,
    NO_SURNAMES,
    NOT_NAMES,
    NUMBERS,
    OFFICERS,
    PARTICLES,
    PLACE_STARTS,
    ROADS,
    SCHOOLS,
    TITLES,
)

MARKED = frozenset(
    {"minor", "adult", "years", "school", "road", "house"}
)  # found once for each passage, before phrases
ASKED = frozenset({"name", "fullname", "caps", "date", "clock"})  # found where a phrase asks
PLACES = 300  # of one word in one passage that are looked at
ROAD_WORDS, PLACE_WORDS = 3, 5  # words before “Road”, words of a school or of a French or Spanish road
ADULT = 18
ELDEST = 110
LONGEST = 4  # words of a name
UNITS = {"year", "years", "yr", "yrs", "ans", "an", "anos", "ano"}
SMALL_UNITS = {"month", "months", "week", "weeks", "day", "days", "mois", "semaines", "meses", "semanas"}
AFTER_AGE = frozenset(
    words_of(
        "was is has had who of from and were pleaded appeared got left went lives lived whose will also both to "
        "a est qui de et fue es que y tiene"
    )
)
LINK = re.compile(r" |-|'|’| ?\. |\.")  # between two words of one name
OPEN, CLOSE = re.compile(r",\s*$|\($|\s[–—-]\s$"), re.compile(r"^\s*[,;).!?–—\n]|^$")


def kind(name: str) -> str:
    """The name of a kind, if there is such a kind. Raises ValueError otherwise."""
    if name not in MARKED | ASKED:
        raise ValueError(f"There is no kind of thing called <{name}>.")
    return name


def mark(passage: Passage) -> None:
    """Find ages, schools, roads and houses once; safe to call again."""
    if "marked" in passage.spans:
        return
    passage.spans["marked"] = {}
    for word in FINDERS.keys() & passage.places.keys():
        for at in passage.places[word][:PLACES]:
            FINDERS[word](passage, at)
    for spans in passage.spans, passage.spans_back:
        for kind, found in spans.items():
            spans[kind] = dict(sorted(found.items()))


def end_of(passage: Passage, thing: str, at: int, stop: int) -> int | None:
    """The word after a thing of this kind that begins at word `at`, or None."""
    if thing in MARKED:
        end = passage.spans.get(thing, {}).get(at)
    elif thing == "date":
        end = _date(passage, at, stop)
    elif thing == "clock":
        end = _clock(passage, at, stop)
    elif thing == "caps":
        end = _run(passage, at, stop)
    else:
        end = _name(passage, at, stop, full=thing == "fullname")
    return end if end is not None and end <= stop else None


def start_of(passage: Passage, thing: str, at: int, begin: int) -> int | None:
    """The first word of a thing of this kind that ends just before word `at`, or None."""
    if thing in MARKED:
        start = passage.spans_back.get(thing, {}).get(at)
        return start if start is not None and start >= begin else None
    for first in range(max(begin, at - LONGEST - 1), at):
        if end_of(passage, thing, first, at) == at:
            return first
    return None


# -- names ----------------------------------------------------------------------------------------------------


def _name(passage: Passage, at: int, stop: int, *, full: bool) -> int | None:
    """A person's name from word `at` on: capitals side by side, none of them a word that names no person."""
    words = passage.words
    if passage.loud(at) or not _may_begin(passage, at):
        return None
    titled = words[at] in TITLES
    end = at + titled
    while end < stop and end - at <= LONGEST and (end == at or _joined(passage, end)):
        if (words[end] in PARTICLES and end > at and end + 1 < stop and not passage.capital(end)) or (
            passage.capital(end) and _names(passage, at, end)
        ):
            end += 1
        else:
            break
    while end > at and words[end - 1] in PARTICLES and not passage.capital(end - 1):
        end -= 1
    if end - at - titled < (2 if full and not titled else 1):
        return None
    if end < stop and passage.capital(end) and _joined(passage, end) and words[end] in NOT_NAMES:
        return None  # “Ellery General Hospital”, “Marsh Lane”
    return end


def _names(passage: Passage, at: int, here: int) -> bool:
    """True if the capital at word `here` can be part of a name that begins at word `at`."""
    word = passage.words[here]
    if word in GIVEN and (here > at or (here + 1 < len(passage.words) and passage.capital(here + 1))):
        return True
    if (
        here > at
        and word not in NO_SURNAMES
        and (passage.words[here - 1] in GIVEN or passage.words[at] in TITLES)
    ):
        return True
    return word.isalpha() and word not in NOT_NAMES and word not in OFFICERS


def name_at(passage: Passage, at: int) -> tuple[int, int] | None:
    """First word and word after the last of a full name that begins at word `at`, led by a given name; or None."""
    end = _name(passage, at, passage.around(at)[1], full=True) if passage.words[at] in GIVEN else None
    return None if end is None else (at, end)


def _may_begin(passage: Passage, at: int) -> bool:
    word = passage.words[at]
    if not passage.capital(at) or (word not in TITLES and not _names(passage, at, at)):
        return False
    if at == 0 or not passage.capital(at - 1) or not _joined(passage, at):
        return at == 0 or passage.words[at - 1] not in OFFICERS or not _joined(passage, at)
    before = passage.words[at - 1]
    if before in OFFICERS or before in PLACE_STARTS:
        return False
    return before in NOT_NAMES or before in TITLES or at - 1 == passage.around(at)[0]


def _joined(passage: Passage, at: int) -> bool:
    """True if only a space, a hyphen, an apostrophe or the point of an initial stands before word `at`."""
    gap = passage.gaps[at]
    return gap == " " or bool(LINK.fullmatch(gap))


def _run(passage: Passage, at: int, stop: int) -> int | None:
    """Capitals side by side, whatever they name."""
    end = at
    if passage.loud(at):
        return None
    while end < stop and end - at <= LONGEST and (end == at or _joined(passage, end)):
        if not passage.capital(end) and not (
            end > at and passage.words[end] in {"s", "of", "and", "de", "du", "des"}
        ):
            break
        end += 1
    while end > at and not passage.capital(end - 1):
        end -= 1
    return end if end > at else None


# -- ages -----------------------------------------------------------------------------------------------------


def _age(passage: Passage, at: int) -> None:
    """“15-year-old”, “aged 15”, “, 15,”, “(15)”, “15 ans”, “Year 9 pupil”; months and weeks count as well."""
    words, number = passage.words, NUMBERS[passage.words[at]]
    last = len(words)
    nxt = words[at + 1] if at + 1 < last else ""
    over = words[at + 2] if at + 2 < last else ""
    before = words[at - 1] if at else ""
    first = at - (before in {"aged", "age", "ages"})
    if nxt in UNITS | SMALL_UNITS and over == "old":
        _keep(passage, number if nxt in UNITS else 0, first, at + 3)
    elif nxt in {"yo", "yrs"} or (nxt == "y" and over == "o"):
        _keep(passage, number, at, at + (3 if nxt == "y" else 2))
    elif nxt in {"ans", "anos", "mois", "meses"} and before in {"de", "agee", "age", "tiene", "a"}:
        if over not in {"de", "d"} or before != "a":
            begin = at - 2 if at > 1 and words[at - 2] in {"age", "agee", "edad"} else at - 1
            _keep(passage, number if nxt in UNITS else 0, begin, at + 2)
    elif nxt in {"ans", "anos"} and OPEN.search(passage.gaps[at]):
        _keep(passage, number, at, at + 2)
    elif before in {"aged", "age"} and at:
        _keep(passage, number, first, at + 1)
    elif before in {"grade", "year"} and nxt in {"pupil", "student", "girl", "boy"}:
        _keep(passage, 0, at - 1, at + 2)
    elif _bare(passage, at):
        _keep(passage, number, at, at + 1)


def _bare(passage: Passage, at: int) -> bool:
    """True for a figure set off by commas or brackets just behind a capital: “Tyler, 15, …”, “Tyler (15)”."""
    if not at or not passage.words[at].isdigit() or passage.words[at - 1] in NOT_NAMES:
        return False
    if not passage.capital(at - 1) or not OPEN.search(passage.gaps[at]):
        return False
    gap = passage.gaps[at + 1]
    if gap.startswith(".") and at + 1 < len(passage.words) and passage.words[at + 1].isdigit():
        return False
    nxt = passage.words[at + 1] if at + 1 < len(passage.words) else ""
    return bool(CLOSE.search(gap)) or (gap == " " and nxt in AFTER_AGE)


def _keep(passage: Passage, number: int, first: int, after: int) -> None:
    if (
        after <= len(passage.words)
        and passage.sentence[first] == passage.sentence[after - 1]
        and number <= ELDEST
    ):
        passage.add_span("years", first, after)
        passage.add_span("minor" if number < ADULT else "adult", first, after)


# -- places ---------------------------------------------------------------------------------------------------


def _road(passage: Passage, at: int) -> None:
    """“14 Marsh Lane”: capitals before the kind of road, and the number of the house before them."""
    if not at or (not passage.capital(at) and not passage.capital(at - 1)):
        return
    begin, _stop = passage.around(at)
    first = at
    while first > begin and at - first < ROAD_WORDS and passage.gaps[first] in {" ", "'", "’", "-", ". "}:
        word = passage.words[first - 1]
        if word != "s" and (not passage.capital(first - 1) or word in {"the", "a"} or word.isdigit()):
            break
        first -= 1
    if first == at:
        return
    passage.add_span("road", first, at + 1)
    number = passage.words[first - 1] if first > begin else ""
    if re.fullmatch(r"\d{1,5}[a-d]?", number) and passage.gaps[first] in {" ", ", "}:
        ahead = passage.words[first - 2] if first - 1 > begin else ""
        if ahead not in {"junction", "exit", "route", "bus", "unit", "platform", "gate", "highway", "j"}:
            passage.add_span("house", first - 1, at + 1)


def _foreign_road(passage: Passage, at: int) -> None:
    """“12, rue des Érables”, “calle Mayor, 14”."""
    begin, stop = passage.around(at)
    end = at + 1
    while (
        end < stop
        and end - at <= PLACE_WORDS
        and (passage.capital(end) or passage.words[end] in PARTICLES | {"des", "l", "d"})
    ):
        end += 1
    while end > at + 1 and not passage.capital(end - 1):
        end -= 1
    if end == at + 1:
        return
    passage.add_span("road", at, end)
    if at > begin and re.fullmatch(r"\d{1,5}[a-d]?", passage.words[at - 1]):
        passage.add_span("house", at - 1, end)
    elif (
        end < stop
        and re.fullmatch(r"\d{1,5}", passage.words[end])
        and passage.gaps[end] in {" ", ", ", " n.º ", " #"}
    ):
        passage.add_span("house", at, end + 1)


def _road_of_both(passage: Passage, at: int) -> None:
    """“avenue”, “place” and the like stand behind the name in English, before it in French."""
    _road(passage, at)
    if passage.spans_back.get("road", {}).get(at + 1) is None:
        _foreign_road(passage, at)


def _school(passage: Passage, at: int) -> None:
    """“Northgate High School”: capitals that end in a kind of school."""
    if not passage.capital(at):
        return
    begin, _stop = passage.around(at)
    first = at
    while first > begin and at - first < PLACE_WORDS and passage.gaps[first] in {" ", "'", "’", "-", ". "}:
        if not passage.capital(first - 1) and passage.words[first - 1] not in {"s", "of"}:
            break
        first -= 1
    while first < at and (
        not passage.capital(first) or passage.words[first] in {"the", "a", "our", "at", "from"}
    ):
        first += 1
    named = [
        word for word in passage.words[first:at] if word not in SCHOOLS | {"high", "middle", "junior", "s"}
    ]
    if named:
        passage.add_span("school", first, at + 1)


def _foreign_school(passage: Passage, at: int) -> None:
    """“l'école Saint-Paul”, “Colegio San Martín”."""
    _begin, stop = passage.around(at)
    end = at + 1
    while (
        end < stop
        and end - at <= PLACE_WORDS
        and (passage.capital(end) or passage.words[end] in PARTICLES | {"secondaire"})
    ):
        end += 1
    while end > at + 1 and not passage.capital(end - 1):
        end -= 1
    if end > at + 1:
        passage.add_span("school", at, end)


def _school_of_both(passage: Passage, at: int) -> None:
    _school(passage, at)
    if passage.spans_back.get("school", {}).get(at + 1) is None:
        _foreign_school(passage, at)


# -- dates ----------------------------------------------------------------------------------------------------


def _date(passage: Passage, at: int, stop: int) -> int | None:
    """A day, a month and a year, in any usual order."""
    words = passage.words[at : min(at + 5, stop)]
    plain = [
        re.sub(r"^(\d{1,2})(?:st|nd|rd|th|er)$", r"\1", word) for word in words if word not in {"de", "of"}
    ]
    extra = len(words) - len(plain)
    if len(plain) < len(("day", "month", "year")):
        return None
    one, two, three = plain[:3]
    year = bool(re.fullmatch(r"(?:19|20)?\d\d", three))
    day_month = one.isdigit() and two in MONTHS
    month_day = one in MONTHS and two.isdigit()
    numeric = one.isdigit() and two.isdigit() and (year or re.fullmatch(r"(?:19|20)\d\d", one) is not None)
    if (day_month or month_day) and year:
        return min(at + 3 + min(extra, 2), stop)
    if (
        numeric
        and three.isdigit()
        and all(re.fullmatch(r"[/.\- ]+", gap) for gap in passage.gaps[at + 1 : at + 3])
    ):
        return at + 3
    return None


def _clock(passage: Passage, at: int, stop: int) -> int | None:
    """“7pm”, “7 p.m.”, “7:30pm”, “19:00”."""
    words = passage.words
    if re.fullmatch(r"\d{1,2}[ap]m", words[at]):
        return at + 1
    if not re.fullmatch(r"\d{1,2}", words[at]):
        return None
    end = at + 1
    if end < stop and passage.gaps[end] in {":", "."} and re.fullmatch(r"\d\d(?:[ap]m)?", words[end]):
        end += 1
    if end < stop and words[end] in {"am", "pm"}:
        return end + 1
    return end if end > at + 1 else None


FINDERS: dict[str, Callable[[Passage, int], None]] = {
    **dict.fromkeys(NUMBERS, _age),
    **dict.fromkeys(ROADS, _road),
    **dict.fromkeys(FOREIGN_ROADS, _foreign_road),
    **dict.fromkeys(ROADS & FOREIGN_ROADS, _road_of_both),
    **dict.fromkeys(SCHOOLS | {"high"}, _school),
    **dict.fromkeys(FOREIGN_SCHOOLS, _foreign_school),
    **dict.fromkeys(SCHOOLS & FOREIGN_SCHOOLS, _school_of_both),
}
