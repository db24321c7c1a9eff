"""Bluesky (any AT Protocol PDS): exactly once, by a record key made from the delivery's key and `putRecord`.

Facts read 2026-11-22: docs.bsky.app (HTTP API, rate limits), atproto.com/specs (TID, record key, blob, rich text),
lexicons app.bsky.feed.post, app.bsky.feed.repost, app.bsky.actor.profile, app.bsky.embed.external and .images as shipped
in @atproto/pds 0.4.217. Measured there: putRecord twice with one key and the same record gives one post.

A video is a blob like a picture, sent in pieces: videos.py.

An edit puts another record under the same key. The network takes it, but shows nowhere that a post was edited, and a
reader who had the post open sees the old text until it is loaded again. Figures and followers come from an AppView
behind the PDS; where there is none they are unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus as Http
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from hueandcry.channels.connector import (
    Health,
    Line,
    Measured,
    Outgoing,
    OutgoingVideo,
    Pending,
    Profile,
    Receipt,
    Recovery,
    Refused,
)
from hueandcry.connectors.bluesky import calls
from hueandcry.connectors.bluesky.record import (
    LIMITS,
    LINK,
    POST,
    PROFILE,
    Place,
    collection_of,
    facets,
    place_of,
    post_record,
    record_key,
    reply_of,
    repost_record,
)
from hueandcry.connectors.bluesky.videos import Blobs, kept_blobs, renamed, send_blobs

__all__ = ["CONNECTOR", "Bluesky", "facets", "record_key"]
APP = "https://bsky.app"
MEASURED_AT_ONCE = 25  # app.bsky.feed.getPosts: uris maxLength 25


class Bluesky:
    """See the head of this file."""

    recovery = Recovery.KEY
    key_lasts: timedelta | None = None
    lookup_lag = timedelta(0)
    limits = LIMITS
    secret_fields = ("identifier", "password")
    profile_characters = 256  # lexicon app.bsky.actor.profile: description maxGraphemes
    reposts = True
    threads = True

    def publish(self, line: Line, outgoing: Outgoing) -> Receipt | Pending:
        """Put the record under its own key; a repeat is a no-op. Raises one of the five failures."""
        place = _place(line, outgoing)
        if outgoing.repost_of:
            record = repost_record(outgoing, _ref(_standing(line, outgoing.repost_of)))
        else:
            above = reply_of(_standing(line, outgoing.reply_to)) if outgoing.reply_to else None
            if outgoing.video:
                return _with_video(line, outgoing, outgoing.video, place, above)
            record = post_record(outgoing, upload=lambda picture: calls.upload(line, picture), reply=above)
        return _receipt(place, calls.put(line, place, record), outgoing.repost_of)

    def find(self, line: Line, outgoing: Outgoing, handle: str) -> Receipt | Pending | None:  # noqa: ARG002 - the key tells
        """The record under this delivery's key, or None."""
        place = _place(line, outgoing)
        found = calls.get(line, place)
        return _receipt(place, found, outgoing.repost_of) if found else None

    def delete(self, line: Line, outgoing: Outgoing, remote_id: str) -> None:  # noqa: ARG002 - the key tells
        """Delete the record under this delivery's key; deleting what is not there is quiet on the server too."""
        calls.drop(line, _place(line, outgoing))

    def edit(self, line: Line, outgoing: Outgoing, remote_id: str) -> Receipt:
        """Put another record in the place of the one that stands, if it is still that one.

        Its time and its place in a thread stay. Raises a failure; Refused if it is gone.
        """
        place = place_of(remote_id)
        found = calls.before(lambda: calls.get(line, place))
        if found is None or (place.did, place.collection) != (calls.did_of(line), POST):
            raise Refused(_("Bluesky knows no such post."))
        stands = found.get("value") or {}
        film = (
            renamed(stands.get("embed") or {}, outgoing.video) if outgoing.video else None
        )  # the video stays
        record = post_record(
            outgoing,
            upload=lambda picture: calls.upload(line, picture),
            reply=stands.get("reply"),
            film=film,
        )
        record["createdAt"] = stands.get("createdAt", record["createdAt"])
        return _receipt(place, calls.put(line, place, record, swap=str(found.get("cid", ""))))

    def health(self, line: Line) -> Health:
        """Ask the server whose token this is."""
        answer = calls.signed(line, "GET", "com.atproto.server.getSession")
        calls.raise_unless_done(answer)
        data = answer.json()
        return Health(external_id=str(data.get("did", "")), handle=str(data.get("handle", "")))

    def measure(self, line: Line, remote_ids: Sequence[str]) -> dict[str, Measured]:
        """What the AppView behind the PDS counts; unknown figures where it does not know a post that stands."""
        places = {remote_id: place_of(remote_id) for remote_id in remote_ids}
        known: dict[str, Measured] = {}
        for start in range(0, len(remote_ids), MEASURED_AT_ONCE):
            known |= _figures(line, remote_ids[start : start + MEASURED_AT_ONCE])
        return {
            remote_id: known.get(remote_id, Measured())
            for remote_id, place in places.items()
            if calls.get(line, place) is not None
        }

    def profile(self, line: Line) -> Profile:
        """The account's page. A name that is a domain of its own counts as a proved link: the network checks it."""
        me = self.health(line)
        found = calls.get(line, Place(me.external_id, PROFILE, "self")) or {}
        value: Mapping[str, Any] = found.get("value") or {}
        seen = _asked(line, f"app.bsky.actor.getProfile?{urlencode({'actor': me.external_id})}")
        text = str(value.get("description", ""))
        own = f"https://{me.handle}"
        return Profile(
            name=str(value.get("displayName") or me.handle),
            text=text,
            links=(*dict.fromkeys([own, *LINK.findall(text)]),),
            verified=(own,) if seen.get("handle") == me.handle else (),
            followers=_number(seen.get("followersCount")),
            picture=bool(value.get("avatar")),
            banner=bool(value.get("banner")),
        )

    def set_profile(self, line: Line, text: str) -> None:
        """Make the text of the account's page this; name, picture and all else of it stay."""
        place = Place(calls.did_of(line), PROFILE, "self")
        found = calls.before(lambda: calls.get(line, place))
        value = {"$type": PROFILE, **((found or {}).get("value") or {}), "description": text}
        calls.put(line, place, value, swap=str(found.get("cid", "")) if found else None)


