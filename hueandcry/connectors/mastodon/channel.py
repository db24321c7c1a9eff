"""The connector. Facts and sources: hueandcry/connectors/mastodon/__init__.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus as Http
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    CardBy,
    Counting,
    Health,
    Limits,
    Line,
    Measured,
    OutcomeUnknown,
    Outgoing,
    Pending,
    Profile,
    Quota,
    RateLimited,
    Receipt,
    Recovery,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.connectors.mastodon.media import MEDIA, send_picture, send_video
from hueandcry.kernel import clock
from hueandcry.kernel.http import Answer, MayHaveArrived, NotSent
from hueandcry.kernel.plain import plain

STATUSES = "/api/v1/statuses"
SEARCHED_BEFORE = timedelta(minutes=5)  # clocks differ: a post may seem older than its first try
PAGE, MOST_PAGES = 40, 10  # posts a page, pages that are searched
MENTION = re.compile(r"(?<![\w/])@(\w+)@[\w.-]+\w")  # of somebody it knows, a server shows no more than @name
ADDRESS = re.compile(r"/(?:@\w+|users/\w+/statuses)/([0-9A-Za-z_-]{1,64})/?\Z")  # without the server
NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}\Z")  # an id: digits at Mastodon itself, letters at servers like it
LIMITS = Limits(
    characters=500,
    counting=Counting.LINKS_23,
    images=4,
    image_bytes=10_485_760,
    image_types=("image/jpeg", "image/png", "image/webp"),
    alt_characters=1500,
    video_bytes=103_809_024,
    video_types=("video/mp4", "video/webm"),
    card_by=CardBy.NETWORK,
    source="docs.joinmastodon.org/methods/instance (defaults of a server; each says its own)",
    read_on=date(2026, 11, 22),
)


class Mastodon:
    """See the head of this file."""

    recovery = Recovery.KEY
    key_lasts: timedelta | None = timedelta(minutes=55)
    lookup_lag = timedelta(0)
    limits = LIMITS
    secret_fields = ("token",)
    profile_characters = 500  # Account::NOTE_LENGTH_LIMIT
    reposts = True
    threads = True

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt | Pending:
        """Send the pictures or the video, then the post under its key. Raises one of the five failures."""
        if outgoing.repost_of:
            return _receipt(_send(line, "POST", f"{_place(outgoing.repost_of)}/reblog", name="posts").json())
        if outgoing.video:
            media = [send_video(_send, line, outgoing.video, _Absent)]
        else:
            media = [send_picture(_send, line, picture) for picture in outgoing.pictures]
        body: dict[str, Any] = {
            "status": outgoing.text,
            "visibility": "public",
            "language": outgoing.language.partition("-")[0].lower(),
        }
        if media:
            body["media_ids"] = media
        if outgoing.reply_to:
            body["in_reply_to_id"] = outgoing.reply_to
        key = {"Idempotency-Key": outgoing.key}
        return _receipt(_send(line, "POST", STATUSES, json=body, headers=key, name="posts").json())

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | Pending | None:
        """By its id; else our own post with this very text, place and number of pictures that no other delivery has."""
        if handle and not handle.startswith(MEDIA):  # of a video that was sent, no post may have come
            post = _status(line, handle)
            return _receipt(post) if post else None
        for post in _own_posts(line, since=outgoing.created_at - SEARCHED_BEFORE):
            if _is(post, outgoing) and not line.taken(str(post.get("id"))):
                return _receipt(post)
        return None

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:
        """Delete by id, or take a repost back; what is not there is gone."""
        if (not remote_id or remote_id.startswith(MEDIA)) and not outgoing.repost_of:
            found = self.find(line, outgoing, "")
            if not isinstance(found, Receipt):
                return
            remote_id = found.remote_id
        try:
            if outgoing.repost_of:
                _send(line, "POST", f"{_place(outgoing.repost_of)}/unreblog", name="deletions")
            else:
                _send(line, "DELETE", _place(remote_id), name="deletions")
        except _Absent:
            return

    def edit(self, line: Line, outgoing: Outgoing, remote_id: str) -> Receipt:
        """Change text, language and alt texts; the pictures stay. The server shows that and what was changed.

        Raises a failure; Refused if it is gone, or if other pictures are wanted than stand there.
        """
        post = _status(line, remote_id)
        if post is None:
            raise _Absent(_("Mastodon knows no such post."))
        media = [str(each.get("id", "")) for each in post.get("media_attachments") or []]
        alts = _alts(outgoing)
        if alts and len(alts) != len(media):
            raise Refused(_("Mastodon keeps the pictures of a post. Take it down and post it again."))
        body = {
            "status": outgoing.text,
            "language": outgoing.language.partition("-")[0].lower(),
            "media_ids": media if alts else [],  # what is not named comes off
            "media_attributes": [
                {"id": number, "description": alt} for number, alt in zip(media, alts, strict=False)
            ],
        }
        return _receipt(_send(line, "PUT", _place(remote_id), json=body).json())

    def health(self, line: Line) -> Health:
        """Ask whose token this is."""
        data = _me(line)
        return Health(external_id=str(data.get("id", "")), handle=str(data.get("acct", "")))

    def measure(self, line: Line, remote_ids: Sequence[str]) -> dict[str, Measured]:
        """What the account's own server has seen; other servers may have more. It counts no views."""
        found = {}
        for remote_id in filter(NUMBER.match, remote_ids):
            if post := _status(line, remote_id):
                found[remote_id] = Measured(
                    replies=_number(post.get("replies_count")),
                    reposts=_number(post.get("reblogs_count")),
                    likes=_number(post.get("favourites_count")),
                )
        return found

    def id_in_address(self, address: str, *, server: str) -> str:
        """Only of an address on the account's own server: another one has other ids."""
        found = ADDRESS.fullmatch(address.removeprefix(server.rstrip("/")))
        return found[1] if found else ""

    def limits_now(self, line: Line) -> Limits:
        """What this very server takes, as it says itself (`configuration` of its Instance)."""
        data = _send(line, "GET", "/api/v2/instance").json()
        told = data.get("configuration") or {}
        posts, media = told.get("statuses") or {}, told.get("media_attachments") or {}
        types = media.get("supported_mime_types") or (*LIMITS.image_types, *LIMITS.video_types)
        return replace(
            LIMITS,
            characters=_number(posts.get("max_characters")) or LIMITS.characters,
            images=_number(posts.get("max_media_attachments")) or LIMITS.images,
            image_bytes=_number(media.get("image_size_limit")) or LIMITS.image_bytes,
            image_types=tuple(mime for mime in LIMITS.image_types if mime in types),
            alt_characters=_number(media.get("description_limit")) or LIMITS.alt_characters,
            video_bytes=_number(media.get("video_size_limit")) or 0,  # one that says none takes none
            video_types=tuple(mime for mime in LIMITS.video_types if mime in types),
            source=f"GET /api/v2/instance, {data.get('domain', '')} {data.get('version', '')}"[:200],
            read_on=clock.now().date(),
        )

    def profile(self, line: Line) -> Profile:
        """The account's page: its text as it was typed, and the links that the server has proved by rel="me"."""
        data = _me(line)
        source, fields = data.get("source") or {}, data.get("fields") or []
        typed = [str(each.get("value", "")) for each in source.get("fields") or []]
        links = {text: each for text, each in zip(typed, fields, strict=False) if text.startswith("http")}
        return Profile(
            name=str(data.get("display_name") or data.get("acct", "")),
            text=str(source.get("note", "")),
            links=tuple(links),
            verified=tuple(text for text, each in links.items() if each.get("verified_at")),
            followers=_number(data.get("followers_count")),
            picture=(picture := _has(data, "avatar")),
            banner=(banner := _has(data, "header")),
            described=_described(data, picture=picture, banner=banner),
        )

    def set_profile(self, line: Line, text: str) -> None:
        """Make the text of the account's page this; the fields with links stay as they are."""
        _send(line, "PATCH", "/api/v1/accounts/update_credentials", json={"note": text})


