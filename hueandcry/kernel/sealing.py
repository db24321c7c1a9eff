"""Seal and open: the only file that imports the cryptography library.

Two kinds of box. `seal` is for a public key (HPKE, RFC 9180, with the hybrid KEM X-Wing: ML-KEM-768 and
X25519, so that what is kept today stays closed to a quantum computer of tomorrow). `seal_with_key` is for a
secret key. Both bind a context, so that a box cannot be moved to another place and still open there.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
KEY = 32  # bytes of a secret key and of a seed
NONCE = 12  # bytes, in front of every box made with a secret key
PUBLIC = 1216  # bytes of a public key: ML-KEM-768 1,184, then X25519 32
ENCAPSULATION = 1120  # bytes in front of every box made for a public key
TAG = 16  # bytes of the authentication tag
_MLKEM_PUBLIC = 1184
_MLKEM_SEED = 64


class CannotOpen(Exception):  # noqa: N818 - it says what happened
    """The box is not for this key, not for this context, or was changed."""


# --- boxes for a public key -------------------------------------------------------------------------


def new_seed() -> bytes:
    """32 random bytes: a whole private key."""
    return secrets.token_bytes(KEY)


def public_key(seed: bytes) -> bytes:
    """The public key (1,216 bytes) of a 32-byte seed, as X-Wing derives it (draft-connolly-cfrg-xwing-kem-06)."""
    lattice, curve = _private_halves(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def seal(public: bytes, plaintext: bytes, *, info: bytes) -> bytes:
    """Close `plaintext` for whoever holds the seed of `public`; 1,136 bytes longer than the plaintext.

    info: says where the box belongs; the same bytes are needed to open it. Raises ValueError if
    `public` is not a public key.
    """
    return SUITE.encrypt(plaintext, _public(public), info)


def unseal(seed: bytes, sealed: bytes, *, info: bytes) -> bytes:
    """Open a box made by `seal`. Raises CannotOpen."""
    lattice, curve = _private_halves(seed)
    try:
        return SUITE.decrypt(sealed, MLKEM768X25519PrivateKey(lattice, curve), info)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def is_public_key(data: bytes) -> bool:
    """True if these bytes can be sealed to."""
    try:
        _public(data)
    except ValueError:
        return False
    return True


def _public(data: bytes) -> MLKEM768X25519PublicKey:
    if len(data) != PUBLIC:
        raise ValueError(f"a public key has {PUBLIC} bytes")
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(data[:_MLKEM_PUBLIC]),
        X25519PublicKey.from_public_bytes(data[_MLKEM_PUBLIC:]),
    )


def _private_halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(seed) != KEY:
        raise ValueError(f"a seed has {KEY} bytes")
    expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED + KEY)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED]),
        X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED:]),
    )


# --- boxes for a secret key -------------------------------------------------------------------------


def seal_with_key(key: bytes, plaintext: bytes, *, context: bytes) -> bytes:
    """Close `plaintext` under a 32-byte secret key: 12 random bytes, then ChaCha20-Poly1305; 28 bytes longer."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plaintext, context)


def open_with_key(key: bytes, sealed: bytes, *, context: bytes) -> bytes:
    """Open a box made by `seal_with_key` with the same context. Raises CannotOpen."""
    try:
        return ChaCha20Poly1305(key).decrypt(sealed[:NONCE], sealed[NONCE:], context)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


# --- deriving keys ----------------------------------------------------------------------------------


def hkdf(material: bytes, *, info: bytes, salt: bytes = b"", size: int = KEY) -> bytes:
    """HKDF-SHA256 (RFC 5869) of strong key material, `size` bytes long."""
    return HKDF(algorithm=hashes.SHA256(), length=size, salt=salt or None, info=info).derive(material)


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256, 32 bytes."""
    return hmac.digest(key, message, "sha256")


def same(one: bytes, other: bytes) -> bool:
    """True if equal; takes the same time whatever differs."""
    return hmac.compare_digest(one, other)


def slow_hash(material: bytes, *, salt: bytes, memory_kib: int, passes: int) -> bytes:
    """Argon2id (RFC 9106) with one lane, 32 bytes; memory in KiB, at least 8; salt of at least 8 bytes."""
    return Argon2id(salt=salt, length=KEY, iterations=passes, lanes=1, memory_cost=memory_kib).derive(
        material
    )


def passphrase_key(passphrase: str, *, salt: bytes, rounds: int) -> bytes:
    """PBKDF2-HMAC-SHA256, 32 bytes: the one slow hash that every browser has built in."""
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, rounds, KEY)


# --- signatures -------------------------------------------------------------------------------------


def ed25519_new() -> bytes:
    """A new signing key: a 32-byte seed."""
    return secrets.token_bytes(KEY)


def ed25519_public(seed: bytes) -> bytes:
    """The 32-byte public key of a signing seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def ed25519_sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte Ed25519 signature (RFC 8032) of a message."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """True if the signature is the key's own over exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
