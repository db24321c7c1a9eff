"""The arithmetic of drawing lots and of rates. Pure: no database, no clock, no chance."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from math import ceil, floor, sqrt

WHOLE = 2**64
Z = 1.959964  # of 95 in 100, two-sided
TINY = 1e-9  # what a computer's arithmetic is off


def commitment(seed: str) -> str:
    """What is said of a secret number before the month begins: its SHA-256, in hexadecimal."""
    return hashlib.sha256(seed.encode()).hexdigest()


def lot(seed: str, number: int, *, kind: str = "post") -> int:
    """The lot of a post, or of a "change" of one, 0 up to WHOLE.

    The first 8 bytes of HMAC-SHA-256 over "post:12" or "change:34" under the secret number.
    """
    return int.from_bytes(hmac.digest(seed.encode(), f"{kind}:{number}".encode(), "sha256")[:8])


def is_drawn(seed: str, number: int, *, percent: int, kind: str = "post") -> bool:
    """True if it is among the so many in a hundred."""
    return lot(seed, number, kind=kind) * 100 < percent * WHOLE


@dataclass(frozen=True, slots=True)
class Rate:
    """So many missteps among so many that somebody looked at; small: how many had a small thing."""

    missteps: int
    looked: int
    small: int = 0

    @property
    def likely(self) -> tuple[int, int] | None:
        """Between which whole numbers in a hundred the true rate most likely lies; None without any look.

        The interval of Wilson (1927) at 95 in 100, widened to whole numbers: it is honest for few looks too.
        """
        if not self.looked:
            return None
        share, square = self.missteps / self.looked, Z * Z / self.looked
        middle = share + square / 2
        reach = Z * sqrt(share * (1 - share) / self.looked + square / self.looked / 4)
        low, high = ((middle - reach) / (1 + square), (middle + reach) / (1 + square))
        return max(0, floor(100 * low + TINY)), min(100, ceil(100 * high - TINY))
