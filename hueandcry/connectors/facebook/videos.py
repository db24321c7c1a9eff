"""A video on its way to a Facebook Page: an upload in parts, which comes up after it was finished.

Read 2026-11-23. The phases start, transfer and finish of `/{page}/videos`: parameters as in facebook_business 26.0.3
(2026-11-04), answers and the error that names the right place as in its video_uploader.py; Graph API “Video”, “Video
Status” (v26.0), “Video Captions”; “Uploading videos” (10 GB, 4 hours, graph-video.facebook.com). The newer guide,
“Publishing” (v24.0), sends the file to the app instead of the Page: that needs a person's token and the app's number,
and we keep neither.

* Facebook names the video before the first byte. Its id is kept, so that after any break the very same upload is asked
  for and goes on. Its words come with the end of the upload: one that has any was finished, and a lost answer is told.
* A video goes by its own id: it is looked up, changed and deleted by it. So it counts as sent when its upload is finished:
  the Page's other posts do not wait until Facebook is done with it, nor does anybody look again what became of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    ChannelFailure,
    Line,
    Measured,
    Outgoing,
    OutgoingVideo,
    Receipt,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.connectors.facebook.calls import Absent, Duplicate, Misplaced, before, call, listed, unreadable
from hueandcry.kernel.form import File, stream_form, write_form
from hueandcry.kernel.http import Http, Server
from hueandcry.kernel.subrip import subrip

GRAPH, FILMS = "https://graph.facebook.com", "https://graph-video.facebook.com"
VIDEO = re.compile(r"[0-9]{1,30}")  # the id of a video; that of a post has two parts
# An upload: the video, the session, and which bytes Facebook wants next, from and to.
HANDLE = re.compile(r"upload:([0-9]{1,30}):([\w-]{1,150}):([0-9]{1,12}):([0-9]{1,12})\Z")
UPLOAD = "upload:"
LARGEST, LONGEST = 10 * 1000**3, 4 * 3600  # bytes, seconds
LARGEST_CAPTIONS = 2 * 1024 * 1024
MOST_CORRECTIONS = 5  # how often Facebook may say that a part begins elsewhere, or want one again
BEFORE = timedelta(minutes=10)  # clocks differ
SHOWN = "id,description,title,created_time,permalink_url,published,status"
COUNTED = "id,views,likes.summary(true).limit(0),comments.summary(true).limit(0)"
FAILED, READY = frozenset({"error", "expired"}), "ready"  # video_status
ADDRESS = re.compile(
    r"facebook\.com/(?:\S*/videos/(?:[^/?#]+/)?|watch/?\?(?:\S*&)?v=|reel/)([0-9]{1,30})(?:[/?&#]|\Z)"
)
# a language without a country
PLACES = {"en": "en_US", "ja": "ja_JP", "sv": "sv_SE", "da": "da_DK", "cs": "cs_CZ"}


@dataclass(frozen=True, slots=True)
class Sent:
    """How far an upload is. number: of the video; start, end: which bytes Facebook wants next, alike once it has all."""

    number: str
    session: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{UPLOAD}{self.number}:{self.session}:{self.start}:{self.end}"

    @classmethod
    def of(cls, found: re.Match[str]) -> Sent:
        """Back from a handle."""
        return cls(found[1], found[2], int(found[3]), int(found[4]))


def put_video(line: Line, outgoing: Outgoing) -> Receipt:
    """Send the video, from where an earlier try ended, and finish it. Raises one of the five failures."""
    video = outgoing.video
    assert video is not None
    found = HANDLE.match(line.handle)
    standing = before(lambda: _told(line, found[1])) if found else None
    if found is None or standing is None or _state(standing) in FAILED:
        sent = _whole(line, video)
        _finish(line, outgoing, sent)
        return _up(line, outgoing, sent.number)
    if _has_words(standing, outgoing):
        return _became(line, outgoing, standing)
    earlier = Sent.of(found)
    sent = _resumed(line, video, earlier)
    try:
        _finish(line, outgoing, sent)
    except Duplicate:
        raise
    except Refused:  # finished earlier all the same; or the upload has ended, and begins once more
        standing = before(lambda: _told(line, sent.number))
        if standing and _has_words(standing, outgoing):
            return _became(line, outgoing, standing)
        if sent.session != earlier.session or (standing and standing.get("published") is True):
            raise
        sent = _whole(line, video)
        _finish(line, outgoing, sent)
    return _up(line, outgoing, sent.number)


def find_video(line: Line, outgoing: Outgoing, handle: str) -> Receipt | None:
    """The video of this id or upload; without one, the newest of the Page with this very text that no other delivery has."""
    found = HANDLE.match(handle)
    if handle and found is None:
        standing = _told(line, handle) if VIDEO.fullmatch(handle) else None
        return receipt_of(standing) if standing else None
    if found and (standing := _told(line, found[1])):
        return _became(line, outgoing, standing) if _has_words(standing, outgoing) else None
    for standing in _listed(line, outgoing):
        ours = _says(standing, outgoing) and not line.taken(str(standing.get("id")))
        if ours and _state(standing) not in FAILED:
            return _became(line, outgoing, standing)
    return None


def drop_video(line: Line, outgoing: Outgoing, remote_id: str) -> None:
    """Delete a video, or break off its upload. “Not there” counts only if the Page's own list does not show it."""
    found = HANDLE.match(remote_id)
    number = found[1] if found else remote_id
    try:
        data = call(line, "DELETE", f"/{number}")
    except Absent:
        if any(str(one.get("id")) == number for one in _listed(line, outgoing)):
            raise Unauthorised(_("Facebook does not let us delete this video. Delete it there.")) from None
        return
    if data.get("success") is not True:
        raise unreadable()


