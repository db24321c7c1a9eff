"""Web push: close a message for one browser (RFC 8291, RFC 8188) and say who we are to its push service (RFC 8292).

Pure: no network. The figures are those of the RFCs, read 2026-11-22; RFC 8291 appendix A is a test.
"""

from __future__ import annotations

import base64
import json
import secrets
from datetime import datetime, timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LARGEST_BODY = 4096  # bytes; RFC 8030 section 7.2: a push service need not take more
HEADER = 16 + 4 + 1 + 65  # salt, record size, length of the key, our key
LARGEST = LARGEST_BODY - HEADER - 16 - 1  # bytes of a message: less the tag and the delimiter
POINT = 65  # bytes of an uncompressed public key
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-5)
SIGNED_FOR = timedelta(hours=12)  # RFC 8292 section 2: at most 24


class BadBrowserKey(ValueError):  # noqa: N818 - it says what it is
    """What the browser gave is not a key."""


def private_key(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The P-256 key of 32 strong bytes."""
    return ec.derive_private_key(int.from_bytes(seed, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Its public half, uncompressed, 65 bytes: what a browser is given as applicationServerKey."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(
    message: bytes,
    *,
    p256dh: str,
    auth: str,
    salt: bytes = b"",
    ours: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """The body of a push message. p256dh, auth: as the browser gave them; salt, ours: for the test of the RFC only.

    Raises BadBrowserKey; ValueError if the message has more than LARGEST bytes.
    """
    if len(message) > LARGEST:
        raise ValueError(f"a push message has at most {LARGEST} bytes")
    try:
        theirs = unbase64(p256dh)
        secret = unbase64(auth)
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    except ValueError as error:
        raise BadBrowserKey("not a point of P-256") from error
    if len(theirs) != POINT or not secret:
        raise BadBrowserKey("not an uncompressed key")
    own = ours or ec.generate_private_key(ec.SECP256R1())
    own_point = public_point(own)
    salt = salt or secrets.token_bytes(16)
    info = b"WebPush: info\0" + theirs + own_point
    material = _hkdf(own.exchange(ec.ECDH(), point), salt=secret, info=info, size=32)
    key = _hkdf(material, salt=salt, info=b"Content-Encoding: aes128gcm\0", size=16)
    nonce = _hkdf(material, salt=salt, info=b"Content-Encoding: nonce\0", size=12)
    sealed = AESGCM(key).encrypt(nonce, message + b"\x02", None)
    return salt + LARGEST_BODY.to_bytes(4, "big") + bytes([POINT]) + own_point + sealed


def authorisation(key: ec.EllipticCurvePrivateKey, *, origin: str, contact: str, moment: datetime) -> str:
    """The Authorization header for a push service. origin: its scheme, host and port; contact: mailto: or https:."""
    claims = {"aud": origin, "exp": int((moment + SIGNED_FOR).timestamp()), "sub": contact}
    head, body = (
        base64url(json.dumps(part, separators=(",", ":")).encode())
        for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    )
    one, two = decode_dss_signature(key.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256())))
    signature = base64url(one.to_bytes(32, "big") + two.to_bytes(32, "big"))
    return f"vapid t={head}.{body}.{signature}, k={base64url(public_point(key))}"


def base64url(data: bytes) -> str:
    """Base64 for addresses, without filling."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64(text: str) -> bytes:
    """Back from `base64url`. Raises ValueError."""
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _hkdf(material: bytes, *, salt: bytes, info: bytes, size: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=size, salt=salt, info=info).derive(material)
