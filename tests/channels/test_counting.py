"""Each channel's own counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hueandcry.channels.connector import Counting
from hueandcry.channels.counting import count, cut, segments

LINK = "https://port-ellery.example/appeals/PE-2418/?from=a-long-word"


@pytest.mark.parametrize(
    ("counting", "text", "expected"),
    [
        (Counting.GRAPHEMES, "Café 👩🏽‍🚒", 6),
        (Counting.LINKS_23, f"See {LINK}", 27),
        (Counting.LINKS_23, "Thanks @amaro@social.example", 13),
        (Counting.WEIGHTED, "Mill Lane", 9),
        (Counting.WEIGHTED, f"See {LINK}.", 28),
        (Counting.WEIGHTED, "👩🏽‍🚒", 2),
        (Counting.WEIGHTED, "警察", 4),
        (Counting.WEIGHTED, "cafe\u0301", 4),
        (Counting.CODE_POINTS, "👩🏽‍🚒", 4),
        (Counting.SEGMENTS, "a€", 3),
        (Counting.SEGMENTS, "ж" * 71, 71),
    ],
)
def test_a_text_counts_as_its_channel_counts(counting: Counting, text: str, expected: int) -> None:
    assert count(text, counting) == expected


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 135, 3),
    ],
)
def test_an_sms_is_billed_in_parts(text: str, parts: int) -> None:
    assert segments(text).parts == parts


@given(st.text(max_size=200), st.integers(5, 60), st.sampled_from(list(Counting)))
def test_what_is_cut_fits_and_what_fits_is_not_cut(text: str, room: int, counting: Counting) -> None:
    kept = cut(text, characters=room, counting=counting)
    # "…" is outside the GSM alphabet: as an SMS a cut text is UCS-2.
    assert count(kept, counting) <= room
    if count(text, counting) <= room:
        assert kept == text
