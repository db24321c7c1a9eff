"""A video on its way to X: sent in segments, worked on by X, then named by a post.

Read 2026-11-23 at docs.x.com as of 2026-08-22: openapi.json 2.167 (`/2/media/upload/initialize`, `append`, `finalize`,
`/2/media/subtitles`), “Chunked media upload” (segments may be sent again one by one; a finished video is kept for a
day), “Media best practices” (Jun 1, 2026: 512 MB, 140 seconds). A later state of that page names 8 GB and 20 minutes for
every account; the narrower one is kept. A post whose video is too long for the account is refused with 403.

Nobody sees a video that no post shows, so trouble here means that nothing was put up. What X has of it stands in the
handle: `media:<id>:<how far>:<until when X keeps it, seconds since 1970>`. How far: the number of segments that are
there, “whole”, or, once X is done with it, what became of the captions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Line,
    OutcomeUnknown,
    Outgoing,
    OutgoingVideo,
    RateLimited,
    Refused,
    Unauthorised,
)
from hueandcry.connectors.x.calls import data_of, id_in, signed
from hueandcry.kernel import clock
from hueandcry.kernel.form import stream_form
from hueandcry.kernel.http import Answer
from hueandcry.kernel.subrip import subrip

SEGMENT = 4 * 1024 * 1024  # bytes; at most 1,000 of them
LARGEST, LONGEST = 512 * 1024 * 1024, 140  # bytes, seconds
LARGEST_CAPTIONS = 2 * 1024 * 1024
HANDLE = re.compile(r"media:([0-9]{1,19}):(\d{1,4}|whole|none|added|missing):(\d{1,12})\Z")
MEDIA, WHOLE, SUBRIP = "media:", "whole", "text/srt"
LANGUAGE = re.compile(r"[a-z]{2}")
DONE = frozenset({"none", "added", "missing"})  # what became of the captions
KEPT_FOR = 86_400  # seconds, where X does not say
MARGIN = 600  # seconds before that in which it is not counted on
SHORTEST, USUAL, LATEST = 5, 10, 60  # seconds until X is asked again whether it is done
UPLOAD = "/2/media/upload"
Segment = tuple[int, Callable[[], Iterator[bytes]]]  # its size, and its bytes from the beginning


class Unusable(Refused):
    """X has looked at the video and cannot show it; whoever tries again sends it anew."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What X has of a video. done: see the head of this file; until: seconds since 1970."""

    number: str
    done: str
    until: int

    def __str__(self) -> str:
        return f"{MEDIA}{self.number}:{self.done}:{self.until}"


def ready_video(line: Line, outgoing: Outgoing) -> tuple[str, str]:
    """The id of the video once X is done with it, and what became of its captions. Goes on where an earlier try ended.

    Raises RateLimited while X works on it: the post was not sent, and is tried again; Refused if X cannot use it.
    """
    video = outgoing.video
    assert video is not None
    if video.size > LARGEST:
        raise Refused(_("The video is too large for X; it takes at most 512 MB."))
    earlier = _earlier(line)
    try:
        sent = _finished(line, video, earlier or _begin(line, video))
    except Unusable:
        line.keep_handle("")
        raise
    except Refused:
        if earlier is None:
            raise
        sent = _finished(line, video, _begin(line, video))  # X has forgotten it: once more from the beginning
    if sent.done == WHOLE:
        sent = _keep(line, replace(sent, done=_caption(line, outgoing, sent.number)))
    return sent.number, sent.done


def _earlier(line: Line) -> Sent | None:
    """What an earlier try of this delivery left at X, if X still keeps it."""
    found = HANDLE.match(line.handle)
    if found is None or int(found[3]) - MARGIN < clock.now().timestamp():
        return None
    return Sent(found[1], found[2], int(found[3]))


def _keep(line: Line, sent: Sent) -> Sent:
    line.keep_handle(str(sent))
    return sent


