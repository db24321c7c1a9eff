"""Sweeps of the tips room."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.kernel.actor import system
from hueandcry.tips import intake, keyring


@sweep(every=timedelta(hours=1), urgency=Urgency.ROUTINE)
def forget_tickets() -> int:
    """Forget forms too old to be sent again. Safe to run twice."""
    return intake.forget_tickets()


@sweep(every=timedelta(seconds=20), urgency=Urgency.URGENT)
def take_keys_of_leavers() -> int:
    """Close tips to whoever is no longer a coordinator. Safe to run twice."""
    taken = keyring.take_keys_of_leavers(by=system("leavers", agency_id=0))
    return taken + keyring.destroy_unneeded_locks()
