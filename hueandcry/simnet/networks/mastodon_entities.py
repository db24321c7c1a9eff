"""What a simulated Mastodon server hands out: Status, Account, MediaAttachment, StatusEdit, Instance.

From docs.joinmastodon.org (entities), read 2026-11-22; the HTML as the server's app/lib/text_formatter.rb writes it.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from hueandcry.kernel.text import length
from hueandcry.simnet.api import Response
from hueandcry.simnet.world import World

LONGEST_TEXT = 500  # characters, a link counting 23
LONGEST_NOTE = 500
LONGEST_ALT = 1500
MOST_MEDIA = 4
LARGEST_IMAGE = 10_485_760  # bytes
IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
VIDEO_TYPES = ("video/webm", "video/mp4", "video/quicktime")
LARGEST_VIDEO = 16_000_000  # bytes; a real server takes 103,809,024
CONFIGURATION: dict[str, Any] = {
    "accounts": {
        "max_featured_tags": 10,
        "max_pinned_statuses": 5,
        "max_profile_fields": 4,
        "profile_field_name_limit": 255,
        "profile_field_value_limit": 255,
    },
    "statuses": {
        "max_characters": LONGEST_TEXT,
        "max_media_attachments": MOST_MEDIA,
        "characters_reserved_per_url": 23,
    },
    "media_attachments": {
        "supported_mime_types": [*IMAGE_TYPES, *VIDEO_TYPES],
        "description_limit": LONGEST_ALT,
        "image_size_limit": LARGEST_IMAGE,
        "image_matrix_limit": 16_777_216,
        "video_size_limit": LARGEST_VIDEO,
        "video_frame_rate_limit": 120,
        "video_matrix_limit": 8_294_400,
    },
    "polls": {
        "max_options": 4,
        "max_characters_per_option": 50,
        "min_expiration": 300,
        "max_expiration": 2_629_746,
    },
    "translation": {"enabled": False},
}
LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]’”]")
HASHTAG = re.compile(r"(?<![\w#&/])#(?=[^\W\d_]|\w*[^\W\d_])(\w+)")
MENTION = re.compile(r"(?<![\w/])@(\w+)@[\w.-]+\w")
ROLE = {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False}
SHOWN_OF_LINK = 30  # characters after https://


def counted(text: str) -> int:
    """Characters as the server counts them: a link is 23, a mention has no server, the rest as a reader sees it."""
    return length(MENTION.sub(r"@\1", LINK.sub("x" * 23, text)))


def html(text: str, *, root: str, me: bool = False) -> str:
    """The text as the server shows it. me: links carry rel="me", as on a profile."""
    tokens = re.compile(f"(?P<link>{LINK.pattern})|(?P<tag>{HASHTAG.pattern})")
    out, last = [], 0
    for found in tokens.finditer(text):
        out.append(_known(escape(text[last : found.start()])))
        out.append(_link(found["link"], me=me) if found["link"] else _tag(found["tag"][1:], root))
        last = found.end()
    out.append(_known(escape(text[last:])))
    lines = "".join(out).replace("\r\n", "\n")
    paragraphs = [part.strip("\n").replace("\n", "<br />") for part in re.split(r"\n\n+", lines)]
    return "".join(f"<p>{part}</p>" for part in paragraphs) if text.strip() else ""


def _link(address: str, *, me: bool) -> str:
    prefix = re.match(r"https?://(www\.)?", address)
    start = prefix.group() if prefix else ""
    rest = address[len(start) :]
    shown, hidden = rest[:SHOWN_OF_LINK], rest[SHOWN_OF_LINK:]
    rel = "nofollow noopener noreferrer" + (" me" if me else "")
    return (
        f'<a href="{escape(address)}" target="_blank" rel="{rel}"><span class="invisible">{escape(start)}</span>'
        f'<span class="{"ellipsis" if hidden else ""}">{escape(shown)}</span>'
        f'<span class="invisible">{escape(hidden)}</span></a>'
    )


def _known(text: str) -> str:
    """Mentions as of people that the server knows: without their server."""
    return MENTION.sub(r'<span class="h-card">@<span>\1</span></span>', text)


def _tag(name: str, root: str) -> str:
    address = f"{root}/tags/{escape(name.lower())}"
    return f'<a href="{address}" class="mention hashtag" rel="tag">#<span>{escape(name)}</span></a>'


def made(thing: dict[str, Any]) -> str:
    """When a post was put up."""
    return _moment(thing["made_at"])


def status(world: World, post: dict[str, Any], *, viewer: dict[str, Any] | None = None) -> dict[str, Any]:
    """A Status. viewer: whose token asked, for `reblogged`."""
    owner = world.account_number(post["owner"]) or {"handle": "?"}
    boosted = world.post(post["repost_of"]) if post.get("repost_of") else None
    boosts = world.reposts_of(post["id"])
    address = f"{world.root}/@{owner['handle']}/{post['id']}"
    return {
        "id": str(post["id"]),
        "created_at": made(post),
        "edited_at": post.get("edited_at") or None,
        "in_reply_to_id": str(post["reply_to"]) if post["reply_to"] else None,
        "in_reply_to_account_id": None,
        "visibility": post.get("visibility", "public"),
        "language": post.get("language") or None,
        "uri": address,
        "url": address,
        "replies_count": world.count_replies(post["id"]),
        "reblogs_count": len(boosts),
        "favourites_count": int(post.get("likes", 0)),
        "content": html(post["text"], root=world.root),
        "reblog": status(world, boosted) if boosted else None,
        "account": account(world, owner) if "id" in owner else None,
        "media_attachments": [_shown(world, picture) for picture in post["pictures"]],
        "sensitive": False,
        "spoiler_text": "",
        "mentions": [],
        "tags": [],
        "emojis": [],
        **({"reblogged": any(each["owner"] == viewer["id"] for each in boosts)} if viewer else {}),
    }


def history(world: World, post: dict[str, Any]) -> list[dict[str, Any]]:
    """Every version of a post, oldest first; one that was never edited has one."""
    now = {"text": post["text"], "at": post.get("edited_at") or made(post)}
    same = {
        "account": account(world, world.account_number(post["owner"]) or {}),
        "media_attachments": [],
        "sensitive": False,
        "spoiler_text": "",
        "emojis": [],
    }
    return [
        {"content": html(version["text"], root=world.root), "created_at": version["at"], **same}
        for version in [*post.get("versions", []), now]
    ]


def account(world: World, row: dict[str, Any]) -> dict[str, Any]:
    """An Account. A field of it is proved if the account was made with `verified` holding its address."""
    fields = [
        {
            "name": name,
            "value": html(value, root=world.root, me=True).removeprefix("<p>").removesuffix("</p>"),
            "verified_at": _moment(row["made_at"]) if value in row.get("verified", []) else None,
        }
        for name, value in row.get("fields", [])
    ]
    return {
        "id": str(row["id"]),
        "username": row["handle"],
        "acct": row["handle"],
        "display_name": row["name"],
        "note": html(row["text"], root=world.root),
        "url": f"{world.root}/@{row['handle']}",
        "uri": f"{world.root}/@{row['handle']}",
        "created_at": _moment(row["made_at"]),
        **_looks(world, row),
        "locked": False,
        "bot": False,
        "group": False,
        "indexable": True,
        "emojis": [],
        "following_count": 0,
        "followers_count": int(row.get("followers", 0)),
        "statuses_count": world.count_posts(row["id"]),
        "fields": fields,
    }


def _looks(world: World, row: dict[str, Any]) -> dict[str, str]:
    """Picture and banner; an account made with `avatar` or `header` False has the server's own instead."""
    found: dict[str, str] = {}
    for name in ("avatar", "header"):
        place = (
            f"{world.root}/_media/0" if row.get(name, True) else f"{world.root}/{name}s/original/missing.png"
        )
        found |= {name: place, f"{name}_static": place}
    return found


