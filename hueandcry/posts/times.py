"""One moment in several places, in words: computed with summer time, never typed by hand (R36). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

# Places that people name, each with its zone; an agency's own comes first.
PLACES: tuple[tuple[str, str], ...] = (
    ("Europe/London", "London"),
    ("Europe/Paris", "Paris"),
    ("America/Toronto", "Toronto"),
    ("America/New_York", "New York"),
    ("America/Chicago", "Chicago"),
    ("America/Denver", "Denver"),
    ("America/Los_Angeles", "Los Angeles"),
    ("Australia/Sydney", "Sydney"),
    ("Pacific/Auckland", "Auckland"),
)


def in_words(begin: datetime, *, minutes: int, zones: Sequence[str]) -> str:
    """Begin in each zone, as "19:30-20:30 BST, 14:30-15:30 EDT", with the day where it is another one.

    minutes: how long it lasts, 0 for a moment only. A zone without letters of its own is named by its offset.
    """
    said, first = [], begin.astimezone(ZoneInfo(zones[0])).date() if zones else None
    for zone in dict.fromkeys(zones):
        local = begin.astimezone(ZoneInfo(zone))
        end = (begin + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone))
        span = f"{local:%H:%M}-{end:%H:%M}" if minutes else f"{local:%H:%M}"
        day = "" if local.date() == first else f" ({local:%a})"
        said.append(f"{span} {_letters(local)}{day}")
    return ", ".join(said)


def _letters(local: datetime) -> str:
    name = local.tzname() or ""
    if name.isalpha():
        return name
    return f"UTC{local:%z}"[:6] + ":" + f"{local:%z}"[3:5]