CONNECTOR = Mastodon()


class _Absent(Refused):
    """404."""


def _is(post: Mapping[str, Any], outgoing: Outgoing) -> bool:
    """True if this post is what the frozen request would have made."""
    boosted = post.get("reblog") or {}
    if outgoing.repost_of or boosted:
        return bool(outgoing.repost_of) and str(boosted.get("id", "")) == outgoing.repost_of
    return (
        MENTION.sub(r"@\1", plain(str(post.get("content", ""))))
        == " ".join(MENTION.sub(r"@\1", outgoing.text).split())
        and str(post.get("in_reply_to_id") or "") == outgoing.reply_to
        and len(post.get("media_attachments") or []) == len(_alts(outgoing))
    )


def _alts(outgoing: Outgoing) -> list[str]:
    """The words of each file that the post shows: of its video, which stands alone, or of its pictures."""
    return [outgoing.video.alt] if outgoing.video else [picture.alt for picture in outgoing.pictures]


def _receipt(post: Mapping[str, Any]) -> Receipt:
    number = str(post.get("id", ""))
    if not NUMBER.match(number):
        raise OutcomeUnknown(_("Mastodon's answer names no post."))
    boosted = post.get("reblog") or {}
    return Receipt(
        remote_id=number,
        remote_url=str(post.get("url") or boosted.get("url") or ""),
        evidence={
            "id": number,
            "created_at": str(post.get("created_at", "")),
            "edited_at": str(post.get("edited_at") or ""),
            "in_reply_to_id": str(post.get("in_reply_to_id") or ""),
            "reblog": str(boosted.get("id", "")),
        },
    )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _place(remote_id: str) -> str:
    """The address of a post. Raises Refused for what can be no id."""
    if not NUMBER.match(remote_id):
        raise Refused(_("Mastodon knows no such post."))
    return f"{STATUSES}/{remote_id}"


