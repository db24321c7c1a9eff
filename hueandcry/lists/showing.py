"""A subscriber as the desk shows one: enough of the address to know it again, no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hueandcry.kernel.errors import Unavailable
from hueandcry.lists import vault
from hueandcry.lists.choices import Level, unpack
from hueandcry.lists.models import Subscriber
from hueandcry.lists.numbers import masked


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the page of a list. row: with its dates; address: masked; levels: in words."""

    row: Subscriber
    address: str
    levels: list[str]
    areas: list[str]


def shown(rows: Iterable[Subscriber], *, names: dict[str, str]) -> list[Shown]:
    """The rows as lines. names: of areas, by slug."""
    return [
        Shown(
            row,
            _address(row),
            [str(Level(level).label) for level in unpack(row.levels)],
            [names.get(slug, slug) for slug in unpack(row.areas)],
        )
        for row in rows
    ]


def _address(row: Subscriber) -> str:
    try:
        opened = vault.open_address(row.list_id, row.sealed)
    except Unavailable:
        return "?"
    if "\n" in opened:  # a browser: the server of its maker is all there is to know
        return opened.partition("//")[2].partition("/")[0]
    return masked(opened)
