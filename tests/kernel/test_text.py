"""Counting as readers count. The cases are from the Unicode standard (UAX #29, GraphemeBreakTest)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hueandcry.kernel.text import graphemes, length, shorten


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("\r\n", 1),
        ("\n\r", 2),
        ("👩🏽‍🚒", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("🇬🇧", 1),
        ("🇬🇧🇮🇪", 2),
        ("🇬🇧🇮", 2),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1),
        ("\uac01", 1),
        ("\u1100\u1161\u11a8", 1),
        ("क्षि", 2),
        ("ทำ", 1),
        ("#️⃣", 1),
        ("a\u200db", 2),
        ("❤️‍🔥", 1),
    ],
)
def test_what_a_reader_counts(text: str, count: int) -> None:
    assert length(text) == count


@given(st.text())
def test_nothing_is_lost_in_cutting(text: str) -> None:
    assert "".join(graphemes(text)) == text


@given(st.text(), st.integers(min_value=1, max_value=40), st.integers(min_value=3, max_value=80))
def test_a_shortened_text_fits(text: str, characters: int, size: int) -> None:
    short = shorten(text, characters=characters, size=size)
    assert length(short) <= characters
    assert len(short.encode()) <= size


def test_a_text_is_cut_between_words() -> None:
    assert shorten("Have you seen this van?", characters=16) == "Have you seen…"
    assert shorten("x" * 30, characters=10) == "x" * 9 + "…"
