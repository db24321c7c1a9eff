"""The way of a tip in five drawn steps, for the page that explains it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from hueandcry.ui.css import Sheet

FOLDER = Path(__file__).parent / "story"
NAMES = ("write", "close", "read", "answer", "forget")  # drawn by scripts/draw_story.py


@cache
def pictures() -> tuple[Sheet, ...]:
    """The pictures as files of a release, in the order of the steps. Read once per process."""
    found = []
    for name in NAMES:
        data = (FOLDER / f"{name}.png").read_bytes()
        digest = hashlib.sha256(data).hexdigest()[:10]
        found.append(Sheet(name=f"{name}.{digest}.png", data=data, hash=digest))
    return tuple(found)


def steps() -> list[dict[str, str]]:
    """Address of the picture, heading and text of each step."""
    words = (
        (
            _("You write"),
            _("What you saw or know, in your own words. No name, no number, no e-mail address."),
        ),
        (
            _("It is closed at once"),
            _("As it arrives, our computer closes it with a key and forgets what it read."),
        ),
        (
            _("Few people open it"),
            _("Those who handle tips open it on their own device. Nobody else in the building can."),
        ),
        (
            _("We can ask, you can answer"),
            _("You get a number and eight words. Come back with them whenever you like and read our answer."),
        ),
        (
            _("Who you are stays with you"),
            _("We keep the hour it came, and nothing of your device. What we never had, nobody can get."),
        ),
    )
    return [
        {"picture": f"/assets/{picture.name}", "heading": heading, "text": text}
        for picture, (heading, text) in zip(pictures(), words, strict=True)
    ]
