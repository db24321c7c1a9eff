"""A second lock on every copy of a tip's seed, kept in a file and in no backup archive (ADR 0015).

A copy closed for a desk key is closed once more under a random lock of that key, HUE_HOME/tip-locks/<fingerprint>.
When somebody leaves, their lock is destroyed: then no database dump and no old backup opens anything for them,
though they kept private key and passphrase. Copies for the recovery key have no lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterable
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


def close_seed(tip: Tip, *, seed: bytes, desk_keys: Iterable[bytes], recovery: bytes = b"") -> list[KeyWrap]:
    """The rows of a seed closed for each desk key, under its lock, and for the recovery key; not yet saved.

    desk_keys, recovery: public keys. Without a recovery key (empty) there is no such row.
    """
    receivers = [(KeyWrap.Kind.DESK, key) for key in desk_keys]
    if recovery:
        receivers.append((KeyWrap.Kind.RECOVERY, recovery))
    return [
        close(
            keys.wrap_seed(seed, tip_id=tip.pk, public=key),
            tip=tip,
            fingerprint=keys.fingerprint(key),
            kind=kind,
        )
        for kind, key in receivers
    ]


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
            os.fsync(file.fileno())  # else only the name would go, and the lock stay on the disk
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)


def names() -> list[str]:
    """The fingerprints of the keys that have a lock here."""
    return sorted(path.name for path in folder().glob("*") if FINGERPRINT.fullmatch(path.name))


def as_text() -> str:
    """All locks as a file that the operator keeps apart from every backup and replaces each time."""
    held = {name: _place(name).read_bytes().hex() for name in names()}
    return json.dumps(
        {"about": "locks of tip keys: keep this away from backups, replace it each time", "locks": held},
        indent=1,
    )


def put_back(text: str) -> int:
    """Put back the locks of `as_text`; one that is there already must be the same. Returns how many.

    Raises ValueError if the text is no such file or a lock differs; then nothing is put back.
    """
    held = {name: bytes.fromhex(value) for name, value in json.loads(text)["locks"].items()}
    for name, lock in held.items():
        place = _place(name)
        if len(lock) != sealing.KEY or (place.exists() and place.read_bytes() != lock):
            raise ValueError("no lock, or another one is there already")
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, lock in held.items():
        write_secret(_place(name), lock)
    return len(held)


def _context(row: KeyWrap) -> bytes:
    return keys.info(row.tip_id, f"lock/{row.fingerprint}")


def _name(lock: bytes) -> str:
    return hashlib.sha256(f"{keys.VERSION}/lock-name".encode() + lock).hexdigest()[:NAME]
