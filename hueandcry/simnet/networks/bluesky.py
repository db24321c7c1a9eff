"""A simulated Bluesky: a PDS and the little of an AppView that counts.

Written 2026-11-22 from docs.bsky.app and from what @atproto/pds 0.4.217 does (createSession, refreshSession, putRecord,
getRecord, deleteRecord, uploadBlob, listRecords; lexicons app.bsky.feed.post, .repost, app.bsky.actor.profile). The
tests of the connector run on that real server too; this one adds what it does not have: ways to fail, counts, allowances.

What is as there: a record is put under a key of the caller's choosing, the same again is a no-op, `swapRecord` must
name what stands; an access token that ended is 400 ExpiredToken; a refresh token works once; deleting what is not
there is quiet; 5,000 points of writing an hour, 2 for a put and 1 for a deletion.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from base64 import b32encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from hueandcry.kernel.text import length
from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.networks import bluesky_video
from hueandcry.simnet.world import UPLOAD, World

LABEL = "Bluesky (simulated)"
POST, REPOST, PROFILE = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.actor.profile"
LONGEST_TEXT, LARGEST_TEXT = 300, 3000  # graphemes, bytes
LONGEST_DESCRIPTION = 256  # graphemes
MOST_IMAGES, LARGEST_IMAGE = 4, 1_000_000  # images, bytes
ACCESS_LASTS, REFRESH_LASTS = 7200, 5_184_000  # seconds: two hours, two months
POINTS, HOUR = 5000, 3600
URI = re.compile(r"at://([^/]+)/([^/]+)/([^/]+)\Z")
RKEY = re.compile(r"[A-Za-z0-9.\-_:~]{1,512}\Z")


def answer(world: World, request: Request) -> Response:
    """The answer to one XRPC method."""
    method = request.path.removeprefix("/xrpc/")
    if (request.method, method) == ("POST", "com.atproto.server.createSession"):
        return _create_session(world, request)
    if (request.method, method) == ("POST", "com.atproto.server.refreshSession"):
        return _refresh_session(world, request)
    if request.method == "GET" and method in READS:
        return READS[method](world, request)
    if method not in SIGNED:
        return _invalid(f"No service configured for {method}")
    account = world.account_of(request.token())
    if account is None:
        name = "ExpiredToken" if request.token() else "AuthMissing"
        return _error(400 if request.token() else 401, name, "Token has expired")
    return SIGNED[method](world, request, account)


# --- sessions ---------------------------------------------------------------------------------------


def did_of(account: dict[str, Any]) -> str:
    """The account's DID, which never changes."""
    digest = hashlib.sha256(f"bluesky:{account['id']}".encode()).digest()
    return "did:plc:" + b32encode(digest).decode().lower()[:24]


def _create_session(world: World, request: Request) -> Response:
    data = request.data()
    account = world.account_with(str(data.get("password", "")))
    if account is None or data.get("identifier") not in {account["handle"], did_of(account)}:
        return _error(401, "AuthenticationRequired", "Invalid identifier or password")
    return _tokens(world, account)


def _refresh_session(world: World, request: Request) -> Response:
    account = world.account_of(request.token(), kind="refresh")
    if account is None:
        return _error(400, "ExpiredToken", "Token has been revoked")
    world.spend_token(request.token())
    return _tokens(world, account)


def _tokens(world: World, account: dict[str, Any]) -> Response:
    access = world.new_token(account["id"], lasts=ACCESS_LASTS)
    refresh = world.new_token(account["id"], kind="refresh", lasts=REFRESH_LASTS)
    return reply(
        accessJwt=access, refreshJwt=refresh, did=did_of(account), handle=account["handle"], active=True
    )


def _get_session(_world: World, _request: Request, account: dict[str, Any]) -> Response:
    return reply(did=did_of(account), handle=account["handle"], active=True)


# --- records ----------------------------------------------------------------------------------------


def _put(world: World, request: Request, account: dict[str, Any]) -> Response:
    return _counted(world, account, 2, lambda: _put_record(world, request.data(), account))


