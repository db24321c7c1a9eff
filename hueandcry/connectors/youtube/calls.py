"""Calls to YouTube and to Google's token server, with the token renewed where needed and every cost written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus as Status
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Line,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.kernel import clock, oauth
from hueandcry.kernel.http import Answer, Http, MayHaveArrived, NotSent, Server

SIGN_IN, TOKENS = "https://accounts.google.com", "https://oauth2.googleapis.com"
DATA = "/youtube/v3"
PACIFIC = ZoneInfo("America/Los_Angeles")
UNITS, UPLOADS = ("units", 10_000), ("uploads", 100)  # allowances: name, size
COSTS = {"list": 1, "change": 50, "captions.list": 50, "captions.insert": 400}  # units
OVER_QUOTA = frozenset({"quotaExceeded", "dailyLimitExceeded"})
TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "uploadLimitExceeded"})


class Absent(Refused):
    """404, 410."""


def midnight() -> datetime:
    """When the allowances are whole again."""
    day = clock.now().astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=PACIFIC)


def channel_of(line: Line, part: str) -> dict[str, Any]:
    """The channel that this credential speaks for, with these parts of it. Raises a failure."""
    items = api(line, "GET", "channels", part=f"id,{part}", mine="true").get("items", [])
    if not items:
        raise Unauthorised(_("This Google account has no YouTube channel. Connect the right one."))
    return dict(items[0])


def api(
    line: Line, method: str, what: str, *, cost: str = "list", json: Any = None, **query: str
) -> dict[str, Any]:
    """One call of the Data API. cost: a name in COSTS. Raises a failure."""
    answer = signed(
        line, lambda token: line.http.call(method, f"{DATA}/{what}", query=query, headers=token, json=json)
    )
    line.spend(*(UNITS[0], COSTS[cost], UNITS[1], midnight()))
    return answer.json()


def signed(line: Line, call: Callable[[dict[str, str]], Answer]) -> Answer:
    """Call with the kept token; if it is too old (so nothing was done), renew it and call again."""
    used = _access(line)
    answer = reach(lambda: call({"Authorization": f"Bearer {used}"}))
    if answer.status == Status.UNAUTHORIZED:
        fresh = _renew(line, stale=used)
        answer = reach(lambda: call({"Authorization": f"Bearer {fresh}"}))
    _raise_unless_done(answer)
    return answer


def _access(line: Line) -> str:
    ends = line.session.get("ends", "")
    if line.session.get("access") and ends and datetime.fromisoformat(ends) > clock.now():
        return line.session["access"]
    return _renew(line, stale=line.session.get("access", ""))


def _renew(line: Line, *, stale: str) -> str:
    """A new access token by the refresh token, by one worker at a time."""
    with line.turn() as stored:
        if stored and stored.get("access") and stored["access"] != stale:
            line.session = stored
            return stored["access"]
        names = ("client_id", "client_secret", "refresh_token")
        given = {name: line.secret.get(name, "") for name in names}
        server = token_server(line.http, line.secret.get("token_server", ""))
        data = token_for(server, grant_type="refresh_token", **given)
        ends = clock.now() + timedelta(seconds=max(int(data.get("expires_in", 0)) - 60, 0))
        line.remember({"access": str(data["access_token"]), "ends": ends.isoformat()})
        return line.session["access"]


def token_server(http: Http, given: str) -> Http:
    """Google gives its tokens at another address than its data."""
    if not isinstance(http, Server):
        return http
    own = http.address.endswith(".googleapis.com")
    return replace(http, address=given or (TOKENS if own else http.address))


def token_for(http: Http, **form: str) -> dict[str, Any]:
    """What the token server gives for this grant. Raises a failure; nothing was put up by it."""
    try:
        answer = reach(lambda: oauth.ask(http, "/token", form))
    except OutcomeUnknown as failure:  # nothing was put up by it
        raise Unreachable(failure.sentence) from None
    data = answer.json()
    if answer.status == Status.OK and data.get("access_token"):
        return data
    if answer.status in {400, 401, 403}:
        raise Unauthorised(_("Google no longer accepts our permission for this channel. Connect it again."))
    if answer.status == Status.TOO_MANY_REQUESTS:
        raise RateLimited(_("Google asks us to wait."), retry_at=_retry_at(answer))
    raise Unreachable(_("Google gave no token ({status}).").format(status=answer.status))


def reach(call: Callable[[], Answer]) -> Answer:
    """The answer. Raises Unreachable or OutcomeUnknown."""
    try:
        return call()
    except NotSent as failure:
        raise Unreachable(
            _("YouTube could not be reached ({reason}).").format(reason=failure.reason)
        ) from None
    except MayHaveArrived as failure:
        raise OutcomeUnknown(_("YouTube gave no answer ({reason}).").format(reason=failure.reason)) from None


def _raise_unless_done(answer: Answer) -> None:
    status = answer.status
    if status in {200, 201, 204, 308}:
        return
    error = answer.json().get("error", {})
    reasons = (
        {str(one.get("reason", "")) for one in error.get("errors", [])} if isinstance(error, dict) else set()
    )
    if reasons & OVER_QUOTA:
        raise RateLimited(
            _("The daily allowance at YouTube is used up; it goes on after midnight Pacific time."),
            retry_at=midnight(),
        )
    if status == Status.TOO_MANY_REQUESTS or reasons & TOO_FAST:
        raise RateLimited(_("YouTube asks us to wait."), retry_at=_retry_at(answer))
    if status in {401, 403}:
        raise Unauthorised(_("YouTube does not let this account do that. The steward must look at it."))
    if status in {404, 410}:
        raise Absent(_("YouTube knows no such video."))
    if Status.BAD_REQUEST <= status < Status.INTERNAL_SERVER_ERROR:
        reason = str(error.get("message", ""))[:120] if isinstance(error, dict) else ""
        raise Refused(_("YouTube refused the video: {reason}").format(reason=reason or status))
    raise OutcomeUnknown(_("YouTube had an error of its own ({status}).").format(status=status))


def _retry_at(answer: Answer) -> datetime:
    after = answer.headers.get("retry-after", "")
    return clock.now() + timedelta(seconds=max(1, int(after)) if after.isdigit() else 60)
