"""Files that arrive in pieces: kept under their digest, dropped, and cleared away after a crash."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hueandcry.kernel import blobs


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.HUE_FILES = tmp_path
    return tmp_path / ".arriving"


def test_pieces_become_the_file_of_their_digest(folder: Path) -> None:
    arriving = blobs.Incoming()
    for piece in (b"a" * 3000, b"b" * 3000):
        arriving.write(piece)
    digest = arriving.keep()
    arriving.drop()  # quiet: it is kept
    assert digest == hashlib.sha256(b"a" * 3000 + b"b" * 3000).hexdigest()
    assert (arriving.size, len(arriving.head), list(folder.iterdir())) == (6000, blobs.HEAD, [])
    assert len(blobs.read(digest)) == 6000
    assert list(blobs.digests()) == [digest]


def test_what_is_not_kept_leaves_nothing(folder: Path) -> None:
    arriving = blobs.Incoming()
    arriving.write(b"half")
    arriving.drop()
    arriving.drop()
    assert list(folder.iterdir()) == []
    assert list(blobs.digests()) == []


def test_what_a_crash_left_is_cleared_away_after_its_time(folder: Path) -> None:
    assert blobs.drop_forgotten(older=timedelta(days=1)) == 0
    old, fresh = blobs.Incoming(), blobs.Incoming()
    (place,) = (item for item in folder.iterdir() if item != fresh._place)
    then = time.time() - 90_000
    os.utime(place, (then, then))
    assert blobs.drop_forgotten(older=timedelta(days=1)) == 1
    assert list(folder.iterdir()) == [fresh._place]
    old.drop()
    fresh.drop()
