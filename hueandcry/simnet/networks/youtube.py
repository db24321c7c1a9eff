"""A simulated YouTube: Data API v3 from its discovery document (revision 20261104) and guides, read 2026-11-22.

As there: an upload session asked with `Content-Range: bytes */N` answers 308 with `Range`, or the video once it is
whole; parts are multiples of 256 KiB but the last; a video is `uploaded` before it is `processed`; a text that stands
already may be rejected as a duplicate; titles have 100 characters, descriptions 5,000 bytes, neither with < or >.
"""

from __future__ import annotations

import json
import re
import secrets
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from hueandcry.simnet import consent, forms
from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.networks import shown
from hueandcry.simnet.networks import youtube_shapes as shapes
from hueandcry.simnet.world import UPLOAD, World

LABEL = "YouTube (simulated)"
REFRESH_LASTS = 365 * 86_400  # seconds
STEP = 256 * 1024  # bytes: a part is a multiple of it
UNITS, UPLOADS = 10_000, 100  # a day
COSTS = {"update": 50, "delete": 50, "captions.list": 50, "captions.insert": 400, "channels.update": 50}
POLLS = 1  # how often a new video is asked for before it is processed
RANGE = re.compile(r"bytes (?:(\d{1,15})-(\d{1,15})|\*)/(\d{1,15})\Z")
SESSION = "/upload/youtube/v3/videos"


def answer(world: World, request: Request) -> Response:  # noqa: PLR0911 - one for each address
    """The answer at one address."""
    if request.path == "/o/oauth2/v2/auth":
        return consent.page_for(world, request, label=LABEL)
    if request.path == "/token" and request.method == "POST":
        return _token(world, request)
    if request.path == "/watch":
        return _watch(world, request)
    account = world.account_of(request.token())
    if account is None:
        return _error(401, "authError", "Request had invalid authentication credentials.")
    match (request.method, request.path):
        case ("POST", path) if path == SESSION:
            return _faulty(world, lambda: _begin(world, account, request), step=UPLOAD)
        case ("PUT", path) if path == SESSION:
            return _put(world, account, request)
        case ("DELETE", path) if path == SESSION:
            return _cancel(world, account, request)
        case ("POST", "/upload/youtube/v3/captions"):
            return _add_captions(world, account, request)
        case (method, path) if path.startswith("/youtube/v3/"):
            return _data(world, account, request, f"{method} {path.removeprefix('/youtube/v3/')}")
    return _error(404, "notFound", "Not Found")


def _data(  # noqa: PLR0911 - one for each method
    world: World, account: dict[str, Any], request: Request, what: str
) -> Response:
    match what:
        case "GET channels":
            return reply(items=[shapes.channel(account)])
        case "PUT channels":
            return _change_channel(world, account, request)
        case "GET videos":
            return _videos(world, account, request)
        case "PUT videos":
            return _faulty(world, lambda: _update(world, account, request))
        case "DELETE videos":
            return _faulty(world, lambda: _delete(world, account, request))
        case "GET playlistItems":
            return _listed(world, account, request)
        case "GET captions":
            return _list_captions(world, account, request)
    return _error(404, "notFound", "Not Found")


# --- tokens -----------------------------------------------------------------------------------------


def _token(world: World, request: Request) -> Response:
    form = forms.read(request)
    given: dict[str, Any] = {"expires_in": 3599, "token_type": "Bearer"}
    if not consent.knows_client(world, form.text("client_id"), form.text("client_secret")):
        return reply(401, error="invalid_client", error_description="The OAuth client was not found.")
    if form.text("grant_type") == "refresh_token":
        account = world.account_of(form.text("refresh_token"), kind="refresh")
    else:
        account = consent.redeem(
            world,
            code=form.text("code"),
            client=form.text("client_id"),
            back=form.text("redirect_uri"),
            verifier=form.text("code_verifier"),
        )
        if account:
            given["refresh_token"] = world.new_token(account["id"], kind="refresh", lasts=REFRESH_LASTS)
    if account is None:
        return reply(400, error="invalid_grant", error_description="Token has been expired or revoked.")
    return reply(access_token=world.new_token(account["id"]), **given)


