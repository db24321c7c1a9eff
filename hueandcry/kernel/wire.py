"""Bytes in JSON: as standard base64 (RFC 4648, section 4)."""

from __future__ import annotations

import base64


def as_text(data: bytes | memoryview) -> str:
    """The bytes as text."""
    return base64.b64encode(bytes(data)).decode()


def as_bytes(text: object) -> bytes:
    """The bytes of `as_text`. Raises ValueError for what is no text or no base64."""
    if not isinstance(text, str):
        raise ValueError("not text")  # noqa: TRY004 - whoever reads JSON has one thing to expect
    return base64.b64decode(text, validate=True)
