"""What the simulated network answers: one function per address. It knows no HTTP library and no socket."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hueandcry.kernel.text import length
from hueandcry.simnet.store import Store

LONGEST_TEXT = 500  # characters as a reader counts them
LONGEST_ABOUT = 500  # of an account's own page
LONGEST_NUMBER = 17  # digits
LARGEST_MEDIA = 2_000_000  # bytes
MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp")

# Ways to fail, by name: when a post is sent or deleted. What each does is in `faulty`.
MODES = {
    "drop_after": "Take the post, then drop the connection",
    "drop_before": "Drop the connection before taking the post",
    "error_after": "Take the post, then answer 500",
    "error_before": "Answer 500 before taking the post",
    "rate_limit": "Answer 429 and name the time to come back",
    "slow": "Take the post, answer late",
    "expired_token": "End every session",
    "refuse": "Refuse the post (400)",
    "refuse_duplicate": "Refuse a text that stands already (403)",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request: method, path, query and headers (names in lower case), body; raw_query: for names given twice."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    raw_query: str = ""

    def data(self) -> dict[str, Any]:
        """The body as a JSON object, empty if it is none."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def token(self) -> str:
        """The bearer token."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True, slots=True)
class Response:
    """One response; `drop`: close the connection instead."""

    status: int = 200
    body: bytes = b""
    mime: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False


def reply(status: int = 200, headers: dict[str, str] | None = None, **values: object) -> Response:
    """A response of JSON."""
    return Response(status=status, body=json.dumps(values).encode(), headers=headers or {})


def answer(store: Store, request: Request) -> Response:  # noqa: PLR0911 - one return for each address
    """The answer of the interface below /api/."""
    path, method = request.path, request.method
    if (method, path) == ("POST", "/api/session"):
        token = store.log_in(str(request.data().get("secret", "")))
        return reply(token=token) if token else reply(401, error="secret", message="unknown secret")
    if path == "/api/faults":
        return _faults(store, request)
    if method == "GET" and path.startswith("/api/posts/") and path != "/api/posts/mine":
        post = store.post(_number(path))
        return reply(**_shown(post, request)) if post else reply(404, error="absent")
    account = store.account_of(request.token())
    if account is None:
        return reply(401, error="token", message="token unknown or too old")
    if path == "/api/me":
        return _me(store, account, request)
    if (method, path) == ("GET", "/api/posts/mine"):
        posts = store.posts_of(account["id"], request.query.get("since", ""))
        return reply(posts=[_shown(post, request) for post in posts])
    if (method, path) == ("POST", "/api/media"):
        return _media(store, request)
    if (method, path) == ("POST", "/api/posts"):
        return faulty(store, lambda: _post(store, account, request))
    if method == "DELETE" and path.startswith("/api/posts/"):
        return faulty(store, lambda: _delete(store, account, _number(path)))
    return reply(404, error="address")


def _me(store: Store, account: dict[str, Any], request: Request) -> Response:
    """The account's own page; PUT writes its text."""
    if request.method == "PUT":
        text = str(request.data().get("about", ""))
        if length(text) > LONGEST_ABOUT:
            return reply(400, error="about", message=f"a page takes {LONGEST_ABOUT} characters")
        store.set_about(account["id"], text)
    about = store.about(account["id"])
    looks: dict[str, Any] = store.looks(account["id"])
    return reply(id=str(account["id"]), handle=account["handle"], name=account["name"], about=about, **looks)


def faulty(store: Store, work: Callable[[], Response]) -> Response:  # noqa: PLR0911 - one for each fault
    """Do the work, or fail as somebody asked for."""
    if store.take_fault("drop_before"):
        return Response(drop=True)
    if store.take_fault("error_before"):
        return reply(500, error="internal")
    if store.take_fault("refuse"):
        return reply(400, error="refused", message="refused on request")
    if fault := store.take_fault("rate_limit"):
        return reply(429, {"ratelimit-reset": str(int(time.time() + fault.seconds))}, error="rate")
    if store.take_fault("expired_token"):
        store.end_sessions()
        return reply(401, error="token", message="token unknown or too old")
    done = work()
    if fault := store.take_fault("slow"):
        time.sleep(fault.seconds)
        return done  # a fault that was switched on meanwhile is for a later call
    if store.take_fault("drop_after"):
        return Response(drop=True)
    if store.take_fault("error_after"):
        return reply(500, error="internal")
    return done


def _post(store: Store, account: dict[str, Any], request: Request) -> Response:
    data = request.data()
    fields = {
        name: str(data.get(name, "")) for name in ("text", "link", "title", "media", "alt", "created_at")
    }
    try:
        datetime.fromisoformat(fields["created_at"])
    except ValueError:
        return reply(400, error="created_at", message="created_at is not a moment")
    if not fields["text"] or length(fields["text"]) > LONGEST_TEXT:
        return reply(400, error="text", message=f"a text has 1 to {LONGEST_TEXT} characters")
    if fields["media"] and (store.media(fields["media"]) is None or not fields["alt"]):
        return reply(400, error="media", message="a picture is uploaded first and has an alt text")
    if _duplicate(store, account["id"], fields["text"]):
        return reply(403, error="duplicate", message="this text stands already")
    post = store.post(store.add_post(account["id"], fields))
    assert post is not None
    return reply(201, **_shown(post, request))


def _duplicate(store: Store, account: int, text: str) -> bool:
    on = any(fault.mode == "refuse_duplicate" for fault in store.faults())
    return on and store.says_already(account, text) and store.take_fault("refuse_duplicate") is not None


def _delete(store: Store, account: dict[str, Any], number: int) -> Response:
    return reply() if store.delete_post(account["id"], number) else reply(404, error="absent")


def _media(store: Store, request: Request) -> Response:
    mime = request.headers.get("content-type", "")
    if mime not in MEDIA_TYPES or not 0 < len(request.body) <= LARGEST_MEDIA:
        return reply(400, error="media", message="a picture is JPEG, PNG or WebP of at most 2 MB")
    return reply(media=store.add_media(mime, request.body))


def _faults(store: Store, request: Request) -> Response:
    if request.method == "DELETE":
        store.clear_faults()
    elif request.method == "POST":
        data = request.data()
        if data.get("mode") not in MODES:
            return reply(400, error="mode", message=f"a mode is one of {', '.join(MODES)}")
        store.set_fault(str(data["mode"]), int(data.get("times", 1)), float(data.get("seconds", 1)))
    return reply(faults=[{"mode": f.mode, "times": f.times, "seconds": f.seconds} for f in store.faults()])


def _shown(post: dict[str, Any], request: Request) -> dict[str, Any]:
    host = request.headers.get("host", "")
    names = ("text", "link", "title", "media", "alt", "created_at", "received_at", "handle")
    return {
        "id": str(post["id"]),
        "url": f"http://{host}/posts/{post['id']}",
        **{name: post[name] for name in names},
    }


def _number(path: str) -> int:
    last = path.rpartition("/")[2]
    return int(last) if last.isdigit() and len(last) <= LONGEST_NUMBER else 0