# --- uploads ----------------------------------------------------------------------------------------


def _begin(world: World, account: dict[str, Any], request: Request) -> Response:
    size = request.headers.get("x-upload-content-length", "")
    about = request.data()
    if problem := _bad_words(about.get("snippet", {})):
        return problem
    if not size.isdigit() or not request.headers.get("x-upload-content-type", "").startswith("video/"):
        return _error(400, "badRequest", "The upload has no size or is no video.")
    if account.get("uploads", 0) >= UPLOADS:
        return _over_quota()
    key = secrets.token_urlsafe(90)
    kept = {"about": about, "size": int(size), "mime": request.headers["x-upload-content-type"], "video": ""}
    world.store.add_thing(world.name, "upload", kept, owner=account["id"], key=key, blob=b"")
    where = f"{world.root}{SESSION}?uploadType=resumable&part=snippet,status&upload_id={key}"
    return Response(headers={"Location": where})


def _put(world: World, account: dict[str, Any], request: Request) -> Response:
    upload = _upload(world, account, request)
    given = RANGE.match(request.headers.get("content-range", ""))
    if upload is None:
        return _error(404, "notFound", "The upload session is not known or has ended.")
    if given is None or int(given[3]) != upload["size"]:
        return _error(400, "badRequest", "Content-Range does not fit the upload.")
    if given[1] is None or upload["video"]:
        return _whole(world, upload) if upload["video"] else _so_far(upload["blob"])
    start, end = int(given[1]), int(given[2]) + 1
    last = end == upload["size"]
    if (
        start != len(upload["blob"])
        or end - start != len(request.body)
        or (len(request.body) % STEP and not last)
    ):
        return _so_far(upload["blob"])
    if not last:
        return _faulty(world, lambda: _keep(world, upload, request.body), step=UPLOAD)
    return _faulty(world, lambda: _finish(world, account, upload, upload["blob"] + request.body))


def _keep(world: World, upload: dict[str, Any], part: bytes) -> Response:
    blob = upload["blob"] + part
    world.store.change_thing(upload["id"], upload, blob=blob)
    return _so_far(blob)


def _so_far(blob: bytes) -> Response:
    return Response(status=308, headers={"Range": f"bytes=0-{len(blob) - 1}"} if blob else {})


def _finish(world: World, account: dict[str, Any], upload: dict[str, Any], blob: bytes) -> Response:
    snippet, status = upload["about"].get("snippet", {}), upload["about"].get("status", {})
    text = snippet.get("description", "")
    video, state = secrets.token_urlsafe(8), "uploaded"
    if world.refuses_duplicate(account["id"], text):
        world.store.add_thing(world.name, "rejected", {"reason": "duplicate"}, owner=account["id"], key=video)
        state = "rejected"
    else:
        world.add_post(
            account["id"],
            key=video,
            text=text,
            title=snippet.get("title", ""),
            video=world.add_media(blob, upload["mime"], owner=account["id"]),
            polls=account.get("polls", POLLS),
            privacy=status.get("privacyStatus", "public"),
            category=snippet.get("categoryId", ""),
        )
    world.store.change_thing(upload["id"], {**upload, "video": video, "state": state}, blob=b"")
    _spend(world, account, uploads=1)
    return _whole(world, {**upload, "video": video, "state": state})


def _whole(world: World, upload: dict[str, Any]) -> Response:
    post = next(iter(world.store.things(world.name, "post", "key = ?", upload["video"])), None)
    if post is None:  # rejected, or deleted since
        rejected = {"id": upload["video"], "status": {"uploadStatus": upload["state"]}}
        return Response(body=json.dumps(rejected).encode())
    return Response(status=201, body=json.dumps(shapes.video(post)).encode())


