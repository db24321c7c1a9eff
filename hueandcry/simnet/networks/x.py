"""X as its API v2 answers: sign-in, posts, a timeline, reposts, pictures. Videos: x_video.py.

Written from docs.x.com, read 2026-11-22 as of 2026-08-22: openapi.json 2.167, “Rate limits”, “Response codes & errors”,
“Timelines”, “OAuth 2.0 Authorization Code Flow with PKCE”, “Media best practices”; the text of a refused duplicate as
in github.com/akrherz/iembot issue 163. As on the real one, a text comes back escaped for HTML with its links shortened,
a picture adds a link at its end, a standing text is refused a second time, and a refresh token works once.
The secret of an account is its first refresh token.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import time
import unicodedata
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from hueandcry.kernel.text import graphemes
from hueandcry.simnet import consent, forms
from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.networks import x_video
from hueandcry.simnet.world import UPLOAD, World

LABEL = "X"
LONGEST_TEXT = 280  # by weight, links 23
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # weigh 1, all else 2 (twitter-text 3)
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]’”]")
LARGEST_PICTURE = 5_000_000  # bytes
PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
MOST_PICTURES = 4
LONGEST_ALT = 1_000
ACCESS_LASTS, REFRESH_LASTS, WINDOW = 7_200, 15_552_000, 900  # seconds
ALLOWED = {"posts": 100, "deletions": 50, "reposts": 50}  # for one user in a window
REDEEMED = {"code": "code", "back": "redirect_uri", "verifier": "code_verifier"}
PROBLEMS = "https://api.x.com/2/problems"
PICTURE = "https://pbs.twimg.com/profile_images/12/seal_normal.png"
NOBODY = "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png"
TIMELINE = frozenset(
    {"max_results", "pagination_token", "start_time", "end_time", "since_id", "tweet.fields", "post.fields"}
)


def answer(world: World, request: Request) -> Response:  # noqa: PLR0911 - one return for each address
    """One call."""
    if shown := re.fullmatch(r"/(\w+)/status/(\d+)", request.path):
        return Response(303, headers={"Location": f"{world.root}/@{shown[1]}/{shown[2]}"})
    if request.path == "/i/oauth2/authorize":
        return consent.page_for(world, request, label=LABEL)
    if (request.method, request.path) == ("POST", "/2/oauth2/token"):
        return _sign_in(world, request)
    user = world.account_of(request.token())
    if user is None:
        return _problem(401, "Unauthorized", "Unauthorized")
    match (request.method, request.path):
        case ("GET", "/2/users/me"):
            return reply(data=_user(user, request))
        case ("POST", "/2/media/upload"):
            return _faulty(world, lambda: _add_picture(world, user, request), step=UPLOAD)
        case ("POST", "/2/media/metadata"):
            return _describe(world, user, request)
        case ("POST", "/2/tweets"):
            return _faulty(world, lambda: _counted(world, user, "posts", lambda: _add(world, user, request)))
        case ("GET", "/2/tweets"):
            return _several(world, request)
        case _:
            return _by_number(world, user, request)


def _by_number(  # noqa: PLR0911 - one return for each address
    world: World, user: dict[str, Any], request: Request
) -> Response:
    path, method = request.path, request.method
    if path.startswith(x_video.PLACES):
        return x_video.answer(world, user, request, faulty=_faulty, invalid=_invalid)
    if one := re.fullmatch(r"/2/tweets/(\d{1,17})", path):
        post = world.post(int(one[1]))
        if method == "DELETE":
            gone = lambda: _delete(world, user, post)  # noqa: E731
            return _faulty(world, lambda: _counted(world, user, "deletions", gone))
        return reply(data=_shown(world, post, request)) if post else _absent(one[1])
    if not (own := re.fullmatch(rf"/2/users/{user['id']}/(tweets|retweets)(?:/(\d{{1,17}}))?", path)):
        return _problem(404, "Not Found", "Not Found")
    if own[1] == "tweets" and method == "GET":
        return _timeline(world, user, request)
    if method == "POST":
        return _faulty(world, lambda: _counted(world, user, "reposts", lambda: _repost(world, user, request)))
    return _faulty(world, lambda: _take_back(world, user, int(own[2] or 0)))


# --- sign-in ----------------------------------------------------------------------------------------


def _sign_in(world: World, request: Request) -> Response:
    """A pair of tokens for a code, or for a refresh token, which works once."""
    form = forms.read(request)
    basic = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
    name, _colon, secret = (unquote(part) for part in basic.partition(":"))
    if not consent.knows_client(world, name, secret):
        return reply(401, error="unauthorized_client", error_description="Missing valid authorization header")
    token = form.text("refresh_token")
    if form.text("grant_type") == "authorization_code":
        given = {one: form.text(two) for one, two in REDEEMED.items()}
        user = consent.redeem(world, client=name, **given)
    else:
        user = world.account_of(token, kind="refresh")
        if user is None and not _spent(world, token):
            user = world.account_with(token)
    if user is None:
        wrong = "Value passed for the token was invalid."
        return reply(400, error="invalid_request", error_description=wrong)
    world.spend_token(token)
    world.store.add_thing(world.name, "spent", {}, key=_digest(token))
    return reply(
        token_type="bearer",  # noqa: S106 - no secret
        expires_in=ACCESS_LASTS,
        access_token=world.new_token(user["id"], lasts=ACCESS_LASTS),
        refresh_token=world.new_token(user["id"], kind="refresh", lasts=REFRESH_LASTS),
        scope="tweet.read tweet.write users.read media.write offline.access",
    )


def _spent(world: World, token: str) -> bool:
    return bool(world.store.things(world.name, "spent", "key = ?", _digest(token)))


# --- writing ----------------------------------------------------------------------------------------


def _add_picture(world: World, user: dict[str, Any], request: Request) -> Response:
    form = forms.read(request)
    if "media" not in form.files or form.text("media_category") != "tweet_image":
        return _invalid("media and media_category=tweet_image are required")
    mime, picture = form.files["media"]
    if mime not in PICTURE_TYPES or not 0 < len(picture) <= LARGEST_PICTURE:
        return _invalid("This picture is of another type, or larger than 5 MB")
    number = world.add_media(picture, mime, owner=user["id"])
    return reply(data={"id": str(number), "media_key": f"3_{number}", "size": len(picture)})


def _describe(world: World, user: dict[str, Any], request: Request) -> Response:
    data = request.data()
    media = _own_media(world, user, data.get("id"))
    alt = data.get("metadata", {}).get("alt_text", {}).get("text", "")
    if media is None or not 0 < len(alt) <= LONGEST_ALT:
        return _invalid("An alt text has 1 to 1000 characters")
    world.store.change_thing(media["id"], {**media, "alt": alt})
    return reply(data={"id": str(media["id"]), "associated_metadata": {"alt_text": {"text": alt}}})


def _add(world: World, user: dict[str, Any], request: Request) -> Response:  # noqa: PLR0911 - one for each refusal
    data = request.data()
    if unknown := set(data) - {"text", "media", "reply"}:
        return _invalid(f"$.{min(unknown)}: is not known here")
    text = str(data.get("text", ""))
    numbers = data.get("media", {}).get("media_ids", [])
    media = [_own_media(world, user, number) for number in numbers]
    shown = x_video.attached(media)
    if len(media) > MOST_PICTURES or shown is None:
        return _invalid("Your media IDs are invalid.")
    before = str(data.get("reply", {}).get("in_reply_to_tweet_id", ""))
    if before and not (before.isdigit() and world.post(int(before))):
        return _forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    if not text and not media:
        return _invalid("text: is missing")
    if weight(text) > LONGEST_TEXT:
        return _forbidden("Your Tweet text is too long.")
    if text and world.says_already(user["id"], text):
        return _forbidden("You are not allowed to create a Tweet with duplicate content.")
    post = world.add_post(user["id"], text=text, reply_to=int(before or 0), **shown)
    return reply(201, data={"id": str(post["id"]), "text": _as_told(post, user["handle"])[0]})


def _delete(world: World, user: dict[str, Any], post: dict[str, Any] | None) -> Response:
    if post is not None and post["owner"] != user["id"]:
        return _forbidden("You are not authorized to delete this Tweet.")
    if post is not None:
        world.store.drop_thing(post["id"])
    return reply(data={"deleted": True})


def _repost(world: World, user: dict[str, Any], request: Request) -> Response:
    number = str(request.data().get("tweet_id", ""))
    if not (number.isdigit() and world.post(int(number))):
        return _absent(number)
    if not _reposted(world, user, int(number)):
        world.add_post(user["id"], repost_of=int(number))
    return reply(data={"retweeted": True, "rest_id": number})


def _take_back(world: World, user: dict[str, Any], number: int) -> Response:
    for post in _reposted(world, user, number):
        world.store.drop_thing(post["id"])
    return reply(data={"retweeted": False})


def _reposted(world: World, user: dict[str, Any], number: int) -> list[dict[str, Any]]:
    return [post for post in world.posts(user["id"]) if post.get("repost_of") == number]


def _own_media(world: World, user: dict[str, Any], number: object) -> dict[str, Any] | None:
    media = world.media(int(str(number))) if str(number).isdigit() else None
    return media if media and media["owner"] == user["id"] else None


# --- reading ----------------------------------------------------------------------------------------


def _timeline(world: World, user: dict[str, Any], request: Request) -> Response:
    """Newest first."""
    query = request.query
    if unknown := set(query) - TIMELINE:
        return _invalid(f"The query parameter [{min(unknown)}] is not one of {sorted(TIMELINE)}")
    most, least = int(query.get("max_results", "10")), 5
    if not least <= most <= 100:  # noqa: PLR2004
        return _invalid("The `max_results` query parameter value is not between 5 and 100")
    start = query.get("start_time", "1970-01-01T00:00:00Z")
    since = datetime.fromisoformat(start).timestamp()
    ends = datetime.fromisoformat(query.get("end_time", "9999-01-01T00:00:00Z")).timestamp()
    after, until = int(query.get("since_id", "0")), int(query.get("pagination_token", "0"))
    posts = [
        post
        for post in world.posts(user["id"])
        if since <= post["made_at"] < ends and post["id"] > after and (not until or post["id"] < until)
    ]
    meta: dict[str, Any] = {"result_count": len(posts[:most])}
    if len(posts) > most:
        meta["next_token"] = str(posts[most - 1]["id"])
    shown = [_shown(world, post, request) for post in posts[:most]]
    return _answered(data=shown, meta=meta)


def _several(world: World, request: Request) -> Response:
    numbers = request.query.get("ids", "").split(",")
    found = {number: world.post(int(number)) for number in numbers if number.isdigit()}
    missing = [json.loads(_absent(number).body)["errors"][0] for number, post in found.items() if not post]
    shown = [_shown(world, post, request) for post in found.values() if post]
    return _answered(data=shown, errors=missing)


def _answered(**values: object) -> Response:
    """What is empty is left out."""
    return Response(body=json.dumps({name: value for name, value in values.items() if value}).encode())


def _shown(world: World, post: dict[str, Any], request: Request) -> dict[str, Any]:
    newer = "post.fields" in request.query  # the guides and openapi.json have a name each
    asked = set((request.query.get("post.fields" if newer else "tweet.fields") or "").split(","))
    user = world.account_number(post["owner"]) or {"handle": "?"}
    text, urls = _as_told(post, user["handle"])
    reference = {"replied_to": post["reply_to"], "retweeted": post.get("repost_of")}
    more: dict[str, Any] = {
        "created_at": datetime.fromtimestamp(post["made_at"], tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "entities": {"urls": urls} if urls else None,
        "referenced_tweets": [
            {"type": kind, "id": str(number)} for kind, number in reference.items() if number
        ],
        "public_metrics": {
            "repost_count" if newer else "retweet_count": int(post.get("reposts", 0)),
            "reply_count": int(post.get("replies", 0)),
            "like_count": int(post.get("likes", 0)),
            "impression_count": int(post.get("views", 0)),
            "quote_count": 0,
            "bookmark_count": 0,
        },
    }
    told = {name: value for name, value in more.items() if name in asked and value}
    return {"id": str(post["id"]), "text": text, "edit_history_tweet_ids": [str(post["id"])], **told}


def _user(user: dict[str, Any], request: Request) -> dict[str, Any]:
    more = {
        "description": html.escape(LINK.sub(_short, user["text"]), quote=False),
        "entities": {"description": {"urls": [_url(match[0]) for match in LINK.finditer(user["text"])]}},
        "public_metrics": {
            "followers_count": int(user.get("followers", 0)),
            **dict.fromkeys(["following_count", "post_count", "listed_count"], 0),
        },
        "profile_image_url": PICTURE if user.get("picture", True) else NOBODY,
    }
    asked = request.query.get("user.fields", "").split(",")
    told = {name: value for name, value in more.items() if name in asked}
    return {"id": str(user["id"]), "name": user["name"], "username": user["handle"], **told}


def _as_told(post: dict[str, Any], handle: str) -> tuple[str, list[dict[str, Any]]]:
    """The text as the API gives it, and its links."""
    text = html.escape(LINK.sub(_short, post["text"]), quote=False)
    urls = [_url(match[0]) for match in LINK.finditer(post["text"])]
    if post["pictures"] or post["video"]:
        kind = "video" if post["video"] else "photo"
        photo = _url(f"https://x.com/{handle}/status/{post['id']}/{kind}/1")
        key = f"13_{post['video']}" if post["video"] else f"3_{post['pictures'][0]['media']}"
        urls.append({**photo, "display_url": f"pic.x.com/{photo['url'][-10:]}", "media_key": key})
        text = f"{text} {photo['url']}".lstrip()
    for url in urls:
        url["start"] = text.find(url["url"])
        url["end"] = url["start"] + len(url["url"])
    return text, urls


def _short(match: re.Match[str]) -> str:
    return f"https://t.co/{hashlib.sha256(match[0].encode()).hexdigest()[:10]}"


def _url(address: str) -> dict[str, Any]:
    short = f"https://t.co/{hashlib.sha256(address.encode()).hexdigest()[:10]}"
    shown = address.partition("://")[2]
    cut = shown if len(shown) <= 25 else shown[:24] + "…"  # noqa: PLR2004 - as X shows it
    return {"url": short, "expanded_url": address, "display_url": cut}


def weight(text: str) -> int:
    """How long X takes a text to be: links 23, an emoji 2, most scripts 1, the others 2."""
    whole = unicodedata.normalize("NFC", text)
    return 23 * len(LINK.findall(whole)) + sum(_weight(cluster) for cluster in graphemes(LINK.sub("", whole)))


def _weight(cluster: str) -> int:
    if len(cluster) > 1 and any(ord(letter) >= 0x1F000 or letter in "\u200d\ufe0f" for letter in cluster):  # noqa: PLR2004
        return 2
    return sum(1 if any(low <= ord(one) <= high for low, high in LIGHT) else 2 for one in cluster)


# --- limits and problems ----------------------------------------------------------------------------


def _counted(world: World, user: dict[str, Any], what: str, work: Any) -> Response:
    """Do the work unless the user has used up what is allowed in a quarter of an hour."""
    most = ALLOWED[what]
    left, whole_again = world.hit(what, user["id"], limit=most, period=WINDOW)
    if left < 0:
        return _limited(most, int(whole_again))
    done: Response = work()
    done.headers.update(_limits(most, left, int(whole_again)))
    return done


def _limits(most: int, left: int, resets: int) -> dict[str, str]:
    return {
        "x-rate-limit-limit": str(most),
        "x-rate-limit-remaining": str(left),
        "x-rate-limit-reset": str(resets),
    }


def _limited(most: int, resets: int) -> Response:
    problem = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank"}
    return reply(429, _limits(most, 0, resets), **problem, status_code=429)


def _faulty(world: World, work: Any, step: str = "") -> Response:
    return world.faulty(
        work,
        refused=_invalid("Refused on request"),
        expired=_problem(401, "Unauthorized", "Unauthorized"),
        broken=_problem(503, "Service Unavailable", "Service Unavailable"),
        limited=lambda seconds: _limited(100, int(time.time() + seconds)),
        step=step,
    )


def _forbidden(detail: str) -> Response:
    return _problem(403, "Forbidden", detail)


def _invalid(detail: str) -> Response:
    return _problem(400, "Invalid Request", detail, f"{PROBLEMS}/invalid-request")


def _absent(number: str) -> Response:
    kind = f"{PROBLEMS}/resource-not-found"
    detail = f"Could not find tweet with id: [{number}]."
    about = {"resource_id": number, "resource_type": "tweet"}
    return reply(errors=[{"title": "Not Found Error", "detail": detail, "type": kind, **about}])


def _problem(status: int, title: str, detail: str, kind: str = "about:blank") -> Response:
    body = json.dumps({"title": title, "detail": detail, "type": kind, "status": status}).encode()
    return Response(status, body, "application/problem+json")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
