"""Migrations: none is missing, and none leans on code that will change under it."""

from __future__ import annotations

import ast
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import migrations, models

from hueandcry.cli import expanding

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


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda p: f"{p.parts[-3]}/{p.name}")
def test_a_migration_lets_the_version_before_it_run_on_or_says_why_not(path: Path) -> None:
    """cli/expanding.py has the rule and the list. The first of a room has no version before it."""
    room, name = path.parts[-3], path.stem
    migration = import_module(f"hueandcry.{room}.migrations.{name}").Migration(name, room)
    broken = [] if name.startswith("0001_") else expanding.breaks(migration)
    assert bool(broken) == ((room, name) in expanding.ADMITTED), broken


def test_what_takes_away_or_needs_a_value_is_found() -> None:
    class Migration(migrations.Migration):
        operations = [
            migrations.AddField("tip", "fine", models.TextField(null=True)),
            migrations.AddField("tip", "known", models.TextField(db_default="")),
            migrations.AddField("tip", "needs", models.TextField(default="")),
            migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("tip", "gone")]),
            migrations.RenameField("tip", "old", "new"),
            migrations.DeleteModel("Tip"),
            migrations.AddIndex("tip", models.Index(fields=["number"], name="x")),
        ]

    said = expanding.breaks(Migration("0009_x", "tips"))
    assert [bool(word in line) for word, line in zip(["needs", "gone", "old", "Tip"], said, strict=True)] == [
        True
    ] * 4
