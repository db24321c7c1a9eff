"""A simulated receiver of our webhook, as "Standard Webhooks" 1.0 asks of one (standardwebhooks.com, read 2026-11-22).

It checks the signature over id, moment and body, refuses what is older than five minutes, and drops an event whose id it
has seen. What it shows is what somebody with such a receiver could show.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import b64decode, b64encode
from typing import Any

from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.world import World

LABEL = "Webhook receiver (simulated)"
TOLERANCE = 300  # seconds


def answer(world: World, request: Request) -> Response:
    """Take one event at /hooks/<account>."""
    handle = request.path.removeprefix("/hooks/")
    account = world.account(handle)
    if request.method != "POST" or account is None:
        return reply(404, error="address")
    if not _is_signed(account, request):
        return reply(401, error="signature", message="the signature does not fit")
    if request.data().get("type") == "account.check":
        return Response(status=204)
    return world.faulty(
        lambda: _take(world, account, request),
        refused=reply(422, error="refused", message="refused on request"),
        expired=reply(401, error="signature", message="the secret has ended"),
        broken=reply(500, error="internal"),
        limited=lambda seconds: reply(429, {"Retry-After": str(int(seconds))}, error="rate"),
    )


def make_secret() -> str:
    """A secret of one receiver, as the specification writes it."""
    return "whsec_" + b64encode(hashlib.sha256(str(time.time_ns()).encode()).digest()).decode()


def _is_signed(account: dict[str, Any], request: Request) -> bool:
    number, moment = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
    if not moment.isdigit() or abs(time.time() - int(moment)) > TOLERANCE:
        return False
    key = b64decode(str(account["signing"]).removeprefix("whsec_"))
    right = hmac.new(key, f"{number}.{moment}.".encode() + request.body, "sha256").digest()
    wanted = f"v1,{b64encode(right).decode()}"
    return any(
        hmac.compare_digest(wanted, one) for one in request.headers.get("webhook-signature", "").split()
    )


def _take(world: World, account: dict[str, Any], request: Request) -> Response:
    number = request.headers["webhook-id"]
    if world.store.things(world.name, "event", "key = ? AND owner = ?", number, account["id"]):
        return Response(status=204)
    event = request.data()
    data = event.get("data", {})
    key, kind = str(data.get("id", "")), event.get("type")
    post = world.post_with(key, owner=account["id"])
    above = world.post_with(str(data.get("reply_to", "")), owner=account["id"])
    if kind == "post.published" and data.get("reply_to") and above is None:
        return reply(404, error="absent", message="the post above it is not known")
    if kind == "post.edited" and post is None:
        return reply(404, error="absent", message="no such post")
    if kind == "post.published" and world.refuses_duplicate(account["id"], data["text"]):
        return reply(409, error="duplicate", message="this text stands already")
    fields = {name: data.get(name, "") for name in ("text", "link", "title")}
    if kind == "post.published" and post is None:
        world.add_post(account["id"], key=key, reply_to=above["id"] if above else 0, **fields)
    elif kind == "post.edited" and post is not None and event["timestamp"] >= post.get("edited_at", ""):
        world.store.change_thing(post["id"], {**post, **fields, "edited_at": event["timestamp"]})
    elif kind == "post.deleted" and post is not None:
        world.store.drop_thing(post["id"])
    world.store.add_thing(world.name, "event", {}, owner=account["id"], key=number)
    return Response(status=204)
