"""Files written whole or not at all: a reader, or a start after a crash, never meets half of one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

OWNER_ONLY = 0o600


def write_beside(path: Path, data: bytes, *, mode: int = OWNER_ONLY, lasting: bool = True) -> Path:
    """Write the data into a file beside `path`, and return that: whoever asked puts it in its place, or removes it.

    mode: of the file, less the process's umask; lasting: on the disk before this returns, so that a power cut does
    not leave an empty file. Raises OSError, and then leaves nothing.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:  # unlike os.write, it goes on after a short write
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def replace_file(path: Path, data: bytes, *, mode: int = OWNER_ONLY, lasting: bool = True) -> None:
    """Write a file in the place of the one before, in one step. Its folder must be there.

    mode, lasting: as in write_beside. Raises OSError; the file before stands then.
    """
    beside = write_beside(path, data, mode=mode, lasting=lasting)
    try:
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
