"""Sweeps of the agencies room: forget what has run out, warn of what will."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.agencies import expiring, lapsing
from hueandcry.agencies.models import Training
from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import sweep

HOLD = timedelta(minutes=1)
ROUND = 20  # notes sent before the worker looks round


@sweep(every=timedelta(hours=1))
def forget_what_ran_out() -> int:
    """Remove ended sessions, unused browsers and dead invitations. Returns 0: never a reason to look again at once."""
    expiring.forget()
    return 0


@sweep(every=timedelta(minutes=10))
def warn_of_lapses() -> int:
    """Tell people that their course lapses, 30 and 7 days before. Safe to run twice: each row is claimed first."""
    handled = 0
    while handled < ROUND and (won := claim(Training.objects.all(), limit=1, hold=HOLD)):
        lapsing.warn_one(won[0])
        handled += 1
    return handled
