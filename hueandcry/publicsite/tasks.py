"""Sweeps of the public site: follow the record and repair; refresh what changes with time."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.publicsite import following


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT)
def follow_record() -> int:
    """Bring the files in step with the record. Safe to run twice and in parallel."""
    return following.follow()


@sweep(every=timedelta(minutes=10))
def refresh_seals() -> int:
    """Show the newest seals, and keep security.txt valid. Returns 0: never a reason to look again at once."""
    following.refresh()
    return 0
