"""What the public would see of a simulated network: its newest posts, an account's, one post, a picture."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit

from hueandcry.simnet.api import Request, Response
from hueandcry.simnet.pages import page
from hueandcry.simnet.world import World

SHOWN = 100  # posts on a page


def answer(world: World, request: Request, *, label: str) -> Response | None:  # noqa: PLR0911 - one for each page
    """The public page at an address of this network, or None if it is none."""
    path = request.path
    if request.method not in {"GET", "HEAD"}:
        return None
    if path == "/":
        return _list(world, f"{label}: posts", world.posts()[:SHOWN])
    if path.startswith("/_media/") and path[8:].isdigit() and (media := world.media(int(path[8:17]))):
        return Response(body=media["blob"], mime=media["mime"])
    if path.startswith("/@"):
        handle, _slash, number = unquote(path[2:]).partition("/")
        account = world.account(handle)
        if account and not number:
            return _list(world, f"@{handle} on {label}", world.posts(account["id"])[:SHOWN], account["text"])
        post = world.post(int(number[:17])) if account and number.isdigit() else None
        if post and account and post["owner"] == account["id"]:
            return _list(world, f"{account['name']} on {label}", [post])
        return page("Nothing here", "<p>There is no such post, or it was deleted.</p>", status=404)
    return None


def _list(world: World, title: str, posts: list[dict[str, Any]], text: str = "") -> Response:
    about = f"<p>{escape(text)}</p>" if text else ""
    body = "".join(_post(world, post) for post in posts) or "<p>Nothing was posted yet.</p>"
    return page(title, about + body)


def _post(world: World, post: dict[str, Any]) -> str:
    account = world.account_number(post["owner"]) or {"name": "?", "handle": "?"}
    marks = "".join([" · edited" if post.get("edited_at") else "", " · reply" if post["reply_to"] else ""])
    parts = [
        f"<article><h2>{escape(account['name'])}</h2><p class='meta'>@{escape(account['handle'])}{marks}</p>",
        f"<p><strong>{escape(post['title'])}</strong></p>" if post["title"] and not post["link"] else "",
        f"<p>{escape(post['text'])}</p>",
        *(
            f"<figure><img src='{world.root}/_media/{int(picture['media'])}' alt='{escape(picture['alt'])}'>"
            f"<figcaption>Alt text: {escape(picture['alt'])}</figcaption></figure>"
            for picture in post["pictures"]
        ),
    ]
    if post["link"] and urlsplit(post["link"]).scheme in {"http", "https"}:
        parts.append(
            f"<div class='card'><a rel='noreferrer' href='{escape(post['link'])}'>"
            f"{escape(post['title'] or post['link'])}</a></div>"
        )
    return "".join([*parts, "</article>"])
