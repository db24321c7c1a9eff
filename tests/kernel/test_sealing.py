"""Boxes, keys and signatures."""

from __future__ import annotations

import pytest

from hueandcry.kernel import sealing

SEED = bytes(range(32))


def test_a_box_opens_for_its_key_and_its_place_only() -> None:
    box = sealing.seal(sealing.public_key(SEED), b"grey van", info=b"here")
    assert sealing.unseal(SEED, box, info=b"here") == b"grey van"
    for seed, changed, info in (
        (sealing.new_seed(), box, b"here"),
        (SEED, box, b"elsewhere"),
        (SEED, box[:-1] + bytes([box[-1] ^ 1]), b"here"),
        (SEED, bytes([box[0] ^ 1]) + box[1:], b"here"),
        (SEED, box[:100], b"here"),
        (SEED, b"", b"here"),
    ):
        with pytest.raises(sealing.CannotOpen):
            sealing.unseal(seed, changed, info=info)


def test_sizes_are_as_the_format_says() -> None:
    public = sealing.public_key(SEED)
    assert len(public) == sealing.PUBLIC
    assert len(sealing.seal(public, b"x" * 32, info=b"")) == 32 + 1136
    assert len(sealing.seal_with_key(SEED, b"x" * 32, context=b"")) == 60


def test_the_public_key_is_the_one_of_the_x_wing_draft() -> None:
    # draft-connolly-cfrg-xwing-kem-06, appendix C, first vector: seed and start of pk.
    seed = bytes.fromhex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26")
    assert (
        sealing.public_key(seed)
        .hex()
        .startswith("e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5")
    )


def test_two_boxes_of_one_text_differ() -> None:
    public = sealing.public_key(SEED)
    assert sealing.seal(public, b"same", info=b"") != sealing.seal(public, b"same", info=b"")
    assert sealing.seal_with_key(SEED, b"same", context=b"") != sealing.seal_with_key(
        SEED, b"same", context=b""
    )


def test_bytes_that_are_no_key_are_known() -> None:
    assert sealing.is_public_key(sealing.public_key(SEED))
    assert not sealing.is_public_key(b"\xff" * sealing.PUBLIC)
    assert not sealing.is_public_key(b"short")


def test_a_secret_key_box_is_bound_to_its_context() -> None:
    box = sealing.seal_with_key(SEED, b"token", context=b"account:1")
    assert sealing.open_with_key(SEED, box, context=b"account:1") == b"token"
    for key, changed, context in (
        (SEED, box, b"account:2"),
        (bytes(32), box, b"account:1"),
        (SEED, box[:-1], b"account:1"),
        (SEED, b"", b"account:1"),
    ):
        with pytest.raises(sealing.CannotOpen):
            sealing.open_with_key(key, changed, context=context)


def test_derivations_match_published_vectors() -> None:
    # RFC 5869, A.1
    derived = sealing.hkdf(bytes([0x0B] * 22), salt=bytes(range(13)), info=bytes(range(0xF0, 0xFA)), size=42)
    assert derived.hex().startswith("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf")
    # RFC 4231, test case 2
    assert (
        sealing.mac(b"Jefe", b"what do ya want for nothing?")
        .hex()
        .startswith("5bdcc146bf60754e6a042426089575c7")
    )


def test_a_signature_holds_for_its_message_only() -> None:
    # RFC 8032, 7.1, test 2
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = sealing.ed25519_public(seed)
    assert public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = sealing.ed25519_sign(seed, b"\x72")
    assert signature.hex().startswith("92a009a9f0d4cab8720e820b5f642540")
    assert sealing.ed25519_verify(public, b"\x72", signature)
    assert not sealing.ed25519_verify(public, b"\x73", signature)
    assert not sealing.ed25519_verify(sealing.ed25519_public(sealing.ed25519_new()), b"\x72", signature)
    assert not sealing.ed25519_verify(b"no key", b"\x72", signature)
