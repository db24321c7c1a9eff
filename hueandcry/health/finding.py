"""One thing looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

TITLES = {
    "accounts": _("Accounts"),
    "backup": _("Backup"),
    "certificate": _("Certificate"),
    "clock": _("Clock"),
    "deliveries": _("Deliveries"),
    "disk": _("Disk"),
    "journal": _("Journal of the database"),
    "logs": _("Logs"),
    "notices": _("Staff notices"),
    "record": _("Record"),
    "returns": _("Mail that came back"),
    "secrets": _("Secrets"),
    "site": _("Public site"),
    "tables": _("Tables"),
    "tip form": _("Tip form"),
    "tip keys": _("Tip keys"),
    "video": _("Videos"),
    "worker": _("Worker"),
}


class Level(IntEnum):
    """How it stands; the highest of all findings is the exit status of `hue doctor`."""

    GOOD = 0
    WATCH = 1
    WRONG = 2

    @property
    def word(self) -> str:
        """The level in JSON and in the page's classes."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """check: a short fixed name, such as "disk"; says: what was found; do: what to do about it, or ""."""

    check: str
    level: Level
    says: str
    do: str = ""

    @property
    def title(self) -> str:
        """The check as the page names it."""
        return gettext(TITLES[self.check])

    def as_json(self) -> dict[str, str]:
        """For `hue doctor --json`."""
        return {"check": self.check, "level": self.level.word, "says": self.says, "do": self.do}


def is_demonstration() -> bool:
    """True where the demonstration stands: everybody in it is invented, and its secrets lie beside it on purpose."""
    return (Path(settings.HUE_HOME) / "demo" / "password").exists()


def good(check: str, says: str) -> Finding:
    """As it should be."""
    return Finding(check, Level.GOOD, says)


def watch(check: str, says: str, do: str) -> Finding:
    """Not wrong yet."""
    return Finding(check, Level.WATCH, says, do)


def wrong(check: str, says: str, do: str) -> Finding:
    """Somebody must act."""
    return Finding(check, Level.WRONG, says, do)
