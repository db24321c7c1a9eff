"""Split a secret into shares of which some together give it back and fewer tell nothing (Shamir 1979). Pure.

Arithmetic in GF(256) with the polynomial of AES, byte by byte, without tables: multiplication takes the same
steps whatever the values are. A share says nothing about whether it is right: whoever combines must check the
secret against something known.
"""

from __future__ import annotations

import secrets

_POLYNOMIAL = 0x1B  # x^8 + x^4 + x^3 + x + 1, without its highest term (FIPS 197, 4.2)
_LEAST = 2  # shares that are needed: one would be the secret itself
_MOST = 255  # shares: the numbers 1 to 255 are places on the curve, 0 is the secret itself


def split(secret: bytes, *, shares: int, needed: int) -> dict[int, bytes]:
    """`shares` shares by number (from 1), any `needed` of which give the secret. Raises ValueError."""
    if not _LEAST <= needed <= shares <= _MOST:
        raise ValueError("between 2 and 255 shares, at least two needed")
    curve = [secret, *(secrets.token_bytes(len(secret)) for _ in range(needed - 1))]
    return {number: _at(curve, number) for number in range(1, shares + 1)}


def combine(shares: dict[int, bytes]) -> bytes:
    """The secret of enough shares by number; of too few, or of wrong ones, other bytes. Raises ValueError."""
    sizes = {len(share) for share in shares.values()}
    if len(shares) < _LEAST or len(sizes) != 1 or not all(0 < number <= _MOST for number in shares):
        raise ValueError("at least two shares of one length, numbered from 1")
    secret = bytearray(sizes.pop())
    for number, share in shares.items():
        weight = 1
        for other in shares.keys() - {number}:  # Lagrange's polynomial of this share, at 0
            weight = _times(weight, _times(other, _inverse(other ^ number)))
        for place, value in enumerate(share):
            secret[place] ^= _times(value, weight)
    return bytes(secret)


def _at(curve: list[bytes], number: int) -> bytes:
    """The value of the polynomial at `number`, by Horner's rule, for each byte."""
    value = bytearray(len(curve[0]))
    for coefficient in reversed(curve):
        for place, byte in enumerate(coefficient):
            value[place] = _times(value[place], number) ^ byte
    return bytes(value)


def _times(one: int, other: int) -> int:
    product = 0
    for _ in range(8):
        product ^= one & -(other & 1)
        one = (one << 1 & 0xFF) ^ (_POLYNOMIAL & -(one >> 7))
        other >>= 1
    return product


def _inverse(value: int) -> int:
    """value^254, which is 1/value in GF(256)."""
    result = 1
    for _ in range(7):
        value = _times(value, value)
        result = _times(result, value)
    return result
