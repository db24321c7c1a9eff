"""What a post is on AT Protocol: its key, its record, the offsets of its links. Pure, but for the upload it is given."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.channels.connector import CardBy, Limits, Outgoing, OutgoingPicture, Refused
from hueandcry.kernel.text import length

POST, REPOST, PROFILE = "app.bsky.feed.post", "app.bsky.feed.repost", "app.bsky.actor.profile"
SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"  # base 32 of a TID (atproto.com/specs/tid)
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]’”]")
HASHTAG = re.compile(r"(?<![\w#&/])#(?=[^\W\d_]|\w*[^\W\d_])(\w{1,64})")
PLACE = re.compile(
    r"at://(did:[a-z]+:[\w.:%-]{1,200})/([a-zA-Z][a-zA-Z.]{1,100})/([\w.:~-]{1,512})\Z", re.ASCII
)
LIMITS = Limits(
    characters=300,
    size=3000,
    card=True,
    card_by=CardBy.US,
    images=4,
    image_bytes=1_000_000,
    card_image_bytes=1_000_000,
    image_types=("image/jpeg", "image/png", "image/webp"),
    alt_characters=2000,
    video_bytes=100_000_000,
    video_seconds=180,
    video_types=("video/mp4",),
    captions=True,
    captions_bytes=20_000,
    source="lexicons app.bsky.feed.post, app.bsky.embed.images, .video and .external in @atproto/pds 0.4.217; three "
    "minutes of video as announced 2025-03-12",
    read_on=date(2026, 11, 23),
)
Upload = Callable[[OutgoingPicture], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record is: whose repository, which collection, its key there."""

    did: str
    collection: str
    rkey: str

    def __str__(self) -> str:
        return f"at://{self.did}/{self.collection}/{self.rkey}"


def place_of(uri: str) -> Place:
    """The place that an at:// address names. Raises Refused for anything else."""
    if not (found := PLACE.match(uri)):
        raise Refused(_("Bluesky knows no such post."))
    return Place(*found.groups())


def record_key(outgoing: Outgoing) -> str:
    """The delivery's record key: a TID of 13 characters, always the same for the same request.

    A TID is microseconds and a 10-bit clock id. The second is that of the first try, so keys sort as
    posts do; the 30 bits below it come from the delivery's key.
    """
    below = int.from_bytes(hashlib.sha256(outgoing.key.encode()).digest()[:8])
    micros = int(outgoing.created_at.timestamp()) * 1_000_000 + below % 1_000_000
    number = micros << 10 | (below // 1_000_000) % 1024
    return "".join(SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def collection_of(outgoing: Outgoing) -> str:
    """Where its record goes."""
    return REPOST if outgoing.repost_of else POST


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


def post_record(
    outgoing: Outgoing,
    *,
    upload: Upload,
    reply: Mapping[str, Any] | None,
    film: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The record of a post. upload: gives the blob of a picture; reply: what stands above it in a thread; film: its video.

    Raises Refused if the link has no room beside several pictures.
    """
    text = _with_link(outgoing)
    record: dict[str, Any] = {
        "$type": POST,
        "text": text,
        "createdAt": _moment(outgoing.created_at),
        "langs": [outgoing.language],
    }
    if marks := facets(text):
        record["facets"] = marks
    if embed := film or _embed(outgoing, upload):
        record["embed"] = dict(embed)
    if reply:
        record["reply"] = dict(reply)
    return record


def repost_record(outgoing: Outgoing, subject: Mapping[str, str]) -> dict[str, Any]:
    """The record of a repost. subject: uri and cid of the post that is shown again."""
    return {"$type": REPOST, "subject": dict(subject), "createdAt": _moment(outgoing.created_at)}


def reply_of(parent: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says that stands below `parent` (an answer of getRecord): the parent, and the first of all."""
    ref = {"uri": str(parent.get("uri", "")), "cid": str(parent.get("cid", ""))}
    above = (parent.get("value") or {}).get("reply") or {}
    return {"root": above.get("root") or ref, "parent": ref}


def _with_link(outgoing: Outgoing) -> str:
    """The text; a request from before there were cards may hold several pictures and a link that has no other place."""
    bare = len(outgoing.pictures) < 2 or outgoing.card or outgoing.no_card  # noqa: PLR2004 - a card shows one
    if bare or not outgoing.link or outgoing.link in outgoing.text:
        return outgoing.text
    text = f"{outgoing.text}\n\n{outgoing.link}"
    if length(text) > LIMITS.characters:
        raise Refused(
            _("With several pictures Bluesky shows no link card, and the text leaves no room for the link.")
        )
    return text


def _embed(outgoing: Outgoing, upload: Upload) -> dict[str, Any] | None:
    """What stands below the text: the link as a card, or the pictures by themselves. A post has room for one of the two.

    The picture of an announcement is its card's; that has no field for alt text, so the card's description carries it.
    """
    card: dict[str, Any]
    if outgoing.card:
        card = {
            "uri": outgoing.card.address,
            "title": outgoing.card.title,
            "description": outgoing.card.description,
        }
        if outgoing.card.picture:
            card["thumb"] = upload(outgoing.card.picture)
        return {"$type": "app.bsky.embed.external", "external": card}
    if outgoing.link and len(outgoing.pictures) < 2 and not outgoing.no_card:  # noqa: PLR2004 - a card shows one
        picture = outgoing.picture
        described = _("Picture: {alt}").format(alt=picture.alt) if picture else ""
        card = {"uri": outgoing.link, "title": outgoing.title, "description": described}
        if picture:
            card["thumb"] = upload(picture)
        return {"$type": "app.bsky.embed.external", "external": card}
    images = [
        {
            "image": upload(picture),
            "alt": picture.alt,
            "aspectRatio": {"width": picture.width, "height": picture.height},
        }
        for picture in outgoing.pictures
    ]
    return {"$type": "app.bsky.embed.images", "images": images} if images else None


def _facet(text: str, start: int, end: int, feature: dict[str, str]) -> dict[str, Any]:
    first = len(text[:start].encode())
    return {
        "index": {"byteStart": first, "byteEnd": first + len(text[start:end].encode())},
        "features": [feature],
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
