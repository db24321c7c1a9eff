"""Sweeps of the agencies room: forget what has run out."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.agencies import expiring
from hueandcry.jobs.sweep import sweep


@sweep(every=timedelta(hours=1))
def forget_what_ran_out() -> int:
    """Remove ended sessions, unused browsers and dead invitations. Returns 0: never a reason to look again at once."""
    expiring.forget()
    return 0
