"""The pages of the simulated network: what the public would see, in plain accessible HTML without scripts."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from hueandcry.simnet.api import MODES, Request, Response
from hueandcry.simnet.store import Store

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #0b0c0c; background: #fff; margin: 0 auto; max-width: 42rem; padding: 0 1rem 3rem }
.notice { background: #fff7bf; border: 2px solid #0b0c0c; padding: .75rem 1rem; margin: 1rem 0 }
article { border-top: 1px solid #505a5f; padding: 1rem 0 }
h2 { font-size: 1.1rem; margin: 0 } p { margin: .5rem 0; white-space: pre-wrap; overflow-wrap: anywhere }
figure { margin: .75rem 0 } img, video { max-width: 100%; height: auto; display: block; border: 1px solid #505a5f }
figcaption, .meta { color: #484f54; font-size: .95rem } .card { border: 1px solid #505a5f; padding: .5rem .75rem }
label { display: block; margin-top: .75rem } select, input, button { font: inherit; padding: .35rem .5rem; max-width: 100% }
button { margin-top: 1rem; background: #0b5cad; color: #fff; border: 0; padding: .5rem 1rem }
.off { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
a { color: #0b5cad } :focus-visible { outline: 3px solid #0b0c0c; outline-offset: 2px }
"""
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


def answer(store: Store, request: Request) -> Response:  # noqa: PLR0911 - one return for each address
    """The page, picture or style sheet at an address."""
    path = request.path
    if request.method == "POST" and path == "/faults":
        return _set_faults(store, request)
    if request.method not in {"GET", "HEAD"}:
        return page("Not possible", "<p>This address only shows a page.</p>", status=405)
    if path == "/":
        return _timeline(store)
    if path == "/style.css":
        return Response(body=STYLE.encode(), mime="text/css; charset=utf-8")
    if path == "/faults":
        return _faults(store)
    if path.startswith("/media/") and (picture := store.media(path.rpartition("/")[2])):
        return Response(body=picture["data"], mime=picture["mime"])
    if path.startswith("/@"):
        return _account(store, unquote(path[2:]))
    number = path.rpartition("/")[2]
    if path.startswith("/posts/") and number.isdigit() and (post := store.post(int(number[:17]))):
        return page(f"{post['name']} on the simulated network", _post(post))
    return page("Nothing here", "<p>There is no such post, or it was deleted.</p>", status=404)


def _timeline(store: Store) -> Response:
    posts = store.posts()
    body = "".join(_post(post) for post in posts) or "<p>Nothing was posted yet.</p>"
    return page("Posts", body)


def _account(store: Store, handle: str) -> Response:
    posts = [post for post in store.posts() if post["handle"] == handle]
    lines = escape(store.about(store.number_of(handle))).splitlines()
    about = f"<p>{'<br>'.join(lines)}</p>" if lines else ""
    shown = "".join(map(_post, posts)) or "<p>This account has not posted yet.</p>"
    return page(f"@{handle}", about + shown)


def _post(post: dict[str, Any]) -> str:
    shown = post["created_at"][:16].replace("T", " ")
    parts = [
        f"<article aria-labelledby='post-{post['id']}'><h2 id='post-{post['id']}'>{escape(post['name'])}</h2>",
        (
            f"<div class='meta'>@{escape(post['handle'])} · <a href='/posts/{post['id']}'>"
            f"<time datetime='{escape(post['created_at'])}'>{escape(shown)} UTC</time></a></div>"
        ),
        f"<p>{escape(post['text'])}</p>",
    ]
    if post["media"]:
        parts.append(
            f"<figure><img src='/media/{escape(post['media'])}' alt='{escape(post['alt'])}'>"
            f"<figcaption>Alt text: {escape(post['alt'])}</figcaption></figure>"
        )
    if post["link"] and urlsplit(post["link"]).scheme in {"http", "https"}:
        parts.append(
            f"<div class='card'><a rel='noreferrer' href='{escape(post['link'])}'>"
            f"{escape(post['title'] or post['link'])}</a><div class='meta'>{escape(urlsplit(post['link']).netloc)}</div></div>"
        )
    return "".join([*parts, "</article>"])


def _faults(store: Store) -> Response:
    standing = store.faults()
    rows = "".join(
        f"<li>{escape(MODES[f.mode])}: {'until switched off' if f.times == 0 else f'{f.times} more'}</li>"
        for f in standing
    )
    options = "".join(f"<option value='{mode}'>{escape(words)}</option>" for mode, words in MODES.items())
    body = (
        (f"<ul>{rows}</ul>" if rows else "<p>The network works properly now.</p>")
        + "<form method='post' action='/faults'><label for='mode'>Next time</label>"
        + f"<select id='mode' name='mode'>{options}</select>"
        + "<label for='times'>How many times (0: until switched off)</label>"
        + "<input id='times' name='times' type='number' min='0' max='1000' value='1'>"
        + "<label for='seconds'>Seconds (slow, and time to come back)</label>"
        + "<input id='seconds' name='seconds' type='number' min='0' max='600' value='5'>"
        + "<div><button name='do' value='set'>Fail this way</button></div></form>"
        + "<form method='post' action='/faults'><button name='do' value='clear'>Work properly again</button></form>"
    )
    return page("Ways to fail", body)


def _set_faults(store: Store, request: Request) -> Response:
    form = {name: values[0] for name, values in parse_qs(request.body.decode(errors="replace")).items()}
    if form.get("do") == "clear":
        store.clear_faults()
    elif form.get("mode") in MODES:
        store.set_fault(
            form["mode"], _whole(form.get("times", ""), 1), float(_whole(form.get("seconds", ""), 5))
        )
    return Response(status=303, headers={"Location": "/faults"})


def _whole(text: str, default: int) -> int:
    return min(int(text[:5]), 1000) if text.isdigit() else default


def page(title: str, body: str, *, status: int = 200, network: str = "") -> Response:
    """A whole page, labelled as simulated. network: the name below which it stands, "" for the plain one."""
    start = f"/{network}" if network else ""
    html = (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)} - Simulated network</title><link rel='stylesheet' href='/style.css'></head><body>"
        "<header><div class='notice'><strong>Simulated network.</strong> Nothing here is real and nobody outside "
        f"this machine can see it.</div><nav aria-label='Pages'><a href='{start}/'>Posts</a> · "
        f"<a href='{start}/faults'>Ways to fail</a> · <a href='/networks'>Networks</a>"
        f"</nav></header><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return Response(
        status=status,
        body=html.encode(),
        mime="text/html; charset=utf-8",
        headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"},
    )
