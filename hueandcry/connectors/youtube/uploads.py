"""A video on its way: the upload session, and what became of the video."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from http import HTTPStatus as Status
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    ChannelFailure,
    Counting,
    Limits,
    Line,
    OutcomeUnknown,
    Outgoing,
    Pending,
    Receipt,
    Refused,
    Unreachable,
)
from hueandcry.connectors.youtube.calls import (
    COSTS,
    UNITS,
    UPLOADS,
    Absent,
    api,
    channel_of,
    midnight,
    signed,
)
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, Server

SITE, UPLOAD = "https://www.youtube.com", "/upload/youtube/v3"
VIDEO = re.compile(r"[A-Za-z0-9_-]{6,20}\Z")  # what YouTube calls a video
LISTED = 50  # the longest page of a list
PART = (
    1024 * 1024
)  # bytes of one request, a multiple of 256 KiB: each goes in its 15 seconds at 1 Mbit/s (recovery.py)
SESSION = "upload:"  # before the name of a session, in a handle
ASK_AGAIN = timedelta(seconds=20)  # while a video is processed
CATEGORY = "25"  # News & Politics (videoCategories.list, the same in every region)
LIMITS = Limits(
    characters=5000,
    size=5000,
    counting=Counting.CODE_POINTS,
    title_characters=100,
    needs_video=True,
    captions=True,
    video_bytes=256 * 1024**3,
    video_seconds=12 * 3600,
    video_types=("video/mp4", "video/webm", "video/quicktime"),
    source="developers.google.com/youtube/v3/docs/videos; discovery document, maxSize; YouTube Help, longer videos",
    read_on=date(2026, 11, 22),
)


def snippet_of(outgoing: Outgoing) -> dict[str, Any]:
    """Title and description as YouTube takes them. The title is the first line where none is given."""
    lines = clean(outgoing.text).strip().splitlines()
    title = clean(outgoing.title).strip() or (lines[0] if lines else _("Video"))
    return {
        "title": title[: LIMITS.title_characters],
        "description": clean(outgoing.text),
        "categoryId": CATEGORY,
        "defaultLanguage": outgoing.language,
    }


def clean(text: str) -> str:
    """YouTube takes neither < nor >; these look alike."""
    return text.replace("<", "‹").replace(">", "›")


def session_query(handle: str) -> dict[str, str]:
    """The query of an upload session's address."""
    return {"uploadType": "resumable", "part": "snippet,status", "upload_id": handle.removeprefix(SESSION)}


# --- the upload -------------------------------------------------------------------------------------


def begin(line: Line, outgoing: Outgoing) -> str:
    """Open an upload session and keep its name before the first byte is sent. A session alone shows nothing."""
    assert outgoing.video is not None
    status = {"privacyStatus": "public", "selfDeclaredMadeForKids": False}
    try:
        answer = signed(
            line,
            lambda token: line.http.call(
                "POST",
                f"{UPLOAD}/videos",
                query={"uploadType": "resumable", "part": "snippet,status"},
                headers={
                    **token,
                    "X-Upload-Content-Length": str(outgoing.video.size if outgoing.video else 0),
                    "X-Upload-Content-Type": outgoing.video.mime if outgoing.video else "",
                },
                json={"snippet": snippet_of(outgoing), "status": status},
            ),
        )
    except OutcomeUnknown as failure:
        raise Unreachable(failure.sentence) from None
    named = re.search(r"[?&]upload_id=([^&]+)", answer.headers.get("location", ""))
    if named is None:
        raise Unreachable(_("YouTube opened no upload."))
    handle = f"{SESSION}{named[1]}"
    line.spend(*(UPLOADS[0], 1, UPLOADS[1], midnight()))
    line.keep_handle(handle)
    return handle


def resume(line: Line, size: int) -> tuple[str, int | dict[str, Any]]:
    """The session of an earlier try, and how many bytes it has (or its video, if it is whole); "" if there is none."""
    if not line.handle.startswith(SESSION):
        return "", 0
    try:
        found = asked(line, line.handle, size)
    except OutcomeUnknown as failure:  # a question changes nothing
        raise Unreachable(failure.sentence) from None
    return ("", 0) if found is None else (line.handle, found)


def asked(line: Line, handle: str, size: int) -> int | dict[str, Any] | None:
    """What the session says: bytes so far, or the video; None if it is not known any more."""
    try:
        answer = _put(line, handle, f"bytes */{size}", b"")
    except Absent:
        return None
    return _standing(answer)


def _standing(answer: Answer) -> int | dict[str, Any]:
    if answer.status != Status.PERMANENT_REDIRECT:
        video = answer.json()
        if not VIDEO.match(str(video.get("id", ""))):
            raise OutcomeUnknown(_("YouTube took the video and did not say under which name."))
        return video
    last = answer.headers.get("range", "").rpartition("-")[2]
    return int(last) + 1 if last.isdigit() else 0


