"""Files by digest: what was put in comes out unchanged, and equal content is kept once.

A file is written under a temporary name, flushed to disk and then renamed, so that a name never stands
for half a file. The folder is `settings.HUE_FILES`; files are readable by the owner only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from hueandcry.kernel.errors import NotFound

DIGEST = re.compile(r"[0-9a-f]{64}\Z")
MODE = 0o600
ARRIVING = ".arriving"  # the folder of files that are not whole yet
HEAD = 4096  # bytes by which a file that arrives is known


def put(data: bytes) -> str:
    """Keep `data` and return its SHA-256 in hexadecimal. Safe when several processes put the same file.

    A file that is here already counts as one of now, so that no sweep of old files takes it before its row is written.
    """
    digest = hashlib.sha256(data).hexdigest()
    place = path(digest)
    with contextlib.suppress(FileNotFoundError):
        os.utime(place)
        return digest
    for folder in (place.parent.parent, place.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = place.with_name(f".{digest[:8]}.{os.getpid()}.{secrets.token_hex(6)}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(place)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(place.parent)
    return digest


class Incoming:
    """A file that arrives in pieces and goes straight to disk: `write` them, then `keep` it under its digest.

    What is not kept is dropped; after a crash `drop_forgotten` does it. size: bytes so far; head: the first of them.
    owner: whose it is, as in "person-12"; what of theirs did not come whole can be counted (`unfinished`).
    """

    def __init__(self, owner: str = "") -> None:
        folder = Path(settings.HUE_FILES) / ARRIVING
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._place = folder / f"{owner or 'house'}.{os.getpid()}.{secrets.token_hex(8)}"
        self._file = os.fdopen(os.open(self._place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "wb")
        self._sum = hashlib.sha256()
        self.size, self.head = 0, b""

    def write(self, data: bytes) -> None:
        """One piece more."""
        self._file.write(data)
        self._sum.update(data)
        self.size += len(data)
        if len(self.head) < HEAD:
            self.head = (self.head + data)[:HEAD]

    def keep(self) -> str:
        """Put it where its digest says, and return that."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest = self._sum.hexdigest()
        place = path(digest)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._place.rename(place)
        sync_folder(place.parent)
        return digest

    def drop(self) -> None:
        """It is not wanted; quiet if it was kept or dropped already."""
        self._file.close()
        self._place.unlink(missing_ok=True)


def unfinished(owner: str) -> int:
    """How many files of this owner lie here that are not whole: arriving now, or left by what ended within a day."""
    folder = Path(settings.HUE_FILES) / ARRIVING
    return sum(1 for _place in folder.glob(f"{owner}.*")) if folder.is_dir() else 0


def drop_forgotten(*, older: timedelta) -> int:
    """Remove what began to arrive so long ago and was never kept, and how many that were. Safe to run twice."""
    folder, dropped = Path(settings.HUE_FILES) / ARRIVING, 0
    for place in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(FileNotFoundError):
            if place.is_file() and time.time() - place.stat().st_mtime > older.total_seconds():
                place.unlink()
                dropped += 1
    return dropped


class Damaged(OSError):  # noqa: N818 - it says what the file is
    """A file whose content no longer fits its digest."""


def path(digest: str) -> Path:
    """Where the file of this digest is, or would be. Raises ValueError for anything that is no digest."""
    if not DIGEST.match(digest):
        raise ValueError("a digest is 64 hexadecimal digits")
    return Path(settings.HUE_FILES) / digest[:2] / digest


def open(digest: str) -> BinaryIO:  # noqa: A001 - blobs.open reads as it should
    """The file, open for reading. Raises NotFound if it was erased or never put."""
    try:
        return path(digest).open("rb")
    except FileNotFoundError:
        raise NotFound(_("This file is not kept here any more.")) from None


def read(digest: str) -> bytes:
    """The whole content. Raises NotFound; Damaged if the content no longer fits its digest."""
    with open(digest) as file:
        data = file.read()
    if hashlib.sha256(data).hexdigest() != digest:
        raise Damaged(f"file {digest} was changed on disk")
    return data


def erase(digest: str) -> bool:
    """Remove the file for good. The caller knows that nothing refers to it. Returns False if there was none."""
    place = path(digest)
    try:
        place.unlink()
    except FileNotFoundError:
        return False
    sync_folder(place.parent)
    return True


def digests() -> Iterator[str]:
    """Every digest kept, in order: for backup and for finding what nothing refers to."""
    folder = Path(settings.HUE_FILES)
    if not folder.is_dir():
        return
    for shelf in sorted(folder.iterdir()):
        if shelf.is_dir() and len(shelf.name) == 2:  # noqa: PLR2004 - the first two digits
            yield from sorted(file.name for file in shelf.iterdir() if DIGEST.match(file.name))


def sync_folder(folder: Path) -> None:
    """Make a rename, link or removal in `folder` survive a power cut."""
    with contextlib.suppress(PermissionError):  # some network file systems refuse; the rename itself stands
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
