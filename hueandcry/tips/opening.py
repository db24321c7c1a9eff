"""Open a tip with an officer's or the recovery key: the reference for tests and for the offline command.

The only file of the house that can. The desk opens tips in the officer's browser; the public door may not
import this by any chain (contract "public-cannot-open").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hueandcry.kernel import sealing
from hueandcry.tips import envelope, keys, locks
from hueandcry.tips.envelope import Letter
from hueandcry.tips.models import KeyWrap, Tip


@dataclass(frozen=True, slots=True)
class Opened:
    """One message in the clear."""

    direction: str
    hour: datetime
    letter: Letter


def seed_of(tip: Tip, *, private: bytes) -> bytes:
    """The tip's seed, with the 32-byte private key it was closed for. Raises sealing.CannotOpen."""
    name = keys.fingerprint(sealing.public_key(private))
    for wrap in KeyWrap.objects.filter(tip=tip):
        if wrap.fingerprint == name:
            return sealing.unseal(private, locks.open_wrap(wrap), info=keys.info(tip.pk, f"seed/{name}"))
    raise sealing.CannotOpen


def open_tip(tip: Tip, *, private: bytes) -> list[Opened]:
    """All messages of a tip, in order. Raises sealing.CannotOpen."""
    seed = seed_of(tip, private=private)
    return [
        Opened(
            message.direction, message.hour, _letter(tip.pk, message.direction, bytes(message.sealed), seed)
        )
        for message in tip.messages.order_by("position")
    ]


def seal_reply(tip: Tip, *, text: str) -> bytes:
    """A reply as the officer's browser seals it; needs no private key."""
    return envelope.seal_letter(
        Letter(text), public=bytes(tip.public_key), tip_id=tip.pk, direction=envelope.Direction.FROM_DESK
    )


def share(tip: Tip, *, private: bytes, publics: Iterable[bytes]) -> dict[str, bytes]:
    """The tip's seed closed for other keys, as the officer's browser does it. Raises sealing.CannotOpen."""
    seed = seed_of(tip, private=private)
    return {keys.fingerprint(key): keys.wrap_seed(seed, tip_id=tip.pk, public=key) for key in publics}


def _letter(tip_id: str, direction: str, sealed: bytes, seed: bytes) -> Letter:
    return envelope.open_letter(sealed, seed=seed, tip_id=tip_id, direction=direction)
