"""Pictures of a post as its row keeps them, and which copy of one a network takes. Pure.

One picture: {"asset": id, "name": file name, "alt": words, "ours": somebody said that we took it and nobody in it has
to agree, "copies": [{digest, width, height, size, name}]}, the copies
JPEG, smallest first; name of a copy: its public name, by which the desk shows it. Of one that is cropped also
"focus": see OutgoingPicture, of what is shown, and
"crop": {"asset": the part's id, "part": [left, top, width, height] in ten thousandths, "whole": copies of all of it}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hueandcry.channels.connector import Limits, OutgoingPicture

MOST = 10
JPEG = "image/jpeg"
Picture = Mapping[str, Any]


def copy_for(picture: Picture, limits: Limits) -> OutgoingPicture:
    """The largest copy that the network takes; the smallest if all are too large."""
    copies = picture["copies"]
    most = limits.image_bytes or max(copy["size"] for copy in copies)
    copy = next((item for item in reversed(copies) if item["size"] <= most), copies[0])
    return OutgoingPicture(
        digest=copy["digest"],
        mime=JPEG,
        alt=picture["alt"],
        width=copy["width"],
        height=copy["height"],
        focus=picture.get("focus", ""),
    )


def fitting(pictures: Sequence[Picture], limits: Limits) -> tuple[OutgoingPicture, ...]:
    """As many as one post shows on this network, in their order."""
    return tuple(copy_for(picture, limits) for picture in pictures[: limits.images])


def thumbnail(picture: Picture, width: int = 320) -> Mapping[str, Any]:
    """The copy for a small place on the desk: the largest that is at most so many pixels wide."""
    copies: Sequence[Mapping[str, Any]] = picture["copies"]
    return next((item for item in reversed(copies) if item["width"] <= width), copies[0])


def whole_copies(picture: Picture) -> list[dict[str, Any]]:
    """The copies of the whole picture, also where a post shows only a part of it."""
    return list(picture["crop"]["whole"] if "crop" in picture else picture["copies"])
