"""The doors parse, call and answer: they touch no table and open no transaction."""

from __future__ import annotations

import re

import pytest

from tests.guard.house import HOUSE, files, name

FORBIDDEN = re.compile(r"\.objects\b|\.save\(|\.delete\(|\btransaction\b|\.raw\(|\bconnections?\b\.cursor")


@pytest.mark.parametrize("door", ["desk", "public"])
def test_a_door_touches_no_table(door: str) -> None:
    found = {
        f"{name(path)}:{number}": line.strip()
        for path in files(HOUSE / door)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if FORBIDDEN.search(line)
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "Tip.objects.all()",
        "tip.save()",
        "tip.delete()",
        "from django.db import transaction",
        "with transaction.atomic():",
    ],
)
def test_the_rule_sees_what_it_forbids(line: str) -> None:
    assert FORBIDDEN.search(line)
