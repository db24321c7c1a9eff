"""The calls to a PDS: tokens, records, blobs, and what each answer means.

A login is dear (300 a day, 30 in 5 minutes), so the refresh token is kept and used; the PDS honours the
old one for two hours more, so a crash between its answer and our storing it costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus as Http
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Line,
    OutcomeUnknown,
    OutgoingPicture,
    Quota,
    RateLimited,
    Refused,
    Secrets,
    Unauthorised,
    Unreachable,
)
from hueandcry.connectors.bluesky.record import LIMITS, Place
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, MayHaveArrived, NotSent

T = TypeVar("T")
TOKEN_ERRORS = frozenset({"ExpiredToken", "InvalidToken"})
WRITES = frozenset({"putRecord", "deleteRecord"})


def did_of(line: Line) -> str:
    """The account's own DID, which its session names. Raises a failure."""
    return session(line)["did"]


def put(line: Line, place: Place, record: Mapping[str, Any], *, swap: str | None = "") -> dict[str, Any]:
    """Put a record in its place; the same again is a no-op. Returns the server's answer.

    swap: the cid that must stand there now, None: nothing may, "": whatever. Raises a failure.
    """
    body: dict[str, Any] = {
        "repo": place.did,
        "collection": place.collection,
        "rkey": place.rkey,
        "record": dict(record),
    }
    if swap != "":
        body["swapRecord"] = swap
    answer = signed(line, "POST", "com.atproto.repo.putRecord", json=body)
    if answer.json().get("error") == "InvalidSwap":
        raise Unreachable(_("The post was changed at Bluesky in this very moment."))
    raise_unless_done(answer)
    return answer.json()


def get(line: Line, place: Place) -> dict[str, Any] | None:
    """The record in a place (`uri`, `cid`, `value`), None if there is none. Raises a failure."""
    query = {"repo": place.did, "collection": place.collection, "rkey": place.rkey}
    answer = _call(line, "GET", "com.atproto.repo.getRecord", query=query)
    if answer.status == Http.BAD_REQUEST and answer.json().get("error") == "RecordNotFound":
        return None
    raise_unless_done(answer)
    return answer.json()


def drop(line: Line, place: Place) -> None:
    """Delete a record; what is not there is quiet on the server too. Raises a failure."""
    body = {"repo": place.did, "collection": place.collection, "rkey": place.rkey}
    raise_unless_done(signed(line, "POST", "com.atproto.repo.deleteRecord", json=body))


def upload(line: Line, picture: OutgoingPicture) -> dict[str, Any]:
    """The blob of a picture. Harmless to repeat: blobs go by content. Whatever happens, the post was not sent."""
    data = line.picture(picture.digest)
    if len(data) > LIMITS.image_bytes:
        raise Refused(_("The picture is too large for Bluesky; it takes at most 1 MB."))

    def send() -> dict[str, Any]:
        headers = {"Content-Type": picture.mime}
        answer = signed(line, "POST", "com.atproto.repo.uploadBlob", headers=headers, body=data)
        raise_unless_done(answer)
        return answer.json()

    blob = before(send).get("blob")
    if not isinstance(blob, dict):
        raise Unreachable(_("Bluesky did not take the picture."))
    return blob


def before(step: Callable[[], T]) -> T:
    """A step before the post itself: whatever became of it, the post was not sent."""
    try:
        return step()
    except OutcomeUnknown as failure:
        raise Unreachable(failure.sentence) from None


def signed(
    line: Line, verb: str, method: str, *, headers: Mapping[str, str] | None = None, **given: Any
) -> Answer:
    """Call with the kept token; if the server says it is too old (so nothing was done), refresh and call again.

    Returns any answer, also a refusal. Raises a failure.
    """

    def call(token: str) -> Answer:
        return _call(line, verb, method, headers={**(headers or {}), **_bearer(token)}, **given)

    answer = call(session(line)["access"])
    if _token_too_old(answer):
        answer = call(_refresh(line)["access"])
    _note(line, method, answer)
    return answer


def session(line: Line) -> Secrets:
    """The tokens to use: those kept, or of a first login."""
    return line.session if line.session.get("access") else _log_in(line)