def _put_record(world: World, data: dict[str, Any], account: dict[str, Any]) -> Response:
    collection, rkey, record = str(data.get("collection")), str(data.get("rkey", "")), data.get("record")
    if data.get("repo") not in {did_of(account), account["handle"]}:
        return _error(401, "AuthMissing", "Authentication Required")
    if collection not in CHECKS or not RKEY.match(rkey) or not isinstance(record, dict):
        return _invalid("Input/record must be an object of a known type")
    if problem := _problem(world, collection, record):
        return problem
    uri, cid = f"at://{did_of(account)}/{collection}/{rkey}", _cid(record)
    stands = _record(world, did_of(account), collection, rkey)
    if "swapRecord" in data and data["swapRecord"] != (stands["cid"] if stands else None):
        return _error(400, "InvalidSwap", "Record was at another version")
    if (
        stands is None
        and collection == POST
        and world.refuses_duplicate(account["id"], str(record.get("text")))
    ):
        return _invalid("this text stands already")
    if stands is None or stands["cid"] != cid:
        _keep(world, account, collection, rkey, record)
    return reply(uri=uri, cid=cid, validationStatus="valid")


def _keep(world: World, account: dict[str, Any], collection: str, rkey: str, record: dict[str, Any]) -> None:
    if collection == PROFILE:
        text = str(record.get("description", ""))
        world.store.change_thing(account["id"], {**account, "profile": record, "text": text})
        return
    fields = _shown(world, record) if collection == POST else _boost(world, record)
    stands = world.post_with(f"{collection}/{rkey}", owner=account["id"])
    if stands:
        world.store.change_thing(stands["id"], {**stands, **fields})
    else:
        world.add_post(account["id"], key=f"{collection}/{rkey}", **fields)


def _shown(world: World, record: dict[str, Any]) -> dict[str, Any]:
    """What the public sees of a record."""
    embed = record.get("embed") or {}
    card = embed.get("external") or {}
    pictures = [
        {"media": _blob(world, each["image"]), "alt": each["alt"]} for each in embed.get("images", [])
    ]
    if card.get("thumb"):
        pictures = [{"media": _blob(world, card["thumb"]), "alt": card.get("description", "")}]
    above = _by_uri(world, ((record.get("reply") or {}).get("parent") or {}).get("uri", ""))
    return {
        "text": record["text"],
        "link": card.get("uri", ""),
        "title": card.get("title", ""),
        "card": {"words": card.get("description", ""), "thumb": _blob(world, card.get("thumb"))}
        if card
        else {},
        "pictures": pictures,
        "reply_to": above["id"] if above else 0,
        "record": record,
        **bluesky_video.shown(world, embed, _blob),
    }


def _boost(world: World, record: dict[str, Any]) -> dict[str, Any]:
    subject = _by_uri(world, record["subject"]["uri"])
    return {"repost_of": subject["id"] if subject else 0, "record": record}


def _delete(world: World, request: Request, account: dict[str, Any]) -> Response:
    data = request.data()

    def work() -> Response:
        stands = world.post_with(f"{data.get('collection')}/{data.get('rkey')}", owner=account["id"])
        if stands:
            world.store.drop_thing(stands["id"])
        return reply()

    return _counted(world, account, 1, work)


def _upload(world: World, request: Request, account: dict[str, Any]) -> Response:
    def work() -> Response:
        mime, data = request.headers.get("content-type", ""), request.body
        picture = mime.startswith("image/") and 0 < len(data) <= LARGEST_IMAGE
        if not picture and not bluesky_video.takes(mime, len(data)):
            return _invalid("This file is too large, or is no picture or video")
        link = _cid(data)
        if not world.store.things(world.name, "media", "key = ?", link):
            world.store.add_thing(
                world.name, "media", {"mime": mime, "alt": ""}, owner=account["id"], key=link, blob=data
            )
        return reply(blob={"$type": "blob", "ref": {"$link": link}, "mimeType": mime, "size": len(data)})

    return _faulty(world, work, step=UPLOAD)


