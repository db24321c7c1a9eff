"""Typed reading of environment variables: fails loudly and names the variable."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOCK_WAIT = 20  # seconds


def text(name: str, default: str = "") -> str:
    """The variable's text, or the default."""
    return os.environ.get(name, default).strip()


def folder(name: str, default: str) -> Path:
    """The variable as an absolute folder path; the folder need not exist yet."""
    return Path(text(name, default)).expanduser().resolve()


def number(name: str, default: int) -> int:
    """The variable as a whole number. Raises ImproperlyConfigured if it is not one."""
    raw = text(name)
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number; it is “{raw}”.") from None


def words(name: str, default: str = "") -> list[str]:
    """The variable as words between spaces or commas."""
    return text(name, default).replace(",", " ").split()


def switch(name: str, *, default: bool = False) -> bool:
    """The variable as yes or no. Raises ImproperlyConfigured for any other word."""
    raw = text(name).lower()
    if not raw:
        return default
    if raw in {"1", "yes", "true", "on"}:
        return True
    if raw in {"0", "no", "false", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no; it is “{raw}”.")


def postgres(url: str, *, name: str) -> dict[str, object]:
    """Django's settings for a `postgresql://user:password@host:port/database` address.

    What follows a question mark goes to the driver, such as `?sslmode=verify-full`. Raises
    ImproperlyConfigured if the address is of another kind or names no database. The password is never
    repeated in the message.
    """
    parts = urlsplit(url)
    try:
        port = str(parts.port or "")
    except ValueError:
        raise ImproperlyConfigured(f"The port in {name} must be a whole number up to 65535.") from None
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:port/database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port,
        "OPTIONS": _patient(dict(parse_qsl(parts.query))),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def postgres_pair(url: str, tips_url: str, *, name: str, tips_name: str) -> tuple[dict[str, object], ...]:
    """Settings of the main and the tips database; without an address of its own the tips' is NAME_tips beside it.

    Raises ImproperlyConfigured as `postgres` and `must_differ` do.
    """
    main = postgres(url, name=name)
    tips = postgres(tips_url, name=tips_name) if tips_url else {**main, "NAME": f"{main['NAME']}_tips"}
    must_differ(main, tips)
    return main, tips


def _patient(options: dict[str, str]) -> dict[str, str]:
    """The driver's options, with a wait for locks as long as SQLite's: then the sender is told, not kept waiting."""
    return {**options, "options": f"{options.get('options', '')} -c lock_timeout={LOCK_WAIT}s".strip()}


def must_differ(main: dict[str, object], tips: dict[str, object]) -> None:
    """Raises ImproperlyConfigured if the tips would lie in the main database."""
    if all(main[part] == tips[part] for part in ("HOST", "PORT", "NAME")):
        raise ImproperlyConfigured("HUE_TIPS_DATABASE_URL must name another database than HUE_DATABASE_URL.")


def read_only(database: dict[str, object]) -> dict[str, object]:
    """The same database, so that nothing can be written by this process.

    SQLite: opened with mode=ro, which no statement can undo; a read takes no writer's lock. PostgreSQL: every
    transaction begins read-only. SQL could undo that, so the role should have no more than SELECT either
    (deploy/postgresql/roles.sql).
    """
    options = dict(cast("dict[str, object]", database["OPTIONS"]))
    if str(database["ENGINE"]).endswith("sqlite3"):
        options |= {
            "transaction_mode": "DEFERRED",
            "init_command": "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY;",
        }
        return {**database, "NAME": f"{Path(str(database['NAME'])).as_uri()}?mode=ro", "OPTIONS": options}
    options["options"] = f"{options.get('options', '')} -c default_transaction_read_only=on".strip()
    return {**database, "OPTIONS": options}


def standing(database: dict[str, object]) -> dict[str, object]:
    """The same database, for a process that never makes one: a SQLite file that is away is an error until it is back.

    Otherwise an empty one would be made in its place, and this process would stay with that.
    """
    if not str(database["ENGINE"]).endswith("sqlite3"):
        return database
    return {**database, "NAME": f"{Path(str(database['NAME'])).as_uri()}?mode=rw"}


def sqlite(path: Path) -> dict[str, object]:
    """Django's settings for an embedded database: WAL, IMMEDIATE, every commit on disk.

    secure_delete overwrites erased content in the file, so that erasing is erasing.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": LOCK_WAIT,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                " PRAGMA temp_store=MEMORY; PRAGMA recursive_triggers=ON;"
            ),
        },
    }
