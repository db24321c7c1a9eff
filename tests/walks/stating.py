"""Figures that a walk states: printed, and kept for `make bench NAME=phone` where HUE_FIGURES names a file."""

from __future__ import annotations

import json
import os
from pathlib import Path


def state(what: str, **figures: float) -> None:
    """Say what was measured, in words and as one line of JSON."""
    print(f"{what}: " + ", ".join(f"{name} {value}" for name, value in figures.items()))  # noqa: T201 - that is the point
    if place := os.environ.get("HUE_FIGURES", ""):
        with Path(place).open("a") as file:
            file.write(json.dumps(figures) + "\n")
