"""What is counted, and what each network calls it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

COUNTS = ("replies", "reposts", "likes", "views")  # all that is ever kept of what a network says
MOST = 2**62  # more than any network can count; beyond, it is no count
FEW = 5  # below this a number of openings could point to somebody, and is not shown

COMMON: Mapping[str, str | Promise] = {
    "replies": gettext_lazy("replies"),
    "reposts": gettext_lazy("reposts"),
    "likes": gettext_lazy("likes"),
    "views": gettext_lazy("views"),
}
# Where a network has another word for it (its own apps, read 2026-11-23).
OWN: Mapping[str, Mapping[str, str | Promise]] = {
    "mastodon": {"reposts": gettext_lazy("boosts"), "likes": gettext_lazy("favourites")},
    "facebook": {
        "replies": gettext_lazy("comments"),
        "reposts": gettext_lazy("shares"),
        "likes": gettext_lazy("reactions"),
    },
    "youtube": {"replies": gettext_lazy("comments")},
}


@dataclass(frozen=True, slots=True)
class Counted:
    """Some counts; None where it is not known."""

    replies: int | None = None
    reposts: int | None = None
    likes: int | None = None
    views: int | None = None

    @property
    def known(self) -> bool:
        """True if anything is."""
        return any(getattr(self, name) is not None for name in COUNTS)


def only_counts(told: object) -> Counted:
    """Of whatever a connector handed over, the four counts and nothing else; what is no count is unknown."""
    found = {name: getattr(told, name, None) for name in COUNTS}
    return Counted(**{name: value for name, value in found.items() if _is_count(value)})


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MOST


def summed(rows: Iterable[Counted]) -> Counted:
    """All of them together; a count that is known of none stays unknown."""
    found: dict[str, int | None] = dict.fromkeys(COUNTS)
    for row in rows:
        for name in COUNTS:
            value = getattr(row, name)
            if value is not None:
                found[name] = (found[name] or 0) + value
    return Counted(**found)


def in_words(counted: Counted, channel: str = "") -> list[str]:
    """Each count with the network's own word for it: "12 boosts", "views not known"."""
    named = {**COMMON, **OWN.get(channel, {})}
    return [
        _("%(what)s not known") % {"what": named[name]}
        if (value := getattr(counted, name)) is None
        else _("%(number)d %(what)s") % {"number": value, "what": named[name]}
        for name in COUNTS
    ]


def openings_in_words(times: int) -> str:
    """How often links were opened; a small number is not told, so that it points to nobody."""
    if times < FEW:
        return _("link opened fewer than %d times") % FEW
    return ngettext("link opened %d time", "link opened %d times", times) % times
