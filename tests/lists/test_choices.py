"""Quiet hours, numbers, words that people text: pure rules."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hueandcry.lists.choices import Choices, awake_at, pack, unpack
from hueandcry.lists.numbers import international, masked
from hueandcry.lists.words import Word, read_word

LONDON = ZoneInfo("Europe/London")
AREAS = [("harbour-town", "Harbour Town"), ("eastfield", "Eastfield"), ("harbour-hill", "Harbour Hill")]


@pytest.mark.parametrize(
    ("hour", "start", "end", "wakes"),
    [
        (23, 22, 7, "24 07:00"),
        (2, 22, 7, "23 07:00"),
        (7, 22, 7, "23 07:00"),
        (12, 22, 7, "23 12:00"),
        (13, 12, 14, "23 14:00"),
        (22, 22, 7, "24 07:00"),
        (0, 0, 6, "23 06:00"),
        (23, 23, 0, "24 00:00"),
    ],
)
def test_what_can_wait_waits_until_the_quiet_hours_end(hour: int, start: int, end: int, wakes: str) -> None:
    moment = datetime(2026, 11, 23, hour, 0, tzinfo=LONDON)
    awake = awake_at(moment, level="amber", quiet_from=start * 60, quiet_to=end * 60)
    assert f"{awake:%d %H:%M}" == wakes
    assert awake_at(moment, level="red", quiet_from=start * 60, quiet_to=end * 60) == moment


def test_quiet_hours_end_at_the_clock_on_the_wall_when_the_clocks_change() -> None:
    night = datetime(2026, 3, 28, 23, 0, tzinfo=LONDON)  # summer time begins at one
    awake = awake_at(night, level="green", quiet_from=22 * 60, quiet_to=7 * 60)
    assert (awake.hour, awake.utcoffset()) == (7, datetime(2026, 3, 29, 7, tzinfo=LONDON).utcoffset())


def test_words_pass_through_a_column_and_none_can_smuggle_another() -> None:
    assert unpack(pack(["red", "amber", "red"])) == ("amber", "red")
    assert pack([]) == ""
    assert pack(["a,b"]) == ""


@pytest.mark.parametrize(
    "forged",
    [
        {
            "levels": ["red", "owner"],
            "areas": "all",
            "topics": [1, "missing"],
            "quiet_from": -5,
            "quiet_to": 9_999,
        },
        {"levels": ["red"], "areas": ["a,b"], "quiet_from": True, "quiet_to": 5},
        {"levels": ["red"], "quiet_from": 60, "quiet_to": 60},
    ],
)
def test_a_forged_slip_chooses_nothing_odd(forged: dict[str, object]) -> None:
    made = Choices.from_plain(forged)
    assert made.levels == ("red",)
    assert made.areas == ()
    assert (made.quiet_from, made.quiet_to) == (None, None)


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("07700 900123", "44", "+447700900123"),
        ("+1 (555) 010-0200", "44", "+15550100200"),
        ("555-010-0200", "1", "+15550100200"),
        ("0033 6 12 34 56 78", "44", "+33612345678"),
        ("12", "44", ""),
        ("call me", "44", ""),
        ("+44 7700 900123 900123 1", "44", ""),
    ],
)
def test_a_number_is_kept_in_one_form(typed: str, country: str, number: str) -> None:
    assert international(typed, country=country) == number


def test_an_address_is_shown_in_part() -> None:
    assert masked("ada.lovell@harbour.example") == "a…@harbour.example"
    assert masked("+447700900123") == "+44…123"


@pytest.mark.parametrize(
    ("text", "word", "area"),
    [
        ("STOP", Word.STOP, ""),
        ("stop all", Word.STOP, ""),
        ("Stop sending me this rubbish", Word.STOP, ""),
        ("ARRÊT", Word.STOP, ""),
        ("Unsubscribe.", Word.STOP, ""),
        ("JOIN", Word.JOIN, ""),
        ("join eastfield", Word.JOIN, "eastfield"),
        ("Join Harbour Hill", Word.JOIN, "harbour-hill"),
        ("join harbour", Word.JOIN, ""),  # two of that name: asked for all
        ("JOIN 94107", Word.JOIN, ""),
        ("yes!", Word.YES, ""),
        ("Sí", Word.YES, ""),
        ("HELP", Word.HELP, ""),
        ("Please help, there is a man in my garden", Word.OTHER, ""),
        ("", Word.OTHER, ""),
        ("end of the road is blocked", Word.OTHER, ""),
    ],
)
def test_what_people_text_is_understood(text: str, word: Word, area: str) -> None:
    heard = read_word(text, AREAS)
    assert (heard.word, heard.area) == (word, area)
