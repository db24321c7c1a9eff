"""Files by digest."""

from __future__ import annotations

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hueandcry.kernel import blobs
from hueandcry.kernel.errors import NotFound

pytestmark = pytest.mark.usefixtures("own_site")


def test_what_is_put_in_comes_out_under_its_digest() -> None:
    digest = blobs.put(b"a picture")
    assert digest == hashlib.sha256(b"a picture").hexdigest()
    assert blobs.read(digest) == b"a picture"
    with blobs.open(digest) as file:
        assert file.read() == b"a picture"
    assert stat.S_IMODE(blobs.path(digest).stat().st_mode) == 0o600


def test_equal_files_are_kept_once_also_when_many_put_them_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(blobs.put, [b"the same" * 10_000] * 40))
    assert len(found) == 1
    assert list(blobs.digests()) == list(found)
    folder = blobs.path(found.pop()).parent
    assert len(list(folder.iterdir())) == 1  # no temporary file is left


def test_what_is_put_again_counts_as_put_now() -> None:
    digest = blobs.put(b"a picture")
    os.utime(blobs.path(digest), (0, 0))
    assert blobs.put(b"a picture") == digest
    assert blobs.path(digest).stat().st_mtime > 0
    assert blobs.read(digest) == b"a picture"


def test_what_is_erased_is_gone() -> None:
    digest = blobs.put(b"short-lived")
    assert blobs.erase(digest) is True
    assert blobs.erase(digest) is False
    with pytest.raises(NotFound):
        blobs.read(digest)


def test_a_file_changed_on_disk_is_noticed() -> None:
    digest = blobs.put(b"as it was")
    blobs.path(digest).write_bytes(b"as it is!")
    with pytest.raises(OSError, match="changed on disk"):
        blobs.read(digest)


@pytest.mark.parametrize("name", ["", "../x", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_name_that_is_no_digest_never_becomes_a_path(name: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        blobs.path(name)


def test_an_empty_store_has_no_digests(own_site: Path) -> None:
    assert list(blobs.digests()) == []
