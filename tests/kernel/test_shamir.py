"""Shares of a secret: enough give it back, fewer say nothing."""

from __future__ import annotations

import itertools
import secrets
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hueandcry.kernel import shamir


@pytest.mark.slow
@given(secret=st.binary(min_size=1, max_size=40), shares=st.integers(2, 6), data=st.data())
def test_any_enough_shares_give_the_secret_and_more_do_no_harm(
    secret: bytes, shares: int, data: st.DataObject
) -> None:
    needed = data.draw(st.integers(2, shares))
    split = shamir.split(secret, shares=shares, needed=needed)
    assert list(split) == list(range(1, shares + 1))
    for size in range(needed, shares + 1):
        for numbers in itertools.combinations(split, size):
            assert shamir.combine({number: split[number] for number in numbers}) == secret


@pytest.mark.slow
@given(st.integers(0, 255), st.integers(1, 255))
def test_the_field_has_inverses_and_multiplies_as_that_of_aes(one: int, other: int) -> None:
    assert shamir._times(other, shamir._inverse(other)) == 1
    assert shamir._times(shamir._times(one, other), shamir._inverse(other)) == one
    assert shamir._times(0x57, 0x83) == 0xC1  # FIPS 197, 4.2


@pytest.mark.slow
def test_too_few_shares_fit_every_secret_alike() -> None:
    """One share of a two-share split: for each secret there is a second share that leads to it."""
    share = shamir.split(b"s", shares=3, needed=2)[1]
    reached = {shamir.combine({1: share, 2: bytes([second])}) for second in range(256)}
    assert len(reached) == 256


@pytest.mark.slow
def test_a_share_does_not_lean_towards_its_secret() -> None:
    counted = Counter(shamir.split(b"\x00", shares=2, needed=2)[1][0] for _ in range(20_000))
    assert len(counted) == 256
    assert max(counted.values()) < 140  # 78 expected, 8.8 the deviation


def test_a_wrong_share_gives_other_bytes_and_says_nothing() -> None:
    secret = secrets.token_bytes(32)
    split = shamir.split(secret, shares=3, needed=2)
    split[2] = bytes([split[2][0] ^ 1]) + split[2][1:]
    assert shamir.combine({1: split[1], 2: split[2]}) != secret


@pytest.mark.parametrize(
    "shares", [{}, {1: b"a"}, {1: b"a", 2: b"bc"}, {0: b"a", 1: b"b"}, {1: b"a", 256: b"b"}]
)
def test_what_are_no_shares_are_refused(shares: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="shares"):
        shamir.combine(shares)


@pytest.mark.parametrize(("shares", "needed"), [(1, 1), (3, 1), (2, 3), (256, 2)])
def test_a_split_that_hides_nothing_is_refused(shares: int, needed: int) -> None:
    with pytest.raises(ValueError, match="shares"):
        shamir.split(b"s", shares=shares, needed=needed)