def credential_account(world: World, row: dict[str, Any]) -> dict[str, Any]:
    """A CredentialAccount: the same with the text and the fields as they were typed."""
    plain = [{"name": name, "value": value, "verified_at": None} for name, value in row.get("fields", [])]
    source = {
        "note": row["text"],
        "fields": plain,
        "privacy": "public",
        "sensitive": False,
        "language": "",
        "indexable": True,
        "follow_requests_count": 0,
        "attribution_domains": [],
        "quote_policy": "public",
    }
    return {**account(world, row), "source": source, "role": ROLE}


def attachment(world: World, media: dict[str, Any]) -> dict[str, Any]:
    """A MediaAttachment; its address is null while it is not ready."""
    address = f"{world.root}/_media/{media['id']}"
    return {
        "id": str(media["id"]),
        "type": "video" if media.get("mime") in VIDEO_TYPES else "image",
        "url": None if media.get("asks_left") else address,
        "preview_url": address,
        "description": media["alt"] or None,
        **_focus(media.get("focus", "")),
    }


def _focus(given: str) -> dict[str, Any]:
    """What stays in view where only a part is shown, if that was said."""
    across, comma, up = given.partition(",")
    return {"meta": {"focus": {"x": float(across), "y": float(up)}}} if comma else {}


def _shown(world: World, picture: dict[str, Any]) -> dict[str, Any]:
    media = world.media(int(picture["media"])) or {}
    kept = {name: media.get(name, "") for name in ("mime", "focus")}
    return attachment(world, {**kept, "id": picture["media"], "alt": picture["alt"]})


def instance(world: World) -> dict[str, Any]:
    """An Instance (v2) with what a post may hold here."""
    return {
        "domain": world.root.partition("//")[2],
        "title": "Mastodon (simulated)",
        "version": "4.5.0+simulated",
        "description": "A simulated server. Nothing here is real.",
        "source_url": "https://github.com/mastodon/mastodon",
        "languages": ["en"],
        "rules": [],
        "icon": [],
        "thumbnail": {"url": f"{world.root}/_media/0"},
        "usage": {"users": {"active_month": 1}},
        "contact": {"email": "", "account": None},
        "registrations": {
            "enabled": False,
            "approval_required": False,
            "reason_required": False,
            "message": None,
        },
        "configuration": CONFIGURATION | {"urls": {"streaming": world.root}},
        "api_versions": {"mastodon": 7},
    }


def as_list(values: list[dict[str, Any]]) -> Response:
    """A response that is a JSON array."""
    return Response(body=json.dumps(values).encode())


def _moment(seconds: float) -> str:
    moment = datetime.fromtimestamp(0, tz=UTC) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