def change_video(line: Line, outgoing: Outgoing, remote_id: str) -> Receipt:
    """Replace the description; the video itself stays."""
    data = call(line, "POST", f"/{remote_id}", {"description": outgoing.text})
    if data.get("success") is not True:
        raise unreadable()
    standing = _told(line, remote_id)
    if standing is None:
        raise Refused(_("Facebook knows no such post."))
    return receipt_of(standing)


def count_video(line: Line, remote_id: str) -> Measured:
    """Comments, likes and views of a video. Raises Absent if it is gone."""
    data = call(line, "GET", f"/{remote_id}", query={"fields": COUNTED})
    views = data.get("views")
    return Measured(
        replies=total_of(data, "comments"),
        likes=total_of(data, "likes"),
        views=views if isinstance(views, int) else None,
    )


def id_of_video(address: str) -> str:
    """The id of the video at an address; "" if it is none of a video."""
    found = ADDRESS.search(address)
    return found[1] if found else ""


def total_of(data: Mapping[str, Any], name: str) -> int | None:
    """How many of a kind there are, where Facebook tells it."""
    total = data.get(name, {}).get("summary", {}).get("total_count")
    return int(total) if total is not None else None


def receipt_of(video: Mapping[str, Any], **evidence: str) -> Receipt:
    """Where the video stands. Raises OutcomeUnknown for what is none."""
    number = str(video.get("id", ""))
    if not VIDEO.fullmatch(number):
        raise unreadable()
    place = str(video.get("permalink_url") or f"/watch/?v={number}")  # told without the site's name
    address = f"https://www.facebook.com{place}" if place.startswith("/") else place
    return Receipt(remote_id=number, remote_url=address, evidence={"id": number, **evidence})


# --- the upload -------------------------------------------------------------------------------------


def _whole(line: Line, video: OutgoingVideo) -> Sent:
    """Send all of it; nothing is to be seen yet."""
    begun = before(lambda: _begin(line, video))
    return before(lambda: _transfer(line, video, begun))


def _resumed(line: Line, video: OutgoingVideo, sent: Sent) -> Sent:
    """Send what is missing; once more from the beginning where Facebook has given the upload up."""
    try:
        return before(lambda: _transfer(line, video, sent))
    except Refused:
        return _whole(line, video)


def _begin(line: Line, video: OutgoingVideo) -> Sent:
    """Open an upload, and keep the names of the video and of the upload before the first byte is sent."""
    told = _upload(line, {"upload_phase": "start", "file_size": video.size})
    names = str(told.get("video_id", "")), str(told.get("upload_session_id", ""))
    return _keep(line, Sent(*names, *_wanted(told)))


def _keep(line: Line, sent: Sent) -> Sent:
    if not HANDLE.match(str(sent)):
        raise Unreachable(_("Facebook opened no upload."))
    line.keep_handle(str(sent))
    return sent


def _transfer(line: Line, video: OutgoingVideo, sent: Sent) -> Sent:
    """Send what Facebook does not have. It says after each part which one it wants next, and where a wrong one belongs."""
    corrections = 0
    while sent.start < sent.end:
        try:
            start, end = _send(line, video, sent)
            corrections += start <= sent.start  # it took the part and wants the same again
        except Misplaced as wanted:
            corrections += 1
            start, end = wanted.start, wanted.end
        if corrections > MOST_CORRECTIONS or not 0 <= start <= end <= video.size:
            raise Unreachable(_("Facebook does not take the video; it is tried again."))
        sent = _keep(line, replace(sent, start=start, end=end))
    return sent


def _send(line: Line, video: OutgoingVideo, sent: Sent) -> tuple[int, int]:
    """Send the part that is wanted; where the next one begins and ends."""
    size = sent.end - sent.start

    def pieces() -> Iterator[bytes]:
        return line.pieces(video.digest, sent.start, size)

    fields = {"upload_phase": "transfer", "upload_session_id": sent.session, "start_offset": str(sent.start)}
    form = stream_form(fields, "video_file_chunk", "application/octet-stream", size, pieces)
    return _wanted(call(line, "POST", "/me/videos", form=form, http=_films(line.http)))


