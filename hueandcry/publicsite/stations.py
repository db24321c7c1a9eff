"""Find your station: the agency's parts as a tree, and an index of places, districts and postcode areas. Pure.

There is no script and no map: an area is kept in words ("Quays, Old Town, PE1"), each of which is a line of the index,
in alphabetical order, so that one finds it by its letter or by the browser's own search.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Unit
from hueandcry.agencies.units import UnitLine

LETTERS_FROM = 20  # lines of the index; a shorter one needs no jumping
OTHER = "#"  # the heading of names that begin with no letter
BETWEEN = re.compile(r"[,;·\n]")
NUMBER = re.compile(r"(\d+)")


def places_of(unit: Unit) -> list[str]:
    """The places, districts and postcode areas that a unit names as its own."""
    return list(dict.fromkeys(" ".join(part.split()) for part in BETWEEN.split(unit.area) if part.strip()))


def index(lines: Sequence[UnitLine]) -> list[dict[str, Any]]:
    """The index by letter: each {"id", "name", "places"}, a place with the stations to which it belongs.

    A unit is found by its name as well. "PE2" stands before "PE10".
    """
    found: dict[str, tuple[str, list[UnitLine]]] = {}
    for line in lines:
        for place in [line.unit.name, *places_of(line.unit)]:
            _word, there = found.setdefault(_plain(place), (place, []))
            if line not in there:
                there.append(line)
    rows = sorted(found.values(), key=lambda row: (letter_of(row[0]), _natural(row[0])))
    return [
        {
            "id": "other" if letter == OTHER else f"letter-{letter.lower()}",
            "name": _("0 to 9") if letter == OTHER else letter,
            "places": [
                {
                    "word": word,
                    "to": [
                        {"name": line.unit.name, "path": path_of(line.unit), "itself": line.unit.name == word}
                        for line in there
                    ],
                }
                for word, there in group
            ],
        }
        for letter, group in groupby(rows, key=lambda row: letter_of(row[0]))
    ]


def front(lines: Sequence[UnitLine], accounts: dict[int, int]) -> dict[str, Any]:
    """What the first page shows. accounts: unit → how many accounts it has, its parts' among them."""
    letters = index(lines)
    many = sum(len(letter["places"]) for letter in letters) >= LETTERS_FROM
    return {
        "letters": letters,
        "jump": many and len(letters) > 1,
        "areas": any(line.unit.area for line in lines),
        "tree": _below(None, lines, accounts),
    }


def languages_of(unit: Unit, agency_languages: Sequence[str]) -> list[dict[str, str]]:
    """The languages spoken there, in their own names; none if that is the agency's only one."""
    tags = list(unit.languages) or (list(agency_languages) if len(agency_languages) > 1 else [])
    return named_languages(tags)


def named_languages(tags: Sequence[str]) -> list[dict[str, str]]:
    """Languages by tag, each with its own name for itself where it is known."""
    return [{"tag": str(tag), "name": _own_name(str(tag))} for tag in tags]


def above(unit: Unit, lines: Sequence[UnitLine]) -> list[Unit]:
    """What the unit is a part of, the largest first, as far as that has a page."""
    known = {line.unit.pk: line.unit for line in lines}
    found: list[Unit] = []
    parent = known.get(unit.parent_id or 0)
    while parent is not None and parent not in found:
        found.insert(0, parent)
        parent = known.get(parent.parent_id or 0)
    return found


def path_of(unit: Unit) -> str:
    """The address of a unit's page."""
    return f"/stations/{unit.slug}/"


def letter_of(name: str) -> str:
    """The letter under which a name stands: without its accent; "#" if it begins with none."""
    first = unicodedata.normalize("NFKD", name.strip())[:1].upper()
    return first if first.isalpha() else OTHER


def _below(parent: int | None, lines: Sequence[UnitLine], accounts: dict[int, int]) -> list[dict[str, Any]]:
    known = {line.unit.pk for line in lines}
    return [
        {
            "unit": line.unit,
            "path": path_of(line.unit),
            "accounts": accounts.get(line.unit.pk, 0),
            "parts": _below(line.unit.pk, lines, accounts),
        }
        for line in lines
        if (line.unit.parent_id if line.unit.parent_id in known else None) == parent
    ]


def _plain(place: str) -> str:
    return unicodedata.normalize("NFKC", place).casefold()


def _natural(place: str) -> list[tuple[int, int, str]]:
    """A key in which numbers count as numbers."""
    parts = NUMBER.split(_plain(place))
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts]


def _own_name(tag: str) -> str:
    try:
        return str(get_language_info(tag)["name_local"])
    except KeyError:
        return tag
