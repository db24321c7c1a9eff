"""The two compiled style sheets and the icon, and the content-hashed name the public side serves them under."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hueandcry.ui import theme

FOLDER = Path(__file__).parent / "static" / "ui"
SHEETS = ("public", "desk")


class Sheet(NamedTuple):
    """One compiled style sheet. `name` is its public file name, "public.3f2a9c1d04.css"; `hash` the middle part."""

    name: str
    data: bytes
    hash: str


@cache
def sheet(which: str) -> Sheet:
    """The style sheet "public" or "desk" as built. Raises KeyError for any other word.

    The hash is the first ten hex digits of the SHA-256 of the bytes, so a changed sheet has a changed
    address and the old one may be cached for ever. Read once per process.
    """
    if which not in SHEETS:
        raise KeyError(which)
    data = (FOLDER / f"{which}.css").read_bytes()
    digest = hashlib.sha256(data).hexdigest()[:10]
    return Sheet(name=f"{which}.{digest}.css", data=data, hash=digest)


@cache
def themed(colour: str) -> Sheet:
    """The public style sheet in an agency's colour ("#13294b"); the plain one for "" and for no colour."""
    plain, own = sheet("public"), theme.rules(colour)
    if not own:
        return plain
    data = plain.data + own.encode()
    digest = hashlib.sha256(data).hexdigest()[:10]
    return Sheet(name=f"public.{digest}.css", data=data, hash=digest)


@cache
def icon() -> Sheet:
    """The small picture that browsers show beside a title: PNG, 96 pixels wide. Read once per process."""
    data = (FOLDER / "icon.png").read_bytes()
    digest = hashlib.sha256(data).hexdigest()[:10]
    return Sheet(name=f"icon.{digest}.png", data=data, hash=digest)
