"""The calls to the Graph API: the token in a header, the proof of the app's secret, what each error means."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
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
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, Http, MayHaveArrived, NotSent, Streamed

T = TypeVar("T")
VERSION = "/v26.0"
# Error codes, “Handle errors” and “Rate limits”. The range of 2xx is permissions.
GONE, DUPLICATE, BLOCKED, PARAMETER = 33, 506, 368, 100
UNKNOWN = frozenset({1, 2})
TOKEN = frozenset({102, 190, 463, 467})
PERMISSION = frozenset({3, 10, *range(200, 300)})
WAIT = frozenset({4, 17, 32, 341, 613, 80001})
TOO_FAST = 1390008  # a subcode of BLOCKED
MISPLACED = 1363037  # a subcode: a part of a video begins elsewhere
MOST_PAGES = 5  # of a hundred things, when we look for one
REMOVED, PASSWORD = 458, 460  # subcodes of TOKEN
USAGE = ("x-business-use-case-usage", "x-app-usage", "x-page-usage")


class Absent(Refused):
    """Code 100, subcode 33."""


class Duplicate(Refused):
    """Code 506."""


class Misplaced(Refused):
    """Subcode 1363037: the next part of a video begins and ends at these bytes (facebook_business, video_uploader.py)."""

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.start, self.end = start, end


def call(
    line: Line,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    *,
    query: dict[str, str] | None = None,
    form: tuple[str, bytes | Streamed] | None = None,
    http: Http | None = None,
) -> dict[str, Any]:
    """One call with the Page's token. http: another address than the account's. Raises a failure."""
    server = http or line.http
    answer = _sent(
        lambda: server.call(
            method,
            VERSION + path,
            query={**(query or {}), **proof_of(line.secret["token"], line.secret["app_secret"])},
            headers=bearer(line.secret["token"]) | ({"Content-Type": form[0]} if form else {}),
            json=body,
            body=form[1] if form else None,
        )
    )
    _raise_if_misplaced(answer)
    _raise_unless_done(answer)
    _note(line, answer)
    return answer.json()


def listed(line: Line, path: str, query: dict[str, str], *, since: datetime) -> Iterator[dict[str, Any]]:
    """What the Page lists since a moment, newest first. Raises OutcomeUnknown if the list is too long."""
    query = {**query, "limit": "100"}
    for _page in range(MOST_PAGES):
        data = call(line, "GET", path, query=query)
        things = data.get("data")
        if not isinstance(things, list) or not all(isinstance(one, dict) for one in things):
            raise unreadable()
        recent = [one for one in things if not _is_before(since, one)]
        yield from recent
        if things and not recent:  # where `since` is not heeded, the list would not end
            return
        paging = data.get("paging", {})
        if not paging.get("next"):
            return
        query = {**query, "after": str(paging.get("cursors", {}).get("after", ""))}
    raise OutcomeUnknown(_("Facebook shows too many posts to find this one among them."))


def _is_before(moment: datetime, thing: dict[str, Any]) -> bool:
    try:
        return datetime.fromisoformat(str(thing.get("created_time"))) < moment
    except (ValueError, TypeError):  # not told, or without its zone: it may be ours
        return False


def unreadable() -> OutcomeUnknown:
    """For an answer that is none of Facebook's, such as the page of a proxy: it proves nothing."""
    return OutcomeUnknown(_("Facebook gave an answer that cannot be read."))


def ask(step: Callable[[], Answer]) -> dict[str, Any]:
    """One call without a Line, that changes nothing. Raises a failure."""
    answer = before(lambda: _sent(step))
    before(lambda: _raise_unless_done(answer))
    return answer.json()


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def proof_of(token: str, app_secret: str) -> dict[str, str]:
    """What shows that the caller knows the app's secret too; it opens nothing without the token."""
    return {"appsecret_proof": hmac.new(app_secret.encode(), token.encode(), "sha256").hexdigest()}


def _sent(step: Callable[[], Answer]) -> Answer:
    try:
        return step()
    except NotSent as failure:
        raise Unreachable(
            _("Facebook could not be reached ({reason}).").format(reason=failure.reason)
        ) from None
    except MayHaveArrived as failure:
        raise OutcomeUnknown(_("Facebook gave no answer ({reason}).").format(reason=failure.reason)) from None


