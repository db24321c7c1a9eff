"""What a subscriber can choose, and how it is kept. Pure: no database, no network, no clock.

Levels after Nixle's three colours (product/PRACTICE.md 2.7): red breaks quiet hours, nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

DAY = 24 * 60  # minutes
LONGEST = 40  # choices of one kind


class Medium(models.TextChoices):
    """How a list reaches people. The value is the name of its channel (channels/catalogue.py)."""

    EMAIL = "email_list", _("E-mail")
    SMS = "sms_list", _("Text message")
    PUSH = "push_list", _("Browser notification")


class Level(models.TextChoices):
    """How much a message matters to whoever gets it."""

    RED = "red", _("Immediate danger")
    AMBER = "amber", _("Good to know now")
    GREEN = "green", _("From your community")
    TRAFFIC = "traffic", _("Roads and traffic")


LEVEL_WORDS = {  # in front of every message
    Level.RED: _("URGENT"),
    Level.AMBER: _("Advice"),
    Level.GREEN: _("News"),
    Level.TRAFFIC: _("Traffic"),
}
TOPICS = (
    ("missing", _("Missing people")),
    ("appeals", _("Appeals for witnesses")),
    ("prevention", _("Prevention and scams")),
    ("weather", _("Weather and floods")),
    ("events", _("Events and meetings")),
)


def pack(words: Iterable[str]) -> str:
    """Words as one column: ",harbour,eastfield,", or "" for none. Searched with `has`."""
    kept = sorted({word for word in words if word and "," not in word})[:LONGEST]
    return f",{','.join(kept)}," if kept else ""


def unpack(column: str) -> tuple[str, ...]:
    """Back from `pack`."""
    return tuple(word for word in column.split(",") if word)


def has(word: str) -> str:
    """What a column holds that has the word."""
    return f",{word},"


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody wants to get. areas, topics: empty for all; quiet_from, quiet_to: minutes of the day, None: never."""

    levels: tuple[str, ...] = (Level.RED, Level.AMBER)
    areas: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    language: str = ""
    quiet_from: int | None = None
    quiet_to: int | None = None

    def plain(self) -> dict[str, object]:
        """As JSON keeps it."""
        return {
            "levels": list(self.levels),
            "areas": list(self.areas),
            "topics": list(self.topics),
            "language": self.language,
            "quiet_from": self.quiet_from,
            "quiet_to": self.quiet_to,
        }

    @classmethod
    def from_plain(cls, data: dict[str, object]) -> Choices:
        """Back from `plain`; what is none of ours is left out, so a forged slip chooses nothing odd."""
        known = set(Level.values)
        quiet = _minutes(data.get("quiet_from")), _minutes(data.get("quiet_to"))
        made = cls(
            levels=tuple(word for word in _words(data.get("levels")) if word in known),
            areas=_words(data.get("areas")),
            topics=tuple(word for word in _words(data.get("topics")) if word in dict(TOPICS)),
            language=str(data.get("language") or "")[:20],
        )
        if None not in quiet and quiet[0] != quiet[1]:
            made = replace(made, quiet_from=quiet[0], quiet_to=quiet[1])
        return made


def _words(value: object) -> tuple[str, ...]:
    return (
        tuple(str(word)[:60] for word in value if "," not in str(word))[:LONGEST]
        if isinstance(value, list)
        else ()
    )


def _minutes(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < DAY else None


def awake_at(moment: datetime, *, level: str, quiet_from: int | None, quiet_to: int | None) -> datetime:
    """When a message of this level may reach somebody with these quiet hours: `moment` itself, or when they end.

    moment: in the agency's zone; the answer is in it too. Red does not wait.
    """
    if level == Level.RED or quiet_from is None or quiet_to is None:
        return moment
    minute = moment.hour * 60 + moment.minute
    within = (
        quiet_from <= minute < quiet_to
        if quiet_from < quiet_to
        else (minute >= quiet_from or minute < quiet_to)
    )
    if not within:
        return moment
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    day = timedelta(days=1) if minute >= quiet_to else timedelta(0)
    return (midnight + day).replace(hour=quiet_to // 60, minute=quiet_to % 60)