def _cancel(world: World, account: dict[str, Any], request: Request) -> Response:
    upload = _upload(world, account, request)
    if upload is None or upload["video"]:
        return _error(404, "notFound", "The upload session is not known or has ended.")
    world.store.drop_thing(upload["id"])
    return Response(status=499)


def _upload(world: World, account: dict[str, Any], request: Request) -> dict[str, Any] | None:
    key = request.query.get("upload_id", "")
    return next(
        iter(world.store.things(world.name, "upload", "key = ? AND owner = ?", key, account["id"])), None
    )


# --- videos, captions, the channel ------------------------------------------------------------------


def _videos(world: World, account: dict[str, Any], request: Request) -> Response:
    items: list[dict[str, Any]] = []
    for video in request.query.get("id", "").split(","):
        post = world.post_with(video, owner=account["id"])
        for row in world.store.things(world.name, "rejected", "key = ? AND owner = ?", video, account["id"]):
            items += [{"id": video, "status": {"uploadStatus": "rejected", "rejectionReason": row["reason"]}}]
        if post and post["polls"]:
            world.store.change_thing(post["id"], {**post, "polls": post["polls"] - 1})
        if post:
            items.append(shapes.video(post))
    return reply(items=items)


def _update(world: World, account: dict[str, Any], request: Request) -> Response:
    data = request.data()
    post = world.post_with(str(data.get("id", "")), owner=account["id"])
    snippet = data.get("snippet", {})
    if post is None:
        return _error(404, "videoNotFound", "The video that you are trying to update cannot be found.")
    if problem := _bad_words(snippet):
        return problem
    if not _spend(world, account, units=COSTS["update"]):
        return _over_quota()
    fresh = {
        "text": snippet.get("description", ""),
        "title": snippet["title"],
        "category": snippet["categoryId"],
        "tags": snippet.get("tags", []),  # what is not sent is lost, as there
    }
    world.store.change_thing(post["id"], {**post, **fresh})
    return Response(body=json.dumps(shapes.video({**post, **fresh})).encode())


def _delete(world: World, account: dict[str, Any], request: Request) -> Response:
    post = world.post_with(request.query.get("id", ""), owner=account["id"])
    if post is None:
        return _error(404, "videoNotFound", "The video that you are trying to delete cannot be found.")
    if not _spend(world, account, units=COSTS["delete"]):
        return _over_quota()
    world.store.drop_thing(int(post["video"]))
    world.store.drop_thing(post["id"])
    return Response(status=204)


def _listed(world: World, account: dict[str, Any], request: Request) -> Response:
    items = []
    for post in (
        world.posts(account["id"])[:50] if request.query.get("playlistId") == shapes.uploads(account) else []
    ):
        snippet = {
            name: value for name, value in shapes.snippet(post).items() if name not in {"categoryId", "tags"}
        }
        items.append({"snippet": {**snippet, "resourceId": {"videoId": post["key"]}}})
    return reply(items=items)


def _list_captions(world: World, account: dict[str, Any], request: Request) -> Response:
    post = world.post_with(request.query.get("videoId", ""), owner=account["id"])
    _spend(world, account, units=COSTS["captions.list"])
    return reply(items=[{"snippet": {"language": language}} for language in (post or {}).get("captions", {})])


