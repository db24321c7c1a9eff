"""Files that nothing refers to any more go; what comes in at the same moment stays.

Equal content is kept once. A film may therefore come in again just when its earlier copy goes, and between its arrival
and its row nothing says that it is needed. Both sides hold one lock, among all processes on this machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from hueandcry.assets import queries
from hueandcry.kernel import blobs

LOCK = ".leaving"  # beside the files


@contextlib.contextmanager
def arriving() -> Iterator[None]:
    """While a file is kept and the row that names it is written: `forget_file` erases nothing meanwhile."""
    with _lock() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def forget_file(digest: str) -> None:
    """Erase a file as it came, unless a picture or a video here still needs it. Call outside `arriving`.

    While another file arrives nothing is erased; the daily sweep takes what was left (sweeping.py).
    """
    if not digest:
        return
    with _lock() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if not queries.needs_file(digest):
            blobs.erase(digest)


@contextlib.contextmanager
def _lock() -> Iterator[int]:
    folder = Path(settings.HUE_FILES)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, blobs.MODE)
    try:
        yield handle
    finally:
        os.close(handle)
