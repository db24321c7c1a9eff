"""A picture as the templates of the public site print it. Pure."""

from __future__ import annotations

from typing import Any

from hueandcry.appeals.queries import PictureView

WIDEST_IN_PAGE = 640  # pixels; product/DESIGN.md: at most 40 KB a picture


def shown(picture: PictureView) -> dict[str, Any]:
    """A picture as the templates print it: sources by format, a fallback, and the largest copy."""
    sources = []
    for kind in ("avif", "webp"):
        copies = [copy for copy in picture.copies(kind) if copy.width <= WIDEST_IN_PAGE] or picture.copies(
            kind
        )[:1]
        sources.append(
            {"type": f"image/{kind}", "set": ", ".join(f"/media/{c.public_name} {c.width}w" for c in copies)}
        )
    plain = [copy for copy in picture.copies("jpeg") if copy.width <= WIDEST_IN_PAGE] or picture.copies(
        "jpeg"
    )[:1]
    largest = picture.copies("jpeg")[-1]
    return {
        "place": picture.place,
        "alt": picture.alt,
        "caption": picture.caption,
        "sources": sources,
        "src": f"/media/{plain[-1].public_name}",
        "width": plain[-1].width,
        "height": plain[-1].height,
        "larger": f"/media/{largest.public_name}" if largest.width > plain[-1].width else "",
    }
