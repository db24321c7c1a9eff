"""Empty databases with every table, made once by `hue migrate` and copied for whoever needs a fresh pair.

To make them takes Django ten seconds of a processor; some sixty tests and workers want one of their own. What
begins with nothing at all is still tested: `hue init`, `hue demo`, the container, the move to PostgreSQL.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from functools import cache as once
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg

from tests.servers import cache

ROOT = Path(__file__).resolve().parents[2]
FILES = ("main.sqlite3", "tips.sqlite3")
KEPT = 7 * 86_400  # seconds after which those of an older version go


def lay(home: Path) -> None:
    """Put the two files of SQLite into a data directory that has none; nothing when the suite runs on PostgreSQL."""
    if os.environ.get("HUE_DATABASE_URL"):
        return
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in files():
        if not (home / file.name).exists():
            shutil.copyfile(file, home / file.name)
            (home / file.name).chmod(0o600)


def fill(connection: sqlite3.Connection, *, name: str) -> None:
    """Make an open database of SQLite, on disk or in memory, the copy of one of FILES, without ".sqlite3"."""
    source = sqlite3.connect(files()[FILES.index(f"{name}.sqlite3")])
    try:
        source.backup(connection)
    finally:
        source.close()


def files() -> list[Path]:
    """The files to copy, made if this version of the tables has none yet."""
    folder = cache.folder() / f"tables-{_version()}"
    with cache.turn("tables"):
        if all((folder / name).exists() for name in FILES):
            os.utime(folder)  # in use: not to be thrown away
        else:
            making = folder.with_name(f"{folder.name}-making")
            shutil.rmtree(making, ignore_errors=True)
            _migrate(making)
            for name in FILES:
                with sqlite3.connect(making / name) as whole:
                    whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                whole.close()
            making.rename(folder)
            for old in cache.folder().glob("tables-*"):
                if time.time() - old.stat().st_mtime > KEPT:
                    shutil.rmtree(old, ignore_errors=True)
    return [folder / name for name in FILES]


def templates(url: str) -> tuple[str, str]:
    """The databases of this PostgreSQL to copy by CREATE DATABASE … TEMPLATE: the main one, that of tips."""
    plain = f"hue_tables_{_version()}"
    with cache.turn("tables"), psycopg.connect(url, autocommit=True) as connection:
        there = connection.execute(
            "SELECT count(*) FROM pg_database WHERE datname = %s AND datistemplate", [f"{plain}_tips"]
        ).fetchone()
        if there == (0,):
            for name in (plain, f"{plain}_tips"):
                connection.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[arg-type, unused-ignore]
                connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type, unused-ignore]
            home = cache.folder() / "tables-of-postgresql"
            _migrate(home, HUE_DATABASE_URL=urlsplit(url)._replace(path=f"/{plain}").geturl())
            shutil.rmtree(home, ignore_errors=True)
            for name in (plain, f"{plain}_tips"):  # marked when whole, the one that is asked for last
                connection.execute(f'ALTER DATABASE "{name}" IS_TEMPLATE true')  # type: ignore[arg-type, unused-ignore]
    return plain, f"{plain}_tips"


def _migrate(home: Path, **variables: str) -> None:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("HUE_", "DJANGO_"))}
    subprocess.run(
        [sys.executable, "-m", "hueandcry", "migrate"],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=300,
        env={**inherited, "HUE_HOME": str(home), "PYTHONPATH": str(ROOT), **variables},
    )  # fmt: skip


@once
def _version() -> str:
    """Twelve digits that change with any migration, any model and Django."""
    found = hashlib.sha256(django.get_version().encode())
    for path in sorted(ROOT.glob("hueandcry/**/*.py")):
        if path.parent.name == "migrations" or "models" in path.name:
            found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:12]