def raise_unless_done(answer: Answer) -> None:
    """Turn an answer that is not 200 into the failure it means."""
    status = answer.status
    if status == Http.OK:
        return
    if status == Http.TOO_MANY_REQUESTS:
        raise RateLimited(_("Bluesky asks us to wait."), retry_at=_resets_at(answer))
    if status in {401, 403} or answer.json().get("error") in {"AccountTakedown", "AccountDeactivated"}:
        raise Unauthorised(_("Bluesky does not let this account post. The steward must look at it."))
    if Http.BAD_REQUEST <= status < Http.INTERNAL_SERVER_ERROR:
        reason = str(answer.json().get("message", ""))[:120]
        raise Refused(_("Bluesky refused the post: {reason}").format(reason=reason or status))
    raise OutcomeUnknown(_("Bluesky had an error of its own ({status}).").format(status=status))


def _refresh(line: Line) -> Secrets:
    """New tokens. One worker at a time makes them; whoever comes second takes what the first one stored."""
    with line.turn() as stored:
        if stored and stored.get("access") not in {None, "", line.session.get("access")}:
            line.session = stored
            return stored
        refresh = line.session.get("refresh", "")
        method = "com.atproto.server.refreshSession"
        answer = before(lambda: _call(line, "POST", method, headers=_bearer(refresh)))
        if _token_too_old(answer) or answer.status in {400, 401}:
            return _log_in(line)  # the refresh token itself has ended: two months unused, or revoked
        before(lambda: raise_unless_done(answer))
        return _keep(line, answer)


def _log_in(line: Line) -> Secrets:
    body = {"identifier": line.secret["identifier"], "password": line.secret["password"]}
    answer = before(lambda: _call(line, "POST", "com.atproto.server.createSession", json=body))
    if answer.status in {400, 401}:
        raise Unauthorised(_("Bluesky does not accept this account name and app password. Enter them again."))
    before(lambda: raise_unless_done(answer))
    return _keep(line, answer)


def _keep(line: Line, answer: Answer) -> Secrets:
    data = answer.json()
    names = {"access": "accessJwt", "refresh": "refreshJwt", "did": "did"}
    if not all(isinstance(data.get(name), str) for name in names.values()):
        raise Unreachable(_("Bluesky's answer to the sign-in could not be read."))
    tokens = {ours: data[theirs] for ours, theirs in names.items()}
    line.remember(tokens)
    return tokens


def _call(line: Line, verb: str, method: str, **given: Any) -> Answer:
    try:
        return line.http.call(verb, f"/xrpc/{method}", **given)
    except NotSent as failure:
        raise Unreachable(
            _("Bluesky could not be reached ({reason}).").format(reason=failure.reason)
        ) from None
    except MayHaveArrived as failure:
        raise OutcomeUnknown(_("Bluesky gave no answer ({reason}).").format(reason=failure.reason)) from None


def _token_too_old(answer: Answer) -> bool:
    return answer.status in {400, 401} and answer.json().get("error") in TOKEN_ERRORS


def _note(line: Line, method: str, answer: Answer) -> None:
    """What is left: a write of a record costs 2 or 3 points of 5,000 an hour and 35,000 a day (docs.bsky.app)."""
    limit, left = answer.headers.get("ratelimit-limit", ""), answer.headers.get("ratelimit-remaining", "")
    if limit.isdigit() and left.isdigit():
        name = "writes" if method.rpartition(".")[2] in WRITES else "calls"
        line.note_quota(Quota(name, int(limit), int(left), _resets_at(answer)))


def _resets_at(answer: Answer) -> datetime:
    """`ratelimit-reset` is in seconds since 1970, `retry-after` in seconds from now; at least one second."""
    now = clock.now()
    reset, after = answer.headers.get("ratelimit-reset", ""), answer.headers.get("retry-after", "")
    if reset.isdigit():
        return max(datetime.fromtimestamp(int(reset), tz=UTC), now + timedelta(seconds=1))
    return now + timedelta(seconds=max(1, int(after)) if after.isdigit() else 60)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