def _begin(line: Line, video: OutgoingVideo) -> Sent:
    """Open an upload, and keep its id before the first byte is sent."""
    told = _initialized(line, video.mime, "tweet_video", video.size)
    return _keep(line, Sent(id_in(told), "0", _until(told)))


def _finished(line: Line, video: OutgoingVideo, sent: Sent) -> Sent:
    """Send what is missing, and wait for X. Raises RateLimited while it works on it."""
    if sent.done in DONE:
        return sent
    if sent.done == WHOLE:
        told = data_of(signed(line, "GET", UPLOAD, query={"command": "STATUS", "media_id": sent.number}))
    else:
        for index in range(int(sent.done), -(-video.size // SEGMENT)):
            _append(line, sent.number, index, video.mime, _segment(line, video, index))
            sent = _keep(line, replace(sent, done=str(index + 1)))
        told = data_of(signed(line, "POST", f"{UPLOAD}/{sent.number}/finalize"))
        sent = _keep(line, replace(sent, done=WHOLE, until=_until(told)))
    _require_done(told)
    return sent


def _require_done(told: dict[str, Any]) -> None:
    work = told.get("processing_info")
    state = str(work.get("state", "")) if isinstance(work, dict) else "succeeded"
    if state == "failed":
        reason = str((work or {}).get("error", {}).get("message", ""))[:80] or state
        raise Unusable(_("X cannot use the video: {reason}").format(reason=reason))
    if state != "succeeded":
        wait = (work or {}).get("check_after_secs")
        seconds = min(max(int(wait), SHORTEST), LATEST) if isinstance(wait, int) else USUAL
        raise RateLimited(
            _("X still works on the video; the post goes out when it is ready."),
            retry_at=clock.now() + timedelta(seconds=seconds),
        )


def _caption(line: Line, outgoing: Outgoing, number: str) -> str:
    """Add the captions; a word on what became of them. Without them the video stands all the same."""
    video, language = outgoing.video, outgoing.language.partition("-")[0]
    if video is None or not video.captions:
        return "none"
    for _turn in range(2):  # the same again changes nothing
        try:
            return _add_captions(line, video.captions, language, number)
        except (Refused, Unauthorised):
            break
        except OutcomeUnknown:
            continue
    return "missing"


def _add_captions(line: Line, digest: str, language: str, number: str) -> str:
    if not LANGUAGE.fullmatch(language):
        return "missing"
    text = subrip(line.part(digest, 0, LARGEST_CAPTIONS))
    track = id_in(_initialized(line, SUBRIP, "subtitles", len(text)))
    _append(line, track, 0, SUBRIP, (len(text), lambda: iter([text])))
    signed(line, "POST", f"{UPLOAD}/{track}/finalize")
    about = {"id": track, "language_code": language.upper(), "display_name": _own_name(language)}
    named = {"id": number, "media_category": "TweetVideo", "subtitles": about}
    signed(line, "POST", "/2/media/subtitles", named)
    return "added"


def _own_name(language: str) -> str:
    try:
        return str(get_language_info(language)["name_local"])
    except KeyError:
        return language


# --- calls ------------------------------------------------------------------------------------------


def _initialized(line: Line, mime: str, category: str, size: int) -> dict[str, Any]:
    body = {"media_type": mime, "media_category": category, "total_bytes": size}
    return data_of(signed(line, "POST", f"{UPLOAD}/initialize", body))


def _segment(line: Line, video: OutgoingVideo, index: int) -> Segment:
    start = index * SEGMENT
    size = min(SEGMENT, video.size - start)

    def pieces() -> Iterator[bytes]:
        return line.pieces(video.digest, start, size)

    return size, pieces


def _append(line: Line, number: str, index: int, mime: str, segment: Segment) -> Answer:
    form = stream_form({"segment_index": str(index)}, "media", mime, *segment)
    return signed(line, "POST", f"{UPLOAD}/{number}/append", form=form)


def _until(told: dict[str, Any]) -> int:
    lasts = told.get("expires_after_secs")
    return int(clock.now().timestamp()) + (lasts if isinstance(lasts, int) else KEPT_FOR)
