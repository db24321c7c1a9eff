"""Private keys closed under words: an officer's passphrase, and the recovery key on paper. Pure.

The browser does the same (desk/static/desk/tips/keys.js); this is the reference for tests, for the
demonstration and for the offline command.
"""

from __future__ import annotations

import re
import secrets

from django.utils.translation import gettext as _

from hueandcry.kernel import sealing
from hueandcry.tips import codes, keys

WORDS = 6  # words of a passphrase: 66 bits, and 600,000 rounds in front of them
PAPER_WORDS = 24  # words of a recovery key: 256 bits and 8 check bits
ROUNDS = 600_000  # OWASP's figure for PBKDF2-HMAC-SHA256, read 2026-11-22
_SALT = 16
_ROUNDS = 4  # bytes
WRAPPED = _SALT + _ROUNDS + sealing.NONCE + sealing.KEY + sealing.TAG


def new_passphrase() -> str:
    """Six random words."""
    return " ".join(secrets.choice(codes.words()) for _ in range(WORDS))


def normal(passphrase: str) -> str:
    """Lower case, one space between words: what is hashed."""
    return " ".join(re.findall(r"[a-z]+", passphrase.lower()))


def close_desk_seed(seed: bytes, *, passphrase: str, rounds: int = ROUNDS) -> bytes:
    """An officer's seed as the server keeps it: salt, rounds, box; 80 bytes. Slow on purpose."""
    salt = secrets.token_bytes(_SALT)
    key = sealing.passphrase_key(normal(passphrase), salt=salt, rounds=rounds)
    return salt + rounds.to_bytes(_ROUNDS) + sealing.seal_with_key(key, seed, context=_context(seed))


def open_desk_seed(wrapped: bytes, *, passphrase: str, fingerprint: str) -> bytes:
    """The seed of the desk key with this fingerprint. Raises sealing.CannotOpen for a wrong passphrase."""
    salt, rounds = wrapped[:_SALT], int.from_bytes(wrapped[_SALT : _SALT + _ROUNDS])
    if not 0 < rounds <= ROUNDS * 100:
        raise sealing.CannotOpen
    key = sealing.passphrase_key(normal(passphrase), salt=salt, rounds=rounds)
    context = f"{keys.VERSION}/desk-key/{fingerprint}".encode()
    return sealing.open_with_key(key, wrapped[_SALT + _ROUNDS :], context=context)


def _context(seed: bytes) -> bytes:
    return f"{keys.VERSION}/desk-key/{keys.fingerprint(sealing.public_key(seed))}".encode()


def paper_words(seed: bytes) -> list[str]:
    """A recovery seed as 24 words for paper."""
    return codes.to_words(seed)


def seed_from_paper(typed: str) -> bytes:
    """The recovery seed of 24 typed words. Raises codes.Typo if they do not fit together."""
    parts = re.findall(r"[a-z]+", typed.lower())
    if len(parts) != PAPER_WORDS:
        raise codes.Typo(_("A recovery key has 24 words."))
    return codes.from_words(parts)
