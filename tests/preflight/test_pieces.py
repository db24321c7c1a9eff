"""Pictures, links, accounts, matters that are held, names that were cleared, and the stage of a case."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from hueandcry.preflight import packs
from hueandcry.preflight.checks import Draft, Finding, HeldMatter, Level, PictureFacts, check

GOOD = PictureFacts(
    "p", alt="A blue bicycle chained to railings in Mill Street", rights="own", consent="not needed"
)
TODAY = dt.date(2026, 11, 22)


def found(draft: Draft, pack: str = "england-wales") -> list[Finding]:
    return check(draft, packs.load(pack))


def rules(draft: Draft, pack: str = "england-wales") -> list[str]:
    return [finding.rule for finding in found(draft, pack)]


def picture(**facts: object) -> Draft:
    return Draft("Have you seen this bicycle?", pictures=(replace(GOOD, **facts),), today=TODAY)  # type: ignore[arg-type]


def test_a_good_picture_is_left_alone() -> None:
    assert rules(picture()) == []


@pytest.mark.parametrize(
    ("alt", "rule"),
    [
        ("", "alt-missing"), ("  ", "alt-missing"), ("IMG_2043.jpg", "alt-poor"), ("image", "alt-poor"), ("DSC0042", "alt-poor"),
        ("Image of a blue bicycle in Mill Street", "alt-poor"), ("Screenshot 2026-11-22 at 10.41.05", "alt-poor"),
        ("A photo of two officers", "alt-poor"), ("bike pic", "alt-poor"), ("Poster with all the details", "alt-poor"),
        ("blue_bike_final", "alt-poor"), ("Foto de una bicicleta azul", "alt-poor"), ("🚲", "alt-poor"),
    ],
)  # fmt: skip
def test_a_description_that_says_nothing_is_found(alt: str, rule: str) -> None:
    assert rules(picture(alt=alt)) == [rule]


@pytest.mark.parametrize(
    "alt",
    ["Police dog Bryn lying beside a knife", "Map: Harbour Road is closed between Mill Lane and the bridge", "Une bicyclette bleue devant la gare"],
)  # fmt: skip
def test_a_description_that_says_something_is_left(alt: str) -> None:
    assert rules(picture(alt=alt)) == []


def test_a_description_is_read_like_the_text() -> None:
    [finding] = found(picture(alt="A grey Ford with registration AB12 CDE outside a shop"))
    assert (finding.rule, finding.part) == ("number-plate", "picture:p")


def test_rights_that_are_missing_or_run_out_stop_a_picture() -> None:
    for facts in ({"rights": "missing"}, {"rights": "expired"}, {"expires_on": dt.date(2026, 11, 21)}):
        [finding] = found(picture(**facts))
        assert (finding.rule, finding.level) == ("rights-missing", Level.STOP)
    assert rules(picture(expires_on=TODAY)) == []
    assert rules(picture(rights="")) == ["rights-unknown"]


@pytest.mark.parametrize("right", ["consent", "guardian", "music"])
def test_a_right_that_is_needed_and_missing_stops(right: str) -> None:
    [finding] = found(picture(**{right: "missing"}))
    assert (finding.rule, finding.level) == (f"{right}-missing", Level.STOP)
    assert finding.cure
    assert "lawyer" in finding.why
    assert found(picture(**{right: "given"})) == []


def test_faces_and_plates_that_nobody_looked_for_are_hinted_at_only_where_somebody_was_asked() -> None:
    assert rules(picture(faces_checked=False, plates_checked=False)) == [
        "plates-not-checked",
        "faces-not-checked",
    ]
    assert rules(picture(faces_checked=True, plates_checked=None)) == []


@pytest.mark.parametrize(
    ("text", "rule", "seen"),
    [
        ("Read https://bit.ly/3abc.", "link-short", "https://bit.ly/3abc"),
        ("Read tinyurl.com/abc now", "link-short", "tinyurl.com/abc"),
        ("Read http://police.example/a, please", "link-open", "http://police.example/a"),
        ("Read https://police.example/gone!", "link-dead", "https://police.example/gone"),
        ("Read www.police.example/gone", "link-dead", "www.police.example/gone"),
    ],
)
def test_a_bad_link_is_found_where_it_stands(text: str, rule: str, seen: str) -> None:
    draft = Draft(text, dead_links=frozenset({"https://www.police.example/gone"}))
    [finding] = found(draft)
    assert (finding.rule, text[finding.start : finding.end]) == (rule, seen)


def test_good_links_and_links_beside_the_text() -> None:
    assert rules(Draft("Apply at https://police.example/jobs or www.police.example.")) == []
    [finding] = found(Draft("Apply.", links=("https://police.example/ok", "http://police.example/x")))
    assert (finding.rule, finding.part) == ("link-open", "link:1")
    assert rules(Draft("See http://police.example/x", links=("http://police.example/x",))) == ["link-open"]
    assert rules(Draft("x", links=("https://[",))) == []


def test_what_is_for_staff_never_goes_to_the_public() -> None:
    [finding] = found(Draft("Car park closed.", audience="staff", account_audiences=("staff", "public")))
    assert (finding.rule, finding.level, finding.part) == ("staff-to-public", Level.STOP, "draft")
    assert rules(Draft("Car park closed.", audience="staff", account_audiences=("staff",))) == []


def test_a_marking_is_read_only_on_the_way_to_the_public() -> None:
    text = "Internal use only: new lockers arrive on Monday."
    assert rules(Draft(text, account_audiences=("public",))) == ["staff-marking"]
    assert rules(Draft(text, audience="staff", account_audiences=("staff",))) == []


def test_out_of_lane_offers_the_account_whose_lane_it_is() -> None:
    draft = Draft(
        "Lights out on Mill Road.", topics=("traffic",), lanes={"Museum": ("history",), "Main": ()},
        other_lanes={"Traffic desk": ("traffic",), "Another": ("traffic", "snow")},
    )  # fmt: skip
    [finding] = found(draft)
    assert (finding.rule, finding.level, finding.offer) == ("out-of-lane", Level.WARN, "Another")
    assert "Museum" in finding.sentence
    assert "history" in finding.sentence
    assert rules(replace(draft, topics=())) == []
    assert rules(replace(draft, topics=("traffic", "history"))) == []


MATTER = HeldMatter(
    "Harbour Bridge", ("Harbour Bridge shooting", "death of Daniel Moss"), permitted="The SIU has been notified of the shooting at Harbour Bridge and is investigating."
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["The shooting on the Harbour Bridge was quick.", "Daniel Moss died in our care.", "HARBOUR BRIDGE: more on Friday's shooting"],
)  # fmt: skip
def test_a_held_matter_is_found_and_the_permitted_line_given(text: str) -> None:
    [finding] = [f for f in found(Draft(text, held_matters=(MATTER,))) if f.topic == "held-matter"]
    assert finding.level is Level.WARN
    assert MATTER.permitted in finding.cure
    draft = Draft(text, held_matters=(replace(MATTER, forbidden=True),))
    assert Level.STOP in {f.level for f in found(draft) if f.topic == "held-matter"}


@pytest.mark.parametrize(
    "text",
    ["The Harbour Bridge is closed for repairs.", MATTER.permitted, "A shooting range opens on Monday.", "A film shooting in Mill Road."],
)  # fmt: skip
def test_other_things_and_the_permitted_line_may_be_said(text: str) -> None:
    assert [f for f in found(Draft(text, held_matters=(MATTER,))) if f.topic == "held-matter"] == []


def test_a_cleared_name_may_be_said() -> None:
    text = "The victim, Sarah Hill, has asked us to thank everybody."
    assert rules(Draft(text)) == ["victim-named"]
    assert rules(Draft(text, names_cleared=frozenset({"Sarah Hill"}))) == []
    assert rules(Draft(text, names_cleared=frozenset({"Anna Hill", ""}))) == ["victim-named"]


def test_the_law_of_each_place_stops_what_it_forbids_outright() -> None:
    raped = "Sarah Hill was raped in Harbour Park."
    youth = "Tyler Reed, 15, appeared in court, charged with robbery."
    levels = {
        pack: [(f.topic, f.level.value) for text in (raped, youth) for f in found(Draft(text), pack)]
        for pack in packs.names()
    }
    sexual, minor = "sexual-offence-victim", "minor-identified"
    assert levels == {
        "england-wales": [(sexual, "stop"), (minor, "stop")],
        "us-generic": [(sexual, "warn"), (minor, "warn")],
        "us-california": [(sexual, "warn"), (minor, "warn")],
        "ca-ontario": [(sexual, "warn"), (minor, "stop")],
    }


def test_the_stage_decides_what_is_guilt_language() -> None:
    text = "The robber Lee Marsh hid in a shed."
    stages = ("", "named", "wanted", "arrested", "charged", "acquitted", "convicted")
    assert [bool(rules(Draft(text, stage=stage))) for stage in stages] == [True] * 6 + [False]


def test_each_part_is_read_and_told_apart() -> None:
    draft = Draft(
        "Fine.", title="Burglar caught", own_texts={"Museum": "Fine.", "Main": "We got the burglar"}
    )
    assert [(f.part, f.rule) for f in found(draft)] == [("title", "guilt-noun"), ("own:Main", "guilt-noun")]


def test_the_agencys_own_numbers_are_no_private_ones() -> None:
    text = "Text 07700 900123 or write to desk.sergeant@gmail.com"
    assert rules(Draft(text.replace("desk.", "j."))) == ["private-phone", "private-email"]
    own = frozenset({"07700900123", "j.sergeant@gmail.com"})
    assert rules(Draft(text.replace("desk.", "j."), own_contacts=own)) == []


def test_a_hashtag_is_offered_with_capitals() -> None:
    [finding] = found(Draft("Slow down #roadsafetyweek"))
    assert finding.offer == "#RoadSafetyWeek"
    assert finding.level is Level.HINT


def test_letters_that_are_none_are_offered_plain() -> None:
    [finding] = found(Draft("𝗟𝗼𝗰𝗸 your shed"))
    assert finding.offer == "Lock"


def test_dates_and_times_that_can_be_misread_are_hinted_at() -> None:
    assert rules(Draft("Market on 03/04/2026.")) == ["unclear-date"]
    assert rules(Draft("Market on 23/04/2026, ref 42/1234/26.")) == []
    assert rules(Draft("Watch us live at 7pm on Monday.")) == ["time-without-zone"]
    assert rules(Draft("Watch us live at 7pm London time.")) == []
    assert rules(Draft("Coffee at the library at 7pm.")) == []


def test_a_booking_photo_in_california_asks_for_its_ground() -> None:
    draft = Draft("Booking photo of Lee Marsh, 41.", pictures=(GOOD,), stage="arrested")
    assert rules(draft, "us-california") == ["booking-photo"]
    assert rules(draft, "us-generic") == []


def test_while_the_siu_investigates_only_the_permitted_is_said_in_ontario() -> None:
    assert rules(Draft("The SIU has been notified and is investigating."), "ca-ontario") == []
    said = "The SIU has been notified. Our officers had no choice, the man pointed a gun."
    assert "siu-investigates" in rules(Draft(said), "ca-ontario")


def test_suicide_without_a_place_to_turn_to_is_hinted_at() -> None:
    assert rules(Draft("A man died by suicide.")) == ["suicide-support"]
    assert rules(Draft("A man died by suicide. Samaritans answer on 116 123.")) == []
