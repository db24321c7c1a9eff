"""What the simulated network keeps: one SQLite file."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SESSION_LASTS = 3600  # seconds
KEPT = ("id", "owner", "key", "made_at", "blob")  # columns of a thing that stand beside its data
SCHEMA = """
CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, handle TEXT UNIQUE, name TEXT, secret TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, account INTEGER, ends REAL);
CREATE TABLE IF NOT EXISTS media (id TEXT PRIMARY KEY, mime TEXT, data BLOB);
CREATE TABLE IF NOT EXISTS post (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER, text TEXT, link TEXT, title TEXT, media TEXT, alt TEXT,
    created_at TEXT, received_at TEXT, deleted_at TEXT);
CREATE INDEX IF NOT EXISTS post_by_account ON post (account, id);
CREATE TABLE IF NOT EXISTS thing (
    id INTEGER PRIMARY KEY AUTOINCREMENT, network TEXT, kind TEXT, owner INTEGER, key TEXT, data TEXT, blob BLOB,
    made_at REAL, gone_at REAL);
CREATE INDEX IF NOT EXISTS thing_by_kind ON thing (network, kind, owner, id);
CREATE INDEX IF NOT EXISTS thing_by_key ON thing (network, kind, key);
CREATE INDEX IF NOT EXISTS thing_by_reply ON thing (network, kind, json_extract(data, '$.reply_to'));
CREATE INDEX IF NOT EXISTS thing_by_repost ON thing (network, kind, json_extract(data, '$.repost_of'));
CREATE TABLE IF NOT EXISTS fault (mode TEXT PRIMARY KEY, times INTEGER, seconds REAL);
"""

LOOKS = ("picture", "banner", "described")


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to fail. times: for how many calls more (0: until switched off); seconds: what the mode needs."""

    mode: str
    times: int
    seconds: float


