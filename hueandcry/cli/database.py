"""`hue migrate`: bring the tables of both databases up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

DATABASES = ("default", "tips")


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser("migrate", help="bring the tables of both databases up to date")
    mine.set_defaults(run=lambda _given: migrate(quiet=False))


def migrate(*, quiet: bool = True) -> None:
    """Make the data directory and create or update the tables. Safe to repeat."""
    from django.core.management import call_command

    for folder in (
        settings.HUE_HOME,
        settings.HUE_KEYS,
        settings.HUE_FILES,
        settings.HUE_SITE,
        settings.HUE_RUN,
        settings.HUE_LOGS,
    ):
        Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    for alias in DATABASES:
        if str(settings.DATABASES[alias]["ENGINE"]).endswith("sqlite3"):
            _for_the_owner_only(Path(str(settings.DATABASES[alias]["NAME"])))
    for alias in DATABASES:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    if not quiet:
        print("Both databases are up to date.")


def _for_the_owner_only(path: Path) -> None:
    """Before SQLite opens it: the journal and index beside a database file are made with that file's mode."""
    path.touch(mode=0o600)
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if each.exists():
            each.chmod(0o600)


def is_empty() -> bool:
    """True if no agency has been set up."""
    from hueandcry.agencies import queries

    return not queries.agencies()
