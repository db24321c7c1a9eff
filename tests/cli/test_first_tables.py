"""The tables made at once in an empty database are those to which all migrations lead, one by one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.servers.stack import ROOT, databases

pytestmark = pytest.mark.slow
Seen = dict[str, set[str]]  # table → its columns, keys, indexes and triggers, without their order

POSTGRESQL = (
    (
        "SELECT c.relname, concat_ws(' ', 'column', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
        " a.attidentity, pg_get_expr(d.adbin, d.adrelid)) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
    ),
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    (
        "SELECT conrelid::regclass::text, concat_ws(' ', conname, pg_get_constraintdef(oid)) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND conrelid <> 0"
    ),
    "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT 'django_migrations', concat_ws(' ', app, name) FROM django_migrations",
)


def test_a_new_database_has_the_tables_of_its_whole_history(tmp_path: Path) -> None:
    with databases("at_once", bare=True) as new, databases("by_steps", bare=True) as old:
        _run("-m", "hueandcry", "migrate", home=tmp_path / "new", variables=new)
        (tmp_path / "old").mkdir()
        for alias in ("default", "tips"):
            migrate = ("manage.py", "migrate", "--database", alias, "-v", "0")
            _run(*migrate, home=tmp_path / "old", variables=old)
        for name in ("main", "tips"):
            made, stepped = (
                _seen(home, variables, name)
                for home, variables in ((tmp_path / "new", new), (tmp_path / "old", old))
            )
            assert set(made) ^ set(stepped) == set()
            assert any("records_entry_no_" in line for line in made["records_entry"])
            differ = {table: made[table] ^ stepped[table] for table in made if made[table] != stepped[table]}
            assert differ == {}


def _run(*arguments: str, home: Path, variables: dict[str, str]) -> None:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HUE_", "DJANGO_"))}
    subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, check=True, timeout=600, stdout=subprocess.DEVNULL,
        env={**kept, "HUE_HOME": str(home), **variables},
    )  # fmt: skip


def _seen(home: Path, variables: dict[str, str], name: str) -> Seen:
    found: Seen = {}
    if url := variables.get("HUE_DATABASE_URL"):
        path = urlsplit(url).path + ("_tips" if name == "tips" else "")
        with psycopg.connect(urlsplit(url)._replace(path=path).geturl()) as database:
            for statement in POSTGRESQL:
                for table, line in database.execute(statement):
                    found.setdefault(table, set()).add(line)
        return found
    lite = sqlite3.connect(home / f"{name}.sqlite3")
    for kind, named, table, sql in lite.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        lines = found.setdefault(table, set())
        if kind != "table":
            lines.add(f"{named} {sql}")
            continue
        lines |= {str(row[1:]) for row in lite.execute(f"PRAGMA table_xinfo({named})")}
        lines |= {f"key {row[2:]}" for row in lite.execute(f"PRAGMA foreign_key_list({named})")}
    found["django_migrations"] |= {
        f"{app} {step}" for app, step in lite.execute("SELECT app, name FROM django_migrations")
    }
    lite.close()
    return found
