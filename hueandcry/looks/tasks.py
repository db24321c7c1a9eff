"""Sweeps of the looks room."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.jobs.sweep import sweep
from hueandcry.looks import drawing


@sweep(every=timedelta(minutes=5))
def draw_lots() -> int:
    """Draw which posts get a second look, and show the numbers of months that are over. Safe to run twice and in parallel."""
    drawing.make_draws()
    found = drawing.look_up_lots()
    drawing.show_numbers()
    return found
