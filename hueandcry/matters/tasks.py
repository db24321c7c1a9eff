"""Sweeps of addresses."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.matters.models import TriedAddress
from hueandcry.matters.trying import try_one

HOLD = timedelta(seconds=30)  # longer than one try may take


@sweep(every=timedelta(seconds=5), urgency=Urgency.ROUTINE, lane="mailbox")  # another's server may be slow
def try_addresses() -> int:
    """Try what drafts name, one after the other. Safe to run twice and in parallel: each row is claimed first."""
    handled = 0
    while handled < 10 and (won := claim(TriedAddress.objects.all(), limit=1, hold=HOLD)):  # noqa: PLR2004 - then look round
        handled += try_one(won[0])
    return handled
