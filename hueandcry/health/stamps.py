"""When something was last done at the machine: small files in HUE_HOME/stamps, each one time in ISO 8601."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

from hueandcry.kernel import clock

BACKUP = "backup"
VERIFIED = "verified"


def note(name: str) -> None:
    """Now was the last time. A disk that is full must not undo what was done: then it is not noted."""
    place = _place(name)
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = place.with_suffix(".new")
        unfinished.write_text(f"{clock.now().isoformat(timespec='seconds')}\n", encoding="utf-8")
        unfinished.chmod(0o600)
        unfinished.replace(place)


def last(name: str) -> datetime | None:
    """When it was last done; None if never, or if the file cannot be read."""
    try:
        moment = datetime.fromisoformat(_place(name).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None
    return moment if moment.tzinfo else None


def _place(name: str) -> Path:
    return Path(settings.HUE_HOME) / "stamps" / name
