"""What is written and drawn: invented, described, and always the same."""

from __future__ import annotations

import io
import re
from dataclasses import asdict
from typing import Any

import pytest
from PIL import Image

from hueandcry.agencies.roles import why_not_together
from hueandcry.demo import people
from hueandcry.demo.drawing import draw, names
from hueandcry.demo.lately import PARTNERS
from hueandcry.demo.letters import TIPS
from hueandcry.demo.news import ITEMS
from hueandcry.demo.portraits import PORTRAITS
from hueandcry.demo.stories import STORIES
from hueandcry.demo.year import YEAR

TELEPHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{5,}[0-9]")


def texts(value: Any) -> list[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.items() for text in texts(item)]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in texts(item)]
    return []


def everything() -> list[str]:
    data = [[asdict(story) for story in YEAR.stories], [asdict(tip) for tip in TIPS]]
    told = [
        [asdict(item) for item in ITEMS],
        PARTNERS,
        [words for _ground, _look, words in PORTRAITS.values()],
    ]
    return texts([*data, *told, people.AGENCY, people.TIP_PROGRAMME, people.BOTH, people.ACCOUNTS])


def test_no_telephone_number_is_outside_555() -> None:
    found = [number for text in everything() for number in TELEPHONE.findall(text)]

    assert "555 0100" in found
    assert all(number.startswith("555 ") for number in found)


def test_every_address_ends_in_example() -> None:
    assert all(cast.email.endswith(".example") for cast in people.PEOPLE + people.MORE)
    assert not [text for text in everything() if "@" in text or "http" in text]


def test_there_are_twelve_appeals_and_thirty_tips_spread_over_them() -> None:
    assert len(STORIES) == 12
    assert len(TIPS) == 30
    public = {story.key for story in STORIES if story.end in {"published", "resolved", "withdrawn"}}
    assert {tip.story for tip in TIPS} <= public | {"start"}
    assert len({tip.story for tip in TIPS}) >= 9


def test_nobody_approves_what_they_wrote() -> None:
    assert all(each.author != each.approver for each in (*YEAR.stories, *ITEMS))


def test_roles_that_may_not_meet_do_not() -> None:
    assert not [
        cast.name
        for cast in people.PEOPLE + people.MORE
        for roles in cast.roles.values()
        if why_not_together(set(roles))
    ]


def test_a_first_name_finds_one_person() -> None:
    everybody = people.PEOPLE + people.MORE
    assert len({cast.name.split()[0] for cast in everybody}) == len({cast.key for cast in everybody}) == 31


def test_every_picture_is_drawn_used_once_and_described() -> None:
    shots = [shot for story in YEAR.stories for shot in story.shots]

    assert sorted(shot.name for shot in shots) == sorted(names())
    assert all(len(shot.alt) > 30 for shot in shots)
    assert all(1 <= len(story.shots) <= 4 for story in STORIES)
    assert all(len(story.shots) <= 4 for story in YEAR.stories)


@pytest.mark.slow
def test_a_drawing_is_the_same_every_time_and_wide_enough() -> None:
    for name in ("harbour", "otis", "allotments"):
        first = draw(name)
        assert first == draw(name)
        with Image.open(io.BytesIO(first)) as picture:
            assert picture.format == "PNG"
            assert picture.width >= 1200
    assert draw("harbour", seed=120) != draw("harbour")
