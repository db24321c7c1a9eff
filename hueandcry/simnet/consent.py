"""The sign-in page of a simulated network (OAuth 2, RFC 6749, with PKCE, RFC 7636): anybody may allow for any account.

A network sends its own address of authorisation to `page_for`, and its address of tokens to `redeem`. The client
"simulated" with the secret "simulated" is known everywhere; others register where a network lets them (`add_client`).
"""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

from hueandcry.simnet.api import Request, Response
from hueandcry.simnet.pages import page
from hueandcry.simnet.world import World

CLIENT = "simulated"  # id and secret of the client that is known everywhere
CODE_LASTS = 600  # seconds; RFC 6749, 4.1.2


def add_client(world: World, redirects: list[str]) -> tuple[str, str]:
    """Register a client; its id and its secret."""
    name, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(24)
    world.store.add_thing(world.name, "client", {"secret": _digest(secret), "redirects": redirects}, key=name)
    return name, secret


def knows_client(world: World, name: str, secret: str) -> bool:
    """True if this is a client and its secret."""
    if name == CLIENT:
        return secret == CLIENT
    return any(
        row["secret"] == _digest(secret) for row in world.store.things(world.name, "client", "key = ?", name)
    )


def page_for(world: World, request: Request, *, label: str) -> Response:
    """The page that asks whether the client may speak for an account, and what follows from the answer."""
    query = request.query
    back = query.get("redirect_uri", "")
    if query.get("response_type") != "code" or not _may_return(world, query.get("client_id", ""), back):
        return page(
            "This cannot be allowed", "<p>The client or its address is not known here.</p>", status=400
        )
    if "_deny" in query:
        return _return(back, error="access_denied", state=query.get("state", ""))
    account = world.account(query["_allow"]) if "_allow" in query else None
    if account is None:
        return page(f"Let Hue & Cry post on {label}?", _choices(world, request))
    code = secrets.token_urlsafe(24)
    kept = {
        "client": query["client_id"],
        "back": back,
        "challenge": query.get("code_challenge", ""),
        "ends": time.time() + CODE_LASTS,
        "scope": query.get("scope", ""),
    }
    world.store.add_thing(world.name, "code", kept, owner=account["id"], key=_digest(code))
    return _return(back, code=code, state=query.get("state", ""))


def redeem(world: World, *, code: str, client: str, back: str, verifier: str) -> dict[str, Any] | None:
    """The account that was allowed under this code, with the `scope` asked for; None if anything is wrong. It works once."""
    for row in world.store.things(world.name, "code", "key = ?", _digest(code)):
        world.store.drop_thing(row["id"])
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        same = row["client"] == client and row["back"] == back and row["ends"] > time.time()
        if same and (not row["challenge"] or row["challenge"] == challenge):
            account = world.account_number(row["owner"])
            return {**account, "scope": row["scope"]} if account else None
    return None


def _may_return(world: World, client: str, back: str) -> bool:
    if urlsplit(back).scheme not in {"http", "https"}:
        return False
    if client == CLIENT:
        return True
    return any(
        back in row["redirects"] for row in world.store.things(world.name, "client", "key = ?", client)
    )


def _choices(world: World, request: Request) -> str:
    def link(**more: str) -> str:
        return escape(f"{world.root}{request.path}?{urlencode({**request.query, **more})}")

    accounts = world.store.things(world.name, "account")[:100]
    items = "".join(
        f"<li><a href='{link(_allow=row['handle'])}'>Allow for @{escape(row['handle'])}</a></li>"
        for row in accounts
    )
    return f"<ul>{items}</ul><p><a href='{link(_deny='1')}'>Cancel</a></p>"


def _return(back: str, **values: str) -> Response:
    joined = "&" if urlsplit(back).query else "?"
    return Response(status=302, headers={"Location": f"{back}{joined}{urlencode(values)}"})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
