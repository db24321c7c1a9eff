"""When something was last done at the machine: small files in HUE_HOME/stamps, each one time in ISO 8601."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

from hueandcry.kernel import clock
from hueandcry.kernel.wholefiles import replace_file

BACKUP = "backup"
VERIFIED = "verified"


def note(name: str) -> None:
    """Now was the last time. A disk that is full must not undo what was done: then it is not noted."""
    text, place = f"{clock.now().isoformat(timespec='seconds')}\n", _place(name)
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(place, text.encode(), lasting=False)


def last(name: str) -> datetime | None:
    """When it was last done; None if never, or if the file cannot be read."""
    try:
        moment = datetime.fromisoformat(_place(name).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _place(name: str) -> Path:
    return Path(settings.HUE_HOME) / "stamps" / name
