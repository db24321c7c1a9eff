"""How it is read: true offsets, a steady order, no doubles, and time that grows with the text only."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hueandcry.kernel.text import graphemes
from hueandcry.preflight import packs
from hueandcry.preflight.checks import MOST, Draft, check
from hueandcry.preflight.passages import fold, read
from hueandcry.preflight.values import Finding

PIECES = (
    "We arrested the burglar. ", "Tyler Reed, 15, ", "José García ", "👩‍👧‍👦", "🚨🚨🚨🚨🚨", "e\u0301", "\u0301", "🇬🇧", "#roadsafety ",
    "AB12 CDE ", "07700 900123 ", "shit ", "s**t ", "𝗕𝗼𝗹𝗱 ", "PLEASE STAY IN YOUR HOMES NOW ", "http://bit.ly/x ", "\r\n", "İstanbul ",
    "committed suicide ", "officers are inside ", "“quoted” ", "a@b.example ", "12 March 1998 ", "born ", "fiancée ", "ﬃ ", "ß", "\u200d",
)  # fmt: skip
pieces = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=14).map("".join)
HOSTILE = (
    "a ", "a", "5 ", "5", "a@", "a.", "thief ", "the thief arrested ", "arrested ", "Ab ", "ABC ", "Sarah Hill, 15, ", "#a", "🚨", "f*** ",
    "*", "( ", "07700 900123 ", "http://a ", "“", "\n", "👩\u200d", "\u0301", "victim was ", "if you see ", "raped her ", "AB12 CDE ",
    "14 Marsh Road ", "Northgate School ", "vote for ", "aged 15 ", "-", "1-", "dm us if you see ", "son of ", "_", "#", "İ", "’", "12/", "@",
)  # fmt: skip
LONG = 100_000


@given(pieces)
def test_offsets_never_cut_what_a_reader_sees_as_one(text: str) -> None:
    borders = {0}
    at = 0
    for cluster in graphemes(text):
        at += len(cluster)
        borders.add(at)
    for finding in check(Draft(text), packs.load("england-wales")):
        assert 0 <= finding.start <= finding.end <= len(text)
        if finding.part == "text":
            assert {finding.start, finding.end} <= borders, (finding.rule, text[finding.start : finding.end])


@given(pieces)
def test_the_same_draft_gives_the_same_findings_in_order_and_none_twice(text: str) -> None:
    pack = packs.load("ca-ontario")
    found = check(Draft(text, own_texts={"b": text, "a": "x"}), pack)
    assert found == check(Draft(text, own_texts={"b": text, "a": "x"}), pack)
    assert len(found) == len(set(found))
    for part in ("text", "own:b"):
        starts = [finding.start for finding in found if finding.part == part]
        assert starts == sorted(starts)
        assert not any(overlap(one, two) for one in found for two in found if one is not two)


def overlap(one: Finding, two: Finding) -> bool:
    same = (one.topic, one.part) == (two.topic, two.part)
    return same and one.start < two.end and two.start < one.end


@given(st.text(max_size=60))
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)
    passage = read("text", text)
    assert len(passage.words) == len(passage.starts) == len(passage.ends) == len(passage.sentence)
    assert all(text[a:b] for a, b in zip(passage.starts, passage.ends, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    pack = packs.load("england-wales")
    check(Draft(piece * 10), pack)
    text = (piece * (LONG // len(piece) + 1))[:LONG]
    assert spent(text, pack) < 0.5  # a tenth of it on a quiet machine; a pattern that explodes takes minutes


def spent(text: str, pack: packs.Pack) -> float:
    began = time.process_time()
    check(Draft(text), pack)
    return time.process_time() - began


def test_many_of_a_kind_are_told_a_few_times() -> None:
    found = check(Draft("shit. " * 400), packs.load("us-generic"))
    assert len(found) == MOST


def test_a_finding_says_where_and_what_may_stand_there() -> None:
    text = "Last night we arrested an arsonist in Dock Street."
    [finding] = check(Draft(text), packs.load("us-generic"))
    assert text[finding.start : finding.end] == "an arsonist"
    assert finding.offer == "a suspected arsonist"
    assert text[: finding.start] + finding.offer + text[finding.end :] == (
        "Last night we arrested a suspected arsonist in Dock Street."
    )


def test_an_address_is_read_by_nobody_as_words() -> None:
    assert (
        check(Draft("More at https://police.example/killer-caught-thief-arrested"), packs.load("us-generic"))
        == []
    )


def test_an_initial_and_a_title_end_no_sentence() -> None:
    passage = read("text", "Mr. J. Hale of St. Ann's spoke. He left.")
    assert passage.bounds == [0, 8, 10]


@pytest.mark.parametrize(
    ("text", "language"),
    [("Le voleur a été arrêté.", "fr"), ("Detuvimos al ladrón.", "es"), ("Le voleur a été arrêté.", ""), ("Detuvimos al ladrón que robó la farmacia.", "")],
)  # fmt: skip
def test_french_and_spanish_are_read_too(text: str, language: str) -> None:
    topics = [finding.topic for finding in check(Draft(text, language=language), packs.load("ca-ontario"))]
    assert topics == ["guilt-language"]


def test_a_french_word_is_no_english_one() -> None:
    assert check(Draft("Du fromage râpé pour tous.", language="fr"), packs.load("ca-ontario")) == []
