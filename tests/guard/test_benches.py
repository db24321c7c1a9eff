"""Each benchmark can be run by its name, is measured in docs/performance.md, and says in `make help` what it needs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bench.__main__ import NAMES, PARTS

ROOT = Path(__file__).resolve().parents[2]


def test_each_benchmark_has_a_module_a_line_of_figures_and_a_line_of_help() -> None:
    figures = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    told = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(NAMES) > PARTS
    for name, what in NAMES.items():
        assert "\ndef run(" in (ROOT / "bench" / f"{name}.py").read_text(encoding="utf-8"), name
        assert f"`make bench NAME={name}`" in figures, name
        assert f"{name:<10} {what}" in told, name
