"""Sweeps of the staff room, in a lane of their own: a slow service keeps no post waiting."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.kernel.actor import system
from hueandcry.staff.happenings import note_happenings
from hueandcry.staff.models import Notice
from hueandcry.staff.telling import forget_old, tell_one

HOLD = timedelta(minutes=2)  # more than one notice can take (speaking.SECONDS)
ROUND = 25


@sweep(every=timedelta(seconds=5), urgency=Urgency.URGENT, lane="notices")
def note_what_happened() -> int:
    """Write down what each address is to be told. Safe to run twice and in parallel: each thing is written once."""
    return note_happenings()


@sweep(every=timedelta(seconds=2), urgency=Urgency.URGENT, lane="notices")
def tell_due() -> int:
    """Tell what is due, emergencies first. Safe to run twice and in parallel: each row is claimed first."""
    handled = 0
    rows = Notice.objects.filter(status=Notice.Status.WAITING).order_by("-urgent", "due_at", "pk")
    while handled < ROUND and (won := claim(rows, limit=1, hold=HOLD)):
        tell_one(notice=won[0], by=system("notices", agency_id=won[0].agency_id))
        handled += 1
    return handled


@sweep(every=timedelta(hours=1))
def forget_due() -> int:
    """Forget the words of notes whose last day is over, and what else is kept for a time only. Safe to run twice."""
    return forget_old()
