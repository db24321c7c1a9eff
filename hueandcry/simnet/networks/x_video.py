"""Videos on the simulated X: sent in segments, worked on, named by a post; their subtitles.

Written from docs.x.com, read 2026-11-23: openapi.json 2.167 of 2026-08-22, “Chunked media upload”. A segment that comes
twice takes the place of the first; an upload is finished once; what is finished is asked for by STATUS until X is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hueandcry.simnet import forms
from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.world import UPLOAD, World

PLACES = ("/2/media/upload", "/2/media/subtitles")
KINDS = {"tweet_video": ("video/mp4", "video/quicktime"), "subtitles": ("text/srt",)}
LARGEST_SEGMENT = 5_000_000  # bytes
LARGEST_VIDEO = 512 * 1024 * 1024  # bytes
LASTS, FINISHED_LASTS = 1_295_999, 86_400  # seconds, of the documented examples
POLLS = 1  # how often a new video is asked for before X is done with it
STEP = re.compile(r"/2/media/upload/(\d{1,17})/(append|finalize)")
Work = Callable[[], Response]


def answer(
    world: World,
    user: dict[str, Any],
    request: Request,
    *,
    faulty: Callable[[World, Work, str], Response],
    invalid: Callable[[str], Response],
) -> Response:
    """One call. faulty: does the work or fails as asked for; invalid: a refusal in X's words."""
    if (request.method, request.path) == ("GET", "/2/media/upload"):
        media = _own(world, user, request.query.get("media_id"))
        if media is None or not media.get("finished") or request.query.get("command") != "STATUS":
            return invalid("The media_id is not that of a finished upload")
        return _status(world, media)
    found = STEP.fullmatch(request.path)
    step = found[2] if found else request.path.rpartition("/")[2]
    media = _own(world, user, found[1]) if found else None
    work: dict[str, Callable[[], str | Response]] = {
        "initialize": lambda: _begin(world, user, request),
        "append": lambda: _append(world, media, request),
        "finalize": lambda: _finish(world, user, media),
        "subtitles": lambda: _subtitles(world, user, request),
    }
    if request.method != "POST" or step not in work:
        return invalid("Nothing is here")

    def done() -> Response:
        told = work[step]()
        return invalid(told) if isinstance(told, str) else told

    return faulty(world, done, UPLOAD)


def attached(media: list[dict[str, Any] | None]) -> dict[str, Any] | None:
    """What a post shows of these media, as World.add_post takes it; None if X does not take them together."""
    known = [one for one in media if one]
    films = [one for one in known if "finished" in one]
    if len(known) != len(media) or len(films) > 1 or (films and len(known) > 1):
        return None
    if not films:
        return {"pictures": [{"media": one["id"], "alt": one["alt"]} for one in known]}
    film = films[0]
    if not film["finished"] or film["asks_left"] or not film["mime"].startswith("video/"):
        return None
    return {"video": film["id"], "captions": film.get("captions", {})}


def _own(world: World, user: dict[str, Any], number: object) -> dict[str, Any] | None:
    media = world.media(int(str(number))) if str(number).isdigit() else None
    return media if media and media["owner"] == user["id"] and "finished" in media else None


def _begin(world: World, user: dict[str, Any], request: Request) -> str | Response:
    asked = request.data()
    size, mime = asked.get("total_bytes"), asked.get("media_type")
    if mime not in KINDS.get(str(asked.get("media_category")), ()):
        return "media_type does not fit media_category"
    if not isinstance(size, int) or not 0 < size <= LARGEST_VIDEO:
        return "The video is larger than 512 MB"
    number = world.add_media(b"", mime, owner=user["id"], total=size, finished=False, asks_left=0)
    return reply(data={"id": str(number), "media_key": f"13_{number}", "expires_after_secs": LASTS})


def _append(world: World, media: dict[str, Any] | None, request: Request) -> str | Response:
    form = forms.read(request)
    _mime, data = form.files.get("media", ("", b""))
    index = form.text("segment_index")
    if media is None or media["finished"] or not index.isdigit() or int(index) > 999:  # noqa: PLR2004 - openapi.json
        return "There is no such upload"
    if not 0 < len(data) <= LARGEST_SEGMENT:
        return "A segment has 1 byte to 5 MB"
    for known in world.store.things(world.name, "segment", "owner = ? AND key = ?", media["id"], index):
        world.store.drop_thing(known["id"])
    world.store.add_thing(world.name, "segment", {}, owner=media["id"], key=index, blob=data)
    return reply(data={"expires_at": int(media["made_at"]) + LASTS})


def _finish(world: World, user: dict[str, Any], media: dict[str, Any] | None) -> str | Response:
    if media is None or media["finished"]:
        return "There is no such upload"
    segments = world.store.things(world.name, "segment", "owner = ?", media["id"])
    segments.sort(key=lambda one: int(one["key"]))
    whole = b"".join(one["blob"] for one in segments)
    if len(whole) != media["total"] or [int(one["key"]) for one in segments] != list(range(len(segments))):
        return "Segments are missing"
    for one in segments:
        world.store.drop_thing(one["id"])
    film = media["mime"].startswith("video/")
    asks = int(user.get("polls", POLLS)) if film else 0
    fresh = {**media, "finished": True, "asks_left": asks, "unusable": bool(film and user.get("unusable"))}
    world.store.change_thing(media["id"], fresh, blob=whole)
    return _told(fresh, len(whole), state="pending" if asks else "")


def _status(world: World, media: dict[str, Any]) -> Response:
    asks = max(media["asks_left"] - 1, 0)
    world.store.change_thing(media["id"], {**media, "asks_left": asks})
    state = "in_progress" if asks else "failed" if media["unusable"] else "succeeded"
    return _told(media, len(media["blob"]), state=state)


def _told(media: dict[str, Any], size: int, *, state: str) -> Response:
    number = str(media["id"])
    told: dict[str, Any] = {"id": number, "media_key": f"13_{number}", "size": size}
    told["expires_after_secs"] = FINISHED_LASTS
    if state:
        told["processing_info"] = {"state": state}
        if state in {"pending", "in_progress"}:
            told["processing_info"] |= {"check_after_secs": 1, "progress_percent": 50}
    return reply(data=told)


def _subtitles(world: World, user: dict[str, Any], request: Request) -> str | Response:
    asked = request.data()
    about = asked.get("subtitles", {})
    film, track = _own(world, user, asked.get("id")), _own(world, user, about.get("id"))
    language = str(about.get("language_code", ""))
    if film is None or track is None or track["mime"] != "text/srt" or not track["finished"]:
        return "Your media IDs are invalid."
    if asked.get("media_category") != "TweetVideo" or not re.fullmatch(r"[A-Z]{2}", language):
        return "media_category or language_code is wrong"
    captions = {**film.get("captions", {}), language.lower(): forms.webvtt(track["blob"])}
    world.store.change_thing(film["id"], {**film, "captions": captions})
    data = {"id": str(film["id"]), "media_category": "TweetVideo", "associated_subtitles": about}
    return reply(data=data)
