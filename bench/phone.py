"""`phone`: from a photograph on a phone to four networks, and the recall of a four-network post, in a real browser.

The walks of tests/walks/test_many_voices.py, again and again: Chromium of a phone's size at the real desk, simulated
networks, the worker's sweeps run as soon as the button is pressed. taps: from Today to “Publish”, at most six; walk_s: until
the fourth network has it; recall_s: from the word “recall” until the page says “Gone from 4 of 4”; proofs: entries of
the record that say what each network answered. Peer: the bound of issue 4 (six taps, 30 s).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.delivery import ROOT

WALKS = "tests/walks/test_many_voices.py"
TIMES = int(os.environ.get("HUE_BENCH_WALKS", "3"))
MOST_TAPS, LONGEST_RECALL = 6, 30.0
PATIENCE = 300  # seconds of one round


def run(*, times: int = TIMES) -> dict[str, Any]:
    """walks, taps (the most), walk_s and recall_s (the longest), proofs (the fewest), and the two bounds."""
    told: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="hue-bench-phone-") as folder:
        place = Path(folder) / "figures"
        for number in range(times):
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", WALKS],
                cwd=ROOT, env={**os.environ, "HUE_FIGURES": str(place)}, capture_output=True, text=True,
                check=False, timeout=PATIENCE,
            )  # fmt: skip
            if done.returncode:
                raise RuntimeError(f"a walk did not come to its end:\n{done.stdout[-3000:]}")
            print(f"walk {number + 1} of {times}", file=sys.stderr, flush=True)
        told = [json.loads(line) for line in place.read_text().splitlines()]
    walks, recalls = [line for line in told if "taps" in line], [line for line in told if "recall_s" in line]
    return {
        "walks": len(walks),
        "taps": int(max(line["taps"] for line in walks)),
        "most_taps": MOST_TAPS,
        "walk_s": max(line["walk_s"] for line in walks),
        "recall_s": max(line["recall_s"] for line in recalls),
        "longest_recall_s": LONGEST_RECALL,
        "proofs": int(min(line["proofs"] for line in recalls)),
        "database": "postgresql" if os.environ.get("HUE_DATABASE_URL") else "sqlite",
    }
