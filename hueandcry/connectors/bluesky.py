"""Bluesky (any AT Protocol PDS): exactly once, by a record key made from the delivery's key and `putRecord`.

Facts read 2026-11-22: docs.bsky.app (HTTP API, rate limits), atproto.com/specs (TID, record key, blob,
rich text), lexicons app.bsky.feed.post, app.bsky.embed.external and app.bsky.embed.images as shipped in
@atproto/pds 0.4.217. Measured there: putRecord twice with one key and the same record gives one post.

A login is dear (300 a day, 30 in 5 minutes), so the refresh token is kept and used; the PDS honours the
old one for two hours more, so a crash between its answer and our storing it costs nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus as Http
from typing import Any, TypeVar

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
    Secrets,
    Unauthorised,
    Unreachable,
)
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, MayHaveArrived, NotSent

T = TypeVar("T")
COLLECTION = "app.bsky.feed.post"
APP = "https://bsky.app"
SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"  # base 32 of a TID (atproto.com/specs/tid)
TOKEN_ERRORS = frozenset({"ExpiredToken", "InvalidToken"})
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]’”]")
HASHTAG = re.compile(r"(?<![\w#&/])#(?=[^\W\d_]|\w*[^\W\d_])(\w{1,64})")
LIMITS = Limits(
    characters=300,
    size=3000,
    card=True,
    images=4,
    image_bytes=1_000_000,
    card_image_bytes=1_000_000,
    image_types=("image/jpeg", "image/png", "image/webp"),
    alt_characters=2000,
    source="lexicons app.bsky.feed.post, app.bsky.embed.images and .external in @atproto/pds 0.4.217",
    read_on=date(2026, 11, 22),
)


class Bluesky:
    """See the head of this file."""

    recovery = Recovery.KEY
    key_lasts: timedelta | None = None
    lookup_lag = timedelta(0)
    limits = LIMITS
    secret_fields = ("identifier", "password")

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt | Pending:
        """Put the post under its own key; a repeat is a no-op. Raises one of the five failures."""
        session = _session(line)
        record = _record(line, outgoing)
        rkey = record_key(outgoing)
        answer = _signed(
            line,
            lambda token: line.http.call(
                "POST",
                _path("com.atproto.repo.putRecord"),
                headers=token,
                json={"repo": session["did"], "collection": COLLECTION, "rkey": rkey, "record": record},
            ),
        )
        return _receipt(session["did"], rkey, answer.json())

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | Pending | None:  # noqa: ARG002 - the key tells
        """The post under this delivery's key, or None."""
        session = _session(line)
        rkey = record_key(outgoing)
        answer = _call(
            lambda: line.http.call(
                "GET",
                _path("com.atproto.repo.getRecord"),
                query={"repo": session["did"], "collection": COLLECTION, "rkey": rkey},
            )
        )
        if answer.status == Http.BAD_REQUEST and answer.json().get("error") == "RecordNotFound":
            return None
        _raise_unless_done(answer)
        return _receipt(session["did"], rkey, answer.json())

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:  # noqa: ARG002 - the key tells
        """Delete the post under this delivery's key; deleting what is not there is quiet on the server too."""
        session = _session(line)
        _signed(
            line,
            lambda token: line.http.call(
                "POST",
                _path("com.atproto.repo.deleteRecord"),
                headers=token,
                json={"repo": session["did"], "collection": COLLECTION, "rkey": record_key(outgoing)},
            ),
        )

    def health(self, line: Line) -> Health:
        """Ask the server whose token this is."""
        answer = _signed(
            line, lambda token: line.http.call("GET", _path("com.atproto.server.getSession"), headers=token)
        )
        data = answer.json()
        return Health(external_id=str(data.get("did", "")), handle=str(data.get("handle", "")))


CONNECTOR = Bluesky()


# --- pure: the record and its key -------------------------------------------------------------------


