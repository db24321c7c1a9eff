"""Videos on the simulated Facebook: an upload in phases, the video itself, its captions.

Written, read 2026-11-23, from the parameters of facebook_business 26.0.3 (Page.create_video, AdVideo, VideoStatus), the
answers that its video_uploader.py expects, and Graph API “Video Captions”. As there, a video has its id before its first
byte and its words with the end of the upload; a part in the wrong place is refused with the right one (1363037).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hueandcry.simnet import forms
from hueandcry.simnet.api import Request, Response
from hueandcry.simnet.world import UPLOAD, World

FIELDS = ("id", "description", "title", "created_time", "permalink_url", "published", "status", "views")
KNOWN = (*FIELDS, "likes", "comments")
LARGEST, LONGEST_TEXT = 10 * 1000**3, 63_206  # bytes, code points
PART = 30_000  # bytes that it wants at a time, so that a small video comes in several
POLLS = 1  # how often a new video is asked for before it is ready
NAMED = re.compile(r"/(\d{1,17})(/captions)?")
CAPTIONS = re.compile(r"[\w.-]+\.([a-z]{2}_[A-Z]{2})\.srt")
Work = Callable[[], Response]


@dataclass(frozen=True, slots=True)
class Words:
    """Facebook's ways to answer. faulty: does the work or fails as asked for, at a step; fields: what was asked of a node."""

    json: Callable[[dict[str, Any]], Response]
    error: Callable[..., Response]
    absent: Callable[[], Response]
    faulty: Callable[[Work, str], Response]
    fields: Callable[[dict[str, Any], tuple[str, ...]], Response]
    moment: Callable[[float], str]


def videos(world: World, page: dict[str, Any], request: Request, words: Words) -> Response:
    """`/{page}/videos`: the list, or a phase of an upload."""
    if request.method == "GET":
        found = world.store.things(world.name, "film", "owner = ?", page["id"])
        nodes = [_node(world, page, one, words) for one in found[:100]]
        asked = set(request.query.get("fields", "id").split(","))
        return words.json(
            {"data": [{name: node[name] for name in node if name in asked} for node in nodes], "paging": {}}
        )
    form = forms.read(request)
    film = _upload_of(world, page, form.text("upload_session_id"))
    match form.text("upload_phase"):
        case "start":
            return words.faulty(lambda: _start(world, page, form, words), UPLOAD)
        case "transfer" if film:
            return words.faulty(lambda: _transfer(world, film, form, words), UPLOAD)
        case "finish" if film:
            return words.faulty(lambda: _finish(world, page, film, form, words), "")
    return words.error(6000, "There was a problem uploading your video file.")


def one_video(
    world: World, page: dict[str, Any], request: Request, path: str, words: Words
) -> Response | None:
    """A video by its id, or its captions; None if there is none of that id."""
    named = NAMED.fullmatch(path)
    found = (
        world.store.things(world.name, "film", "id = ? AND owner = ?", named[1], page["id"]) if named else []
    )
    if named is None or not found:
        return None
    film = found[0]
    if named[2]:
        return _captions(world, film, request, words)
    if request.method == "DELETE":
        return words.faulty(lambda: words.json({"success": _drop(world, film)}), "")
    if request.method == "POST":
        return words.faulty(lambda: _change(world, film, request, words), "")
    if film["asks_left"] and "status" in request.query.get("fields", ""):
        film = {**film, "asks_left": film["asks_left"] - 1}
        world.store.change_thing(film["id"], film)
    return words.fields(_node(world, page, film, words), KNOWN)


# --- the upload -------------------------------------------------------------------------------------


def _start(world: World, page: dict[str, Any], form: forms.Form, words: Words) -> Response:
    size = form.text("file_size")
    if not size.isdigit() or not 0 < int(size) <= LARGEST:
        return words.error(100, "(#100) Param file_size must be less than 10 GB")
    about = {"size": int(size), "post": 0, "asks_left": 0, "captions": {}}
    session = secrets.token_hex(8)
    number = world.store.add_thing(world.name, "film", about, owner=page["id"], key=session, blob=b"")
    told = {"upload_session_id": session, "video_id": str(number)}
    return words.json({**told, **_wanted(0, int(size))})


def _wanted(start: int, size: int) -> dict[str, str]:
    return {"start_offset": str(start), "end_offset": str(min(start + PART, size))}


