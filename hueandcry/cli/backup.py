"""`hue backup`: both databases and the files into a new folder, while everything runs."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from hueandcry import __version__
from hueandcry.cli.database import is_empty
from hueandcry.cli.problems import Problem
from hueandcry.health import stamps
from hueandcry.health.databases import DATABASES
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.wholefiles import replace_file


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser("backup", help="copy both databases and the files into a new folder")
    mine.add_argument("folder", type=Path, help="a folder that does not exist yet")
    mine.add_argument(
        "--locks",
        type=Path,
        metavar="FILE",
        help="also write the locks of the tips, to keep apart; replaces FILE",
    )
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Make the backup, under a temporary name until it is whole."""
    from django.conf import settings

    folder: Path = given.folder.resolve()
    if folder.exists():
        raise Problem(f"{folder} exists already. Name a new folder: a backup never overwrites another.")
    if settings.HUE_FILES in folder.parents:
        raise Problem(f"{folder} is among the files that are copied. Name a folder elsewhere.")
    if given.locks and folder in given.locks.resolve().parents:
        raise Problem(
            "The locks must not lie in the backup: whoever has both has what left people could open."
        )
    if is_empty():
        raise Problem(
            f"There is nothing to copy: no agency is set up in {settings.HUE_HOME}. Check HUE_HOME."
        )
    working = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True, mode=0o700)
    try:
        for alias, name in DATABASES.items():
            copy_database(settings.DATABASES[alias], working / name)
        copy_files(working / "files")
        write_list(working)
        working.rename(folder)
        stamps.note(stamps.BACKUP)
    except BaseException:  # half a copy is no use to anybody, and holds what the whole one holds
        shutil.rmtree(working, ignore_errors=True)
        raise
    if given.locks:
        write_locks(given.locks)
    print(f"{folder}: both databases and the files, each with its digest.")
    print(
        f"The keys are not in it, so that a stolen backup opens nothing. Keep a copy of {settings.HUE_KEYS}"
        " in another safe place: without it the copy cannot be used."
    )
    if not given.locks:
        print(
            "The locks of the tips are not in it either (--locks FILE). Restored without them, tips open with two"
            " shares of the root only, until: hue tips recover."
        )


def write_locks(target: Path) -> None:
    """The locks of the tips, in the place of those written before: only the newest may exist (ADR 0015)."""
    from hueandcry.tips import locks

    try:
        replace_file(target, locks.as_text().encode())
    except OSError as error:
        raise Problem(f"The locks could not be written to {target}: {error.strerror}.") from None
    print(
        f"{target}: the locks of the tips, replaced. Keep this file apart from every backup, and no older one."
    )


def copy_database(database: dict[str, Any], target: Path) -> None:
    """One consistent copy of a database that is in use.

    SQLite: in one step, since a paged copy under a steady writer may never end. PostgreSQL: pg_dump.
    """
    if database["ENGINE"].endswith("sqlite3"):
        try:
            with (
                closing(sqlite3.connect(database["NAME"])) as source,
                closing(sqlite3.connect(target.with_suffix(".sqlite3"))) as copy,
            ):
                source.backup(copy)
        except sqlite3.Error as error:
            raise Problem(f"{database['NAME']} could not be copied: {error}.") from None
        return
    dump = target.with_suffix(".dump")
    done = subprocess.run(  # noqa: S603 - fixed program, no shell
        ["pg_dump", "--format=custom", "--no-owner", "--file", str(dump), *connection_arguments(database)],  # noqa: S607
        env=postgres_environment(database),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem(f"pg_dump could not copy the database {database['NAME']}: {first_line(done.stderr)}")


def copy_files(target: Path) -> None:
    """The files, after the databases: whatever a row names is there, unless it was erased since then."""
    for name in blobs.digests():
        place = target / name[:2] / name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileNotFoundError):
            shutil.copy2(blobs.path(name), place)


def first_line(said: str) -> str:
    """What a PostgreSQL program said first, which is the cause."""
    return said.strip().split("\n")[0][:300]


def connection_arguments(database: dict[str, Any]) -> list[str]:
    """Where a PostgreSQL program finds the database; the password goes by environment."""
    arguments = ["--dbname", str(database["NAME"])]
    for flag, name in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if database.get(name):
            arguments += [flag, str(database[name])]
    return arguments


def postgres_environment(database: dict[str, Any]) -> dict[str, str]:
    """The environment of a PostgreSQL program."""
    options = {f"PG{name.upper()}": str(value) for name, value in database.get("OPTIONS", {}).items()}
    return {**os.environ, **options, "PGPASSWORD": str(database.get("PASSWORD") or "")}


def write_list(folder: Path) -> None:
    """List every file of the backup with its SHA-256 digest."""
    files = {
        str(path.relative_to(folder)): digest(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }
    text = {"made_at": clock.now().isoformat(timespec="seconds"), "version": __version__, "files": files}
    (folder / "backup.json").write_text(json.dumps(text, indent=1), encoding="utf-8")


def digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
