"""What `hue` says about share sheets that it has just written."""

from __future__ import annotations

from pathlib import Path


def hand_out_lines(sheets: list[Path]) -> list[str]:
    """What the operator does with fresh share sheets."""
    return [
        "The root of the tip programme is split into three share sheets. Any two of them open every tip and",
        "say whose keys count; one alone does nothing. Print each, give it to a different person, delete the file:",
        *(f"  {sheet}" for sheet in sheets),
        "The first coordinator's key is approved with two of them: hue tips approve.",
    ]
