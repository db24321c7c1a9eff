"""`hue backup`: both databases and the files into a new folder, while everything runs."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from hueandcry import __version__
from hueandcry.cli.problems import Problem
from hueandcry.kernel import clock

DATABASES = ("default", "tips")
NAMES = {"default": "main", "tips": "tips"}


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser("backup", help="copy both databases and the files into a new folder")
    mine.add_argument("folder", type=Path, help="a folder that does not exist yet")
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Make the backup, under a temporary name until it is whole."""
    from django.conf import settings

    folder: Path = given.folder.resolve()
    if folder.exists():
        raise Problem(f"{folder} exists already. Name a new folder: a backup never overwrites another.")
    working = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir(parents=True, mode=0o700)
    for alias in DATABASES:
        copy_database(settings.DATABASES[alias], working / NAMES[alias])
    if settings.HUE_FILES.exists():
        shutil.copytree(settings.HUE_FILES, working / "files")
    write_list(working)
    working.rename(folder)
    print(f"{folder}: both databases and the files, each with its digest.")
    print(
        f"The keys are not in it, so that a stolen backup opens nothing. Keep a copy of {settings.HUE_KEYS}"
        " in another safe place: without it the copy cannot be used."
    )


def copy_database(database: dict[str, Any], target: Path) -> None:
    """One consistent copy of a database that is in use.

    SQLite: in one step, since a paged copy under a steady writer may never end. PostgreSQL: pg_dump.
    """
    if database["ENGINE"].endswith("sqlite3"):
        source = sqlite3.connect(database["NAME"])
        copy = sqlite3.connect(target.with_suffix(".sqlite3"))
        with source, copy:
            source.backup(copy)
        copy.close()
        source.close()
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
        raise Problem(f"pg_dump could not copy the database {database['NAME']}: {done.stderr.strip()[:300]}")


def connection_arguments(database: dict[str, Any]) -> list[str]:
    """Where a PostgreSQL program finds the database; the password goes by environment."""
    arguments = ["--dbname", str(database["NAME"])]
    for flag, name in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if database.get(name):
            arguments += [flag, str(database[name])]
    return arguments


def postgres_environment(database: dict[str, Any]) -> dict[str, str]:
    """The environment of a PostgreSQL program."""
    return {**os.environ, "PGPASSWORD": str(database.get("PASSWORD") or "")}


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
