"""Migrations: none is missing, and none leans on code that will change under it."""

from __future__ import annotations

import ast
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2] / "hueandcry"
MIGRATIONS = sorted(ROOT.glob("*/migrations/0*.py"))


@pytest.mark.django_db(databases=["default", "tips"])
def test_no_migration_is_missing() -> None:
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)
    assert "No changes detected" in out.getvalue()


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda p: f"{p.parts[-3]}/{p.name}")
def test_a_migration_imports_no_live_code(path: Path) -> None:
    """`models` and `roles` named in a field's choices are frozen by value; code that runs may not be imported."""
    names = [
        alias.name if isinstance(node, ast.Import) else f"{node.module}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    ]
    assert [name for name in names if name.startswith("hueandcry")] == []
