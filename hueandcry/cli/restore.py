"""`hue restore`: put a backup back, into an empty data directory and empty databases."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hueandcry.cli.backup import (
    connection_arguments,
    digest,
    first_line,
    postgres_environment,
)
from hueandcry.cli.problems import Problem
from hueandcry.health.databases import DATABASES


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser("restore", help="put a backup back into an empty data directory")
    mine.add_argument("folder", type=Path, help="the folder that hue backup made")
    mine.add_argument("--keys", type=Path, help="the copy of the keys folder, if the data directory has none")
    mine.add_argument("--locks", type=Path, help="the locks of the tips that hue backup --locks wrote last")
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Check every file of the backup, put it back, rebuild the public site and verify the record."""
    from django.conf import settings

    folder: Path = given.folder.resolve()
    check_list(folder)
    for alias, name in DATABASES.items():
        check_empty(alias, folder / name)
    if given.keys:
        put_keys(given.keys, settings.HUE_KEYS)
    if not (settings.HUE_KEYS / "record.key").exists():
        raise Problem("The keys are missing. Name the folder with their copy: hue restore FOLDER --keys KEYS")
    if given.locks:
        put_locks(given.locks)
    for alias, name in DATABASES.items():
        put_database(settings.DATABASES[alias], folder / name)
    if (folder / "files").exists():
        shutil.copytree(folder / "files", settings.HUE_FILES, dirs_exist_ok=True)
    finish()


def check_list(folder: Path) -> None:
    """Raises Problem unless the backup is whole and unchanged."""
    listing = folder / "backup.json"
    if not listing.exists():
        raise Problem(f"{folder} is not a backup: it has no backup.json.")
    try:
        listed = dict(json.loads(listing.read_text(encoding="utf-8"))["files"])
    except (ValueError, KeyError, TypeError):
        raise Problem(
            "The backup is damaged: its backup.json cannot be read. Nothing was restored."
        ) from None
    for name, mark in listed.items():
        if not (folder / name).is_file() or digest(folder / name) != mark:
            raise Problem(f"The backup is damaged: {name} is missing or was changed. Nothing was restored.")


def check_empty(alias: str, source: Path) -> None:
    """Raises Problem, before anything is put back, if the copy is of another kind or the place is taken."""
    from django.db import connections

    database = connections[alias].settings_dict
    sqlite = database["ENGINE"].endswith("sqlite3")
    if not source.with_suffix(".sqlite3" if sqlite else ".dump").exists():
        raise Problem(
            f"This is a backup of {'PostgreSQL' if sqlite else 'SQLite'}, and HUE_DATABASE_URL is"
            f" {'not set' if sqlite else 'set'}. A backup goes back to where it came from. Nothing was restored."
        )
    name = str(database["NAME"])
    if not sqlite and connections[alias].introspection.table_names():
        raise Problem(f"The database {name} is not empty. Restore into empty ones. Nothing was restored.")
    for path in [Path(name + end) for end in ("", "-wal", "-shm")] if sqlite else []:
        if path.exists():  # also what a killed process left: SQLite would play it into the restored file
            raise Problem(
                f"{path} exists already. Restore into an empty data directory. Nothing was restored."
            )


def put_keys(source: Path, target: Path) -> None:
    """Copy the keys, readable by the owner only; a key already there must be the same."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sorted(source.iterdir()):
        place = target / path.name
        # Reading the settings has made a fresh session key; sessions are not worth keeping.
        if place.exists() and place.read_bytes() != path.read_bytes() and path.name != "django.key":
            raise Problem(f"The data directory has another {path.name} already. Restore into an empty one.")
        shutil.copyfile(path, place)
        place.chmod(0o600)


def put_locks(source: Path) -> None:
    """Put the locks of the tips back. Raises Problem if the file is none of ours."""
    from hueandcry.tips import locks

    try:
        locks.put_back(source.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Problem(
            f"{source} is not a file that hue backup --locks wrote, or other locks are here. Nothing was restored."
        ) from None


def put_database(database: dict[str, Any], source: Path) -> None:
    """Put one database back. Raises Problem if PostgreSQL's is not there or not empty."""
    if database["ENGINE"].endswith("sqlite3"):
        target = Path(database["NAME"])
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(source.with_suffix(".sqlite3"), target)
        target.chmod(0o600)
        return
    done = subprocess.run(  # noqa: S603 - fixed program, no shell
        [  # noqa: S607
            "pg_restore", "--exit-on-error", "--no-owner", "--single-transaction",
            *connection_arguments(database), str(source.with_suffix(".dump")),
        ],
        env=postgres_environment(database),
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise Problem(
            f"pg_restore could not fill the database {database['NAME']} (it must exist and be empty):"
            f" {first_line(done.stderr)}"
        )


def finish() -> None:
    """Bring the tables up to date, rebuild the site, verify the record and say how it stands."""
    from hueandcry.agencies import queries
    from hueandcry.cli.database import migrate
    from hueandcry.kernel.actor import system
    from hueandcry.publicsite import actions
    from hueandcry.records.entry import Ledger
    from hueandcry.records.verifying import verify

    migrate()
    for ledger in Ledger:
        report = verify(ledger)
        if not report.good:
            raise Problem(f"The restored record does not verify: {report.problems[0]}")
        print(f"{ledger.value}: {report.entries} entries verify.")
    first = next(iter(queries.agencies()), None)
    if first:
        actions.rebuild(by=system("operator", agency_id=first.pk))
    say_about_keys()
    print("Restored. To see that nothing newer is missing, compare with a seal kept elsewhere:")
    print("  hue records verify --against SEAL")


def say_about_keys() -> None:
    """A backup brings back who was taken out since; and without locks the officers' copies stay closed."""
    from hueandcry.tips import key_queries

    for finding in key_queries.key_findings():
        if finding.code == "no-root":
            print("The root of a tip programme is not pinned here: hue tips pin, with two share sheets.")
    if key_queries.closed_for_want_of_locks():
        print("The locks of the tips are not here, so officers cannot open earlier ones: hue tips recover.")
    print("Look at the page “Keys”: whoever was taken out after this backup was made stands there again.")
