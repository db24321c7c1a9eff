"""Sweeps of the tips room."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.tips import intake


@sweep(every=timedelta(hours=1), urgency=Urgency.ROUTINE)
def forget_tickets() -> int:
    """Forget forms too old to be sent again. Safe to run twice."""
    return intake.forget_tickets()
