"""The text of every account's own page: gaps, obligatory parts, room, drift."""

from __future__ import annotations

import pytest

from hueandcry.channels import profile
from hueandcry.channels.profile import Facts, Part
from hueandcry.kernel.text import length

FACTS = Facts(
    agency="Port Ellery Police",
    emergency="999",
    site="https://ellery.example/accounts/",
    policy="https://ellery.example/policy/comments/",
    unit="Harbour Station",
    face="Cst. Luis Amaro",
    title="Harbour steward",
    topics="harbour, ferries",
)


def test_the_text_an_agency_begins_with_has_all_four_parts() -> None:
    text = profile.filled(profile.default_template(), FACTS, characters=500)
    assert profile.problems_of(profile.default_template()) == []
    assert profile.missing(text, FACTS) == []
    assert text.splitlines()[:3] == [
        "Harbour steward Cst. Luis Amaro, Harbour Station, Port Ellery Police.",
        "We speak about harbour, ferries.",
        "Not monitored 24/7: in an emergency call 999.",
    ]


def test_a_gap_that_is_empty_leaves_no_hole() -> None:
    bare = Facts(
        agency="Port Ellery Police", emergency="999", site="https://e.example/", policy="https://e.example/p/"
    )
    text = profile.filled(profile.default_template(), bare, characters=500)
    assert text.splitlines()[:2] == ["Port Ellery Police.", "Not monitored 24/7: in an emergency call 999."]


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("Not monitored 24/7: ((emergency)) ((policy)) ((record))", "whose account it is"),
        ("((agency)) ((policy)) ((record))", "not watched around the clock"),
        ("((agency)) 24/7 ((emergency)) ((record))", "where the comment policy is"),
        ("((agency)) 24/7 ((emergency)) ((policy))", "public record"),
        ("((agency)) ((emergency)) ((policy)) ((record))", "must say that the account is not monitored"),
        ("((agency)) 24/7 ((emergency)) ((policy)) ((record)) ((cat))", "no gap called ((cat))"),
        ("((agency)) 24/7 ((emergency)) ((policy)) ((record))" + "x" * 2000, "At most 2000"),
    ],
)
def test_a_template_that_lacks_a_part_is_refused_in_words(template: str, says: str) -> None:
    assert any(says in problem for problem in profile.problems_of(template))


@pytest.mark.parametrize("room", [500, 300, 256, 200, 160, 120, 101, 60, 30])
def test_it_fits_every_network_and_gives_up_what_is_not_obligatory_first(room: int) -> None:
    text = profile.filled(profile.default_template(), FACTS, characters=room)
    assert length(text) <= room
    if room >= 120:
        assert profile.missing(text, FACTS) == []
    if room >= 60:
        assert profile.missing(text, FACTS)[:2] == [] or Part.WHOSE not in profile.missing(text, FACTS)


def test_what_was_taken_out_by_hand_is_named() -> None:
    text = "Harbour news by Port Ellery Police. Comment policy: ellery.example/policy/comments"
    assert profile.missing(text, FACTS) == [Part.EMERGENCY, Part.RECORD]


def test_another_number_is_not_the_emergency_number() -> None:
    text = profile.filled(profile.default_template(), FACTS, characters=500)
    assert profile.missing(text.replace("999", "9990"), FACTS) == [Part.EMERGENCY]


def test_line_breaks_case_and_the_scheme_of_an_address_are_no_drift() -> None:
    text = profile.filled(profile.default_template(), FACTS, characters=500)
    assert profile.same(" ".join(text.upper().split()).replace("HTTPS://", ""), text)
    assert not profile.same(text.replace("999", "911"), text)


@pytest.mark.parametrize(
    ("links", "text", "leads"),
    [
        (("https://ellery.example/",), "", True),
        ((), "See ellery.example/accounts", True),
        (("https://ellery.example.evil.example/",), "", False),
        (("https://notellery.example/",), "", False),
        ((), "nothing", False),
    ],
)
def test_the_page_leads_to_our_site_and_to_no_lookalike(
    *, links: tuple[str, ...], text: str, leads: bool
) -> None:
    assert profile.leads_to(FACTS.site, links, text) is leads
