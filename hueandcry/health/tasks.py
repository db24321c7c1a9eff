"""The sweep of the health room."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.health import standing
from hueandcry.jobs.sweep import sweep


@sweep(every=timedelta(minutes=1))
def note_standing() -> int:
    """Look at everything and note it for the desk. Returns 0: never a reason to look again at once."""
    standing.note()
    return 0
