"""What the public would see of a simulated network: its newest posts, an account's, one post, a picture, a video."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit

from hueandcry.simnet.api import Request, Response
from hueandcry.simnet.pages import page
from hueandcry.simnet.world import World

SHOWN = 100  # posts on a page


def answer(world: World, request: Request, *, label: str) -> Response | None:
    """The public page at an address of this network, or None if it is none."""
    path = request.path
    if request.method not in {"GET", "HEAD"}:
        return None
    if path == "/":
        return _list(world, f"{label}: posts", world.posts()[:SHOWN])
    if path.startswith("/_media/") and path[8:].isdigit() and (media := world.media(int(path[8:17]))):
        return Response(body=media["blob"], mime=media["mime"])
    if path.startswith("/_captions/"):
        return _captions(world, path)
    if path.startswith("/@"):
        return _account(world, path, label)
    return None


def _account(world: World, path: str, label: str) -> Response:
    """An account's page, or one post of it."""
    handle, _slash, number = unquote(path[2:]).partition("/")
    account = world.account(handle)
    if account and not number:
        return _list(world, f"@{handle} on {label}", world.posts(account["id"])[:SHOWN], account["text"])
    post = world.post(int(number[:17])) if account and number.isdigit() else None
    if post and account and post["owner"] == account["id"]:
        return _list(world, f"{account['name']} on {label}", [post])
    return page(
        "Nothing here", "<p>There is no such post, or it was deleted.</p>", status=404, network=world.name
    )


def _captions(world: World, path: str) -> Response | None:
    """The captions of a video in one language: /_captions/<post>/<language>."""
    number, _slash, language = path.removeprefix("/_captions/").partition("/")
    post = world.post(int(number)) if number.isdigit() and len(number) <= 17 else None  # noqa: PLR2004 - digits
    text = (post or {}).get("captions", {}).get(language)
    return Response(body=str(text).encode(), mime="text/vtt; charset=utf-8") if text else None


def _list(world: World, title: str, posts: list[dict[str, Any]], text: str = "") -> Response:
    about = f"<p>{escape(text)}</p>" if text else ""
    body = "".join(_post(world, post) for post in posts) or "<p>Nothing was posted yet.</p>"
    return page(title, about + body, network=world.name)


def _post(world: World, post: dict[str, Any]) -> str:
    account = world.account_number(post["owner"]) or {"name": "?", "handle": "?"}
    original = world.post(int(post["repost_of"])) if post.get("repost_of") else None
    whose, inner = escape(account["name"]), _content(world, post)
    if original:
        owner = world.account_number(original["owner"]) or {"name": "?"}
        inner = f"<p class='meta'>Shown again from {escape(owner['name'])}:</p>{_content(world, original)}"
    return (
        f"<article aria-labelledby='post-{post['id']}'><h2 id='post-{post['id']}'>{whose}</h2>"
        f"<div class='meta'>@{escape(account['handle'])} · {_when(world, post, account)}</div>{inner}</article>"
    )


def _when(world: World, post: dict[str, Any], account: dict[str, Any]) -> str:
    moment = datetime.fromtimestamp(0, tz=UTC) + timedelta(seconds=post["made_at"])
    address = f"{world.root}/@{escape(account['handle'])}/{post['id']}"
    marks = [
        " · edited" if post.get("edited_at") else "",
        f" · <a href='{_address(world, post['reply_to'])}'>below this post</a>" if post["reply_to"] else "",
    ]
    shown = f"<time datetime='{moment.isoformat()}'>{moment:%Y-%m-%d %H:%M} UTC</time>"
    return f"<a href='{address}'>{shown}</a>{''.join(marks)}"


def _address(world: World, number: Any) -> str:
    above = world.post(int(number)) if str(number).isdigit() else None
    account = world.account_number(above["owner"]) if above else None
    return f"{world.root}/@{escape(account['handle'])}/{number}" if account else f"{world.root}/"


def _content(world: World, post: dict[str, Any]) -> str:
    """Everything of a post but whose it is. The picture of a card stands in the card."""
    card = post.get("card") or {}
    parts = [
        f"<p><strong>{escape(post['title'])}</strong></p>" if post["title"] and not post["link"] else "",
        f"<p>{escape(post['text'])}</p>" if post["text"] else "",
        _video(world, post) if post["video"] else "",
        *(_picture(world, each) for each in post["pictures"] if each["media"] != card.get("thumb")),
    ]
    if post["link"] and urlsplit(post["link"]).scheme in {"http", "https"}:
        thumb = f"<img src='{world.root}/_media/{int(card['thumb'])}' alt=''>" if card.get("thumb") else ""
        words = f"<p>{escape(card['words'])}</p>" if card.get("words") else ""
        parts.append(
            f"<div class='card'>{thumb}<a rel='noreferrer' href='{escape(post['link'])}'>"
            f"{escape(post['title'] or post['link'])}</a>{words}"
            f"<div class='meta'>{escape(urlsplit(post['link']).netloc)}</div></div>"
        )
    return "".join(parts)


def _picture(world: World, picture: dict[str, Any]) -> str:
    """A picture, or a video where a network keeps it among the pictures (Mastodon)."""
    address, alt = f"{world.root}/_media/{int(picture['media'])}", escape(picture["alt"])
    shown = f"<img src='{address}' alt='{alt}'>"
    if str((world.media(int(picture["media"])) or {}).get("mime", "")).startswith("video/"):
        shown = f"<video controls preload='none' src='{address}' aria-label='{alt}'></video>"
    return f"<figure>{shown}<figcaption>Alt text: {alt}</figcaption></figure>"


def _video(world: World, post: dict[str, Any]) -> str:
    tracks = "".join(
        f"<track kind='captions' srclang='{escape(language)}' label='Captions ({escape(language)})' "
        f"src='{world.root}/_captions/{post['id']}/{escape(language)}'>"
        for language in post.get("captions") or {}
    )
    words = "" if tracks else "<figcaption>This video has no captions.</figcaption>"
    alt = f" aria-label='{escape(post['video_alt'])}'" if post.get("video_alt") else ""
    address = f"{world.root}/_media/{int(post['video'])}"
    return f"<figure><video controls preload='none' src='{address}'{alt}>{tracks}</video>{words}</figure>"