def _wanted(told: Mapping[str, Any]) -> tuple[int, int]:
    try:
        return int(told["start_offset"]), int(told["end_offset"])
    except (KeyError, TypeError, ValueError):
        raise Unreachable(_("Facebook did not say what it has of the video.")) from None


def _finish(line: Line, outgoing: Outgoing, sent: Sent) -> None:
    """End the upload with the words of the video, which then comes up by itself."""
    words = {"description": outgoing.text} if outgoing.text.strip() else {}
    title = {"title": _title(outgoing)} if outgoing.title or not words else {}
    body = {"upload_phase": "finish", "upload_session_id": sent.session, "published": True, **words, **title}
    if _upload(line, body).get("success") is not True:
        raise unreadable()


def _upload(line: Line, body: dict[str, Any]) -> dict[str, Any]:
    return call(line, "POST", "/me/videos", body, http=_films(line.http))


def _films(http: Http) -> Http:
    """Videos go to another address than all else."""
    own = isinstance(http, Server) and http.address.rstrip("/") == GRAPH
    return replace(http, address=FILMS) if isinstance(http, Server) and own else http


# --- what became of it ------------------------------------------------------------------------------


def _told(line: Line, number: str) -> dict[str, Any] | None:
    try:
        told = call(line, "GET", f"/{number}", query={"fields": SHOWN})
    except Absent:
        return None
    if str(told.get("id")) != number:
        raise unreadable()
    return told


def _title(outgoing: Outgoing) -> str:
    return (outgoing.title or _("Video")).strip()


def _has_words(video: Mapping[str, Any], outgoing: Outgoing) -> bool:
    """True if the upload of our own video was finished: before that it has no words."""
    return bool(str(video.get("description" if outgoing.text.strip() else "title") or "").strip())


def _says(video: Mapping[str, Any], outgoing: Outgoing) -> bool:
    """True if a video of the Page has our very words, but for white space, which Facebook trims."""
    name, ours = ("description", outgoing.text) if outgoing.text.strip() else ("title", _title(outgoing))
    return str(video.get(name) or "").split() == ours.split()


def _state(video: Mapping[str, Any]) -> str:
    """How far Facebook is with it; “ready” where it does not say."""
    status = video.get("status")
    return str(status.get("video_status", "")) if isinstance(status, dict) else READY


def _up(line: Line, outgoing: Outgoing, number: str) -> Receipt:
    """A receipt for an upload that was just finished. Raises Refused if Facebook says at once that it cannot use it."""
    try:
        standing = _told(line, number)
    except ChannelFailure:
        standing = None
    return _became(line, outgoing, standing or {"id": number, "status": {"video_status": "not told"}})


def _became(line: Line, outgoing: Outgoing, video: Mapping[str, Any]) -> Receipt:
    """A receipt for a video whose upload was finished, done with or not. Raises Refused if Facebook cannot use it."""
    state = _state(video)
    if state in FAILED:
        raise Refused(_("Facebook cannot use the video."))
    said = {} if state == READY else {"state": state}
    return receipt_of(video, captions=_caption(line, outgoing, str(video["id"])), **said)


def _listed(line: Line, outgoing: Outgoing) -> Iterator[dict[str, Any]]:
    """The Page's own videos since this one was first tried, newest first."""
    query = {"type": "uploaded", "fields": SHOWN}
    return listed(line, "/me/videos", query, since=outgoing.created_at - BEFORE)


def _caption(line: Line, outgoing: Outgoing, number: str) -> str:
    """Add the captions, if there are none; a word for the evidence. Without them the video stands all the same."""
    if outgoing.video is None or not outgoing.video.captions:
        return "none"
    place = _place_of(outgoing.language)
    try:
        known = call(line, "GET", f"/{number}/captions", query={"fields": "locale"}).get("data", [])
        if any(one.get("locale") == place for one in known):
            return "there"
        text = subrip(line.part(outgoing.video.captions, 0, LARGEST_CAPTIONS))
        files = {"captions_file": File(f"captions.{place}.srt", "application/octet-stream", text)}
        call(line, "POST", f"/{number}/captions", form=write_form({"default_locale": place}, files))
    except ChannelFailure as failure:
        return f"missing: {failure.sentence}"
    return "added"


def _place_of(language: str) -> str:
    """A language and a country, as Facebook names captions: en_US."""
    tongue, _dash, country = language.partition("-")
    return f"{tongue}_{country.upper()}" if country else PLACES.get(tongue, f"{tongue}_{tongue.upper()}")
