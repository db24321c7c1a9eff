"""A second lock on every copy of a tip's seed, kept in a file and in no backup archive (ADR 0015).

A copy closed for a desk key is closed once more under a random lock of that key, HUE_HOME/tip-locks/<fingerprint>.
When somebody leaves, their lock is destroyed: then no database dump and no old backup opens anything for them,
though they kept private key and passphrase. Copies for the recovery key have no lock.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from pathlib import Path

from django.conf import settings

from hueandcry.kernel import sealing
from hueandcry.kernel.keyfiles import secret, write_secret
from hueandcry.tips import keys
from hueandcry.tips.models import KeyWrap, Tip

FINGERPRINT = re.compile(r"[0-9a-f]{32}")
NAME = 16  # characters that tell one lock of a key from the next


def folder() -> Path:
    """Where the locks are: beside the keys folder, never in it, since copies of that are kept for years."""
    return Path(settings.HUE_HOME) / "tip-locks"


def lock_of(fingerprint: str) -> bytes:
    """The lock of a desk key, made when it is first needed. Raises OSError."""
    return secret(folder(), _place(fingerprint).name, size=sealing.KEY)


def _place(fingerprint: str) -> Path:
    """A lock's file. Raises ValueError for what is no fingerprint: it comes from the database, the file does not."""
    if not FINGERPRINT.fullmatch(fingerprint):
        raise ValueError("not a fingerprint")
    return folder() / fingerprint


def close(sealed: bytes, *, tip: Tip, fingerprint: str, kind: str = KeyWrap.Kind.DESK) -> KeyWrap:
    """The row of a wrap, locked if it is for a desk key; not yet saved."""
    row = KeyWrap(agency_id=tip.agency_id, tip=tip, kind=kind, fingerprint=fingerprint, sealed=sealed)
    return add_lock(row) if kind == KeyWrap.Kind.DESK else row


def add_lock(row: KeyWrap) -> KeyWrap:
    """Lock a row that has no lock yet; not yet saved."""
    lock = lock_of(row.fingerprint)
    row.sealed = sealing.seal_with_key(lock, bytes(row.sealed), context=_context(row))
    row.lock = _name(lock)
    return row


def open_wrap(row: KeyWrap) -> bytes:
    """The wrap as its key can open it. Raises sealing.CannotOpen if its lock is gone."""
    if not row.lock:
        return bytes(row.sealed)
    try:
        lock = _place(row.fingerprint).read_bytes()
    except (OSError, ValueError) as error:
        raise sealing.CannotOpen from error
    return sealing.open_with_key(lock, bytes(row.sealed), context=_context(row))


def destroy(fingerprint: str) -> None:
    """Destroy a key's lock: overwritten, then removed. Safe to repeat."""
    path = _place(fingerprint)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(sealing.KEY))
            file.flush()
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)


def as_text() -> str:
    """All locks as a file that the operator keeps apart from every backup and replaces each time."""
    held = {path.name: path.read_bytes().hex() for path in sorted(folder().glob("*")) if path.is_file()}
    return json.dumps(
        {"about": "locks of tip keys: keep this away from backups, replace it each time", "locks": held},
        indent=1,
    )


def put_back(text: str) -> int:
    """Put back the locks of `as_text`; one that is there already must be the same. Returns how many.

    Raises ValueError if the text is no such file or a lock differs.
    """
    held = json.loads(text)["locks"]
    for fingerprint, value in held.items():
        place, lock = _place(fingerprint), bytes.fromhex(value)
        folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        write_secret(place, lock)
        if len(lock) != sealing.KEY or lock_of(fingerprint) != lock:
            raise ValueError("another lock is there already")
    return len(held)


def _context(row: KeyWrap) -> bytes:
    return keys.info(row.tip_id, f"lock/{row.fingerprint}")


def _name(lock: bytes) -> str:
    return hashlib.sha256(f"{keys.VERSION}/lock-name".encode() + lock).hexdigest()[:NAME]