def _get_record(world: World, request: Request) -> Response:
    ask = request.query
    did = ask.get("repo", "")
    found = _record(world, did, ask.get("collection", ""), ask.get("rkey", ""))
    if found is None:
        return _error(400, "RecordNotFound", "Could not locate record")
    return reply(uri=f"at://{did}/{ask['collection']}/{ask['rkey']}", **found)


def _record(world: World, did: str, collection: str, rkey: str) -> dict[str, Any] | None:
    """The record in a place: its cid and value."""
    account = _account(world, did)
    if account is None:
        return None
    if collection == PROFILE:
        value = account.get("profile") if rkey == "self" else None
    else:
        post = world.post_with(f"{collection}/{rkey}", owner=account["id"])
        value = post["record"] if post else None
    return {"cid": _cid(value), "value": value} if value else None


# --- what the AppView tells -------------------------------------------------------------------------


def _get_posts(world: World, request: Request) -> Response:
    found = []
    for uri in parse_qs(request.raw_query).get("uris", []):
        if post := _by_uri(world, uri):
            counts = {
                "replyCount": world.count_replies(post["id"]),
                "repostCount": len(world.reposts_of(post["id"])),
                "likeCount": int(post.get("likes", 0)),
            }
            found.append({"uri": uri, "cid": _cid(post["record"]), "record": post["record"], **counts})
    return reply(posts=found)


def _get_profile(world: World, request: Request) -> Response:
    account = _account(world, request.query.get("actor", ""))
    if account is None:
        return _invalid("Profile not found")
    value = account.get("profile") or {}
    return reply(
        did=did_of(account),
        handle=account["handle"],
        displayName=value.get("displayName", account["name"]),
        description=account["text"],
        followersCount=int(account.get("followers", 0)),
        postsCount=world.count_posts(account["id"]),
    )


# --- what a record may hold -------------------------------------------------------------------------


def _check_post(record: dict[str, Any]) -> str:
    text, embed = record.get("text"), record.get("embed") or {}
    if record.get("$type") != POST or not isinstance(text, str) or not record.get("createdAt"):
        return "Record must have $type, text and createdAt"
    if length(text) > LONGEST_TEXT or len(text.encode()) > LARGEST_TEXT:
        return f"Record/text must not be longer than {LONGEST_TEXT} graphemes"
    marks = [facet.get("index") or {} for facet in record.get("facets", [])]
    end = len(text.encode())
    if any(not 0 <= mark.get("byteStart", -1) < mark.get("byteEnd", -1) <= end for mark in marks):
        return "Record/facets/index must lie in the text"
    return _check_embed(embed) or _check_card(embed.get("external") or {}) or bluesky_video.check(embed)


def _check_card(card: dict[str, Any]) -> str:
    """Lexicon app.bsky.embed.external: uri, title and description are required; a thumb is an image of 1 MB at most."""
    if card and not all(isinstance(card.get(name), str) for name in ("uri", "title", "description")):
        return "Record/embed/external must have uri, title and description"
    return ""


def _check_embed(embed: dict[str, Any]) -> str:
    images = embed.get("images", [])
    if len(images) > MOST_IMAGES:
        return f"Record/embed/images must not have more than {MOST_IMAGES} elements"
    if any(not isinstance(image.get("alt"), str) for image in images):
        return "Record/embed/images/alt must be a string"
    return ""


def _problem(world: World, collection: str, record: dict[str, Any]) -> Response | None:
    if words := CHECKS[collection](record):
        return _invalid(f"Invalid {collection} record: {words}")
    if not all(_blob(world, blob) for blob in _blobs(record)):
        return _error(400, "BlobNotFound", "Could not find blob")
    return None


def _blobs(record: dict[str, Any]) -> list[Any]:
    """The uploaded pictures that a record names."""
    embed = record.get("embed") or {}
    thumb = (embed.get("external") or {}).get("thumb")
    images = [image.get("image") for image in embed.get("images", [])]
    return images + ([thumb] if thumb else []) + bluesky_video.blobs(embed)


