"""Sweeps of series."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.due import claim, postpone
from hueandcry.jobs.sweep import sweep
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission, system
from hueandcry.kernel.errors import Refusal
from hueandcry.series.actions import make_drafts
from hueandcry.series.models import Series

HOLD = timedelta(minutes=2)
EVERY = timedelta(hours=1)  # how soon a new day's draft is there
ROUND = 20


@sweep(every=timedelta(minutes=1))
def make_series_drafts() -> int:
    """Make the drafts of series whose dates come near. Safe to run twice: a date has one draft."""
    handled = 0
    rows = Series.objects.filter(status=Series.Status.ACTIVE)
    while handled < ROUND and (won := claim(rows, limit=1, hold=HOLD)):
        series = won[0]
        may = frozenset({Permission.POST_DRAFT, Permission.POST_READ})
        error = ""
        try:
            make_drafts(series=series, by=system("series", agency_id=series.agency_id, permissions=may))
        except Refusal as refusal:
            error = refusal.sentence
        postpone(series, until=clock.now() + EVERY, error=error)
        handled += 1
    return handled
