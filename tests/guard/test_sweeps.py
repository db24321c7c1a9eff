"""Sweeps: each is found, has a known urgency, and its file names no other room's tasks."""

from __future__ import annotations

from pathlib import Path

from hueandcry.jobs.runner import discover
from hueandcry.jobs.sweep import Urgency

ROOT = Path(__file__).resolve().parents[2] / "hueandcry"


def test_every_tasks_file_registers_its_sweeps_and_nothing_else_is_registered() -> None:
    found = discover()
    rooms = {path.parent.name for path in ROOT.glob("*/tasks.py")}
    assert {name.split(".")[0] for name in found} == rooms
    for name, item in found.items():
        assert item.urgency in Urgency, name
        assert item.every.total_seconds() >= 0.1, name


def test_nobody_imports_tasks() -> None:
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert ".tasks import" not in text, path
        assert "import tasks" not in text, path