def record_key(outgoing: Outgoing) -> str:
    """The delivery's record key: a TID of 13 characters, always the same for the same request.

    A TID is microseconds and a 10-bit clock id. The second is that of the first try, so keys sort as
    posts do; the 30 bits below it come from the delivery's key.
    """
    below = int.from_bytes(hashlib.sha256(outgoing.key.encode()).digest()[:8])
    micros = int(outgoing.created_at.timestamp()) * 1_000_000 + below % 1_000_000
    number = micros << 10 | (below // 1_000_000) % 1024
    return "".join(SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def facets(text: str) -> list[dict[str, Any]]:
    """Links and hashtags of a text, as offsets in its UTF-8 bytes (not characters)."""
    found = []
    for match in LINK.finditer(text):
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": match.group()}
        found.append(_facet(text, match.start(), match.end(), feature))
    links = [(match.start(), match.end()) for match in LINK.finditer(text)]
    for match in HASHTAG.finditer(text):
        if not any(start <= match.start() < end for start, end in links):
            feature = {"$type": "app.bsky.richtext.facet#tag", "tag": match.group(1)}
            found.append(_facet(text, match.start(), match.end(), feature))
    return found


def _facet(text: str, start: int, end: int, feature: dict[str, str]) -> dict[str, Any]:
    first = len(text[:start].encode())
    return {
        "index": {"byteStart": first, "byteEnd": first + len(text[start:end].encode())},
        "features": [feature],
    }


def _record(line: Line, outgoing: Outgoing) -> dict[str, Any]:
    """The record to put. Uploads the picture first, which is harmless to repeat: blobs go by content."""
    moment = outgoing.created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record: dict[str, Any] = {
        "$type": COLLECTION,
        "text": outgoing.text,
        "createdAt": moment,
        "langs": [outgoing.language],
    }
    if marks := facets(outgoing.text):
        record["facets"] = marks
    if embed := _embed(line, outgoing):
        record["embed"] = embed
    return record


def _embed(line: Line, outgoing: Outgoing) -> dict[str, Any] | None:
    """What stands below the text: the link as a card, or the picture by itself.

    The picture of a card has no field for its alt text, so the card's description carries it.
    """
    picture = outgoing.picture
    if outgoing.link:
        described = _("Picture: {alt}").format(alt=picture.alt) if picture else ""
        card: dict[str, Any] = {"uri": outgoing.link, "title": outgoing.title, "description": described}
        if picture:
            card["thumb"] = _upload(line, picture.digest, picture.mime)
        return {"$type": "app.bsky.embed.external", "external": card}
    if picture:
        image = {
            "image": _upload(line, picture.digest, picture.mime),
            "alt": picture.alt,
            "aspectRatio": {"width": picture.width, "height": picture.height},
        }
        return {"$type": "app.bsky.embed.images", "images": [image]}
    return None


def _receipt(did: str, rkey: str, data: Mapping[str, Any]) -> Receipt:
    return Receipt(
        remote_id=f"at://{did}/{COLLECTION}/{rkey}",
        remote_url=f"{APP}/profile/{did}/post/{rkey}",
        evidence={"uri": str(data.get("uri", "")), "cid": str(data.get("cid", ""))},
    )


# --- calls ------------------------------------------------------------------------------------------


def _upload(line: Line, digest: str, mime: str) -> dict[str, Any]:
    data = line.picture(digest)
    if len(data) > LIMITS.image_bytes:
        raise Refused(_("The picture is too large for Bluesky; it takes at most 1 MB."))
    answer = _before(
        lambda: _signed(
            line,
            lambda token: line.http.call(
                "POST",
                _path("com.atproto.repo.uploadBlob"),
                headers={**token, "Content-Type": mime},
                body=data,
            ),
        )
    )
    blob = answer.json().get("blob")
    if not isinstance(blob, dict):
        raise Unreachable(_("Bluesky did not take the picture."))
    return blob


def _signed(line: Line, call: Callable[[dict[str, str]], Answer]) -> Answer:
    """Call with the kept token; if the server says it is too old (so nothing was done), refresh and call again."""
    answer = _call(lambda: call(_bearer(_session(line)["access"])))
    if _token_too_old(answer):
        fresh = _refresh(line)
        answer = _call(lambda: call(_bearer(fresh["access"])))
    _raise_unless_done(answer)
    return answer


def _session(line: Line) -> Secrets:
    """The tokens to use: those kept, or of a first login."""
    return line.session if line.session.get("access") else _log_in(line)


def _refresh(line: Line) -> Secrets:
    answer = _before(
        lambda: _call(
            lambda: line.http.call(
                "POST",
                _path("com.atproto.server.refreshSession"),
                headers=_bearer(line.session.get("refresh", "")),
            )
        )
    )
    if _token_too_old(answer) or answer.status in {400, 401}:
        return _log_in(line)  # the refresh token itself has ended: two months unused, or revoked
    _before(lambda: _raise_unless_done(answer))
    return _keep(line, answer)


def _log_in(line: Line) -> Secrets:
    answer = _before(
        lambda: _call(
            lambda: line.http.call(
                "POST",
                _path("com.atproto.server.createSession"),
                json={"identifier": line.secret["identifier"], "password": line.secret["password"]},
            )
        )
    )
    if answer.status in {400, 401}:
        raise Unauthorised(_("Bluesky does not accept this account name and app password. Enter them again."))
    _before(lambda: _raise_unless_done(answer))
    return _keep(line, answer)


def _keep(line: Line, answer: Answer) -> Secrets:
    data = answer.json()
    tokens = {"access": str(data["accessJwt"]), "refresh": str(data["refreshJwt"]), "did": str(data["did"])}
    line.remember(tokens)
    return tokens


def _call(call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except NotSent as failure:
        raise Unreachable(
            _("Bluesky could not be reached ({reason}).").format(reason=failure.reason)
        ) from None
    except MayHaveArrived as failure:
        raise OutcomeUnknown(_("Bluesky gave no answer ({reason}).").format(reason=failure.reason)) from None


def _before(step: Callable[[], T]) -> T:
    """A step before the post itself: whatever became of it, the post was not sent."""
    try:
        return step()
    except OutcomeUnknown as failure:
        raise Unreachable(failure.sentence) from None


def _raise_unless_done(answer: Answer) -> None:
    """Turn an answer that is not 200 into the failure it means."""
    status = answer.status
    if status == Http.OK:
        return
    if status == Http.TOO_MANY_REQUESTS:
        raise RateLimited(_("Bluesky asks us to wait."), retry_at=_retry_at(answer))
    if status in {401, 403} or answer.json().get("error") in {"AccountTakedown", "AccountDeactivated"}:
        raise Unauthorised(_("Bluesky does not let this account post. The steward must look at it."))
    if Http.BAD_REQUEST <= status < Http.INTERNAL_SERVER_ERROR:
        reason = str(answer.json().get("message", ""))[:120]
        raise Refused(_("Bluesky refused the post: {reason}").format(reason=reason or status))
    raise OutcomeUnknown(_("Bluesky had an error of its own ({status}).").format(status=status))


def _token_too_old(answer: Answer) -> bool:
    return answer.status in {400, 401} and answer.json().get("error") in TOKEN_ERRORS


def _retry_at(answer: Answer) -> datetime:
    """`ratelimit-reset` is in seconds since 1970, `retry-after` in seconds from now; at least one second."""
    now = clock.now()
    reset, after = answer.headers.get("ratelimit-reset", ""), answer.headers.get("retry-after", "")
    if reset.isdigit():
        return max(datetime.fromtimestamp(int(reset), tz=UTC), now + timedelta(seconds=1))
    return now + timedelta(seconds=max(1, int(after)) if after.isdigit() else 60)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _path(method: str) -> str:
    return f"/xrpc/{method}"
