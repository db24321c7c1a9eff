"""Pure: what changed between two versions of an appeal, word by word and picture by picture."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text. how: same, added or removed."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. parts: the old and the new text woven together."""

    name: str
    parts: list[Part]


@dataclass(frozen=True, slots=True)
class PictureChange:
    """One picture that differs. how: added, removed, words or moved; before, after: places, 0 for none."""

    how: str
    asset_id: int
    before: int
    after: int
    alt: list[Part]
    caption: list[Part]


def words(before: str, after: str) -> list[Part]:
    """The two texts woven together, compared word by word."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    parts: list[Part] = []
    for how, from_, to, begin, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if how == "equal":
            parts.append(Part(SAME, "".join(old[from_:to])))
            continue
        if to > from_:
            parts.append(Part(REMOVED, "".join(old[from_:to])))
        if end > begin:
            parts.append(Part(ADDED, "".join(new[begin:end])))
    return _calm(parts)


def _calm(parts: list[Part]) -> list[Part]:
    """Join changes that only a space stands between, so that a rewritten sentence reads as one change."""
    joined: list[Part] = []
    gone = came = ""
    for number, part in enumerate(parts):
        between = part.how == SAME and not part.text.strip() and "\n" not in part.text
        if part.how == SAME and not (between and 0 < number < len(parts) - 1 and (gone or came)):
            joined += [p for p in (Part(REMOVED, gone), Part(ADDED, came)) if p.text]
            gone = came = ""
            joined.append(part)
            continue
        gone += part.text if part.how != ADDED else ""
        came += part.text if part.how != REMOVED else ""
    return joined + [p for p in (Part(REMOVED, gone), Part(ADDED, came)) if p.text]


def fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """Every field that differs, in the order of `after`."""
    return [
        FieldChange(name, words(plain(before.get(name)), plain(after[name])))
        for name in after
        if plain(before.get(name)) != plain(after[name])
    ]


def pictures(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[PictureChange]:
    """Every picture that was added, taken out, described anew or moved past others; new order first."""
    old = {item["asset"]: (place, item) for place, item in enumerate(before, start=1)}
    new = {item["asset"]: (place, item) for place, item in enumerate(after, start=1)}
    stayed_old = [asset for asset in old if asset in new]
    stayed_new = [asset for asset in new if asset in old]
    found = []
    for asset, (place, item) in new.items():
        was = old.get(asset)
        if was is None:
            found.append(_change("added", asset, (0, {}), (place, item)))
            continue
        described = (was[1]["alt"], was[1]["caption"]) != (item["alt"], item["caption"])
        moved = stayed_old.index(asset) != stayed_new.index(asset)
        if described or moved:
            found.append(_change("words" if described else "moved", asset, was, (place, item)))
    gone = [(asset, was) for asset, was in old.items() if asset not in new]
    return found + [_change("removed", asset, was, (0, {})) for asset, was in gone]


Placed = tuple[int, Mapping[str, Any]]


def _change(how: str, asset: int, old: Placed, new: Placed) -> PictureChange:
    alt, caption = (words(old[1].get(name, ""), new[1].get(name, "")) for name in ("alt", "caption"))
    return PictureChange(how, asset, old[0], new[0], alt, caption)


def plain(value: Any) -> str:
    """A field's value as text to compare; nothing and empty are the same."""
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
