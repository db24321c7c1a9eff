"""Webhook: every post, correction and removal as a signed event to an address of the agency's choice (docs/connectors.md).

Signed as "Standard Webhooks" 1.0 says (standardwebhooks.com, specification read 2026-11-22): HMAC-SHA256 over
"id.moment.body", in the headers webhook-id, webhook-timestamp and webhook-signature. The id is made from the delivery's
key, the same for every try of publishing and deleting, so a receiver that drops an id which it has seen gets each once
(KEY). A correction carries the whole post, so it may come twice without harm.
"""

from __future__ import annotations

import binascii
import hmac
import json
from base64 import b64decode, b64encode
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus as Status
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Health,
    Limits,
    Line,
    OutcomeUnknown,
    Outgoing,
    Pending,
    RateLimited,
    Receipt,
    Recovery,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, MayHaveArrived, NotSent, Server

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64  # bytes of a secret
LIMITS = Limits(
    characters=10_000,
    size=20_000,
    card=True,
    title_characters=300,
    source="Standard Webhooks 1.0, payload size (20 kB recommended); the receiver may take less",
    read_on=date(2026, 11, 22),
)


class Webhook:
    """See the head of this file."""

    recovery = Recovery.KEY
    key_lasts: timedelta | None = None
    lookup_lag = timedelta(0)
    limits = LIMITS
    secret_fields = ("signing_secret",)
    threads = True

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt | Pending:
        """Tell that it is published. Raises one of the five failures."""
        _tell(line, "post.published", outgoing.key, _data(outgoing))
        return _receipt(outgoing.key)

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | Pending | None:  # noqa: ARG002 - see below
        """None: a receiver cannot be asked. The same event again is a no-op there."""
        return None

    def edit(self, line: Line, outgoing: Outgoing, remote_id: str) -> Receipt:
        """Tell what the whole post says now. Another try has another id: the newest timestamp counts, not the last."""
        said = _data(outgoing) | {"id": remote_id}
        _tell(line, "post.edited", f"{remote_id}.{clock.now().timestamp():.6f}", said)
        return _receipt(remote_id)

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:
        """Tell that it is to be taken down, also if it was never told that it is up."""
        key = remote_id or outgoing.key
        try:
            _tell(line, "post.deleted", f"{key}.deleted", {"id": key})
        except _Absent:
            return

    def health(self, line: Line) -> Health:
        """Send an event that says nothing and see that it is taken."""
        _tell(line, "account.check", f"check.{int(clock.now().timestamp())}", {})
        place = urlsplit(line.http.address) if isinstance(line.http, Server) else urlsplit("")
        return Health(external_id=f"{place.netloc}{place.path}", handle="")


CONNECTOR = Webhook()


class _Absent(Refused):
    """404."""


def sign(secret: str, number: str, moment: int, body: bytes) -> str:
    """The header webhook-signature. Raises Unauthorised for a secret that is none."""
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise Unauthorised(
            _("The signing secret must be “whsec_” and 24 to 64 bytes in base64. Enter it again.")
        )
    mac = hmac.new(key, f"{number}.{moment}.".encode() + body, "sha256").digest()
    return f"v1,{b64encode(mac).decode()}"


def _data(outgoing: Outgoing) -> dict[str, str]:
    return {
        "id": outgoing.key,
        "text": outgoing.text,
        "link": outgoing.link,
        "title": outgoing.title,
        "language": outgoing.language,
        "created_at": _stamp(outgoing.created_at),
        "reply_to": outgoing.reply_to,
    }


def _receipt(key: str) -> Receipt:
    return Receipt(remote_id=key, evidence={"webhook_id": key})


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _tell(line: Line, kind: str, number: str, data: dict[str, str]) -> None:
    moment = int(clock.now().timestamp())
    body = json.dumps(
        {"type": kind, "timestamp": _stamp(clock.now()), "data": data}, ensure_ascii=False
    ).encode()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": str(moment),
        "webhook-signature": sign(line.secret.get("signing_secret", ""), number, moment, body),
    }
    try:
        answer = line.http.call("POST", "", headers=headers, body=body)
    except NotSent as failure:
        raise Unreachable(
            _("The receiver could not be reached ({reason}).").format(reason=failure.reason)
        ) from None
    except MayHaveArrived as failure:
        raise OutcomeUnknown(
            _("The receiver gave no answer ({reason}).").format(reason=failure.reason)
        ) from None
    _raise_unless_done(answer)


def _raise_unless_done(answer: Answer) -> None:
    """As the specification reads an answer: 2xx is taken, 410 wants no more, 429 and 5xx ask for another try."""
    status = answer.status
    if Status.OK <= status < Status.MULTIPLE_CHOICES:
        return
    if status == Status.TOO_MANY_REQUESTS:
        after = answer.headers.get("retry-after", "")
        wait = timedelta(seconds=max(1, int(after)) if after.isdigit() else 60)
        raise RateLimited(_("The receiver asks us to wait."), retry_at=clock.now() + wait)
    if status == Status.GONE:
        raise Unauthorised(_("The receiver takes no more events (410). Ask whoever runs it."))
    if status in {401, 403}:
        raise Unauthorised(_("The receiver does not accept our signature. Enter its signing secret again."))
    if status == Status.NOT_FOUND:
        raise _Absent(_("The receiver knows no such post, or nobody listens at this address (404)."))
    if status < Status.INTERNAL_SERVER_ERROR:
        reason = str(answer.json().get("message", ""))[:120]
        raise Refused(_("The receiver refused the post: {reason}").format(reason=reason or status))
    raise OutcomeUnknown(_("The receiver had an error of its own ({status}).").format(status=status))
