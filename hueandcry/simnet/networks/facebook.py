"""Facebook Pages as the Graph API v26.0 answers: photos, feed, published_posts, a post, the Page. Videos: facebook_video.py.

Written from developers.facebook.com, read 2026-11-22: Pages API “Posts” (Apr 17, 2026), Page Photos, Page Published
Posts, “Handle errors”, “Rate limits”, “Secure Graph API calls”; the names of parameters as in facebook_business 26.0.3.
A Page's token is the secret of its account, or a token of it. Every call needs the proof of the app's secret, which is
that of consent.CLIENT, as in an app that requires it. As on the real one, the text of the Page's newest post is not taken a second time (506).
"""

from __future__ import annotations

import hmac
import json
import re
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from hueandcry.simnet import consent, forms
from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.networks import facebook_video
from hueandcry.simnet.world import UPLOAD, World

LABEL = "Facebook"
VERSION = "/v26.0"
LONGEST_TEXT = 63_206  # code points
LONGEST_ABOUT = 255
LARGEST_PHOTO = 4_000_000  # bytes
PHOTO_TYPES = ("image/jpeg", "image/png", "image/gif", "image/tiff", "image/webp")
MOST_PHOTOS = 10
CALLS_A_DAY = 4_800  # for each engaged user of the Page; here there is one
DAY = 86_400  # seconds
FIELD = re.compile(r"(\w+)(?:\.[\w.()]+|\{\w+\})?(?:,|$)")
POST_FIELDS = (
    "id",
    "message",
    "created_time",
    "updated_time",
    "permalink_url",
    "shares",
    "reactions",
    "comments",
)
PAGE_FIELDS = (
    *("id", "name", "username", "about", "website", "link", "followers_count", "category"),
    *("picture", "cover"),
)


