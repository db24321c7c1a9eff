"""Sweeps of the record: number what was committed, seal what was numbered."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.records import running
from hueandcry.records.entry import Ledger
from hueandcry.records.numbering import number
from hueandcry.records.seals import seal, seal_is_due


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT)
def number_due() -> int:
    """Give positions to committed entries of both ledgers."""
    return sum(number(ledger) for ledger in Ledger)


@sweep(every=timedelta(seconds=20))
def seal_due() -> int:
    """Seal each ledger at its interval. Returns 0: a seal is never a reason to look again at once."""
    for ledger in Ledger:
        if seal_is_due(ledger):
            seal(ledger)
    return 0


@sweep(every=timedelta(seconds=2))
def run_asked() -> int:
    """Do the checks and exports that somebody asked for. Safe to run twice and in parallel: each is claimed first."""
    return running.run_one()


@sweep(every=timedelta(hours=1))
def check_daily() -> int:
    """Ask for a check of each ledger that had none for a day, and remove bundles that nobody needs any more."""
    return running.ask_daily() + running.tidy()
