"""From a video somebody chose to one fit to be shown, or a sentence that says why not.

Looking, copying and taking the still picture are done by Debian's ffmpeg in a limited process each (`video_tool.py`, ADR
0027); the reader is named by us from the file's first bytes, so that no list of addresses can pass for a video. Nothing is encoded again: one picture track and
one sound track are copied into a new file, and everything else (place, device, names, dates, further tracks) stays behind.
What comes back is looked at again before it is kept. The still picture goes through the decoder of pictures.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from hueandcry.assets.preparing import PictureRefused, Prepared, prepare
from hueandcry.kernel import blobs
from hueandcry.kernel.errors import Invalid, Unavailable
from hueandcry.kernel.files import Kind, kind_of

TOOL = Path(__file__).with_name("video_tool.py")
PROGRAMS = ("ffmpeg", "ffprobe")
MEGABYTE = 2**20
LONGEST_ANSWER = 64 * 1024  # bytes that ffprobe may say
LOOK, COPY = 40.0, 150.0  # seconds for one run
MOST_TRACKS = 32  # a telephone makes up to eight
LARGEST_SIDE = 8192  # pixels
STILL_AT = 1.0  # seconds into the video: the first frame is often black
ROOM = 64 * MEGABYTE  # that a copy may be larger by, at most
STILL = 96 * MEGABYTE  # of a PNG of 8,192 x 4,320
WORK = "hue-video-"  # begins the name of every work folder (sweeping.py)
WEBM, MP4 = "video/webm", "video/mp4"
READERS = {b"ftyp": "mov", b"\x1aE\xdf\xa3": "matroska"}
SOUNDS = {MP4: {"aac", "mp3"}, WEBM: {"opus", "vorbis"}}
SIGHTS = {MP4: {"h264"}, WEBM: {"vp8", "vp9", "av1"}}
# Tags that the writer of the new file sets by itself; anything else came from the old one.
OWN_TAGS = {
    "major_brand",
    "minor_version",
    "compatible_brands",
    "handler_name",
    "vendor_id",
    "language",
    "DURATION",
    "encoder",
}
OWN_VALUES = {
    "handler_name": {"VideoHandler", "SoundHandler"},
    "vendor_id": {"[0][0][0][0]", "FFMP"},
    "encoder": {"Lavf"},
}


class VideoRefused(Invalid):
    """The file cannot become a video here; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a video is. seconds: rounded; width, height: as it is held; tags: of the file and its tracks."""

    mime: str
    seconds: int
    width: int
    height: int
    sight: str
    sound: str
    tracks: int
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PreparedVideo:
    """A video ready to be kept. digest: of the clean copy, kept in blobs; still: its picture; walls: that stood."""

    digest: str
    size: int
    facts: Facts
    still: Prepared
    walls: tuple[str, ...]


def missing() -> list[str]:
    """The programs that videos need and that are not on this machine."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def largest() -> int:
    """Bytes that a video may have."""
    return int(settings.HUE_VIDEO_MEGABYTES) * MEGABYTE


def reader_of(head: bytes) -> str:
    """The reader for a file that begins so; raises VideoRefused with a sentence for what is no video of ours."""
    if head[4:8] == b"ftyp" and kind_of(head) == Kind.VIDEO:
        return READERS[b"ftyp"]
    if head[:4] in READERS:
        return READERS[head[:4]]
    if not head:
        raise VideoRefused(_("This file is empty. Choose the video again."), field="video")
    raise VideoRefused(
        _("This is not a video that we can read. Choose an MP4 file (H.264, AAC) or a WebM file."),
        field="video",
    )


