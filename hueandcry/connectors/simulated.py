"""The simulated network of the demonstration (hueandcry/simnet): a LOOKUP channel.

It knows no key for a repeat, as most networks do not: after an outcome that nobody knows, our own timeline
is searched for the frozen text and link before anything is sent again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus as Http

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Health,
    Limits,
    Line,
    OutcomeUnknown,
    Outgoing,
    Pending,
    Profile,
    RateLimited,
    Receipt,
    Recovery,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, MayHaveArrived, NotSent

ADDRESS = re.compile(r"https?://\S+")
LIMITS = Limits(
    characters=500,
    card=True,
    images=1,
    image_bytes=2_000_000,
    card_image_bytes=2_000_000,
    image_types=("image/jpeg", "image/png", "image/webp"),
    alt_characters=1500,
    source="hueandcry/simnet/api.py",
    read_on=date(2026, 11, 22),
)


class Simulated:
    """See the head of this file."""

    recovery = Recovery.LOOKUP
    key_lasts: timedelta | None = None
    lookup_lag = timedelta(0)
    limits = LIMITS
    secret_fields = ("secret",)
    profile_characters = 500

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt | Pending:
        """Send the picture, then the post. Raises one of the five failures."""
        body = {
            "text": outgoing.text,
            "link": outgoing.link,
            "title": outgoing.title,
            "created_at": outgoing.created_at.isoformat(),
            "media": "",
            "alt": outgoing.picture.alt if outgoing.picture else "",
        }
        if outgoing.picture:
            body["media"] = _upload(line, outgoing)
        try:
            answer = _signed(
                line, lambda token: line.http.call("POST", "/api/posts", headers=token, json=body)
            )
        except _Duplicate as refusal:  # it says the same already: perhaps through us, a moment ago
            landed = self.find(line, outgoing, "")
            if landed is None:
                raise Refused(refusal.sentence) from None
            return landed
        return _receipt(answer.json())

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | Pending | None:
        """Our own post with this very text and link, that no other delivery of ours has; or by its id."""
        if handle:
            answer = _call(lambda: line.http.call("GET", f"/api/posts/{handle}"))
            if answer.status == Http.NOT_FOUND:
                return None
            _raise_unless_done(answer)
            return _receipt(answer.json())
        since = (outgoing.created_at - timedelta(minutes=5)).isoformat()
        answer = _signed(
            line,
            lambda token: line.http.call("GET", "/api/posts/mine", query={"since": since}, headers=token),
        )
        for post in answer.json().get("posts", []):
            same = post.get("text") == outgoing.text and post.get("link") == outgoing.link
            if same and not line.taken(str(post.get("id"))):
                return _receipt(post)
        return None

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:  # noqa: ARG002 - the id tells
        """Delete by id; what is not there is gone."""
        try:
            _signed(line, lambda token: line.http.call("DELETE", f"/api/posts/{remote_id}", headers=token))
        except _Absent:
            return

    def profile(self, line: Line) -> Profile:
        """The text of our own page, with the addresses in it."""
        data = _signed(line, lambda token: line.http.call("GET", "/api/me", headers=token)).json()
        text = str(data.get("about", ""))
        return Profile(
            name=str(data.get("name", "")),
            text=text,
            links=tuple(ADDRESS.findall(text)),
            picture=data.get("picture"),
            banner=data.get("banner"),
            described=data.get("described"),
        )

    def set_profile(self, line: Line, text: str) -> None:
        """Write it; the same again is a no-op."""
        body = {"about": text}
        _signed(line, lambda token: line.http.call("PUT", "/api/me", headers=token, json=body))

    def health(self, line: Line) -> Health:
        """Ask whose token this is."""
        data = _signed(line, lambda token: line.http.call("GET", "/api/me", headers=token)).json()
        return Health(external_id=str(data.get("id", "")), handle=str(data.get("handle", "")))


CONNECTOR = Simulated()


class _Absent(Refused):
    """404."""


class _Duplicate(Refused):
    """403 with the word “duplicate”."""


def _upload(line: Line, outgoing: Outgoing) -> str:
    assert outgoing.picture is not None
    picture = outgoing.picture
    data = line.picture(picture.digest)
    try:
        answer = _signed(
            line,
            lambda token: line.http.call(
                "POST", "/api/media", headers={**token, "Content-Type": picture.mime}, body=data
            ),
        )
    except OutcomeUnknown as failure:  # the picture alone shows nothing: the post was not sent
        raise Unreachable(failure.sentence) from None
    return str(answer.json().get("media", ""))


def _receipt(post: dict[str, object]) -> Receipt:
    return Receipt(
        remote_id=str(post.get("id", "")),
        remote_url=str(post.get("url", "")),
        evidence={"id": str(post.get("id", "")), "received_at": str(post.get("received_at", ""))},
    )


def _signed(line: Line, call: Callable[[dict[str, str]], Answer]) -> Answer:
    answer = _call(
        lambda: call({"Authorization": f"Bearer {line.session.get('token', '') or _log_in(line)}"})
    )
    if answer.status == Http.UNAUTHORIZED:  # nothing was done with a token that is too old
        token = _log_in(line)
        answer = _call(lambda: call({"Authorization": f"Bearer {token}"}))
    _raise_unless_done(answer)
    return answer


def _log_in(line: Line) -> str:
    try:
        answer = _call(lambda: line.http.call("POST", "/api/session", json={"secret": line.secret["secret"]}))
        _raise_unless_done(answer)
    except OutcomeUnknown as failure:
        raise Unreachable(failure.sentence) from None
    line.remember({"token": str(answer.json().get("token", ""))})
    return line.session["token"]


def _call(call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except NotSent as failure:
        raise Unreachable(
            _("The simulated network could not be reached ({reason}).").format(reason=failure.reason)
        ) from None
    except MayHaveArrived as failure:
        raise OutcomeUnknown(
            _("The simulated network gave no answer ({reason}).").format(reason=failure.reason)
        ) from None


def _raise_unless_done(answer: Answer) -> None:
    status = answer.status
    if status in {200, 201}:
        return
    if status == Http.TOO_MANY_REQUESTS:
        reset = answer.headers.get("ratelimit-reset", "")
        seconds = int(reset) if reset.isdigit() else 0
        moment = datetime.fromtimestamp(seconds, tz=UTC)
        raise RateLimited(
            _("The simulated network asks us to wait."),
            retry_at=max(moment, clock.now() + timedelta(seconds=1)),
        )
    if answer.json().get("error") == "duplicate":
        raise _Duplicate(_("The simulated network has this very text from us already."))
    if status in {401, 403}:
        raise Unauthorised(_("The simulated network does not accept our credential."))
    if status == Http.NOT_FOUND:
        raise _Absent(_("The simulated network knows no such post."))
    if Http.BAD_REQUEST <= status < Http.INTERNAL_SERVER_ERROR:
        reason = str(answer.json().get("message", ""))[:120]
        raise Refused(_("The simulated network refused the post: {reason}").format(reason=reason or status))
    raise OutcomeUnknown(_("The simulated network had an error of its own ({status}).").format(status=status))