def answer(world: World, request: Request) -> Response:  # noqa: PLR0911 - one for each refusal
    """One call. The headers say how much of the Page's calls is used up."""
    match request.path.removeprefix(VERSION):
        case "/dialog/oauth":
            return consent.page_for(world, request, label=LABEL)
        case "/oauth/access_token":
            return _sign_in(world, request)
        case path if path == request.path:
            return _error(2500, "Unknown path components", status=404)
    person = world.account_of(request.token(), kind="person")
    page = person or _page_of(world, request)
    if page is None:
        return _expired()
    proof = hmac.new(consent.CLIENT.encode(), request.token().encode(), "sha256").hexdigest()
    if not hmac.compare_digest(request.query.get("appsecret_proof", ""), proof):
        return _error(
            100, "Invalid appsecret_proof provided in the API argument", kind="GraphMethodException"
        )
    if person:
        return _accounts(world, person, request)
    left, _whole_again = world.hit("calls", page["id"], limit=CALLS_A_DAY, period=DAY)
    if left < 0:
        return _limited(page, 3_600)
    done = _route(world, page, request)
    done.headers.setdefault(
        "X-Business-Use-Case-Usage", _usage(page, 100 * (CALLS_A_DAY - left) // CALLS_A_DAY, 0)
    )
    return done


def _route(  # noqa: PLR0911 - one for each address
    world: World, page: dict[str, Any], request: Request
) -> Response:
    method, path = request.method, request.path.removeprefix(VERSION)
    own = re.fullmatch(rf"/(?:me|{page['id']})(/\w+)?", path)
    match (method, own[1] or "/") if own else (method, ""):
        case ("GET", "/"):
            return _fields(_page_node(world, page), request, PAGE_FIELDS, "Page")
        case ("POST", "/"):
            return _set_about(world, page, request)
        case ("POST", "/photos"):
            return _faulty(world, page, lambda: _add_photo(world, page, request), step=UPLOAD)
        case ("POST", "/feed"):
            return _faulty(world, page, lambda: _add_post(world, page, request))
        case ("GET", "/published_posts"):
            return _published(world, page, request)
        case (_, "/videos"):
            return facebook_video.videos(world, page, request, _words(world, page, request))
        case _:
            words = _words(world, page, request)
            video = facebook_video.one_video(world, page, request, path, words)
            return video or _one_post(world, page, request, path)


def _words(world: World, page: dict[str, Any], request: Request) -> facebook_video.Words:
    return facebook_video.Words(
        json=_json,
        error=_error,
        absent=_absent,
        faulty=lambda work, step: _faulty(world, page, work, step),
        fields=lambda node, known: _fields(node, request, known, "Video"),
        moment=_moment,
    )


def _one_post(world: World, page: dict[str, Any], request: Request, path: str) -> Response:
    named = re.fullmatch(rf"/{page['id']}_(\d{{1,17}})(/insights)?", path)
    post = world.post(int(named[1])) if named else None
    if named is None or post is None or post["owner"] != page["id"]:
        # deletions and changes fail as asked for, also where the post is gone
        if request.method in {"POST", "DELETE"}:
            return _faulty(world, page, _absent)
        return _absent()
    if named[2]:
        values = [{"value": int(post.get("views", 0))}]
        name = request.query.get("metric", "")
        return _json({"data": [{"name": name, "period": "lifetime", "values": values}]})
    if request.method == "DELETE":
        return _faulty(world, page, lambda: _json({"success": world.store.drop_thing(post["id"])}))
    if request.method == "POST":
        return _faulty(world, page, lambda: _change(world, page, post, request))
    return _fields(_post_node(world, page, post), request, POST_FIELDS, "Post")


# --- writing ----------------------------------------------------------------------------------------


def _add_photo(world: World, page: dict[str, Any], request: Request) -> Response:
    form = forms.read(request)
    if "source" not in form.files:
        return _error(324, "(#324) Requires upload file")
    mime, photo = form.files["source"]
    if mime not in PHOTO_TYPES or not 0 < len(photo) <= LARGEST_PHOTO:
        return _error(
            100, "Photos should be smaller than 4 MB and saved as JPG, PNG, GIF, TIFF or WebP files."
        )
    if form.text("published") != "false":
        return _error(100, "(#100) Here a photo is sent unpublished, then attached to a post.")
    number = world.add_media(photo, mime, owner=page["id"], alt=form.text("alt_text_custom"))
    return _json({"id": str(number)})


def _add_post(world: World, page: dict[str, Any], request: Request) -> Response:
    data = request.data()
    message, link = str(data.get("message", "")), str(data.get("link", ""))
    pictures = []
    for item in data.get("attached_media", []):
        number = str(item.get("media_fbid", "")) if isinstance(item, dict) else ""
        media = world.media(int(number)) if number.isdigit() else None
        if media is None or media["owner"] != page["id"]:
            return _error(100, "(#100) Invalid attached media", subcode=33)
        pictures.append({"media": media["id"], "alt": media["alt"]})
    if refused := _refusal(message, link, pictures):
        return refused
    newest = next(iter(world.posts(page["id"])), None)
    again = bool(newest) and (newest["text"], newest["link"]) == (message, link)  # type: ignore[index]
    if again or world.refuses_duplicate(page["id"], message):
        return _error(506, "(#506) Duplicate status message")
    post = world.add_post(page["id"], text=message, link=link, pictures=pictures)
    return _fields(_post_node(world, page, post), request, POST_FIELDS, "Post")  # read after write


def _refusal(message: str, link: str, pictures: list[dict[str, Any]]) -> Response | None:
    if not message and not link and not pictures:
        return _error(100, "(#100) The post is empty. Please enter a message to share.")
    if len(message) > LONGEST_TEXT:
        return _error(100, "(#100) Param message is too long")
    if link and urlsplit(link).scheme not in {"http", "https"}:
        return _error(100, "(#100) link URL is not properly formatted")
    if len(pictures) > MOST_PHOTOS:
        return _error(100, "(#100) Too many photos in one post")
    return None


def _change(world: World, page: dict[str, Any], post: dict[str, Any], request: Request) -> Response:
    message = str(request.data().get("message", ""))
    if refused := _refusal(message, "", []):
        return refused
    if message != post["text"]:
        world.store.change_thing(post["id"], {**post, "text": message, "edited_at": _moment(time.time())})
    if "fields" in request.query:
        return _fields(_post_node(world, page, post), request, POST_FIELDS, "Post")
    return _json({"success": True})


def _set_about(world: World, page: dict[str, Any], request: Request) -> Response:
    about = str(request.data().get("about", ""))
    if len(about) > LONGEST_ABOUT:
        return _error(100, "(#100) Param about is too long")
    world.store.change_thing(page["id"], {**page, "text": about})
    return _json({"success": True})


# --- reading ----------------------------------------------------------------------------------------


def _published(world: World, page: dict[str, Any], request: Request) -> Response:
    """Newest first; `since`: seconds since 1970; `after`: a cursor of the answer before."""
    since, until = int(request.query.get("since", "0")), int(request.query.get("until", "9999999999"))
    after = request.query.get("after", "")
    limit = min(int(request.query.get("limit", "25")), 100)
    posts = [
        post
        for post in world.posts(page["id"])
        if since <= post["made_at"] < until and (not after or post["id"] < int(after))
    ]
    shown = [_fields(_post_node(world, page, post), request, POST_FIELDS, "Post") for post in posts[:limit]]
    if wrong := next((one for one in shown if one.status != 200), None):  # noqa: PLR2004
        return wrong
    paging: dict[str, Any] = {"cursors": {"after": str(posts[:limit][-1]["id"])}} if shown else {}
    if len(posts) > limit:
        paging["next"] = f"{world.root}{VERSION}/{page['id']}/published_posts"
    return _json({"data": [json.loads(one.body) for one in shown], "paging": paging})


def _post_node(world: World, page: dict[str, Any], post: dict[str, Any]) -> dict[str, Any]:
    node = {
        "id": f"{page['id']}_{post['id']}",
        "message": post["text"],
        "created_time": _moment(post["made_at"]),
        "updated_time": post.get("edited_at") or _moment(post["made_at"]),
        "permalink_url": f"{world.root}/@{page['handle']}/{post['id']}",
        "reactions": {"data": [], "summary": {"total_count": int(post.get("likes", 0))}},
        "comments": {"data": [], "summary": {"total_count": int(post.get("comments", 0))}},
    }
    return node | (
        {"shares": {"count": post["shares"]}} if post.get("shares") else {}
    )  # absent if there is none


def _page_node(world: World, page: dict[str, Any]) -> dict[str, Any]:
    node = {
        "id": str(page["id"]),
        "name": page["name"],
        "username": page["handle"],
        "link": f"{world.root}/@{page['handle']}",
        "followers_count": int(page.get("followers", 0)),
        "category": "Government organisation",
        "picture": {"data": {"is_silhouette": not page.get("picture", True)}},
    }
    cover = {"source": f"{world.root}/_media/0"} if page.get("cover", True) else None
    filled = {"about": page["text"], "website": page.get("website", ""), "cover": cover}
    return node | {name: value for name, value in filled.items() if value}


def _fields(node: dict[str, Any], request: Request, known: tuple[str, ...], kind: str) -> Response:
    asked = FIELD.findall(request.query.get("fields", "id"))
    if unknown := next((name for name in asked if name not in known), None):
        return _error(100, f"(#100) Tried accessing nonexisting field ({unknown}) on node type ({kind})")
    return _json({name: node[name] for name in dict.fromkeys([*asked, "id"]) if name in node})


# --- tokens, limits, errors -------------------------------------------------------------------------


def _sign_in(world: World, request: Request) -> Response:
    """A person's token for a code, or a longer one for such a token."""
    form = forms.read(request)
    name, secret = form.text("client_id"), form.text("client_secret")
    if not consent.knows_client(world, name, secret):
        return _error(1, "Error validating client secret.")
    if form.text("grant_type") == "fb_exchange_token":
        person = world.account_of(form.text("fb_exchange_token"), kind="person")
        lasts = 60 * DAY
    else:
        code, back = form.text("code"), form.text("redirect_uri")
        person, lasts = consent.redeem(world, code=code, client=name, back=back, verifier=""), 3_600
    if person is None:
        return _error(100, "This authorization code has been used.")
    token = world.new_token(person["id"], kind="person", lasts=lasts)
    return _json({"access_token": token, "token_type": "bearer", "expires_in": lasts})


def _accounts(world: World, person: dict[str, Any], request: Request) -> Response:
    """The Pages that this person ticked: here, the one account that was allowed."""
    if request.path != f"{VERSION}/me/accounts":
        return _error(100, "(#100) Tried accessing nonexisting field (category) on node type (User)")
    token = world.new_token(person["id"], lasts=3650 * DAY)
    tasks = ["CREATE_CONTENT", "MODERATE", "ANALYZE", "MANAGE"]
    page = {"id": str(person["id"]), "name": person["name"], "access_token": token, "tasks": tasks}
    return _json({"data": [page]})


def _page_of(world: World, request: Request) -> dict[str, Any] | None:
    token = request.token()
    return (world.account_of(token) or world.account_with(token)) if token else None


def _usage(page: dict[str, Any], percent: int, minutes: int) -> str:
    use = {"type": "pages", "call_count": percent, "total_cputime": 0, "total_time": 0}
    return json.dumps({str(page["id"]): [{**use, "estimated_time_to_regain_access": minutes}]})


def _limited(page: dict[str, Any], seconds: float) -> Response:
    refusal = _error(32, "(#32) Page request limit reached", status=403)
    minutes = -(-int(seconds) // 60)
    return Response(
        refusal.status, refusal.body, headers={"X-Business-Use-Case-Usage": _usage(page, 100, minutes)}
    )


def _faulty(world: World, page: dict[str, Any], work: Any, step: str = "") -> Response:
    return world.faulty(
        work,
        refused=_error(100, "(#100) Refused on request"),
        expired=_expired(),
        broken=_error(2, "An unexpected error has occurred. Please retry your request later.", status=500),
        limited=lambda seconds: _limited(page, seconds),
        step=step,
    )


def _expired() -> Response:
    return _error(190, "Error validating access token: Session has expired", subcode=463, status=401)


def _absent() -> Response:
    message = "Unsupported request. Object does not exist, cannot be loaded due to missing permissions"
    return _error(100, message, subcode=33, kind="GraphMethodException")


def _error(
    code: int,
    message: str,
    *,
    subcode: int = 0,
    status: int = 400,
    kind: str = "OAuthException",
    **more: object,
) -> Response:
    error = {"message": message, "type": kind, "code": code, "fbtrace_id": "simulated", **more}
    if subcode:
        error["error_subcode"] = subcode
    if status == 500:  # noqa: PLR2004
        error["is_transient"] = True
    return reply(status, error=error)


def _json(data: dict[str, Any]) -> Response:
    return Response(body=json.dumps(data).encode())


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