# --- calls ------------------------------------------------------------------------------------------


def _has(data: Mapping[str, Any], name: str) -> bool | None:
    """Whether the page has a picture of its own: `avatar`, or the banner, `header` (docs: entities/Account, 2026-11-23)."""
    address = data.get(name)
    return None if address is None else not str(address).endswith(f"/{name}s/original/missing.png")


def _described(data: Mapping[str, Any], *, picture: bool | None, banner: bool | None) -> bool | None:
    """Whether what there is has alt text, which a page can have since Mastodon 4.6; None: an older one does not say."""
    there = [name for name, has in (("avatar", picture), ("header", banner)) if has]
    words = [data.get(f"{name}_description") for name in there]
    return None if not words or None in words else all(words)


def _me(line: Line) -> dict[str, Any]:
    return _send(line, "GET", "/api/v1/accounts/verify_credentials").json()


def _status(line: Line, remote_id: str) -> dict[str, Any] | None:
    """A post by its id, None if it is gone."""
    try:
        return _send(line, "GET", _place(remote_id)).json()
    except _Absent:
        return None


def _own_posts(line: Line, *, since: datetime) -> Iterator[dict[str, Any]]:
    """Our own posts, newest first, back to a moment."""
    owner, above = str(_me(line).get("id", "")), ""
    for _page in range(MOST_PAGES):
        query = {"limit": str(PAGE)} | ({"max_id": above} if above else {})
        page = _list(_send(line, "GET", f"/api/v1/accounts/{owner}/statuses", query=query))
        for post in page:
            if _moment(str(post.get("created_at", ""))) < since:
                return
            yield post
        if not page:
            return
        above = str(page[-1].get("id", ""))
    raise OutcomeUnknown(_("Too many newer posts stand above it to tell whether it is there."))


def _list(answer: Answer) -> list[dict[str, Any]]:
    """A body that is a list. Raises OutcomeUnknown: what cannot be read tells nothing."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise OutcomeUnknown(_("Mastodon's answer could not be read."))
    return found


def _send(
    line: Line,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    name: str = "calls",
    **given: Any,
) -> Answer:
    """A call with the account's token that was done. name: of the allowance that its answer tells of."""
    signed = {"Authorization": f"Bearer {line.secret['token']}", **(headers or {})}
    try:
        answer = line.http.call(method, path, headers=signed, **given)
    except NotSent as failure:
        raise Unreachable(
            _("Mastodon could not be reached ({reason}).").format(reason=failure.reason)
        ) from None
    except MayHaveArrived as failure:
        raise OutcomeUnknown(_("Mastodon gave no answer ({reason}).").format(reason=failure.reason)) from None
    _note(line, answer, name)
    _raise_unless_done(answer)
    return answer


def _raise_unless_done(answer: Answer) -> None:
    """Turn an answer that is not one of the good ones into the failure it means."""
    status = answer.status
    if status in {200, 202, 206}:
        return
    if status == Http.TOO_MANY_REQUESTS:
        raise RateLimited(_("Mastodon asks us to wait."), retry_at=_resets_at(answer))
    if status == Http.UNAUTHORIZED:
        raise Unauthorised(_("Mastodon does not accept the access token. Connect the account again."))
    if status == Http.FORBIDDEN:
        raise Unauthorised(_("Mastodon does not let this account do that. The steward must look at it."))
    if status in {404, 410}:
        raise _Absent(_("Mastodon knows no such post."))
    if Http.BAD_REQUEST <= status < Http.INTERNAL_SERVER_ERROR:
        reason = str(answer.json().get("error", ""))[:120]
        raise Refused(_("Mastodon refused the post: {reason}").format(reason=reason or status))
    raise OutcomeUnknown(_("Mastodon had an error of its own ({status}).").format(status=status))


def _note(line: Line, answer: Answer, name: str) -> None:
    limit, left = answer.headers.get("x-ratelimit-limit", ""), answer.headers.get("x-ratelimit-remaining", "")
    if limit.isdigit() and left.isdigit():
        line.note_quota(Quota(name, int(limit), int(left), _resets_at(answer)))


def _resets_at(answer: Answer) -> datetime:
    """X-RateLimit-Reset (ISO 8601); at least a second from now, five minutes if it is not said."""
    now = clock.now()
    moment = _moment(answer.headers.get("x-ratelimit-reset", ""))
    return max(moment, now + timedelta(seconds=1)) if moment.year > 1 else now + timedelta(minutes=5)


def _moment(text: str) -> datetime:
    """A moment of the server; the beginning of time if it cannot be read."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