def _transfer(world: World, film: dict[str, Any], form: forms.Form, words: Words) -> Response:
    _mime, data = form.files.get("video_file_chunk", ("", b""))
    there = len(film["blob"])
    if form.text("start_offset") != str(there) or not 0 < len(data) <= min(PART, film["size"] - there):
        error = {"error_data": _wanted(there, film["size"])}
        return words.error(6001, "There was a problem uploading your video file.", subcode=1363037, **error)
    world.store.change_thing(film["id"], film, blob=film["blob"] + data)
    return words.json(_wanted(there + len(data), film["size"]))


def _finish(
    world: World, page: dict[str, Any], film: dict[str, Any], form: forms.Form, words: Words
) -> Response:
    text, title = form.text("description"), form.text("title")
    if len(film["blob"]) != film["size"] or film["post"]:
        return words.error(6000, "There was a problem uploading your video file.")
    if len(text) > LONGEST_TEXT:
        return words.error(100, "(#100) Param description is too long")
    if world.refuses_duplicate(page["id"], text):
        return words.error(506, "(#506) Duplicate status message")
    media = world.add_media(film["blob"], "video/mp4", owner=page["id"])
    post = world.add_post(page["id"], text=text, title=title, video=media, film=film["id"])
    asks = int(page.get("polls", POLLS))
    fresh = {**film, "post": post["id"], "asks_left": asks, "unusable": bool(page.get("unusable"))}
    world.store.change_thing(film["id"], fresh, blob=b"")
    return words.json({"success": True})


def _upload_of(world: World, page: dict[str, Any], session: str) -> dict[str, Any] | None:
    found = world.store.things(world.name, "film", "key = ? AND owner = ?", session, page["id"])
    return found[0] if session and found else None


# --- the video --------------------------------------------------------------------------------------


def _node(world: World, page: dict[str, Any], film: dict[str, Any], words: Words) -> dict[str, Any]:
    """As it is told; a field without a value is left out."""
    post = world.post(film["post"]) if film["post"] else None
    state = "ready"
    if post is None or film["asks_left"]:
        state = "processing"
    elif film["unusable"]:
        state = "error"
    sent = {"status": "complete" if post else "in_progress", "bytes_transfered": len(film["blob"])}
    node: dict[str, Any] = {
        "id": str(film["id"]),
        "created_time": words.moment(film["made_at"]),
        "published": post is not None,
        "status": {"video_status": state, "uploading_phase": sent},
    }
    if post:
        node |= {
            "permalink_url": f"{world.root}/@{page['handle']}/{post['id']}",
            "views": int(post.get("views", 0)),
            "likes": {"data": [], "summary": {"total_count": int(post.get("likes", 0))}},
            "comments": {"data": [], "summary": {"total_count": int(post.get("comments", 0))}},
        }
        node |= {name: post[key] for name, key in (("description", "text"), ("title", "title")) if post[key]}
    return node


def _change(world: World, film: dict[str, Any], request: Request, words: Words) -> Response:
    post, text = world.post(film["post"]), str(request.data().get("description", ""))
    if post is None:
        return words.absent()
    if len(text) > LONGEST_TEXT:
        return words.error(100, "(#100) Param description is too long")
    if text != post["text"]:
        world.store.change_thing(
            post["id"], {**post, "text": text, "edited_at": words.moment(post["made_at"])}
        )
    return words.json({"success": True})


def _drop(world: World, film: dict[str, Any]) -> bool:
    post = world.post(film["post"]) if film["post"] else None
    for number in (int(post["video"]), post["id"]) if post else ():
        world.store.drop_thing(number)
    return world.store.drop_thing(film["id"])


def _captions(world: World, film: dict[str, Any], request: Request, words: Words) -> Response:
    if request.method == "GET":
        return words.json({"data": [{"locale": place} for place in film["captions"]]})

    def work() -> Response:
        form = forms.read(request)
        named = CAPTIONS.fullmatch(form.names.get("captions_file", ""))
        post = world.post(film["post"]) if film["post"] else None
        if named is None or post is None:
            return words.error(
                385, "(#385) Sorry, the captions file you selected is in a format we don't support."
            )
        text = forms.webvtt(form.files["captions_file"][1])
        world.store.change_thing(film["id"], {**film, "captions": {**film["captions"], named[1]: text}})
        captions = {**post.get("captions", {}), named[1].partition("_")[0]: text}
        world.store.change_thing(post["id"], {**post, "captions": captions})
        return words.json({"success": True})

    return words.faulty(work, UPLOAD)
