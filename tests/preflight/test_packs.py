"""Packs are data that a lawyer can read: complete, understood to the last word, and said in whole sentences."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bench.preflight import TOPICS, wilson
from hueandcry.kernel.errors import NotFound
from hueandcry.preflight import packs
from hueandcry.preflight.checks import LOOKS, Draft, Level, check
from hueandcry.preflight.passages import read
from hueandcry.preflight.phrases import Book

FILES = sorted(packs.FOLDER.rglob("*.toml"))
SMALL = """
[pack]
title = "Small"
version = "1"
shared = []
phones = []
[[rule]]
id = "one"
topic = "t"
level = "warn"
looks = "phrases"
sentence = "“{seen}” is one."
why = "Because."
source = "A law."
cure = "Say two."
"""


def small(folder: Path, more: str) -> packs.Pack:
    path = folder / "small.toml"
    path.write_text(SMALL + more)
    return packs.read_pack(path)


def test_the_four_packs_are_there() -> None:
    assert packs.names() == ["ca-ontario", "england-wales", "us-california", "us-generic"]


@pytest.mark.parametrize("name", packs.names())
def test_every_rule_says_what_why_from_where_and_how_to_cure_it(name: str) -> None:
    pack = packs.load(name)
    assert set(TOPICS) <= {rule.topic for rule in pack.rules}
    for rule in pack.rules:
        assert rule.looks in LOOKS
        for said in (rule.sentence, rule.why, rule.cure):
            assert said[0].isupper() or said[0] in "“{", (rule.id, said)
        # A source was read on a day, or it is said that nobody has read it.
        assert (
            re.fullmatch(r"\d{4}-\d\d-\d\d", rule.read) or "To be checked by your lawyer." in rule.source
        ), rule.id
        left = set(re.findall(r"\{(\w+)\}", rule.sentence + rule.cure + rule.why))
        assert left <= {"seen", "matter", "permitted", "lane", "topics", "plain"}, (rule.id, left)
    assert len({rule.id for rule in pack.rules}) == len(pack.rules)


@pytest.mark.parametrize("name", packs.names())
def test_only_what_a_law_forbids_outright_stops(name: str) -> None:
    stops = {rule.id for rule in packs.load(name).rules if rule.level is Level.STOP}
    law = {
        "england-wales": {"sexual-victim-named", "youth-court-named"},
        "ca-ontario": {"young-person-named"},
        "us-california": {"sexual-victim-home"},
        "us-generic": set(),
    }
    needed = {"rights-missing", "consent-missing", "guardian-missing", "music-missing"}  # R33: refused
    assert stops == {"staff-to-public"} | needed | law[name]


def test_no_list_is_left_over_and_no_file_is_unused() -> None:
    told: dict[str, Any] = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FILES}
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    lists = {name for page in told.values() for name in page.get("lists", {})}
    assert {name for name in lists if f"{{{name}}}" not in text} == set()
    shared = {path.stem for path in FILES if path.parent.name == "shared"}
    assert all(set(told[name]["pack"]["shared"]) == shared for name in packs.names())


def test_an_unknown_pack_is_said_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="england-wales"):
        packs.load("../secret")


def test_a_rule_is_found_by_its_id() -> None:
    assert packs.load("us-generic").rule("insult").topic == "swearing"
    with pytest.raises(NotFound):
        packs.load("us-generic").rule("none")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[rule.words]\nen = ["{nowhere}"]', "nowhere"),
        ('[rule.words]\nen = ["<ghost> x"]', "ghost"),
        ('[rule.words]\nen = ["_ _4"]', "no word to look for"),
        ('[rule.words]\nen = ["a||b"]', "empty choice"),
        ('[rule.words]\nde = ["Dieb"]', "a language that is not read"),
        ('[[change]]\nid = "two"', "is no rule"),
        ('[[rule]]\nid = "two"\ntopic = "t"', "does not say: level, looks"),
    ],
)
def test_a_pack_that_cannot_be_understood_says_where(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        small(tmp_path, more)


@pytest.mark.parametrize(
    ("phrase", "yes", "no"),
    [
        ("red|blue car", "A BLUE car!", "a green car"),
        ("{hue} car?", "so red", "so green"),
        ("was (very|so)* red", "it was very very red", "it was almost red"),
        ("was _2 red", "it was a bit red", "it was a bit too red"),
        ("was _ red", "it was quite red", "it was red"),
        ("red !car", "a red van", "a red car"),
        ("!!{hue} van", "a green old van", "a red old van"),
        ("caught <name>", "we caught Anna Reed", "we caught nobody"),
        ("# cars", "twelve cars", "many cars"),
        ("{long} car", "a dark red car", "a dark car"),
        ("red car", "red-car", "red. Car"),
        ("café", "CAFE", "cafes"),
    ],
)
def test_the_language_of_the_packs(phrase: str, yes: str, no: str) -> None:
    book = Book()
    book.add("k", [phrase], {"hue": ["red", "blue"], "long": ["dark red", "blue"]})
    assert "k" in book.search(read("text", yes))
    assert "k" not in book.search(read("text", no))


def test_the_brackets_say_what_is_shown() -> None:
    book = Book()
    book.add("k", ["caught (the|a)* [{who}] in"], {"who": ["car thief"]})
    [match] = book.search(read("text", "We caught the car thief in Mill Road"))["k"]
    assert (match.first, match.core_first, match.core_after, match.after) == (1, 3, 5, 6)


def test_a_change_in_the_file_changes_what_is_said(tmp_path: Path) -> None:
    pack = small(tmp_path, '[rule.words]\nen = ["one"]\n[[change]]\nid = "one"\nlevel = "stop"\n')
    [finding] = check(Draft("One more."), pack)
    assert (finding.level, finding.sentence) == (Level.STOP, "“One” is one.")


def test_the_interval_is_wilsons() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(45, 50)
    assert (round(low, 4), round(high, 4)) == (0.7864, 0.9565)
    assert wilson(50, 50)[1] == 1.0


def test_the_book_names_every_rule() -> None:
    book = (Path(__file__).parents[2] / "docs" / "preflight.md").read_text(encoding="utf-8")
    assert {
        rule.id for name in packs.names() for rule in packs.load(name).rules if f"`{rule.id}`" not in book
    } == set()
