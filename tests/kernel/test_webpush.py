"""Web push closed as RFC 8291 says, signed as RFC 8292 says."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hueandcry.kernel import webpush
from hueandcry.kernel.webpush import base64url, unbase64

# RFC 8291, section 5 and appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
THEIRS = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6"
    "PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc_comes_out_byte_for_byte() -> None:
    key = ec.derive_private_key(int.from_bytes(unbase64(OURS), "big"), ec.SECP256R1())
    made = webpush.encrypt(PLAIN, p256dh=THEIRS, auth=AUTH, salt=unbase64(SALT), ours=key)
    assert base64url(made) == BODY


def test_the_largest_message_fits_and_one_byte_more_does_not() -> None:
    assert len(webpush.encrypt(b"x" * webpush.LARGEST, p256dh=THEIRS, auth=AUTH)) == webpush.LARGEST_BODY
    with pytest.raises(ValueError, match="at most 3993"):
        webpush.encrypt(b"x" * (webpush.LARGEST + 1), p256dh=THEIRS, auth=AUTH)


@pytest.mark.parametrize(
    "key", ["", "AAAA", "é", base64url(b"\x04" + bytes(64)), base64url(b"\x02" + unbase64(THEIRS)[1:33])]
)
def test_a_key_that_is_none_is_told(key: str) -> None:
    with pytest.raises(webpush.BadBrowserKey):
        webpush.encrypt(b"x", p256dh=key, auth=AUTH)


def test_a_push_service_can_check_who_we_are() -> None:
    key = webpush.private_key(bytes(range(32)))
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    header = webpush.authorisation(
        key, origin="https://push.example", contact="mailto:it@port-ellery.example", moment=moment
    )
    token, point = (part.partition("=")[2] for part in header.removeprefix("vapid ").split(", "))
    assert unbase64(point) == webpush.public_point(key)
    head, claims, signature = token.split(".")
    assert json.loads(unbase64(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(unbase64(claims)) == {
        "aud": "https://push.example",
        "exp": int(moment.timestamp()) + 12 * 3600,
        "sub": "mailto:it@port-ellery.example",
    }
    raw = unbase64(signature)
    assert len(raw) == 64
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.public_key().verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))


def test_the_same_seed_is_the_same_key() -> None:
    points = {
        webpush.public_point(webpush.private_key(seed)) for seed in (bytes(32), bytes(32), b"\xff" * 32)
    }
    assert len(points) == 2