CONNECTOR = Bluesky()


def _place(line: Line, outgoing: Outgoing) -> Place:
    return Place(calls.did_of(line), collection_of(outgoing), record_key(outgoing))


def _with_video(
    line: Line, outgoing: Outgoing, video: OutgoingVideo, place: Place, above: Mapping[str, Any] | None
) -> Receipt:
    """Put the record of a post with a video, sent now or at an earlier try of this delivery."""

    def put(blobs: Blobs) -> Receipt:
        film = blobs.embed(video, outgoing.language)
        record = post_record(
            outgoing, upload=lambda picture: calls.upload(line, picture), reply=above, film=film
        )
        return _receipt(place, calls.put(line, place, record), captions=blobs.word)

    if kept := kept_blobs(line):
        with suppress(Refused):  # what no record names is cleared away after a while
            return put(kept)
    return put(send_blobs(line, video))


def _standing(line: Line, remote_id: str) -> dict[str, Any]:
    """A post that something is to refer to. Raises Refused if it is gone; whatever happens, nothing was sent."""
    found = calls.before(lambda: calls.get(line, place_of(remote_id)))
    if found is None:
        raise Refused(_("The post that this one refers to is no longer on Bluesky."))
    return found


def _ref(found: Mapping[str, Any]) -> dict[str, str]:
    return {"uri": str(found.get("uri", "")), "cid": str(found.get("cid", ""))}


def _receipt(place: Place, data: Mapping[str, Any], repost_of: str = "", **evidence: str) -> Receipt:
    shown = place_of(repost_of) if repost_of else place
    return Receipt(
        remote_id=str(place),
        remote_url=f"{APP}/profile/{shown.did}/post/{shown.rkey}",
        evidence={"uri": str(data.get("uri", "")), "cid": str(data.get("cid", "")), **evidence},
    )


def _figures(line: Line, remote_ids: Sequence[str]) -> dict[str, Measured]:
    uris = urlencode({"uris": [uri for uri in remote_ids if place_of(uri).collection == POST]}, doseq=True)
    posts = _asked(line, f"app.bsky.feed.getPosts?{uris}").get("posts") if uris else None
    return {
        str(post.get("uri", "")): Measured(
            replies=_number(post.get("replyCount")),
            reposts=_number(post.get("repostCount")),
            likes=_number(post.get("likeCount")),
        )
        for post in posts or ()
        if isinstance(post, dict)
    }


def _asked(line: Line, method: str) -> dict[str, Any]:
    """The AppView's answer; an empty one where there is none, or none that can tell."""
    answer = calls.signed(line, "GET", method)
    if answer.status in {401, 403, 429}:
        calls.raise_unless_done(answer)
    return answer.json() if answer.status == Http.OK else {}


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
