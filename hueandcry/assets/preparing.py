"""From a file somebody chose to renditions fit to be shown, or a sentence that says why not.

The decoding itself happens in `decoder.py`, a limited process of its own (ADR 0009). What it answers is
not trusted either: sizes, formats and the absence of metadata are checked here before anything is kept.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid, Unavailable
from hueandcry.kernel.files import PICTURES, Kind, also_is, kind_of

LARGEST_INPUT = 40 * 2**20  # bytes of a file
MOST_PIXELS = 64_000_000  # more than telephones make by default; 256 MB when decoded
SECONDS = 40.0  # for one picture, start of the process included
LONGEST_ANSWER = 8 * 2**20  # bytes of all renditions together
DECODER = Path(__file__).with_name("decoder.py")
AT_ONCE = threading.BoundedSemaphore(2)  # decoders of this process; each may take a gigabyte
WAIT = 60.0  # seconds for a free decoder
Point = tuple[int, int]  # across, down in ten thousandths of the picture's sides
Part = tuple[int, int, int, int]  # left, top, width, height in ten thousandths of the picture's sides
WHOLE: Part = (0, 0, 10_000, 10_000)
METADATA = (
    b"Exif\0\0",
    b"http://ns.adobe.com/xap/",
    b"ICC_PROFILE",
    b"Photoshop 3.0",
    b"EXIF",
    b"XMP ",
    b"ICCP",
)


class PictureRefused(Invalid):
    """The file cannot become a picture here; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One rendition as bytes. kind: avif, webp or jpeg; width and height in pixels."""

    kind: Kind
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture ready to be kept. width and height: of the original, or of the part of it, as it was held."""

    original: bytes
    kind: Kind
    width: int
    height: int
    copies: tuple[Copy, ...]
    walls: tuple[str, ...]


def prepare(data: bytes, *, part: Part | None = None, around: Point | None = None) -> Prepared:
    """Look at a file, decode it in the limited process and check what came back. part: show only this of it.

    around: a person's photograph: small squares of it, cut around this point.
    Takes a second or two of one processor; no transaction may be open. Raises PictureRefused;
    Unavailable if no decoder was free or none could be started.
    """
    kind = kind_of(data)
    if kind not in PICTURES:
        raise PictureRefused(_why_not(kind), field="picture")
    if len(data) > LARGEST_INPUT:
        raise PictureRefused(
            _("This picture has more than %d megabytes. Save a smaller copy and choose that.")
            % (LARGEST_INPUT // 2**20),
            field="picture",
        )
    if also_is(data) is not None:
        raise PictureRefused(
            _(
                "This file is a picture and something else at once, as harmful files are. Nothing was kept. Take a screenshot of the picture and choose that."
            ),
            field="picture",
        )
    head, body = _ask_decoder(data, ((*(part or WHOLE), *around)) if around else part or ())
    if head.get("ok") is not True:
        raise PictureRefused(_why_refused(str(head.get("reason"))), field="picture")
    try:
        return Prepared(
            data,
            kind,
            int(head["width"]),
            int(head["height"]),
            _copies(head, body),
            tuple(map(str, head["walls"])),
        )
    except (KeyError, TypeError, ValueError):
        raise PictureRefused(_why_refused("broken"), field="picture") from None


def _ask_decoder(data: bytes, shown: tuple[int, ...]) -> tuple[dict[str, Any], bytes]:
    """Run the limited process once. Its death, silence or nonsense is the answer "broken"."""
    if not AT_ONCE.acquire(timeout=WAIT):
        raise Unavailable(
            _("Many pictures are being worked on just now. Nothing was kept. Try again in a minute.")
        )
    try:
        answer = _run(data, shown)
    except OSError:
        raise Unavailable(
            _("Pictures cannot be worked on at this moment. Nothing was kept. Try again in a minute.")
        ) from None
    finally:
        AT_ONCE.release()
    line, _newline, body = answer.partition(b"\n")
    try:
        head = json.loads(line)
    except ValueError:
        head = {}
    return (head, body) if isinstance(head, dict) else ({}, b"")


def _run(data: bytes, shown: tuple[int, ...]) -> bytes:
    """What the decoder wrote, at most LONGEST_ANSWER bytes; empty if it took too long."""
    with tempfile.TemporaryDirectory(prefix="hue-decoder-") as empty:
        limits = [str(LARGEST_INPUT), str(MOST_PIXELS), *map(str, shown)]
        child = subprocess.Popen(  # noqa: S603 - our own program, no shell, no word of the user's
            [sys.executable, "-I", "-X", "utf8", str(DECODER), empty, *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd=empty,
            close_fds=True,
        )
        watch = threading.Timer(SECONDS, child.kill)
        watch.start()
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                child.stdin.write(data)
            with contextlib.suppress(BrokenPipeError):
                child.stdin.close()
            return child.stdout.read(LONGEST_ANSWER)
        finally:
            watch.cancel()
            child.kill()
            child.wait()
            assert child.stdout is not None
            child.stdout.close()


def _copies(head: dict[str, Any], body: bytes) -> tuple[Copy, ...]:
    """The renditions of the answer. Raises ValueError, TypeError or KeyError if anything is not as agreed."""
    copies, at = [], 0
    for line in head["renditions"]:
        kind, width, height, size = (
            Kind(line["format"]),
            int(line["width"]),
            int(line["height"]),
            int(line["bytes"]),
        )
        data = body[at : at + size]
        at += size
        right_size = 0 < width <= 1280 and 0 < height <= 2560 and 0 < size == len(data)  # noqa: PLR2004 - as in decoder.py
        if not right_size or kind_of(data) != kind or any(mark in data[:4096] for mark in METADATA):
            raise ValueError("rendition not as agreed")
        copies.append(Copy(kind, width, height, data))
    if at != len(body) or {copy.kind for copy in copies} != {Kind.AVIF, Kind.WEBP, Kind.JPEG}:
        raise ValueError("answer not as agreed")
    return tuple(copies)


def _why_not(kind: Kind) -> str:
    """Why a file of this kind is not taken."""
    sentences = {
        Kind.EMPTY: _("This file is empty. Choose the picture again."),
        Kind.SVG: _("This is a drawing in SVG, which can carry programs. Save it as PNG and choose that."),
        Kind.HEIC: _("This picture is in HEIC, which we cannot read. Save it as JPEG and choose that."),
        Kind.PDF: _("This is a PDF, not a picture. Take a screenshot of the picture in it and choose that."),
        Kind.VIDEO: _("This is a video. Choose a still picture from it."),
        Kind.ZIP: _("This is an archive, not a picture. Unpack it and choose one picture."),
    }
    return sentences.get(
        kind, _("This is not a picture we can read. Choose a JPEG, PNG, WebP, AVIF or GIF file.")
    )


def _why_refused(reason: str) -> str:
    """Why the decoder would not have it."""
    if reason == "too-many-pixels":
        return _("This picture has more than %d million pixels. Save a smaller copy and choose that.") % (
            MOST_PIXELS // 10**6
        )
    return _(
        "This picture is damaged or not what it says it is, so it was not kept. Open it, save it again as JPEG and choose that."
    )