def before(step: Callable[[], T]) -> T:
    """A step before the post itself: whatever became of it, the post was not sent."""
    try:
        return step()
    except OutcomeUnknown as failure:
        raise Unreachable(failure.sentence) from None


def _raise_unless_done(answer: Answer) -> None:
    """Turn an answer that is not 200 into the failure it means."""
    error = answer.json().get("error")
    if answer.status == HTTPStatus.OK and not error:
        return
    error = error if isinstance(error, dict) else {}
    code, subcode = _number(error, "code"), _number(error, "error_subcode")
    if (
        code in WAIT
        or (code, subcode) == (BLOCKED, TOO_FAST)
        or answer.status == HTTPStatus.TOO_MANY_REQUESTS
    ):
        raise RateLimited(_("Facebook asks us to wait."), retry_at=_retry_at(answer))
    if code in UNKNOWN or error.get("is_transient") or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise OutcomeUnknown(
            _("Facebook had an error of its own ({status}).").format(status=code or answer.status)
        )
    if code in TOKEN or (answer.status == HTTPStatus.UNAUTHORIZED and not code):
        raise Unauthorised(_ended(subcode))
    said = str(error.get("error_user_msg") or error.get("message") or answer.status)[:120]
    if code == PARAMETER and "appsecret_proof" in said:
        raise Unauthorised(_("The app secret does not belong to this token. Enter both again."))
    if code == PARAMETER and "node type (User)" in said:
        raise Unauthorised(_("This token belongs to a person. Facebook needs the token of the Page."))
    if code in PERMISSION:
        raise Unauthorised(
            _("Facebook does not give us the right to do this on the Page: {said}").format(said=said)
        )
    if (code, subcode) == (PARAMETER, GONE):
        raise Absent(_("Facebook knows no such post."))
    if code == DUPLICATE:
        raise Duplicate(_("Facebook has this very text from us already."))
    raise Refused(_("Facebook refused it: {said}").format(said=said))


def _raise_if_misplaced(answer: Answer) -> None:
    """Where a part of a video belongs, which Facebook writes as numbers or as words."""
    error = answer.json().get("error")
    if not isinstance(error, dict) or _number(error, "error_subcode") != MISPLACED:
        return
    told = error.get("error_data")
    try:
        data: Any = json.loads(told) if isinstance(told, str) else told
        start, end = int(data["start_offset"]), int(data["end_offset"])
    except (KeyError, TypeError, ValueError):
        raise Unreachable(_("Facebook did not say what it has of the video.")) from None
    raise Misplaced(_("Facebook wants another part of the video."), start, end)


def _ended(subcode: int) -> str:
    """Why a token is no longer good (“Handle errors”, subcodes)."""
    if subcode == REMOVED:
        return _("Our app was taken off this Page. Connect it again.")
    if subcode == PASSWORD:
        return _("Somebody changed a password, which ends our access to this Page. Connect it again.")
    return _("Facebook has ended our access to this Page. Connect it again.")


def _retry_at(answer: Answer) -> datetime:
    """Minutes from now, where Facebook names them; else a quarter of an hour."""
    minutes = max((_number(use, "estimated_time_to_regain_access") for use in _uses(answer)), default=0)
    return clock.now() + timedelta(minutes=minutes or 15)


def _note(line: Line, answer: Answer) -> None:
    """Facebook counts calls in per cent of what the Page is allowed, over the last day."""
    if uses := list(_uses(answer)):
        names = ("call_count", "total_time", "total_cputime")
        used = max(_number(use, name) for use in uses for name in names)
        ends = clock.now() + timedelta(days=1)
        line.note_quota(Quota(name="calls, per cent", limit=100, left=max(0, 100 - used), resets_at=ends))


def _uses(answer: Answer) -> Iterator[dict[str, Any]]:
    """What the usage headers say; the one for business use cases has a list for each Page."""
    for name in USAGE:
        try:
            told = json.loads(answer.headers.get(name, "{}"))
        except ValueError:
            continue
        if isinstance(told, dict):
            lists = [value for value in told.values() if isinstance(value, list)]
            yield from (use for value in lists for use in value if isinstance(use, dict))
            if "call_count" in told:
                yield told


def _number(told: dict[str, Any], name: str) -> int:
    """A whole number as Facebook told it; 0 if it told none."""
    value = told.get(name)
    return int(value) if isinstance(value, int | float) else 0
