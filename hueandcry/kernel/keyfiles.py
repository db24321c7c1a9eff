"""Secrets in files of the data directory: made on first use, readable by the owner only."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from hueandcry.kernel.wholefiles import write_beside


def secret(folder: Path, name: str, *, size: int = 32) -> bytes:
    """The secret `name` (size: bytes), made at random the first time it is asked for.

    Safe when several processes ask at once: the loser of the race reads what the winner wrote.
    Raises PermissionError if the file can be read by others than its owner.
    """
    path = folder / name
    if not path.exists():
        for each in (folder.parent, folder):  # mkdir gives its mode to the last folder only
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_secret(path, secrets.token_bytes(size))
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} can be read by other people on this machine. Run: chmod 600 {path}")
    return path.read_bytes()


def write_secret(path: Path, data: bytes) -> None:
    """Write a new secret file whole, mode 0600; a file already there is kept, never replaced."""
    beside = write_beside(path, data)
    try:
        with contextlib.suppress(FileExistsError):  # another process was first: theirs stands
            os.link(beside, path)
    finally:
        beside.unlink()
