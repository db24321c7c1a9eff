"""What is made once for all test runs on a machine: where it is kept, and whose turn it is to make it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def folder() -> Path:
    """The folder, made if it is not there."""
    found = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hueandcry"
    found.mkdir(parents=True, exist_ok=True)
    return found


@contextmanager
def turn(name: str) -> Iterator[None]:
    """One process makes it, the others wait."""
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