def send(line: Line, outgoing: Outgoing, session: str, start: int) -> dict[str, Any]:
    """Send the rest in parts. Only the last one can make a video: trouble before it means that nothing is up."""
    video = outgoing.video
    assert video is not None
    while True:
        part = line.part(video.digest, start, PART)
        end = start + len(part)
        if not part:
            raise Refused(_("The video of this post is not as long as it was."))
        try:
            answer = _put(line, session, f"bytes {start}-{end - 1}/{video.size}", part)
        except OutcomeUnknown as failure:
            raise (failure if end == video.size else Unreachable(failure.sentence)) from None
        except Absent:
            raise Unreachable(_("YouTube ended the upload; it begins again.")) from None
        standing = _standing(answer)
        if isinstance(standing, dict):
            return standing
        if standing <= start and end != video.size:
            raise Unreachable(_("YouTube does not take the video; it is tried again."))
        start = standing


def _put(line: Line, handle: str, span: str, body: bytes) -> Answer:
    return signed(
        line,
        lambda token: line.http.call(
            "PUT",
            f"{UPLOAD}/videos",
            query=session_query(handle),
            headers={**token, "Content-Range": span, "Content-Type": "application/octet-stream"},
            body=body,
        ),
    )


# --- what became of it ------------------------------------------------------------------------------


def state_of(line: Line, outgoing: Outgoing, video: str) -> Receipt | Pending | None:
    """Where a video stands. Raises Refused if YouTube rejected it after all."""
    items = listed(api(line, "GET", "videos", part="snippet,status", id=video))
    if not items:
        return None
    status = items[0].get("status", {})
    if status.get("uploadStatus") in {"failed", "rejected"}:
        reason = str(status.get("rejectionReason") or status.get("failureReason") or "")[:60]
        raise Refused(_("YouTube rejected the video: {reason}").format(reason=reason))
    if status.get("uploadStatus") == "uploaded":
        return Pending(video, clock.now() + ASK_AGAIN)
    return receipt_of(
        line, items[0], captions=add_captions(line, outgoing, video), shown=status.get("privacyStatus", "")
    )


def search(line: Line, outgoing: Outgoing) -> str:
    """The id of our own newest upload with this very title and text, that no other delivery of ours has; or ""."""
    uploads = channel_of(line, "contentDetails")["contentDetails"]["relatedPlaylists"]["uploads"]
    wanted = snippet_of(outgoing)
    try:
        shown = api(line, "GET", "playlistItems", part="snippet", playlistId=uploads, maxResults=str(LISTED))
    except Absent:  # a channel that has no upload has no such list
        return ""
    items, since = listed(shown), outgoing.created_at - timedelta(minutes=5)
    recent = [
        item["snippet"] for item in items if datetime.fromisoformat(item["snippet"]["publishedAt"]) >= since
    ]
    for snippet in recent:
        same = all(snippet.get(name) == wanted[name] for name in ("title", "description"))
        found = str(snippet.get("resourceId", {}).get("videoId", ""))
        if same and VIDEO.match(found) and not line.taken(found):
            return found
    if len(recent) == LISTED:  # older ones of that time may stand on the next page
        raise OutcomeUnknown(
            _("So many videos were put up since that YouTube does not show whether this one was.")
        )
    return ""


def listed(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items of a list. Raises OutcomeUnknown for what is none: it does not say that nothing is there."""
    items = answer.get("items")
    if not isinstance(items, list):
        raise OutcomeUnknown(_("YouTube gave an answer that cannot be read."))
    return items


def add_captions(line: Line, outgoing: Outgoing, video: str) -> str:
    """Add the captions, if they are not there; a word for the evidence. Without them the video stands all the same."""
    if outgoing.video is None or not outgoing.video.captions:
        return "none"
    about = {"videoId": video, "language": outgoing.language, "name": ""}
    try:
        known = api(line, "GET", "captions", cost="captions.list", part="snippet", videoId=video)
        if any(item["snippet"]["language"] == outgoing.language for item in known.get("items", [])):
            return "there"
        text = line.part(outgoing.video.captions, 0, 2 * 1024 * 1024)
        mark = "captions-of-this-video"
        head = f"--{mark}\r\nContent-Type: application/json\r\n\r\n{json.dumps({'snippet': about})}\r\n"
        body = (
            f"{head}--{mark}\r\nContent-Type: text/vtt\r\n\r\n".encode()
            + text
            + f"\r\n--{mark}--\r\n".encode()
        )
        signed(
            line,
            lambda token: line.http.call(
                "POST",
                f"{UPLOAD}/captions",
                query={"uploadType": "multipart", "part": "snippet"},
                headers={**token, "Content-Type": f"multipart/related; boundary={mark}"},
                body=body,
            ),
        )
    except ChannelFailure as failure:
        return f"missing: {failure.sentence}"
    line.spend(*(UNITS[0], COSTS["captions.insert"], UNITS[1], midnight()))
    return "added"


def receipt_of(line: Line, video: Mapping[str, Any], **evidence: str) -> Receipt:
    """Where the video stands, for whoever looks."""
    number = str(video.get("id", ""))
    server = line.http.address if isinstance(line.http, Server) else ""
    site = SITE if server.endswith(".googleapis.com") or not server else server
    return Receipt(
        remote_id=number, remote_url=f"{site}/watch?v={number}", evidence={"id": number, **evidence}
    )
