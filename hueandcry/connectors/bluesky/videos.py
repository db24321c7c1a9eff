"""A video on its way to Bluesky: a blob, which the record of a post then names.

Read 2026-11-23: lexicon app.bsky.embed.video in @atproto/pds 0.4.217 (MP4, 100 MB, captions of 20,000 bytes, alt text of
1,000 characters; its newest state of 2026-08-11 takes 300 MB, which a server has to know first); docs.bsky.app, “Uploading
Video”; the three minutes as Bluesky announced them on 2025-03-12. We go the way that every PDS knows, `uploadBlob`:
the network begins to work on the video when the post is there, so for some seconds people see the post without it. A
server may take less (PDS_BLOB_UPLOAD_LIMIT): its refusal is told.

A blob that no record names is cleared away after a while. Its name is kept, so that it is not sent again at every try.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.channels.connector import Line, OutgoingVideo, Refused, Unreachable
from hueandcry.connectors.bluesky import calls
from hueandcry.connectors.bluesky.record import LIMITS
from hueandcry.kernel.http import Streamed
from hueandcry.kernel.text import shorten

HANDLE = re.compile(r"blobs:([a-z0-9]{1,120}):(\d{1,10}):([a-z0-9]{1,120}|none|missing):(\d{1,6})\Z")
CAPTIONS = "text/vtt"
LONGEST_ALT, LARGEST_ALT = 1_000, 10_000  # characters, bytes
EMBED = "app.bsky.embed.video"


@dataclass(frozen=True, slots=True)
class Blobs:
    """What a server has of a video. video, captions: the names of the blobs; captions: or “none”, or “missing”."""

    video: str
    size: int
    captions: str
    captions_size: int

    def __str__(self) -> str:
        return f"blobs:{self.video}:{self.size}:{self.captions}:{self.captions_size}"

    @property
    def word(self) -> str:
        """What became of the captions, for the evidence."""
        return self.captions if self.captions in {"none", "missing"} else "added"

    def embed(self, video: OutgoingVideo, language: str) -> dict[str, Any]:
        """What stands below the text."""
        shown: dict[str, Any] = {"$type": EMBED, "video": _blob(self.video, video.mime, self.size)}
        if self.word == "added":
            shown["captions"] = [
                {"lang": language, "file": _blob(self.captions, CAPTIONS, self.captions_size)}
            ]
        if video.width and video.height:
            shown["aspectRatio"] = {"width": video.width, "height": video.height}
        return renamed(shown, video)


def renamed(embed: Mapping[str, Any], video: OutgoingVideo) -> dict[str, Any]:
    """What stands below the text, with the words of the video as they now are."""
    words = shorten(video.alt, characters=LONGEST_ALT, size=LARGEST_ALT) if video.alt else ""
    return {**embed, **({"alt": words} if words else {})}


def kept_blobs(line: Line) -> Blobs | None:
    """What an earlier try of this delivery sent."""
    found = HANDLE.match(line.handle)
    return Blobs(found[1], int(found[2]), found[3], int(found[4])) if found else None


def send_blobs(line: Line, video: OutgoingVideo) -> Blobs:
    """Send the video and its captions. Whatever happens, the post was not sent."""
    if video.size > LIMITS.video_bytes:
        raise Refused(_("The video is too large for Bluesky; it takes at most 100 MB."))
    captions, size = "none", 0
    if video.captions:
        text = line.part(video.captions, 0, LIMITS.captions_bytes + 1)
        captions = "missing" if len(text) > LIMITS.captions_bytes else _send(line, CAPTIONS, text)
        size = len(text) if captions != "missing" else 0

    def pieces() -> Iterator[bytes]:
        return line.pieces(video.digest, 0, video.size)

    sent = Blobs(_send(line, video.mime, Streamed(video.size, pieces)), video.size, captions, size)
    if not HANDLE.match(str(sent)):
        raise Unreachable(_("Bluesky did not take the video."))
    line.keep_handle(str(sent))
    return sent


def _send(line: Line, mime: str, body: bytes | Streamed) -> str:
    def send() -> dict[str, Any]:
        method, headers = "com.atproto.repo.uploadBlob", {"Content-Type": mime}
        answer = calls.signed(line, "POST", method, headers=headers, body=body)
        calls.raise_unless_done(answer)
        return answer.json()

    blob = calls.before(send).get("blob")
    ref = blob.get("ref") if isinstance(blob, dict) else None
    if not isinstance(ref, dict) or not isinstance(ref.get("$link"), str):
        raise Unreachable(_("Bluesky did not take the video."))
    return str(ref["$link"])


def _blob(name: str, mime: str, size: int) -> dict[str, Any]:
    return {"$type": "blob", "ref": {"$link": name}, "mimeType": mime, "size": size}
