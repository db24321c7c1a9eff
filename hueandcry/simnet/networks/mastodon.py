"""A simulated Mastodon server.

Written 2026-11-22 from docs.joinmastodon.org (methods statuses, media, accounts, instance; rate limits) and the server's
own source (post_status_service, update_status_service, reblog_service, rate_limiter, rack_attack).

What is as there: an Idempotency-Key counts for an hour and is kept only after the status is stored; a reblog of the
same post gives the one that stands; an edit that changes nothing leaves no trace; media that an edit does not name
come off; 30 deletions and 30 uploads in half an hour, 300 posts in three hours; moments in headers are ISO 8601.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hueandcry.kernel.text import length
from hueandcry.simnet import forms
from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.networks import mastodon_entities as entities
from hueandcry.simnet.networks import mastodon_oauth
from hueandcry.simnet.world import UPLOAD, World

LABEL = "Mastodon (simulated)"
KEY_LASTS = 3600  # seconds
MOST_LISTED = 40
ALLOWANCES = {  # bucket → calls, seconds
    "api": (300, 300),
    "statuses": (300, 10_800),
    "media": (30, 1800),
    "deletions": (30, 1800),
}


def answer(world: World, request: Request) -> Response:  # noqa: PLR0911 - one for each reason
    """The answer of the server at one address."""
    if request.path == "/api/v2/instance" and request.method == "GET":
        return reply(**entities.instance(world))
    if signing_in := mastodon_oauth.answer(world, request, label=LABEL):
        return signing_in
    if request.method == "GET" and (shown := _public(world, request)):
        return shown
    account = world.account_of(request.token())
    if account is None:
        return _error(401, "The access token is invalid")
    if not _may(world, request):
        return _error(403, "This action is outside the authorized scopes")
    left, resets = _hit(world, "api", account)
    if left < 0:
        return _limited(resets)
    response = _answer(world, request, account)
    if "X-RateLimit-Limit" in response.headers or response.drop:
        return response
    return Response(
        response.status, response.body, response.mime, {**response.headers, **_headers("api", left, resets)}
    )


def _answer(world: World, request: Request, account: dict[str, Any]) -> Response:  # noqa: PLR0911 - one for each address
    method, path = request.method, request.path
    parts = path.strip("/").split("/")
    match (method, parts):
        case ("POST", ["api", "v1", "statuses"]):
            return _counted(world, "statuses", account, lambda: _create(world, request, account))
        case ("PUT", ["api", "v1", "statuses", number]):
            return _faulty(world, lambda: _update(world, request, account, number))
        case ("DELETE", ["api", "v1", "statuses", number]):
            return _counted(world, "deletions", account, lambda: _delete(world, account, number))
        case ("POST", ["api", "v1", "statuses", number, "reblog"]):
            return _counted(world, "statuses", account, lambda: _reblog(world, account, number))
        case ("POST", ["api", "v1", "statuses", number, "unreblog"]):
            return _counted(world, "deletions", account, lambda: _unreblog(world, account, number))
        case ("POST", ["api", "v2", "media"]):
            return _counted(world, "media", account, lambda: _upload(world, request, account), step=UPLOAD)
        case ("GET", ["api", "v1", "media", number]):
            return _media(world, account, number)
        case ("GET", ["api", "v1", "accounts", "verify_credentials"]):
            return reply(**entities.credential_account(world, account))
        case ("PATCH", ["api", "v1", "accounts", "update_credentials"]):
            return _faulty(world, lambda: _profile(world, request, account))
    return _error(404, "Record not found")


def _public(world: World, request: Request) -> Response | None:
    """What anybody may read: a status, its history, the statuses of an account."""
    match request.path.strip("/").split("/"):
        case ["api", "v1", "statuses", number]:
            post = _post(world, number)
            viewer = world.account_of(request.token())
            if post is None:
                return _error(404, "Record not found")
            return reply(**entities.status(world, post, viewer=viewer))
        case ["api", "v1", "statuses", number, "history"]:
            post = _post(world, number)
            return _list(entities.history(world, post)) if post else _error(404, "Record not found")
        case ["api", "v1", "accounts", number, "statuses"] if number.isdigit():
            return _statuses(world, request, int(number))
    return None


def _statuses(world: World, request: Request, owner: int) -> Response:
    """Newest first; `since_id` newest above it, `min_id` the next above it, `max_id` below it."""
    ask = request.query
    posts = world.posts(owner)
    if ask.get("exclude_reblogs") in {"true", "1"}:
        posts = [post for post in posts if not post.get("repost_of")]
    if ask.get("exclude_replies") in {"true", "1"}:
        posts = [post for post in posts if not post["reply_to"]]
    limit = min(max(_whole(ask.get("limit", "20")), 1), MOST_LISTED)
    low = _whole(ask.get("since_id") or ask.get("min_id") or "0")
    high = _whole(ask.get("max_id") or "0") or float("inf")
    posts = [post for post in posts if low < post["id"] < high]
    posts = posts[-limit:] if ask.get("min_id") else posts[:limit]
    found = _list([entities.status(world, post) for post in posts])
    if not posts:
        return found
    here = f"{world.root}/api/v1/accounts/{owner}/statuses"
    link = f'<{here}?max_id={posts[-1]["id"]}>; rel="next", <{here}?min_id={posts[0]["id"]}>; rel="prev"'
    return Response(found.status, found.body, found.mime, {"Link": link})


def _create(world: World, request: Request, account: dict[str, Any]) -> Response:
    key, owner = request.headers.get("idempotency-key", ""), account["id"]
    if key and (kept := _kept_key(world, owner, key)):
        post = world.post(kept["status"])
        return reply(**entities.status(world, post)) if post else _error(404, "Record not found")
    form = forms.read(request)
    text, media_ids = form.text("status"), [_whole(str(each)) for each in form.fields.get("media_ids", [])]
    if problem := _problem(world, account, text, media_ids):
        return problem
    above = form.text("in_reply_to_id")
    if above and _post(world, above) is None:
        return _error(404, "The post you are trying to reply to does not appear to exist.")
    post = world.add_post(
        owner,
        text=text.strip(),
        pictures=_pictures(world, media_ids),
        reply_to=_whole(above),
        language=form.text("language"),
        visibility=form.text("visibility") or "public",
    )
    if key:
        world.store.add_thing(world.name, "idempotency", {"status": post["id"]}, owner=owner, key=key)
    return reply(**entities.status(world, post))


def _kept_key(world: World, owner: int, key: str) -> dict[str, Any] | None:
    after = time.time() - KEY_LASTS
    found = world.store.things(
        world.name, "idempotency", "key = ? AND owner = ? AND made_at > ?", key, owner, after
    )
    return next(iter(found), None)


def _problem(  # noqa: PLR0911 - one for each reason
    world: World, account: dict[str, Any], text: str, media_ids: list[int]
) -> Response | None:
    if not text.strip() and not media_ids:
        return _error(422, "Validation failed: Text can't be blank")
    if entities.counted(text) > entities.LONGEST_TEXT:
        return _error(422, f"Validation failed: Text character limit of {entities.LONGEST_TEXT} exceeded")
    if len(media_ids) > entities.MOST_MEDIA:
        return _error(422, "Validation failed: Cannot attach more than 4 files")
    for number in media_ids:
        media = world.media(number)
        if media is None or media["owner"] != account["id"]:
            return _error(422, "Validation failed: Media attachment not found")
        if len(media_ids) > 1 and media["mime"] in entities.VIDEO_TYPES:
            return _error(
                422, "Validation failed: Cannot attach a video to a post that already contains images"
            )
        if media.get("asks_left"):
            return _error(
                422, "Cannot attach files that have not finished processing. Try again in a moment!"
            )
    if world.refuses_duplicate(account["id"], text.strip()):
        return _error(422, "Validation failed: This post stands already")
    return None


def _pictures(world: World, media_ids: list[int]) -> list[dict[str, Any]]:
    found = [world.media(number) for number in media_ids]
    return [{"media": media["id"], "alt": media["alt"]} for media in found if media]


def _update(world: World, request: Request, account: dict[str, Any], number: str) -> Response:
    post = _post(world, number)
    if post is None or post["owner"] != account["id"] or post.get("repost_of"):
        return _error(404, "Record not found")
    form = forms.read(request)
    text = form.text("status").strip() if "status" in form else post["text"]
    media_ids = [_whole(str(each)) for each in form.fields.get("media_ids", [])]
    if problem := _problem(world, account, text, media_ids):
        return problem
    alts = {str(each.get("id")): each.get("description") for each in form.fields.get("media_attributes", [])}
    pictures = [
        {**picture, "alt": alts.get(str(picture["media"])) or picture["alt"]}
        for picture in _pictures(world, media_ids)
    ]
    if (text, pictures) != (post["text"], post["pictures"]):
        moment = datetime.now(tz=UTC).isoformat()
        before = {"text": post["text"], "at": post.get("edited_at") or entities.made(post)}
        changed = {**post, "text": text, "pictures": pictures, "edited_at": moment}
        world.store.change_thing(post["id"], {**changed, "versions": [*post.get("versions", []), before]})
        post = world.post(post["id"]) or post
    return reply(**entities.status(world, post))


def _delete(world: World, account: dict[str, Any], number: str) -> Response:
    post = _post(world, number)
    if post is None or post["owner"] != account["id"]:
        return _error(404, "Record not found")
    shown = entities.status(world, post)
    for repost in world.reposts_of(post["id"]):
        world.store.drop_thing(repost["id"])
    world.store.drop_thing(post["id"])
    return reply(**{**shown, "text": post["text"]})


def _reblog(world: World, account: dict[str, Any], number: str) -> Response:
    post = _post(world, number)
    if post is None:
        return _error(404, "Record not found")
    mine = next(iter(world.reposts_of(post["id"], account["id"])), None)
    if mine is None:
        mine = world.add_post(account["id"], repost_of=post["id"])
    return reply(**entities.status(world, mine))


def _unreblog(world: World, account: dict[str, Any], number: str) -> Response:
    post = _post(world, number)
    if post is None:
        return _error(404, "Record not found")
    for mine in world.reposts_of(post["id"], account["id"]):
        world.store.drop_thing(mine["id"])
    return reply(**entities.status(world, post))


def _upload(world: World, request: Request, account: dict[str, Any]) -> Response:
    form = forms.read(request)
    mime, data = form.files.get("file", ("", b""))
    film = mime in entities.VIDEO_TYPES
    most = entities.LARGEST_VIDEO if film else entities.LARGEST_IMAGE
    if not (film or mime in entities.IMAGE_TYPES) or not 0 < len(data) <= most:
        return _error(422, "Validation failed: File content type is invalid, File is invalid")
    alt = form.text("description")
    if length(alt) > entities.LONGEST_ALT:
        return _error(422, "Validation failed: Description is too long")
    # How often it is not ready yet: a video once, and what an account was made for.
    asks = _whole(str(account.get("slow_media") or int(film)))
    focus = form.text("focus")
    number = world.add_media(data, mime, owner=account["id"], alt=alt, asks_left=asks, focus=focus)
    media = world.media(number) or {}
    return reply(202 if asks else 200, **entities.attachment(world, media))


def _media(world: World, account: dict[str, Any], number: str) -> Response:
    media = world.media(_whole(number))
    if media is None or media["owner"] != account["id"]:
        return _error(404, "Record not found")
    if media.get("asks_left"):
        world.store.change_thing(media["id"], {**media, "asks_left": media["asks_left"] - 1})
        return reply(206, **entities.attachment(world, media))
    return reply(**entities.attachment(world, media))


def _profile(world: World, request: Request, account: dict[str, Any]) -> Response:
    form = forms.read(request)
    note = form.text("note").strip() if "note" in form else account["text"]
    if entities.counted(note) > entities.LONGEST_NOTE:
        return _error(422, f"Validation failed: Note character limit of {entities.LONGEST_NOTE} exceeded")
    world.store.change_thing(account["id"], {**account, "text": note})
    return reply(**entities.credential_account(world, {**account, "text": note}))


# --- what all addresses share -----------------------------------------------------------------------


def _post(world: World, number: str) -> dict[str, Any] | None:
    return world.post(_whole(number)) if number.isdigit() else None


def _counted(
    world: World, bucket: str, account: dict[str, Any], work: Callable[[], Response], *, step: str = ""
) -> Response:
    """The work, if its own allowance is not used up; the answer tells what is left of that."""
    left, resets = _hit(world, bucket, account)
    if left < 0:
        return _limited(resets)
    done = _faulty(world, work, step=step)
    return Response(
        done.status, done.body, done.mime, {**_headers(bucket, left, resets), **done.headers}, done.drop
    )


def _faulty(world: World, work: Callable[[], Response], *, step: str = "") -> Response:
    return world.faulty(
        work,
        refused=_error(422, "Validation failed: refused on request"),
        expired=_error(401, "The access token is invalid"),
        broken=_error(500, "Internal Server Error"),
        limited=lambda seconds: _limited(time.time() + seconds),
        step=step,
    )


def _hit(world: World, bucket: str, account: dict[str, Any]) -> tuple[int, float]:
    limit, period = ALLOWANCES[bucket]
    return world.hit(bucket, account["id"], limit=limit, period=period)


def _headers(bucket: str, left: int, resets: float) -> dict[str, str]:
    moment = datetime.fromtimestamp(0, tz=UTC) + timedelta(seconds=resets)
    return {
        "X-RateLimit-Limit": str(ALLOWANCES[bucket][0]),
        "X-RateLimit-Remaining": str(max(left, 0)),
        "X-RateLimit-Reset": moment.isoformat(timespec="microseconds").replace("+00:00", "Z"),
    }


def _limited(resets: float) -> Response:
    return reply(429, _headers("api", 0, resets), error="Too many requests")


def _may(world: World, request: Request) -> bool:
    """The token's scope covers the call; a token without one (made in the account's own settings) covers all."""
    scopes = world.scopes_of(request.token())
    if not scopes:
        return True
    kind = "media" if "/media" in request.path else "accounts" if "/accounts/" in request.path else "statuses"
    verb = "read" if request.method == "GET" and kind != "media" else "write"
    return bool({verb, f"{verb}:{kind}"} & set(scopes.split()))


def _error(status: int, words: str) -> Response:
    return reply(status, error=words)


def _list(values: list[dict[str, Any]]) -> Response:
    return entities.as_list(values)


def _whole(text: str) -> int:
    return int(text) if text.isdigit() and len(text) <= 17 else 0  # noqa: PLR2004 - digits
