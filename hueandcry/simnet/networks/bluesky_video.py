"""Videos on the simulated Bluesky: what a record may say of one, and what the public sees (lexicon app.bsky.embed.video)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hueandcry.kernel.text import length
from hueandcry.simnet.world import World

EMBED = "app.bsky.embed.video"
TYPES = {"video/mp4": 100_000_000, "text/vtt": 20_000}  # bytes
LONGEST_ALT = 1_000


def takes(mime: str, size: int) -> bool:
    """True if a file of this kind and size may be part of a video."""
    return 0 < size <= TYPES.get(mime, 0)


def check(embed: dict[str, Any]) -> str:
    """What is wrong with it; "" if nothing is."""
    if embed.get("$type") != EMBED:
        return ""
    files = [(embed.get("video"), "video/mp4"), *((one.get("file"), "text/vtt") for one in _captions(embed))]
    if any(not isinstance(file, dict) or file.get("mimeType") != mime for file, mime in files):
        return "Record/embed/video must be a blob of type video/mp4, its captions text/vtt"
    if length(str(embed.get("alt", ""))) > LONGEST_ALT:
        return f"Record/embed/alt must not be longer than {LONGEST_ALT} graphemes"
    ratio = embed.get("aspectRatio") or {"width": 1, "height": 1}
    if min(ratio.get("width", 0), ratio.get("height", 0)) < 1:
        return "Record/embed/aspectRatio can not be less than 1"
    return ""


def blobs(embed: dict[str, Any]) -> list[Any]:
    """The uploaded files that it names."""
    if embed.get("$type") != EMBED:
        return []
    return [embed.get("video"), *(one.get("file") for one in _captions(embed))]


def shown(world: World, embed: dict[str, Any], blob: Callable[[World, Any], int]) -> dict[str, Any]:
    """What the public sees of it."""
    if embed.get("$type") != EMBED:
        return {}
    captions = {}
    for one in _captions(embed):
        media = world.media(blob(world, one.get("file")))
        captions[str(one.get("lang"))] = media["blob"].decode(errors="replace") if media else ""
    return {"video": blob(world, embed["video"]), "captions": captions, "video_alt": embed.get("alt", "")}


def _captions(embed: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in embed.get("captions", []) if isinstance(one, dict)]
