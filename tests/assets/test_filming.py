"""Making a video ready: what is kept, what is removed, and that a hostile file stays harmless."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hueandcry.assets import filming
from hueandcry.assets.filming import PreparedVideo, VideoRefused, prepare_video
from hueandcry.kernel import blobs
from hueandcry.kernel.errors import Unavailable
from tests.assets.hostile import MP4
from tests.films import PLACE, film, needs_ffmpeg

TELLING = (PLACE.encode(), b"Imrie", b"PhoneModel", b"secret comment", b"Camera 4711", b"x264")
pytestmark = [needs_ffmpeg, pytest.mark.usefixtures("own_files")]


@pytest.fixture
def own_files(tmp_path: Path, settings: Any) -> None:
    settings.HUE_FILES = tmp_path / "files"
    settings.HUE_FILES.mkdir()


def prepared(data: bytes) -> PreparedVideo:
    return prepare_video(blobs.put(data))


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def with_tracks(number: int) -> bytes:
    """A film whose index names so many tracks."""
    head = box(b"ftyp", b"isom\0\0\2\0isomavc1")
    moved = box(b"mvhd", b"\0" * 12 + struct.pack(">II", 1000, 1000) + b"\0" * 80)
    track = box(
        b"trak", box(b"tkhd", b"\0" * 84) + box(b"mdia", box(b"hdlr", b"\0" * 8 + b"vide" + b"\0" * 13))
    )
    return head + box(b"moov", moved + track * number)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mp4", "mov", "webm"])
def test_the_copy_shows_the_same_and_tells_nothing_of_its_maker(kind: str) -> None:
    data = film(kind)
    assert sum(word in data for word in TELLING) >= 3
    found = prepared(data)
    clean = blobs.read(found.digest)
    assert [word for word in TELLING if word in clean] == []
    mime = "video/webm" if kind == "webm" else "video/mp4"
    assert (found.facts.mime, found.facts.seconds, found.facts.tracks) == (mime, 1, 2)
    assert (found.facts.width, found.facts.height, found.size) == (160, 120, len(clean))
    assert {copy.kind.value for copy in found.still.copies} == {"avif", "webp", "jpeg"}
    assert len(list(blobs.digests())) == 2
    assert sorted(
        place.name for place in blobs.path(found.digest).parents[1].iterdir() if len(place.name) > 2
    ) in (
        [".arriving"],
        [],
    )


@pytest.mark.slow
def test_a_video_held_upright_stays_upright() -> None:
    found = prepared(film(turned=True))
    assert (found.facts.width, found.facts.height) == (120, 160)
    assert (found.still.width, found.still.height) == (120, 160)


@pytest.mark.slow
def test_a_video_without_sound_is_one() -> None:
    assert prepared(film(sound=False)).facts.sound == ""


@pytest.mark.slow
def test_a_film_that_is_something_else_too_is_a_film_alone_afterwards() -> None:
    data = film() + box(b"free", b"<script>alert(1)</script>") + b"PK\5\6" + b"\0" * 18 + b"Sgt Imrie"
    clean = blobs.read(prepared(data).digest)
    assert not [word for word in (b"<script", b"PK\5\6", b"Imrie") if word in clean]


PLAYLIST = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "one byte": lambda: b"\0",
    "text": lambda: b"this is no film",
    "a list of addresses": lambda: PLAYLIST,
    "a list of addresses that begins as a film": lambda: box(b"ftyp", b"isom\0\0\2\0") + PLAYLIST,
    "a concatenation": lambda: b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a program": lambda: b"\x7fELF" + b"\0" * 5000,
    "a page": lambda: b"<!doctype html><script>alert(1)</script>",
    "a beginning alone": lambda: MP4,
    "a picture": lambda: box(b"ftyp", b"avif\0\0\0\0avifmif1") + b"\0" * 500,
    "another way of making": lambda: film("mpeg4"),
    "cut off": lambda: film()[: len(film()) // 2],
    "cut off, webm": lambda: film("webm")[:600],
    "its middle overwritten": lambda: film()[:40] + b"\xff" * (len(film()) - 40),
    "no end of boxes": lambda: (
        box(b"ftyp", b"isom\0\0\2\0isom") + struct.pack(">I", 0xFFFFFFF0) + b"moov" + b"\0" * 99
    ),
    "boxes within boxes": lambda: (
        box(b"ftyp", b"isom\0\0\2\0isom") + struct.pack(">I4s", 8, b"moov") * 50_000
    ),
    "100,000 tracks": lambda: with_tracks(100_000),
    "webm, then nonsense": lambda: b"\x1aE\xdf\xa3" + b"\xff" * 4000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_leaves_nothing(name: str) -> None:
    digest = blobs.put(HOSTILE[name]())
    with pytest.raises(VideoRefused) as refusal:
        prepare_video(digest)
    assert refusal.value.sentence.endswith((".", "?"))
    assert list(blobs.digests()) == [digest]


def test_what_is_too_long_or_too_large_is_refused_with_the_limit(settings: Any) -> None:
    settings.HUE_VIDEO_MINUTES = 0
    with pytest.raises(VideoRefused, match="longer than 0 minutes"):
        prepared(film())
    settings.HUE_VIDEO_MEGABYTES = 0
    with pytest.raises(VideoRefused, match="more than 0 megabytes"):
        prepared(film())


def test_inside_its_walls_the_program_reads_its_file_and_no_other(tmp_path: Path) -> None:
    source, work, other = tmp_path / "film.mp4", tmp_path / "work", tmp_path / "other.mp4"
    work.mkdir()
    for place in (source, other):
        place.write_bytes(film())
    look = ("-v", "quiet", "-show_entries", "format=duration", "-of", "json")
    assert json.loads(filming._run("ffprobe", source, work, 30.0, 0, *look, str(source)))["format"]
    walls = (work / "walls").read_text().split()
    assert set(walls) <= {"network", "files", "tcp"}
    if "files" in walls:
        with pytest.raises(VideoRefused):
            filming._run("ffprobe", source, work, 30.0, 0, *look, str(other))


def test_where_the_programs_are_missing_it_is_said_and_nothing_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert filming.missing() == ["ffmpeg", "ffprobe"]
    with pytest.raises(Unavailable, match="ffmpeg"):
        prepare_video(blobs.put(b"x"))
