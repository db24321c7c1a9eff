"""The part of a picture that a post shows, and the point in it that stays in view, as the page of writing asks for it: in hundredths of each side. Pure."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from hueandcry.posts.crop_actions import WHOLE
from hueandcry.posts.pictures import thumbnail, whole_copies

SIDES = ("left", "top", "width", "height")
SHAPES = (("1", "1 : 1"), ("0.8", "4 : 5"), ("1.7778", "16 : 9"))  # width by height, and how people write it
WIDE = 640  # pixels of the copy on which the part is chosen
NOWHERE = -1  # refused by the action: no page of ours sends it


def crop_of(item: dict[str, Any], *, post_id: int) -> dict[str, Any]:
    """What the page shows: the whole picture, the four sides and the point in percent, and whether only a part is shown now."""
    part = item["crop"]["part"] if "crop" in item else [0, 0, WHOLE, WHOLE]
    look = thumbnail({"copies": whole_copies(item)}, WIDE)
    point = [int(share) for share in item["focus"].split(",")] if item.get("focus") else [WHOLE // 2] * 2
    return {
        "point": [(name, f"{share / 100:g}") for name, share in zip(SIDES, point, strict=False)],
        "now": "crop" in item,
        "sides": [(name, f"{share / 100:g}") for name, share in zip(SIDES, part, strict=True)],
        "shapes": SHAPES,
        "look": look,
        "address": reverse("post-media", args=[post_id, look["name"]]),
    }


def share_of(typed: str) -> int:
    """Percent as typed, in ten thousandths; NOWHERE for what is no number from 0 to 100."""
    try:
        share = float(typed.strip().replace(",", "."))
    except ValueError:
        return NOWHERE
    return round(share * 100) if 0 <= share <= 100 else NOWHERE  # noqa: PLR2004 - percent
