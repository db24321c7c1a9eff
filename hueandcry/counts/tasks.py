"""Sweeps of figures."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.counts.reading import open_tallies, read_figures, readable
from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import sweep
from hueandcry.kernel.actor import system

HOLD = timedelta(minutes=2)
ACCOUNTS = 10  # asked before the worker looks round
AT_ONCE = 25  # posts of one account asked for together


@sweep(every=timedelta(minutes=1), lane="figures")
def read_figures_due() -> int:
    """Ask networks what they count for our posts. Safe to run twice: each row is claimed first."""
    open_tallies()
    handled = 0
    for _turn in range(ACCOUNTS):
        first = claim(readable(), limit=1, hold=HOLD)
        if not first:
            break
        account = first[0].delivery.account_id
        rest = claim(readable().filter(delivery__account_id=account), limit=AT_ONCE - 1, hold=HOLD)
        read_figures(tallies=[*first, *rest], by=system("figures", agency_id=first[0].agency_id))
        handled += len(first) + len(rest)
    return handled
