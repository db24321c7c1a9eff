"""`hue migrate`: bring the tables of both databases up to date."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings

from hueandcry.health.databases import DATABASES, waiting_migrations


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser("migrate", help="bring the tables of both databases up to date")
    mine.add_argument(
        "--check",
        action="store_true",
        help="change nothing; say whether it may be done while the version before this one runs (exit status 1: not)",
    )
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Bring the tables up to date, or only look."""
    if given.check:
        return check()
    migrate(quiet=False)
    return 0


def check() -> int:
    """Say what waits, and whether the version before this one can go on meanwhile (expanding.py)."""
    from hueandcry.cli import expanding

    waiting = waiting_migrations()
    hard = [f"{each.app_label}.{each.name}: {said}" for each in waiting for said in expanding.breaks(each)]
    if not waiting:
        print("Nothing waits: the tables are those of this version.")
    elif not hard:
        print(f"{len(waiting)} changes wait. The version before this one can go on while they are made.")
    else:
        print(
            "Stop everything first (systemctl stop hue.target); then run hue migrate. These changes need it:"
        )
        print("\n".join(f"  {line}" for line in hard))
    return 1 if hard else 0


def migrate(*, quiet: bool = True) -> None:
    """Make the data directory and create or update the tables. Safe to repeat."""
    from hueandcry.cli import first_tables, later_tables

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
        if not first_tables.make(alias):
            later_tables.make(alias)
    _bring_keys_up_to_date()
    if not quiet:
        print("Both databases are up to date.")


def make_keys() -> None:
    """Every key that is not there yet, before a process starts from which the units shut some away.

    Raises Unavailable if keys are lost: new ones beside would stand in the way of their copy.
    """
    from hueandcry.channels import credentials
    from hueandcry.lists import vault
    from hueandcry.records.seals import signing_key
    from hueandcry.tips import intake

    signing_key()
    credentials.make_key()
    intake.make_pepper()
    vault.make_key()


def _bring_keys_up_to_date() -> None:
    """What an earlier version lacks: keys, roots of its tip programmes, locks. Says what to do with new share sheets."""
    from hueandcry.cli.sheets import hand_out_lines
    from hueandcry.kernel.actor import system
    from hueandcry.tips import founding

    if not is_empty():  # an empty directory may be about to get its keys from a backup
        make_keys()
    sheets = founding.bring_up_to_date(by=system("migrate", agency_id=0))
    if sheets:
        print("\n".join(["", *hand_out_lines(sheets), ""]))


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
