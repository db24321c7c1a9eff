"""The calls to X: signed with a token that is renewed in time, and what each answer means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Line,
    OutcomeUnknown,
    Quota,
    RateLimited,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.kernel import clock, oauth
from hueandcry.kernel.http import Answer, Http, MayHaveArrived, NotSent, Streamed

T = TypeVar("T")
TOKENS = "/2/oauth2/token"
EARLY = timedelta(minutes=1)  # a token that ends so soon is renewed first
ID = re.compile(r"[0-9]{1,19}")
SECONDS = re.compile(r"[0-9]{1,10}")  # since 1970
# What a 403 says when it is the post that is refused, not us.
ABOUT_THE_POST = re.compile(
    r"duplicate|too long|shorter|reply|deleted|not visible|video longer", re.IGNORECASE
)


class Absent(Refused):
    """404, or an answer that only names what was not found."""


class Duplicate(Refused):
    """403 with the word “duplicate”."""


def signed(
    line: Line,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    *,
    query: dict[str, str] | None = None,
    form: tuple[str, bytes | Streamed] | None = None,
) -> Answer:
    """One call with the kept token; one that X does not know (so nothing was done) is renewed, and the call repeated."""
    content = {"Content-Type": form[0]} if form else {}

    def call(token: str) -> Answer:
        headers = {"Authorization": f"Bearer {token}", **content}
        raw = form[1] if form else None
        return _call(lambda: line.http.call(method, path, query=query, headers=headers, json=body, body=raw))

    token = _token(line)
    answer = call(token)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        answer = call(_renew(line, stale=token))
    raise_unless_done(answer)
    return answer


def user_of(line: Line) -> str:
    """Our own id, asked once and kept with the tokens."""
    if not line.session.get("user"):
        data = data_of(signed(line, "GET", "/2/users/me"))
        kept = {"user": id_in(data), "handle": str(data.get("username", ""))}
        with line.turn() as stored:  # or we might write old tokens over those that another worker just got
            line.remember({**(stored or line.session), **kept})
    return line.session["user"]


def read(line: Line, path: str, query: dict[str, str], fields: str = "id") -> dict[str, Any]:
    """A reading call with the wanted fields, by the one name of that parameter or the other."""
    try:
        return signed(line, "GET", path, query={**query, "tweet.fields": fields}).json()
    except Refused as refusal:
        if "tweet.fields" not in refusal.sentence:
            raise
    return signed(line, "GET", path, query={**query, "post.fields": fields.partition(",")[0]}).json()


def _token(line: Line) -> str:
    token, ends = line.session.get("access", ""), line.session.get("ends", "")
    fresh = token and ends and datetime.fromisoformat(ends) - EARLY > clock.now()
    return token if fresh else _renew(line, stale=token)


def _renew(line: Line, *, stale: str) -> str:
    """A new pair of tokens, unless another worker has just got one. Raises a failure."""
    with line.turn() as stored:
        if stored and stored.get("access"):
            line.session = stored
            if stored["access"] != stale:
                return stored["access"]
        refresh = line.session.get("refresh") or line.secret["refresh_token"]
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        client = (line.secret["client_id"], line.secret["client_secret"])
        data = before(lambda: ask_for_tokens(line.http, *client, form))
        ends = clock.now() + timedelta(seconds=int(data.get("expires_in") or 0))
        tokens = {"access": str(data["access_token"]), "ends": ends.isoformat()}
        line.remember({**line.session, **tokens, "refresh": str(data.get("refresh_token") or refresh)})
    return line.session["access"]


def ask_for_tokens(http: Http, client_id: str, client_secret: str, form: Mapping[str, str]) -> dict[str, Any]:
    """A pair of tokens for a refresh token or a code. Raises a failure; Unauthorised if X takes none of it."""
    client = (client_id, client_secret) if client_secret else None  # a public client has none
    answer = _call(lambda: oauth.ask(http, TOKENS, {**form, "client_id": client_id}, client=client))
    if answer.status in {400, 401, 403}:
        raise Unauthorised(_no_key())
    raise_unless_done(answer)
    if not answer.json().get("access_token"):
        raise Unreachable(_("X gave no key to this account."))
    return answer.json()


def _no_key() -> str:
    return _(
        "X does not accept our key to this account: it was taken back, or a new one was lost. Connect again."
    )


def _call(call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except NotSent as failure:
        raise Unreachable(_("X could not be reached ({reason}).").format(reason=failure.reason)) from None
    except MayHaveArrived as failure:
        raise OutcomeUnknown(_("X gave no answer ({reason}).").format(reason=failure.reason)) from None


def before(step: Callable[[], T]) -> T:
    """A step before the post itself: whatever became of it, the post was not sent."""
    try:
        return step()
    except OutcomeUnknown as failure:
        raise Unreachable(failure.sentence) from None


def raise_unless_done(answer: Answer) -> None:
    """Turn an answer that is not 2xx into the failure it means."""
    status, data = answer.status, answer.json()
    if status in {200, 201, 204} and ("data" in data or "errors" not in data):
        return
    said = str(data.get("detail") or data.get("title") or status)[:120]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimited(_("X asks us to wait."), retry_at=_retry_at(answer))
    if status == HTTPStatus.PAYMENT_REQUIRED:
        raise Unauthorised(_("X asks to be paid: the credits of the developer account are used up."))
    if status == HTTPStatus.FORBIDDEN and ABOUT_THE_POST.search(said):
        kind = Duplicate if "duplicate" in said.lower() else Refused
        raise kind(_("X refused the post: {said}").format(said=said))
    if status == HTTPStatus.UNAUTHORIZED:
        raise Unauthorised(_no_key())
    if status == HTTPStatus.FORBIDDEN:
        raise Unauthorised(_("X does not let this account do that: {said}").format(said=said))
    if status in {200, 201, 404}:
        raise Absent(_("X knows no such post."))
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Refused(_("X refused it: {said}").format(said=said))
    raise OutcomeUnknown(_("X had an error of its own ({status}).").format(status=status))


def _retry_at(answer: Answer) -> datetime:
    """`x-rate-limit-reset`, or that of the day's allowance if it is used up; seconds since 1970."""
    now, name = clock.now(), "x-rate-limit-reset"
    for day in ("x-user-limit-24hour", "x-app-limit-24hour"):
        if answer.headers.get(f"{day}-remaining") == "0":
            name = f"{day}-reset"
    reset = answer.headers.get(name, "")
    if SECONDS.fullmatch(reset):
        return max(datetime.fromtimestamp(int(reset), tz=UTC), now + timedelta(seconds=1))
    return now + timedelta(minutes=15)


def unreadable() -> OutcomeUnknown:
    """The failure to raise for an answer that is none of X's, such as the page of a proxy: it proves nothing."""
    return OutcomeUnknown(_("X gave an answer that cannot be read."))


def data_of(answer: Answer) -> dict[str, Any]:
    """The one thing that an answer is about. Raises OutcomeUnknown if there is none."""
    data = answer.json().get("data")
    if not isinstance(data, dict):
        raise unreadable()
    return data


def id_in(data: Mapping[str, Any]) -> str:
    """The id of a thing. Raises OutcomeUnknown if it has none."""
    told = str(data.get("id", ""))
    if not ID.fullmatch(told):
        raise unreadable()
    return told


def note(line: Line, answer: Answer) -> None:
    """How many posts X still takes from this account in this quarter of an hour."""
    told = [answer.headers.get(f"x-rate-limit-{name}", "") for name in ("limit", "remaining", "reset")]
    if all(SECONDS.fullmatch(value) for value in told):
        limit, left, reset = (int(value) for value in told)
        resets = datetime.fromtimestamp(reset, tz=UTC)
        line.note_quota(Quota(name="posts", limit=limit, left=left, resets_at=resets))