def _add_captions(world: World, account: dict[str, Any], request: Request) -> Response:
    head = b"Content-Type: " + request.headers.get("content-type", "").encode() + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    payloads = (
        [part.get_payload(decode=True) for part in message.iter_parts()] if message.is_multipart() else []
    )
    parts = [payload for payload in payloads if isinstance(payload, bytes)]
    if len(parts) != 2:  # noqa: PLR2004 - what it is about, and the captions
        return _error(400, "contentRequired", "The request does not contain the caption track contents.")
    snippet = json.loads(parts[0])["snippet"]
    post = world.post_with(snippet["videoId"], owner=account["id"])
    if post is None:
        return _error(404, "videoNotFound", "The video could not be found.")
    known = post.get("captions", {})
    if snippet["language"] in known:
        return _error(409, "captionExists", "The specified video track already exists.")
    if not _spend(world, account, units=COSTS["captions.insert"]):
        return _over_quota()
    captions = {**known, snippet["language"]: parts[1].decode()}
    world.store.change_thing(post["id"], {**post, "captions": captions})
    return reply(id=f"{post['key']}-{snippet['language']}", snippet=snippet)


def _change_channel(world: World, account: dict[str, Any], request: Request) -> Response:
    data = request.data()
    text = data.get("brandingSettings", {}).get("channel", {}).get("description", "")
    if data.get("id") != shapes.channel(account)["id"] or len(text) > 1000:  # noqa: PLR2004 - channels, brandingSettings
        return _error(400, "channelDescriptionTooLong", "The channel description is too long.")
    if not _spend(world, account, units=COSTS["channels.update"]):
        return _over_quota()
    world.store.change_thing(
        account["id"], {**(world.account_number(account["id"]) or account), "text": text}
    )
    return reply(id=data["id"])


def _watch(world: World, request: Request) -> Response:
    for post in world.store.things(world.name, "post", "key = ?", request.query.get("v", "")):
        account = world.account_number(post["owner"]) or {"handle": ""}
        page = Request("GET", f"/@{account['handle']}/{post['id']}", {}, request.headers, b"")
        return shown.answer(world, page, label=LABEL) or _error(404, "notFound", "Not Found")
    return Response(status=404, body=b"This video is not available.", mime="text/plain")


# --- shapes -----------------------------------------------------------------------------------------


def _bad_words(snippet: dict[str, Any]) -> Response | None:
    title, text = str(snippet.get("title", "")), str(snippet.get("description", ""))
    if not 0 < len(title) <= 100 or set("<>") & set(title):  # noqa: PLR2004 - videos, snippet.title
        return _error(400, "invalidTitle", "The request metadata specifies an invalid or empty video title.")
    if len(text.encode()) > 5000 or set("<>") & set(text):  # noqa: PLR2004 - videos, snippet.description
        return _error(
            400, "invalidDescription", "The request metadata specifies an invalid video description."
        )
    if not snippet.get("categoryId"):
        return _error(
            400, "invalidCategoryId", "The snippet.categoryId property specifies an invalid category ID."
        )
    return None


def _spend(world: World, account: dict[str, Any], *, units: int = 0, uploads: int = 0) -> bool:
    fresh = world.account_number(account["id"]) or account
    spent = {"units": fresh.get("units", 0) + units, "uploads": fresh.get("uploads", 0) + uploads}
    if spent["units"] > UNITS:
        return False
    world.store.change_thing(account["id"], {**fresh, **spent})
    return True


def _over_quota() -> Response:
    words = "The request cannot be completed because you have exceeded your quota."
    return _error(403, "quotaExceeded", words, domain="youtube.quota")


def _faulty(world: World, work: Any, *, step: str = "") -> Response:
    return world.faulty(
        work,
        refused=_error(400, "badRequest", "refused on request"),
        expired=_error(401, "authError", "Request had invalid authentication credentials."),
        broken=_error(503, "backendError", "Backend Error"),
        limited=lambda seconds: _error(
            429, "rateLimitExceeded", "Rate Limit Exceeded", headers={"Retry-After": str(int(seconds))}
        ),
        step=step,
    )


def _error(
    status: int,
    reason: str,
    message: str,
    *,
    domain: str = "youtube.video",
    headers: dict[str, str] | None = None,
) -> Response:
    one = {"domain": domain, "reason": reason, "message": message}
    return reply(status, headers, error={"code": status, "message": message, "errors": [one]})
