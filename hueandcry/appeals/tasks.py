"""Sweeps of the appeals room."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.appeals import actions, queries
from hueandcry.jobs.sweep import sweep
from hueandcry.kernel.actor import Permission, system


@sweep(every=timedelta(minutes=5))
def review_due() -> int:
    """Put on the record which public appeals have reached their review date. Nothing is taken down by itself."""
    asked = 0
    for appeal in queries.past_review():
        by = system("review_due", agency_id=appeal.agency_id, permissions=frozenset({Permission.APPEAL_READ}))
        asked += actions.ask_for_review(appeal_id=appeal.pk, by=by)
    return asked
