"""Small videos for tests, made by ffmpeg itself once for a session; and files that only look like one."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hueandcry.assets.actions import keep_asset
from hueandcry.assets.models import Video
from hueandcry.assets.preparing import prepare
from hueandcry.assets.queries import jpeg_copies
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.actor import Actor
from hueandcry.posts.models import Post
from tests.factories_appeals import picture

needs_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None, reason="ffmpeg is not installed"
)
PLACE = "+51.5014-000.1419/"
SAID = (
    "title=Taken by Sgt Imrie",
    f"location={PLACE}",
    "com.apple.quicktime.model=PhoneModel 12",
    "comment=secret comment",
)


@cache
def film(kind: str = "mp4", *, seconds: int = 1, sound: bool = True, turned: bool = False) -> bytes:
    """A video of a test pattern, full of metadata. kind: mp4, mov, webm, mpeg4 (an older way) or hevc."""
    sight, hum, form = {
        "mp4": ("libx264", "aac", "mp4"),
        "mov": ("libx264", "aac", "mov"),
        "webm": ("libvpx", "libvorbis", "webm"),
        "mpeg4": ("mpeg4", "aac", "mp4"),
    }[kind]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"film.{form}"
        _ffmpeg(
            "-f", "lavfi", "-i", f"testsrc=size=160x120:rate=10:duration={seconds}",
            *(["-f", "lavfi", "-i", f"sine=duration={seconds}"] if sound else []),
            "-c:v", sight, "-pix_fmt", "yuv420p", *(["-c:a", hum, "-ac", "2", "-strict", "-2"] if sound else []),
            "-shortest", *[word for said in SAID for word in ("-metadata", said)],
            "-metadata:s:v:0", "title=Camera 4711",
            *(["-movflags", "use_metadata_tags"] if form in {"mp4", "mov"} else []), str(target),
        )  # fmt: skip
        if turned:
            held = Path(folder) / f"held.{form}"
            _ffmpeg("-i", str(target), "-c", "copy", "-metadata:s:v:0", "rotate=90", str(held))
            target = held
        return target.read_bytes()


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True, timeout=120)


VTT = b"WEBVTT\n\n00:00:00.000 --> 00:00:00.900\nA test pattern hums.\n"


def ready_video(post: Post, *, by: Actor, words: dict[str, Any] | None = None, **facts: Any) -> Video:
    """A video in a draft, as the worker leaves it, without ffmpeg. words: see posts/videos.py; facts: columns of the row."""
    still = keep_asset(prepared=prepare(picture()), file_name="film.mp4", alt="", by=by)
    data = facts.pop("data", b"a film of twenty-two b")
    given = {
        "status": Video.Status.READY,
        "digest": blobs.put(data),
        "mime": "video/mp4",
        "size": len(data),
        "seconds": 65,
        "width": 640,
        "height": 360,
        "still": still,
        "stills": jpeg_copies(still.pk),
        "file_name": "film.mp4",
        **facts,
    }
    video = Video.objects.create(agency_id=by.agency_id, added_at=clock.now(), added_by=by.ref, **given)
    said = {"alt": "A grey van turns left", "ours": True, "quiet": True, **(words or {})}
    Post.objects.filter(pk=post.pk).update(video=video, video_words=said)
    post.refresh_from_db()
    return video