def _check_repost(record: dict[str, Any]) -> str:
    subject = record.get("subject") or {}
    good = record.get("$type") == REPOST and URI.match(str(subject.get("uri"))) and subject.get("cid")
    return "" if good and record.get("createdAt") else "Record must have subject and createdAt"


def _check_profile(record: dict[str, Any]) -> str:
    if length(str(record.get("description", ""))) > LONGEST_DESCRIPTION:
        return f"Record/description must not be longer than {LONGEST_DESCRIPTION} graphemes"
    return ""


# --- what all methods share -------------------------------------------------------------------------


def _account(world: World, name: str) -> dict[str, Any] | None:
    """By DID or handle."""
    if not name.startswith("did:"):
        return world.account(name)
    return next((row for row in world.store.things(world.name, "account") if did_of(row) == name), None)


def _by_uri(world: World, uri: str) -> dict[str, Any] | None:
    found = URI.match(uri)
    account = _account(world, found[1]) if found else None
    return world.post_with(f"{found[2]}/{found[3]}", owner=account["id"]) if found and account else None


def uri_of(world: World, post: dict[str, Any]) -> str:
    """The at:// address of a post of the world."""
    account = world.account_number(post["owner"])
    return f"at://{did_of(account)}/{post['key']}" if account else ""


def _blob(world: World, blob: Any) -> int:
    """The id of an uploaded picture, 0 if there is none such."""
    link = ((blob or {}).get("ref") or {}).get("$link", "") if isinstance(blob, dict) else ""
    found = next(iter(world.store.things(world.name, "media", "key = ?", link)), None) if link else None
    return int(found["id"]) if found else 0


def _cid(value: Any) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value, sort_keys=True).encode()
    return "bafkrei" + b32encode(hashlib.sha256(data).digest()).decode().lower().rstrip("=")


def _counted(world: World, account: dict[str, Any], points: int, work: Callable[[], Response]) -> Response:
    left, resets = world.hit("points", account["id"], limit=POINTS, period=HOUR, cost=points)
    if left < 0:
        return _limited(resets)
    done = _faulty(world, work)
    told = {
        "RateLimit-Limit": str(POINTS),
        "RateLimit-Remaining": str(left),
        "RateLimit-Reset": str(int(resets)),
        "RateLimit-Policy": f"{POINTS};w={HOUR}",
    }
    return Response(done.status, done.body, done.mime, {**told, **done.headers}, done.drop)


def _faulty(world: World, work: Callable[[], Response], *, step: str = "") -> Response:
    return world.faulty(
        work,
        refused=_invalid("refused on request"),
        expired=_error(400, "ExpiredToken", "Token has expired"),
        broken=_error(500, "InternalServerError", "Internal Server Error"),
        limited=lambda seconds: _limited(time.time() + seconds),
        step=step,
    )


def _limited(resets: float) -> Response:
    told = {"RateLimit-Reset": str(int(resets)), "RateLimit-Remaining": "0", "RateLimit-Limit": str(POINTS)}
    return reply(429, told, error="RateLimitExceeded", message="Rate Limit Exceeded")


def _invalid(words: str) -> Response:
    return _error(400, "InvalidRequest", words)


def _error(status: int, name: str, words: str) -> Response:
    return reply(status, error=name, message=words)


CHECKS: dict[str, Callable[[dict[str, Any]], str]] = {
    POST: _check_post,
    REPOST: _check_repost,
    PROFILE: _check_profile,
}
READS: dict[str, Callable[[World, Request], Response]] = {
    "com.atproto.repo.getRecord": _get_record,
    "app.bsky.feed.getPosts": _get_posts,
    "app.bsky.actor.getProfile": _get_profile,
}
SIGNED: dict[str, Callable[[World, Request, dict[str, Any]], Response]] = {
    "com.atproto.server.getSession": _get_session,
    "com.atproto.repo.putRecord": _put,
    "com.atproto.repo.deleteRecord": _delete,
    "com.atproto.repo.uploadBlob": _upload,
}
