"""record(): the one function every room calls, in the transaction of its action."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db import connections

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.records.chain import SALT, STRUCTURE, Value, commit, field_line

WORD = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9:._@/-]*\Z")
FIELD = re.compile(r"[a-z][a-z0-9_]*\Z")


class Ledger(StrEnum):
    """Which record: the agency's, or the one that stands beside the tips."""

    MAIN = "main"
    TIPS = "tips"

    @property
    def database(self) -> str:
        """The database alias this ledger lives in."""
        return "default" if self is Ledger.MAIN else "tips"


def record(
    *,
    by: Actor,
    verb: str,
    subject: str,
    body: Mapping[str, Value] | None = None,
    ledger: Ledger = Ledger.MAIN,
    at: datetime | None = None,
) -> int:
    """Write one entry in the open transaction and return its id.

    verb: "appeal.publish"; subject: "appeal:12"; body: content that may be erased later (values are
    text, whole numbers or None). In the main ledger the actor's name is added to the body as it was.
    In the tips ledger the time is cut to the hour and no body is allowed: it holds no text.
    Raises RuntimeError without an open transaction: an action and its entry stand or fall together.
    """
    database = ledger.database
    if not connections[database].in_atomic_block:
        raise RuntimeError(f"record({verb}) needs the transaction of its action")
    if not (WORD.match(by.ref) and WORD.match(verb) and WORD.match(subject)):
        raise ValueError("actor, verb and subject of an entry are plain words")
    moment = at or clock.now()
    if ledger is Ledger.TIPS:
        if body:
            raise ValueError("the tips record holds no content")
        moment, content = clock.hour(moment), {}
    else:
        content = {**(body or {}), "by": by.name}
    names = sorted(content)
    if not all(FIELD.match(name) for name in names):
        raise ValueError("names of body fields are plain words")
    lines = [field_line(f"body.{name}", content[name]) for name in names]
    salts = [secrets.token_bytes(SALT) for _ in names]
    marks = "\n".join(
        f"body.{name} {commit(salt, line)}" for name, salt, line in zip(names, salts, lines, strict=True)
    )
    entry = (by.agency_id, moment, by.ref, verb, subject, secrets.token_bytes(SALT * len(STRUCTURE)), marks)
    return _write(database, entry, ("\n".join(lines), b"".join(salts)) if lines else None)


_ENTRY = (
    "INSERT INTO records_entry (agency_id, at, actor, verb, subject, salts, body_marks)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
_BODY = "INSERT INTO records_body (entry_id, lines, salts)"
_PENDING = "INSERT INTO records_pending (entry_id)"
_AT_ONCE = f"WITH e AS ({_ENTRY} RETURNING id), q AS ({_PENDING} SELECT id FROM e) SELECT id FROM e"  # noqa: S608 - constants
_AT_ONCE_WITH_BODY = (
    f"WITH e AS ({_ENTRY} RETURNING id), b AS ({_BODY} SELECT id, %s, %s FROM e),"  # noqa: S608 - constants
    f" q AS ({_PENDING} SELECT id FROM e) SELECT id FROM e"
)


def _write(database: str, entry: tuple[Any, ...], body: tuple[str, bytes] | None) -> int:
    """Insert an entry, its body and its place in the queue; returns its id. One journey to a server, not three.

    In plain SQL, since every act of everybody passes here (bench/records.py).
    """
    connection = connections[database]
    columns = [connection.ops.adapt_datetimefield_value(v) if isinstance(v, datetime) else v for v in entry]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_AT_ONCE_WITH_BODY if body else _AT_ONCE, [*columns, *(body or ())])
            return int(cursor.fetchone()[0])
        cursor.execute(_ENTRY, columns)
        entry_id = int(cursor.lastrowid)
        if body:
            cursor.execute(f"{_BODY} VALUES (%s, %s, %s)", [entry_id, *body])
        cursor.execute(f"{_PENDING} VALUES (%s)", [entry_id])
        return entry_id


def structure_lines(*, agency_id: int, at: datetime, actor: str, verb: str, subject: str) -> list[str]:
    """The five field lines of an entry's structure, in the order of STRUCTURE."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    values: dict[str, Value] = {
        "actor": actor,
        "agency": agency_id,
        "at": moment,
        "subject": subject,
        "verb": verb,
    }
    return [field_line(name, values[name]) for name in STRUCTURE]


def structure_marks(lines: list[str], salts: bytes) -> list[str]:
    """The five commitments of an entry's structure."""
    return [commit(salts[SALT * n : SALT * (n + 1)], line) for n, line in enumerate(lines)]
