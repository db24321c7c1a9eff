"""Files that nothing refers to any more go; what comes in at the same moment stays.

Equal content is kept once. A file may therefore come in again just when its earlier copy goes, and until its row is
committed nothing says that it is needed. Both sides hold one lock, among all processes on this machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from hueandcry.assets import queries
from hueandcry.kernel import blobs

LOCK = ".leaving"  # beside the files


@contextlib.contextmanager
def arriving() -> Iterator[None]:
    """While a file is kept and the row that names it is written: `forget_file` erases nothing meanwhile.

    It begins before the outermost transaction and ends after its commit; one within another is fine.
    """
    with _lock() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def forget_file(digest: str, *, older: timedelta | None = None) -> bool:
    """Erase a file as it came, unless a picture or a video here still needs it. Returns whether it went. Call outside `arriving`.

    older: only if it was put so long ago. While another file arrives nothing is erased; the daily sweeps take what was
    left (sweeping.py, sweeping_pictures.py).
    """
    if not digest:
        return False
    with _lock() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if older is not None and age(blobs.path(digest)) <= older.total_seconds():
                return False
        except (BlockingIOError, FileNotFoundError):
            return False
        return not queries.needs_file(digest) and blobs.erase(digest)


def age(place: Path) -> float:
    """Seconds since a file or folder was written. Raises FileNotFoundError."""
    return time.time() - place.stat().st_mtime


@contextlib.contextmanager
def _lock() -> Iterator[int]:
    folder = Path(settings.HUE_FILES)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, blobs.MODE)
    try:
        yield handle
    finally:
        os.close(handle)
