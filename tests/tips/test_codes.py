"""Numbers and codes: what people write down, say and mistype."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hueandcry.tips import codes

CODES = st.binary(min_size=codes.CODE, max_size=codes.CODE)


@given(CODES)
def test_every_form_of_a_code_is_read_back(code: bytes) -> None:
    words = codes.as_words(code)
    assert len(words) == codes.WORDS
    groups, digits = codes.as_groups(code), codes.as_digits(code)
    for typed in (
        " ".join(words), "-".join(words).upper(), "".join(words), " ".join(word[:4] for word in words),
        "  " + ",\n".join(words) + ". ", groups, groups.replace("-", ""), groups.upper().replace("0", "O").replace("1", "l"),
        digits, digits.replace(" ", ""), digits.replace("0", "o").replace("1", "I"),
    ):  # fmt: skip
        assert codes.parse_code(typed) == code


@given(CODES, st.integers(0, 7), st.integers(0, 2047))
def test_a_wrong_word_never_reads_as_the_right_code(code: bytes, place: int, other: int) -> None:
    words = codes.as_words(code)
    right = words[place] == codes.words()[other]
    words[place] = codes.words()[other]
    try:
        found = codes.parse_code(" ".join(words))
    except codes.Typo:
        found = b""
    assert (found == code) == right


def test_of_wrong_words_one_in_256_passes_the_check() -> None:
    passed = 0
    for _ in range(2000):
        words = codes.as_words(secrets.token_bytes(codes.CODE))
        words[secrets.randbelow(8)] = secrets.choice(codes.words())
        try:
            codes.parse_code(" ".join(words))
        except codes.Typo:
            continue
        passed += 1
    assert passed < 40  # expected about 9


def test_an_unknown_word_is_named_by_its_place() -> None:
    words = codes.as_words(bytes(10))
    words[3] = "zzyzx"
    with pytest.raises(codes.UnknownWord, match="Word 4"):
        codes.parse_code(" ".join(words))


@pytest.mark.parametrize(
    "typed", ["", "one two", "9" * 27, "z" * 18, "u" * 18, "абв" * 9, "a" * 100_000, "²" * 27]
)
def test_nonsense_is_a_typo(typed: str) -> None:
    with pytest.raises(codes.Typo):
        codes.parse_code(typed)


@given(st.integers(0, 10**9 - 1))
def test_a_number_is_read_back_and_every_single_slip_is_found(nine: int) -> None:
    number = codes.number_from(nine)
    assert codes.parse_number(codes.show_number(number)) == number
    assert codes.parse_number(f" {number[:5]} {number[5:]} ".replace("0", "o")) == number
    for place in range(codes.NUMBER):
        for digit in "0123456789":
            wrong = number[:place] + digit + number[place + 1 :]
            if wrong != number:
                with pytest.raises(codes.Typo):
                    codes.parse_number(wrong)
    for place in range(codes.NUMBER - 1):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        if swapped != number:
            with pytest.raises(codes.Typo):
                codes.parse_number(swapped)


def test_two_hundred_random_codes_never_meet() -> None:
    shown = {form(secrets.token_bytes(codes.CODE)) for form in (codes.as_groups,) for _ in range(200)}
    assert len(shown) == 200


def test_no_two_words_share_their_first_four_letters() -> None:
    words = codes.words()
    assert len(words) == len({word[:4] for word in words}) == 2048
    assert list(words) == sorted(words)
