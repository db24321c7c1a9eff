"""Files of the data directory are whole or not there, whatever the disk does meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hueandcry.kernel import wholefiles
from hueandcry.kernel.keyfiles import write_secret
from hueandcry.kernel.wholefiles import replace_file


def test_a_file_is_replaced_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    place = tmp_path / "seen.json"
    for text in (b"first", b"second"):
        replace_file(place, text)
        assert place.read_bytes() == text
    assert place.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["seen.json"]


def test_a_disk_that_takes_no_more_leaves_the_file_before_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "seen.json"
    replace_file(place, b"first")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for write in (replace_file, write_secret):
        with pytest.raises(OSError, match="No space"):
            write(place, b"second")
    assert place.read_bytes() == b"first"
    assert [each.name for each in tmp_path.iterdir()] == ["seen.json"], "no half of a secret stays behind"


def test_a_secret_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    place = tmp_path / "record.key"
    write_secret(place, b"first")
    write_secret(place, b"second")
    assert place.read_bytes() == b"first"
    assert [each.name for each in tmp_path.iterdir()] == ["record.key"]


def test_a_file_that_may_be_lost_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wholefiles.os, "fsync", lambda _handle: pytest.fail("it waited for the disk"))
    replace_file(tmp_path / "backup", b"2026-11-22", mode=0o644, lasting=False)
    assert (tmp_path / "backup").stat().st_mode & 0o600 == 0o600
