"""A simulated SMS gateway: Kannel's sendsms (User's Guide 1.4.5, chapter 6) and Twilio's Messages (2010-04-01).

Read 2026-11-22. It shows each text as the telephone would, and tells what became of it at the address that came with
the text, on this machine only; on request it tells everything twice, or the last word first.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import threading
from typing import Any
from urllib.parse import urlencode, urlsplit

from hueandcry.simnet import forms
from hueandcry.simnet.api import Request, Response, reply
from hueandcry.simnet.world import World

LABEL = "SMS gateway (simulated)"
CALLS_BACK = True  # it has reports to repeat (world.REPORTS)
KANNEL, TWILIO = "/cgi-bin/sendsms", "/2010-04-01/Accounts/"
DELIVERED, BUFFERED = (1, 4)  # Kannel's dlr values
SAID = ("queued", "sent", "delivered")  # Twilio's MessageStatus, in its order
PAGE = 50  # messages of an answer
NEARBY = frozenset({"localhost", "127.0.0.1"})


def answer(world: World, request: Request) -> Response:
    """Take a text, or list those that were taken."""
    if request.path == KANNEL and request.method == "GET":
        return _kannel(world, request)
    if request.path.startswith(TWILIO) and request.path.endswith("/Messages.json"):
        return _twilio(world, request)
    return reply(404, code=20404, message="The requested resource was not found")


def _kannel(world: World, request: Request) -> Response:
    given = request.query
    account = world.account_with(given.get("password", ""))
    if account is None or account["handle"] != given.get("username"):
        return _said(403, "Authorization failed for sendsms")
    if not given.get("to") or "text" not in given:
        return _said(400, "Missing receiver and/or message")
    wanted = int(given["dlr-mask"]) if given.get("dlr-mask", "").isdigit() else 0

    def take() -> Response:
        _keep(world, account, to=given["to"], text=given["text"], sender=given.get("from", ""))
        told = [value for value in (BUFFERED, DELIVERED) if value & wanted]
        calls = [("GET", given.get("dlr-url", "").replace("%d", str(value)), "") for value in told]
        _report(world, calls)
        return _said(202, "0: Accepted for delivery")

    return world.faulty(
        take,
        refused=_said(400, "Receiver refused on request"),
        expired=_said(403, "Authorization failed for sendsms"),
        broken=_said(500, "Internal error"),
        limited=lambda _seconds: _said(503, "Temporal failure, try again later."),
    )


def _twilio(world: World, request: Request) -> Response:
    sid = request.path.removeprefix(TWILIO).partition("/")[0]
    handle, secret = _basic(request)
    account = world.account_with(secret)
    if account is None or not account["handle"] == handle == sid:
        return reply(401, code=20003, message="Authenticate")
    if request.method == "GET":
        return _list(world, account, request)
    form = forms.read(request)
    to, text, sender = form.text("To"), form.text("Body"), form.text("From")
    if not to or not text:
        return reply(400, code=21604, message="A 'To' phone number is required.")

    def take() -> Response:
        name = _keep(world, account, to=to, text=text, sender=sender)
        said = [urlencode({"MessageSid": name, "MessageStatus": status, "To": to}) for status in SAID]
        _report(world, [("POST", form.text("StatusCallback"), body) for body in said])
        return _created({"sid": name, "status": "queued", "to": to, "from": sender, "body": text})

    return world.faulty(
        take,
        refused=reply(400, code=21408, message="Permission to send an SMS has not been enabled"),
        expired=reply(401, code=20003, message="Authenticate"),
        broken=reply(500, code=20500, message="Internal Server Error"),
        limited=lambda _seconds: reply(429, code=20429, message="Too Many Requests"),
    )


def _list(world: World, account: dict[str, Any], request: Request) -> Response:
    """Texts of this account to one number from one sender, newest first."""
    wanted = {"to": request.query.get("To"), "sender": request.query.get("From")}
    found = [
        {"sid": _name(post), "to": post["to"], "from": post["sender"], "body": post["text"]}
        for post in world.posts(account["id"])
        if all(value in {None, post[name]} for name, value in wanted.items())
    ]
    return reply(messages=found[:PAGE])


def _keep(world: World, account: dict[str, Any], *, to: str, text: str, sender: str) -> str:
    return _name(world.add_post(account["id"], text=text, title=f"To {to}", to=to, sender=sender))


def _name(post: dict[str, Any]) -> str:
    return f"SM{post['id']:032x}"


def _report(world: World, calls: list[tuple[str, str, str]]) -> None:
    """Tell what became of a text, one call after the other, while its own answer is on the way."""
    if world.take_fault("reports_twice"):
        calls = [call for call in calls for _time in range(2)]
    if world.take_fault("reports_backwards"):
        calls = calls[::-1]
    threading.Thread(target=_call, args=(calls,), daemon=True).start()


def _call(calls: list[tuple[str, str, str]]) -> None:
    for method, address, body in calls:
        parts = urlsplit(address)
        if parts.scheme != "http" or parts.hostname not in NEARBY:
            continue
        connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=20)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request(method, path, body or None, {"Host": parts.netloc, **kind})
            connection.getresponse().read()


def _basic(request: Request) -> tuple[str, str]:
    scheme, _space, pair = request.headers.get("authorization", "").partition(" ")
    try:
        name, _colon, secret = base64.b64decode(pair).decode().partition(":")
    except ValueError:
        return "", ""
    return (name, secret) if scheme == "Basic" else ("", "")


def _created(values: dict[str, str]) -> Response:
    return Response(status=201, body=json.dumps(values).encode())


def _said(status: int, words: str) -> Response:
    return Response(status=status, body=words.encode(), mime="text/plain; charset=utf-8")
