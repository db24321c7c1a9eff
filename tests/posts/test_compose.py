"""Fitting a post to a channel."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hueandcry.channels.connector import OutgoingPicture
from hueandcry.kernel.text import length
from hueandcry.posts.compose import fit, problems
from tests.fakes import LIMITS

CARD = replace(LIMITS, characters=60)
PLAIN = replace(LIMITS, characters=60, card=False)
LINK = "https://a.example/appeals/PE-1/"


def test_a_text_that_fits_is_not_touched() -> None:
    assert fit(text="  Seen this van? ", link=LINK, limits=CARD) == "Seen this van?"


def test_a_channel_without_cards_gets_the_link_in_the_text() -> None:
    assert fit(text="Seen this van?", link=LINK, limits=PLAIN) == f"Seen this van?\n\n{LINK}"


def test_a_long_text_is_cut_at_a_word_and_keeps_its_link() -> None:
    cut = fit(text="Have you seen this grey van on Harbour Road?", link=LINK, limits=PLAIN)
    assert cut == f"Have you seen this grey…\n\n{LINK}"


@given(st.text(), st.sampled_from([CARD, PLAIN, replace(CARD, size=100)]))
def test_whatever_is_written_fits(text: str, limits: type[CARD]) -> None:  # type: ignore[valid-type]
    fitted = fit(text=text, link=LINK, limits=limits)
    assert length(fitted) <= limits.characters
    assert limits.size is None or len(fitted.encode()) <= limits.size


def test_the_author_is_told_what_a_channel_would_change() -> None:
    blind = OutgoingPicture(digest="0" * 64, mime="image/bmp", alt="", width=1, height=1)
    found = problems(text="x" * 70, link="", picture=blind, limits=CARD)
    assert [problem.sentence for problem in found] == [
        "The text is 10 characters too long and will be cut at a word.",
        "This channel does not take a picture of this kind.",
        "The picture has no alt text.",
    ]
    assert problems(text="fine", link=LINK, picture=None, limits=CARD) == []
