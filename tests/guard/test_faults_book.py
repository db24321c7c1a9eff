"""The operators' table of faults names a test in each row, and every test of a fault has its row."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/faults/\w+\.py)::(\w+)`")


def section() -> str:
    """“When something fails” of docs/operations.md."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    return text.partition("\n## When something fails\n")[2].partition("\n## ")[0]


def test_every_row_names_a_test_that_exists() -> None:
    rows = [line for line in section().splitlines() if line.startswith("|")][2:]
    assert rows
    for row in rows:
        found = NAMED.search(row)
        assert found, row
        path, name = found.groups()
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), row


def test_every_test_of_a_fault_has_its_row() -> None:
    named = set(NAMED.findall(section()))
    there = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in (ROOT / "tests" / "faults").glob("test_*.py")
        if path.stem != "test_storm"
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert there == named
