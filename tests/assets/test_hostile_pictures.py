"""Hostile pictures are refused with a clear sentence, and the process that asked is never hurt."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from hueandcry.assets import preparing
from hueandcry.assets.preparing import PictureRefused, prepare
from tests.assets.hostile import KINDS, hostile, zeros_png
from tests.factories_appeals import picture

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_hostile_file_is_refused_with_a_sentence(kind: str, own_site: Path) -> None:
    data = hostile(kind)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(PictureRefused) as refusal:
        prepare(data)
    assert refusal.value.sentence.endswith((".", "!"))
    assert refusal.value.field == "picture"
    assert time.monotonic() - started < preparing.SECONDS
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 150_000, f"{grown} KB"  # this process; the decoder's memory is its own


def test_there_are_at_least_thirty_kinds() -> None:
    assert len(KINDS) >= 30


def test_the_sentence_says_what_to_do() -> None:
    for kind, words in {
        "svg": "Save it as PNG",
        "heic": "Save it as JPEG",
        "pdf": "screenshot",
        "video": "still picture",
        "empty": "Choose the picture again",
        "jpeg that is an archive": "something else at once",
        "png of 400 million pixels": "million pixels",
        "jpeg cut in half": "damaged",
    }.items():
        with pytest.raises(PictureRefused, match=words):
            prepare(hostile(kind))


def test_a_picture_that_fills_the_memory_meets_the_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zeros_png(17_000, 17_000, depth=8, colour=6, bytes_per_pixel=4)  # 1.1 GB, from one megabyte
    assert len(bomb) < 2_000_000
    monkeypatch.setattr(preparing, "MOST_PIXELS", 10**9)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(PictureRefused, match="damaged"):
        prepare(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_decoder_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "SECONDS", 0.01)
    with pytest.raises(PictureRefused, match="damaged"):
        prepare(picture())


def test_after_all_of_them_a_good_picture_still_comes_through() -> None:
    for kind in ("png of 400 million pixels", "jpeg of noise", "webp that lies about its size"):
        with pytest.raises(PictureRefused):
            prepare(hostile(kind))
    assert len(prepare(picture()).copies) == 9