def prepare_video(digest: str) -> PreparedVideo:
    """Look at a kept file, copy it without what it tells about its maker, and take a still picture.

    Takes seconds, for a large file a minute or two; no transaction may be open. Raises VideoRefused; Unavailable if the
    programs are not here or cannot be started.
    """
    if lacking := missing():
        raise Unavailable(_("Videos cannot be looked at: %s is not installed here.") % ", ".join(lacking))
    source = blobs.path(digest)
    with source.open("rb") as file:
        reader = reader_of(file.read(blobs.HEAD))
    if source.stat().st_size > largest():
        raise VideoRefused(too_large(), field="video")
    with _work_folder() as work:
        facts = acceptable(look(source, reader, work))
        copied = _copy(source, reader, facts, work)
        reader = "mov" if facts.mime == MP4 else "matroska"
        clean = look(copied, reader, work)
        _require_clean(clean, facts)
        still = _still(copied, reader, clean, work)
        walls = tuple((work / "walls").read_text(encoding="ascii").split())
        kept, size = _keep(copied)
    return PreparedVideo(kept, size, clean, still, walls)


def too_large() -> str:
    """The sentence for a file beyond the limit."""
    return _("This video has more than %d megabytes. Make it shorter or smaller and choose it again.") % (
        largest() // MEGABYTE
    )


def acceptable(facts: Facts) -> Facts:
    """The same, or VideoRefused: what is in it must be what browsers and networks show."""
    if facts.sight not in SIGHTS[facts.mime] or (facts.sound and facts.sound not in SOUNDS[facts.mime]):
        kinds = ", ".join(filter(None, (facts.sight, facts.sound)))
        raise VideoRefused(
            _(
                "This video is made in a way that not everybody can see (%s). On a telephone choose “Most compatible” in the camera's settings, or save it as MP4 with H.264 and AAC."
            )
            % kinds[:60],
            field="video",
        )
    longest = int(settings.HUE_VIDEO_MINUTES)
    if facts.seconds > longest * 60:
        raise VideoRefused(
            _("This video is longer than %d minutes. Cut it and choose it again.") % longest, field="video"
        )
    if not (0 < facts.width <= LARGEST_SIDE and 0 < facts.height <= LARGEST_SIDE):
        raise VideoRefused(_damaged(), field="video")
    return facts


def look(source: Path, reader: str, work: Path) -> Facts:
    """What a video is, by ffprobe. Raises VideoRefused for what it cannot read."""
    answer = _run(
        "ffprobe", source, work, LOOK, 0,
        "-v", "quiet", "-protocol_whitelist", "file", "-f", reader, "-max_streams", str(MOST_TRACKS),
        "-show_entries", "format=duration:format_tags:stream=codec_type,codec_name,width,height,duration:"
        "stream_tags:stream_side_data=rotation:stream_disposition=attached_pic",
        "-of", "json", str(source),
    )  # fmt: skip
    try:
        return _facts(json.loads(answer), reader)
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        raise VideoRefused(_damaged(), field="video") from None


def _facts(said: dict[str, Any], reader: str) -> Facts:
    tracks: list[dict[str, Any]] = said["streams"]
    sight = next(
        t
        for t in tracks
        if t.get("codec_type") == "video" and not t.get("disposition", {}).get("attached_pic")
    )
    sound = next((t for t in tracks if t.get("codec_type") == "audio"), {})
    seconds = float(said["format"].get("duration") or sight["duration"])
    if not (0 < seconds < math.inf):
        raise ValueError("no duration")
    sizes = int(sight["width"]), int(sight["height"])
    turned = any(int(side.get("rotation", 0)) % 180 for side in sight.get("side_data_list", []))
    width, height = reversed(sizes) if turned else sizes
    tags = [*said["format"].get("tags", {}).items()]
    for track in tracks:
        tags += track.get("tags", {}).items()
    return Facts(
        mime=MP4 if reader == "mov" else WEBM,
        seconds=max(1, round(seconds)),
        width=width,
        height=height,
        sight=str(sight.get("codec_name", "?"))[:20],
        sound=str(sound.get("codec_name", "?"))[:20] if sound else "",
        tracks=len(tracks),
        tags=tuple((str(name), str(value)) for name, value in tags),
    )