class Store:
    """All reads and writes of the network, one at a time."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._turn = threading.RLock()
        self._db = sqlite3.connect(home / "simnet.sqlite3", check_same_thread=False, timeout=20)
        self._db.row_factory = sqlite3.Row
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def add_account(self, handle: str, name: str) -> str:
        """Make an account, or give an existing one a new secret; returns the secret."""
        secret = secrets.token_urlsafe(24)
        self._do(
            "INSERT INTO account (handle, name, secret) VALUES (?, ?, ?)"
            " ON CONFLICT (handle) DO UPDATE SET name = excluded.name, secret = excluded.secret",
            handle,
            name,
            _digest(secret),
        )
        return secret

    def about(self, account: int) -> str:
        """What an account's own page says."""
        found = self.things("simulated", "about", "owner = ?", account)
        return str(found[0]["text"]) if found else ""

    def looks(self, account: int) -> dict[str, bool]:
        """Whether the page has a picture and a banner, and both are described; as long as nobody says otherwise, it has."""
        found = self.things("simulated", "about", "owner = ?", account)
        return {name: bool(found[0].get(name, True)) if found else True for name in LOOKS}

    def set_about(self, account: int, text: str, **looks: bool) -> None:
        """Write it. looks: see `looks`; what is not named stays."""
        found = self.things("simulated", "about", "owner = ?", account)
        if found:
            kept = {name: found[0][name] for name in LOOKS if name in found[0]}
            self.change_thing(found[0]["id"], {**kept, **looks, "text": text})
        else:
            self.add_thing("simulated", "about", {**looks, "text": text}, owner=account)

    def number_of(self, handle: str) -> int:
        """The account with this name, or 0."""
        found = self._one("SELECT id FROM account WHERE handle = ?", handle)
        return int(found["id"]) if found else 0

    def log_in(self, secret: str) -> str | None:
        """A token for an account's secret, or None."""
        account = self._one("SELECT id FROM account WHERE secret = ?", _digest(secret))
        if account is None:
            return None
        token = secrets.token_urlsafe(24)
        self._do(
            "INSERT INTO session VALUES (?, ?, ?)", _digest(token), account["id"], time.time() + SESSION_LASTS
        )
        return token

    def account_of(self, token: str) -> dict[str, Any] | None:
        """Whose token this is, if it has not ended."""
        return self._one(
            "SELECT account.* FROM session JOIN account ON account.id = session.account WHERE token = ? AND ends > ?",
            _digest(token),
            time.time(),
        )

    def end_sessions(self) -> None:
        """Every token ends now."""
        self._do("DELETE FROM session")

    def add_media(self, mime: str, data: bytes) -> str:
        """Keep a picture; the same bytes have the same id."""
        name = hashlib.sha256(data).hexdigest()
        self._do("INSERT OR IGNORE INTO media VALUES (?, ?, ?)", name, mime, data)
        return name

    def media(self, name: str) -> dict[str, Any] | None:
        """A picture that some standing post shows, or that none has shown yet."""
        return self._one("SELECT * FROM media WHERE id = ?", name)

    def add_post(self, account: int, fields: dict[str, str]) -> int:
        """Put up a post; returns its id."""
        return self._do(
            "INSERT INTO post (account, text, link, title, media, alt, created_at, received_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            account,
            fields["text"],
            fields["link"],
            fields["title"],
            fields["media"],
            fields["alt"],
            fields["created_at"],
            datetime.now(tz=UTC).isoformat(),
        )

    def last_number(self) -> int:
        """The highest number that a post has ever had."""
        found = self._one("SELECT seq FROM sqlite_sequence WHERE name = 'post'")
        return int(found["seq"]) if found else 0

    def add_posts(self, posts: Iterable[dict[str, Any]]) -> None:
        """Put up many posts at once, each with its number, the handle of its account and when it was made.

        deleted_at: when it was taken down, None while it stands.
        """
        with self._turn, self._db:
            self._db.executemany(
                "INSERT INTO post"
                " (id, account, text, link, title, media, alt, created_at, received_at, deleted_at)"
                " SELECT :number, id, :text, :link, :title, :media, :alt, :created_at, :created_at, :deleted_at"
                " FROM account WHERE handle = :handle",
                posts,
            )

    def delete_post(self, account: int, number: int) -> bool:
        """Take a post of this account down, and its picture if no other post shows it. False if not there."""
        with self._turn:
            post = self.post(number)
            if post is None or post["account"] != account:
                return False
            self._do(
                "UPDATE post SET deleted_at = ?, text = '', link = '', title = '', alt = '', media = '' WHERE id = ?",
                datetime.now(tz=UTC).isoformat(),
                number,
            )
            self._do("DELETE FROM media WHERE id = ? AND id NOT IN (SELECT media FROM post)", post["media"])
            return True

    def post(self, number: int) -> dict[str, Any] | None:
        """A standing post with its account's handle and name."""
        found = self._posts("post.id = ?", number)
        return found[0] if found else None

    def posts(self) -> list[dict[str, Any]]:
        """The newest hundred standing posts."""
        return self._posts("1")[:100]

    def posts_of(self, account: int, since: str = "") -> list[dict[str, Any]]:
        """An account's standing posts, newest first, made at or after a moment (ISO 8601)."""
        return [
            post
            for post in self._posts("post.account = ?", account)
            if not since or datetime.fromisoformat(post["created_at"]) >= datetime.fromisoformat(since)
        ]

    def says_already(self, account: int, text: str) -> bool:
        """True if a standing post of this account has this very text."""
        return any(post["text"] == text for post in self.posts_of(account))

    def add_thing(
        self,
        network: str,
        kind: str,
        data: dict[str, Any],
        *,
        owner: int = 0,
        key: str = "",
        blob: bytes | None = None,
    ) -> int:
        """Keep something of a network (an account, a token, a post); returns its id."""
        return self._do(
            "INSERT INTO thing (network, kind, owner, key, data, blob, made_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(network, kind, owner, key, json.dumps(data), blob, time.time()),
        )

    def things(self, network: str, kind: str, where: str = "1", *values: object) -> list[dict[str, Any]]:
        """What stands, newest first; each with id, owner, key, made_at, blob and its data."""
        rows = self._all(
            f"SELECT * FROM thing WHERE network = ? AND kind = ? AND gone_at IS NULL AND {where} ORDER BY id DESC",  # noqa: S608
            *(network, kind, *values),
        )
        return [{**json.loads(row["data"]), **{name: row[name] for name in KEPT}} for row in rows]

    def count_things(self, network: str, kind: str, where: str = "1", *values: object) -> int:
        """How many stand."""
        row = self._one(
            f"SELECT count(*) AS n FROM thing WHERE network = ? AND kind = ? AND gone_at IS NULL AND {where}",  # noqa: S608
            *(network, kind, *values),
        )
        return int(row["n"]) if row else 0

    def change_thing(self, number: int, data: dict[str, Any], blob: bytes | None = None) -> None:
        """Replace its data (and its blob, if one is given)."""
        kept = json.dumps({name: value for name, value in data.items() if name not in KEPT})
        self._do("UPDATE thing SET data = ?, blob = coalesce(?, blob) WHERE id = ?", kept, blob, number)

    def drop_thing(self, number: int) -> bool:
        """Take it down for good, content and all; False if it was not there."""
        with self._turn:
            there = self._one("SELECT 1 FROM thing WHERE id = ? AND gone_at IS NULL", number) is not None
            self._do(
                "UPDATE thing SET gone_at = ?, data = '{}', blob = NULL WHERE id = ? AND gone_at IS NULL",
                *(time.time(), number),
            )
            return there

    def set_fault(self, mode: str, times: int, seconds: float) -> None:
        """Switch a way to fail on; times below 0 switches it off."""
        self._do("DELETE FROM fault WHERE mode = ?", mode)
        if times >= 0:
            self._do("INSERT INTO fault VALUES (?, ?, ?)", mode, times, seconds)

    def clear_faults(self) -> None:
        """Work properly again."""
        self._do("DELETE FROM fault")

    def faults(self) -> list[Fault]:
        """What is switched on."""
        return [Fault(**row) for row in self._all("SELECT mode, times, seconds FROM fault ORDER BY mode")]

    def take_fault(self, mode: str) -> Fault | None:
        """The fault if it is on, counted as used once."""
        with self._turn:
            row = self._one("SELECT mode, times, seconds FROM fault WHERE mode = ?", mode)
            if row is None:
                return None
            if row["times"] == 1:
                self._do("DELETE FROM fault WHERE mode = ?", mode)
            elif row["times"] > 1:
                self._do("UPDATE fault SET times = times - 1 WHERE mode = ?", mode)
            return Fault(**row)

    def _posts(self, where: str, *values: object) -> list[dict[str, Any]]:
        return self._all(
            "SELECT post.*, account.handle, account.name FROM post JOIN account ON account.id = post.account"  # noqa: S608
            f" WHERE deleted_at IS NULL AND {where} ORDER BY post.id DESC",
            *values,
        )

    def _do(self, statement: str, *values: object) -> int:
        with self._turn, self._db:
            return self._db.execute(statement, values).lastrowid or 0

    def _all(self, statement: str, *values: object) -> list[dict[str, Any]]:
        with self._turn:
            return [dict(row) for row in self._db.execute(statement, values)]

    def _one(self, statement: str, *values: object) -> dict[str, Any] | None:
        found = self._all(statement, *values)
        return found[0] if found else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
