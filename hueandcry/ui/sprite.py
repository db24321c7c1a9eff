"""The icons of the desk in one file, and addresses of static files that change with their content."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static

SPRITE = "ui/icons.svg"


@cache
def names() -> frozenset[str]:
    """The icons there are."""
    return frozenset(re.findall(r'<symbol id="([^"]+)"', _read(SPRITE).decode()))


def address(name: str) -> str:
    """The address of one icon. Raises KeyError if the sprite has none of this name."""
    if name not in names():
        raise KeyError(name)
    return f"{static(SPRITE)}?{digest_of(SPRITE)}#{name}"


@cache
def digest_of(path: str) -> str:
    """The first ten hex digits of the SHA-256 of a static file. Read once per process. Raises FileNotFoundError."""
    return hashlib.sha256(_read(path)).hexdigest()[:10]


def _read(path: str) -> bytes:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(path)
    return Path(found).read_bytes()