def _copy(source: Path, reader: str, facts: Facts, work: Path) -> Path:
    """The picture and the sound alone in a new file. SEI of H.264 goes too: cameras write time, place and number there."""
    target = work / ("clean.mp4" if facts.mime == MP4 else "clean.webm")
    more = ["-bsf:v", "filter_units=remove_types=6"] if facts.sight == "h264" else []
    writer = ["-movflags", "+faststart", "-f", "mp4"] if facts.mime == MP4 else ["-f", "webm"]
    _run(
        "ffmpeg", source, work, COPY, source.stat().st_size + ROOM,
        "-v", "quiet", "-nostdin", "-n", "-protocol_whitelist", "file", "-f", reader,
        "-max_streams", str(MOST_TRACKS), "-i", str(source), "-map", "0:V:0", "-map", "0:a:0?",
        "-c", "copy", *more, "-map_metadata", "-1", "-map_metadata:s:v", "-1", "-map_metadata:s:a", "-1",
        "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
        *writer, str(target),
    )  # fmt: skip
    return target


def _still(video: Path, reader: str, facts: Facts, work: Path) -> Prepared:
    """A frame near the beginning, made ready like any picture."""
    target = work / "still.png"
    at = min(STILL_AT, facts.seconds / 3)
    for moment in dict.fromkeys((at, 0.0)):  # of a video whose length is not what it says, the first frame
        _run(
            "ffmpeg", video, work, LOOK, STILL,
            "-v", "quiet", "-nostdin", "-y", "-protocol_whitelist", "file", "-threads", "1", "-f", reader,
            "-ss", f"{moment:.3f}", "-i", str(video), "-map", "0:V:0", "-frames:v", "1", "-filter_threads", "1",
            "-vf", "scale=w='min(1920,iw)':h=-2", "-c:v", "png", "-f", "image2", "-update", "1", str(target),
        )  # fmt: skip
        if target.exists() and target.stat().st_size:
            break
    try:
        return prepare(target.read_bytes())
    except (FileNotFoundError, PictureRefused):
        raise VideoRefused(_damaged(), field="video") from None


def _require_clean(clean: Facts, before: Facts) -> None:
    """Raises VideoRefused unless the copy is what was asked for and tells nothing of its maker."""
    same = (clean.mime, clean.sight, clean.sound) == (before.mime, before.sight, before.sound)
    telling = [
        name
        for name, value in clean.tags
        if name not in OWN_TAGS or (name in OWN_VALUES and value not in OWN_VALUES[name])
    ]
    if not same or telling or clean.tracks > 2 or clean.seconds > before.seconds + 2:  # noqa: PLR2004 - sight and sound
        raise VideoRefused(_damaged(), field="video")


def _keep(place: Path) -> tuple[str, int]:
    """Keep a file of the work folder by its digest; that, and its size."""
    arriving = blobs.Incoming()
    try:
        with place.open("rb") as file:
            while piece := file.read(MEGABYTE):
                arriving.write(piece)
        return arriving.keep(), arriving.size
    finally:
        arriving.drop()


@contextmanager
def _work_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix=WORK, dir=settings.HUE_FILES) as folder:
        yield Path(folder)


def _run(program: str, source: Path, work: Path, seconds: float, most: int, *arguments: str) -> bytes:
    """Run a program in its walls; what it said, cut. Its death or a bad end is a damaged video. most: bytes it writes."""
    found = shutil.which(program) or program
    command = [
        sys.executable,
        "-I",
        "-X",
        "utf8",
        str(TOOL),
        str(work),
        str(source),
        str(max(most, LONGEST_ANSWER)),
    ]
    try:
        with (work / "said").open("wb") as said:
            done = subprocess.run(  # noqa: S603 - our own program, no shell, no word of the user's
                [*command, found, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=work,
                timeout=seconds,
                check=False,
                close_fds=True,
            )
    except subprocess.TimeoutExpired:
        raise VideoRefused(
            _("It took too long to look at this video. Save it again as MP4 and choose that."), field="video"
        ) from None
    except OSError:
        raise Unavailable(_("Videos cannot be worked on at this moment. It is tried again.")) from None
    if done.returncode:
        raise VideoRefused(_damaged(), field="video")
    with (work / "said").open("rb") as answer:
        return answer.read(LONGEST_ANSWER)


def _damaged() -> str:
    return _(
        "This video is damaged or not what it says it is, so it was not kept. Save it again as MP4 and choose that."
    )
