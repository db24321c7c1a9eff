"""QR codes as pictures."""

from __future__ import annotations

from io import BytesIO

import segno


def png(text: str) -> bytes:
    """A QR code of `text` as a black and white PNG, six pixels to the square, with a quiet edge."""
    picture = BytesIO()
    segno.make(text, error="m").save(picture, kind="png", scale=6, border=2)
    return picture.getvalue()
