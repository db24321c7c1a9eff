"""Sweeps of the public site: follow the record and repair; refresh what changes with time; fetch what was counted."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.counts.openings import note_openings
from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.kernel.actor import system
from hueandcry.publicsite import coming, following, switch


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT)
def follow_record() -> int:
    """Bring the files in step with the record. Safe to run twice and in parallel."""
    return following.follow()


@sweep(every=timedelta(milliseconds=500), urgency=Urgency.EMERGENCY, lane="site")
def put_first() -> int:
    """Put posts on the site before the networks have them. A lane of its own: nobody waits for a page that is made.

    Safe to run twice and in parallel.
    """
    return coming.put_first()


@sweep(every=timedelta(seconds=5), urgency=Urgency.URGENT)
def end_alerts() -> int:
    """Take alerts off the list at the minute until which they hold. Safe to run twice and in parallel."""
    return coming.end_alerts()


@sweep(every=timedelta(minutes=10))
def refresh_seals() -> int:
    """Show the newest seals, and keep security.txt valid. Returns 0: never a reason to look again at once."""
    following.refresh()
    return 0


@sweep(every=timedelta(seconds=30))
def take_openings() -> int:
    """Fetch how often counted links were followed from the server that counts them. Safe to run twice.

    A worker that is killed in between loses what it had just fetched: the numbers are never too high.
    """
    noted = 0
    while found := switch.openings():
        noted += note_openings(counted=found, by=system("openings", agency_id=0))
    return noted
