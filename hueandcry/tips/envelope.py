"""One message: its text as bytes of a telltale-free length, sealed to the tip. Pure.

Inside the seal: four bytes of length, JSON, zeros up to the next bucket. Whoever sees the sealed bytes learns
the bucket and nothing finer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from hueandcry.kernel import sealing
from hueandcry.tips import keys

LENGTH = 4  # bytes
FIRST_BUCKET = 512  # bytes, then four times as many, again and again: 512, 2K, 8K, 32K, 128K, 512K
LAST_BUCKET = 512 * 1024
LONGEST = 40_000  # characters of one text; fits the last bucket and the body limit in every script
OVERHEAD = sealing.ENCAPSULATION + sealing.TAG


class Direction:
    """Who wrote a message: the purpose that its seal is bound to."""

    FROM_TIPSTER = "from_tipster"
    FROM_DESK = "from_desk"


@dataclass(frozen=True, slots=True)
class Letter:
    """What one message says. details: optional answers by field name ("where", "when", "who", "risk")."""

    text: str
    details: dict[str, str] = field(default_factory=dict)


def pad(content: bytes) -> bytes:
    """Length, content, zeros: as long as the smallest bucket that fits. Raises ValueError if none does."""
    bucket = FIRST_BUCKET
    while bucket < LENGTH + len(content):
        bucket *= 4
    if bucket > LAST_BUCKET:
        raise ValueError("too long for a message")
    return (len(content).to_bytes(LENGTH) + content).ljust(bucket, b"\0")


def unpad(padded: bytes) -> bytes:
    """The content of `pad`. Raises ValueError if the length does not fit."""
    length = int.from_bytes(padded[:LENGTH])
    if length > len(padded) - LENGTH:
        raise ValueError("not a padded message")
    return padded[LENGTH : LENGTH + length]


def seal_letter(letter: Letter, *, public: bytes, tip_id: str, direction: str) -> bytes:
    """Close a letter to the tip's public key."""
    value = {"v": 1, "text": letter.text, **({"details": letter.details} if letter.details else {})}
    content = json.dumps(value, ensure_ascii=False).encode()
    return sealing.seal(public, pad(content), info=keys.info(tip_id, direction))


def open_letter(sealed: bytes, *, seed: bytes, tip_id: str, direction: str) -> Letter:
    """Open what `seal_letter` closed. Raises sealing.CannotOpen."""
    content = unpad(sealing.unseal(seed, sealed, info=keys.info(tip_id, direction)))
    value = json.loads(content)
    details = {str(name): str(item) for name, item in (value.get("details") or {}).items()}
    return Letter(text=str(value["text"]), details=details)


def is_sealed_size(size: int) -> bool:
    """True if a sealed message can have this many bytes: a bucket and its overhead."""
    bucket = FIRST_BUCKET
    while bucket <= LAST_BUCKET:
        if size == bucket + OVERHEAD:
            return True
        bucket *= 4
    return False
