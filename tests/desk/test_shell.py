"""The frame of every desk page on the server's side: notices with Undo, what is found, the round, the look."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from hueandcry import desk as desk_room
from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.appeals import actions
from hueandcry.channels.models import Account
from hueandcry.desk import notices
from hueandcry.desk import round as rounds
from hueandcry.kernel.errors import Conflict
from hueandcry.records import queries as records
from hueandcry.tips.models import Tip
from hueandcry.ui import sprite
from tests.desk_client import at_desk, stranger
from tests.factories import make_agency, make_person
from tests.factories_appeals import Team, content
from tests.helpers_tips import make_ready_programme, send

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
DESK = Path(desk_room.__file__).parent


def text_of(page: bytes) -> str:
    """A page's main part as text, spaces evened out."""
    main = page.decode().split('id="main"')[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def found(client: Client, typed: str) -> list[str]:
    """What search or do shows for these words, best first."""
    page = client.get("/desk/find/", {"q": typed}, headers={"X-Fragment": "1"}).content.decode()
    return re.findall(r'hc-found__name">(.*?)</span>', page)


# --- notices and undo -------------------------------------------------------------------------------


def test_an_act_says_what_it_did_and_offers_the_way_back_only_to_whoever_did_it() -> None:
    team = Team()
    account = team.account()
    first = at_desk(make_person(team.agency, Role.ADMINISTRATOR))
    second = at_desk(make_person(team.agency, Role.ADMINISTRATOR, name="Kit Roe"))
    answer = first.post(f"/desk/accounts/{account.pk}/suspend/")
    assert answer["Location"] == f"/desk/accounts/{account.pk}/?said=account-suspended"
    page = first.get(answer["Location"]).content.decode()
    assert "Suspended. Nothing more is sent through it." in page
    assert f'action="/desk/accounts/{account.pk}/resume/"' in page.split('id="toasts"')[1].split("hc-head")[0]
    other = second.get(answer["Location"]).content.decode().split('id="toasts"')[1].split("hc-head")[0]
    assert "Suspended. Nothing more" in other
    assert "<form" not in other
    first.post(f"/desk/accounts/{account.pk}/resume/")
    assert Account.objects.get().status == "active"


def test_what_undoes_an_act_brings_the_values_of_its_form() -> None:
    agency = make_agency()
    client = at_desk(make_person(agency, Role.ADMINISTRATOR))
    kit = make_person(agency, Role.AUTHOR, Role.APPROVER, name="Kit Roe")
    answer = client.post(f"/desk/people/{kit.pk}/take/", {"role": "approver"})
    toast = client.get(answer["Location"]).content.decode().split('id="toasts"')[1].split("hc-back")[0]
    assert f'action="/desk/people/{kit.pk}/give/"' in toast
    assert '<input type="hidden" name="role" value="approver">' in toast


def test_a_word_of_nobodys_shows_nothing_and_a_link_cannot_offer_an_act() -> None:
    client = at_desk(make_person(make_agency(), Role.AUTHOR))
    assert "hc-toast__text" not in client.get("/desk/?said=%3Cb%3Ewon%3C/b%3E").content.decode()
    page = client.get("/desk/?said=account-suspended&undo=/desk/sign-out/").content.decode()
    assert "hc-toast__button" not in page
    with pytest.raises(ValueError, match="no sentence"):
        notices.redirect_saying("/desk/", "never-named")
    with pytest.raises(ValueError, match="address of the desk"):
        notices.redirect_saying("/desk/", "look-saved", undo="https://elsewhere.example/desk/")
    with pytest.raises(ValueError, match="already"):
        notices.add({"look-saved": "Something else."})


def test_a_notice_keeps_the_rest_of_the_address() -> None:
    answer = notices.redirect_saying("/desk/appeals/?status=draft&said=old#pictures", "look-saved")
    assert answer["Location"] == "/desk/appeals/?status=draft&said=look-saved#pictures"


# --- search or do -----------------------------------------------------------------------------------


def test_it_finds_rooms_acts_and_things_and_the_nearest_word_for_a_misspelt_one() -> None:
    team = Team()
    team.draft(title="Did you see the blue van on Mill Lane?", place="Mill Lane")
    team.draft(title="Three bicycles found at Eastfield")
    client = at_desk(make_person(team.agency, Role.AUTHOR, name="Pat Doe"))
    assert found(client, "")[:2] == ["Today", "Publish"]
    assert found(client, "new appeal") == ["New appeal"]
    assert [line.split(" · ")[1] for line in found(client, "blue mill")] == [
        "Did you see the blue van on Mill Lane?"
    ]
    assert found(client, "bicicles")[0].endswith("Three bicycles found at Eastfield")
    assert found(client, "PE-")[0].startswith("PE-")
    assert found(client, "zeppelin") == []
    page = client.get("/desk/find/", {"q": "zeppelin"}).content
    assert "Nothing found for “zeppelin”" in text_of(page)


def test_nobody_finds_what_they_may_not_open() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    Team(programme.force).draft(title="Blue van")
    make_person(programme.force, Role.AUTHOR, name="Kit Roe")
    coordinator = at_desk(make_person(programme.agency, Role.TIP_COORDINATOR, name="Samira Quist"))
    author = at_desk(make_person(programme.force, Role.AUTHOR, name="Pat Doe"))
    elsewhere = at_desk(make_person(make_agency(name="Far Point Police"), Role.ADMINISTRATOR))
    shown = f"{tip.number[:3]}-{tip.number[3:6]}-{tip.number[6:]}"
    assert found(coordinator, shown) == [f"Tip {shown}"]
    assert found(coordinator, "blue van") == []
    assert found(author, shown) == []
    assert found(author, "kit roe") == []
    assert found(elsewhere, "blue van") == []
    assert found(elsewhere, "kit roe") == []


def test_words_become_no_markup() -> None:
    client = at_desk(make_person(make_agency(), Role.AUTHOR))
    page = client.get("/desk/find/", {"q": "<img src=x>"}).content.decode()
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page


# --- the round --------------------------------------------------------------------------------------


def test_a_round_goes_through_what_is_open_and_passes_over_what_was_settled() -> None:
    team = Team()
    kit = make_person(team.agency, Role.APPROVER, name="Kit Roe")
    client = at_desk(kit)
    first, second, third = (team.draft(title=f"Matter {number}") for number in range(3))
    for appeal in (first, second, third):
        actions.submit_appeal(appeal_id=appeal.pk, by=team.author)
    start = client.post("/desk/round/start/")
    assert start["Location"] == f"/desk/appeals/{third.reference}/"
    assert "Round: 1 of 3" in text_of(client.get("/desk/").content)
    actions.approve_appeal(appeal_id=second.pk, by=team.approver)
    assert client.post("/desk/round/next/")["Location"] == f"/desk/appeals/{first.reference}/"
    by = actor_for(person_id=kit.pk, agency_id=team.agency.pk)
    actions.approve_appeal(appeal_id=first.pk, by=by)
    shown = text_of(client.get(f"/desk/appeals/{first.reference}/").content)
    assert "This is done. Go on with Next." in shown
    assert "Waits for your approval" not in shown
    assert client.post("/desk/round/next/")["Location"] == "/desk/round/"
    page = text_of(client.get("/desk/round/").content)
    assert "Your round is over. 2 things seen to, 1 left for later, 0 minutes." in page
    assert page.count("✓ done") == 2
    assert page.count("left for later") == 2  # the sentence and the step
    assert "Round:" not in text_of(client.get("/desk/").content)
    client.post("/desk/round/done/")
    assert "No round is under way." in text_of(client.get("/desk/round/").content)


def test_a_step_of_a_round_stays_open_while_newer_things_arrive() -> None:
    programme = make_ready_programme()
    client = at_desk(make_person(programme.agency, Role.TIP_COORDINATOR, name="Kit Roe"))
    first, _filed = send(programme, "The first.")
    client.post("/desk/round/start/")
    for number in range(rounds.MOST + 1):
        send(programme, f"A later one, {number}.")
    Tip.objects.exclude(pk=first.pk).update(arrived_hour=first.arrived_hour + timedelta(hours=1))
    page = text_of(client.get(f"/desk/tips/{first.number}/").content)
    assert "A new tip. Open it with your key" in page
    assert "This is done." not in page
    client.post("/desk/round/next/")
    assert "0 things seen to, 1 left for later" in text_of(client.get("/desk/round/").content)


def test_a_round_is_of_one_agency_and_needs_something_to_do() -> None:
    client = at_desk(make_person(make_agency(), Role.AUTHOR))
    answer = client.post("/desk/round/start/", follow=True)
    assert "Nothing needs you now, so there is no round to walk." in answer.content.decode()
    for path in ("next", "stop"):
        assert client.post(f"/desk/round/{path}/").status_code == 302


# --- Today ------------------------------------------------------------------------------------------


def test_today_says_in_one_sentence_how_it_stands_and_names_what_waits() -> None:
    team = Team()
    client = at_desk(make_person(team.agency, Role.APPROVER, name="Kit Roe"))
    draft = team.draft(title="Fire at Dock Street")
    actions.submit_appeal(appeal_id=draft.pk, by=team.author)
    team.published()
    page = text_of(client.get("/desk/").content)
    assert "Not everything runs: see Watch. 1 open appeal. 1 thing needs you." in page
    assert f"{draft.reference} · Fire at Dock Street" in page
    assert "1 appeal went public in 30 days." in page
    assert client.get("/desk/").content.decode().count("<title>(1) Today") == 1


def test_it_says_what_others_did_while_one_was_away() -> None:
    team = Team()
    kit = make_person(team.agency, Role.APPROVER, name="Kit Roe")
    by = actor_for(person_id=kit.pk, agency_id=team.agency.pk)
    assert "While you were away" not in text_of(at_desk(kit).get("/desk/").content)
    actions.draft_appeal(content=content(), by=by)
    team.published()
    page = text_of(at_desk(kit).get("/desk/").content)
    assert "While you were away" in page
    assert "1 appeal went public" in page


# --- the look ---------------------------------------------------------------------------------------


def test_an_agencys_colour_is_darkened_until_white_can_be_read_and_is_on_the_record() -> None:
    agency = make_agency()
    client = at_desk(make_person(agency, Role.ADMINISTRATOR, Role.AUTHOR))
    form = {"own_colour": "on", "brand_colour": "#F0C040", "logo_text": "  Port   Ellery "}
    preview = client.post("/desk/admin/look/preview/", form, headers={"X-Fragment": "1"}).content.decode()
    assert "White text on #f0c040 cannot be read well enough (1.7 to 1)." in preview
    agency.refresh_from_db()
    assert agency.brand_colour == ""
    assert client.post("/desk/admin/look/", form)["Location"] == "/desk/admin/look/?said=look-saved"
    agency.refresh_from_db()
    assert (agency.brand_colour, agency.logo_text) == ("#f0c040", "Port Ellery")
    page = client.get("/desk/").content.decode()
    assert 'href="/desk/theme/f0c040.css"' in page
    rules = stranger().get("/desk/theme/f0c040.css")
    assert "--hc-bar:#" in rules.content.decode()
    assert "max-age" in rules["Cache-Control"]
    keeper = actor_for(person_id=make_person(agency, Role.RECORD_KEEPER).pk, agency_id=agency.pk)
    assert records.entries(actor=keeper, verb="agency.set-look")


@pytest.mark.parametrize("colour", ["red", "#12", "#12345g", "url(x)", "#123456;}"])
def test_what_is_no_colour_is_refused_and_never_becomes_a_rule(colour: str) -> None:
    agency = make_agency()
    client = at_desk(make_person(agency, Role.ADMINISTRATOR))
    answer = client.post("/desk/admin/look/", {"own_colour": "on", "brand_colour": colour})
    assert answer.status_code == 422
    agency.refresh_from_db()
    assert agency.brand_colour == ""
    assert stranger().get("/desk/theme/zzzzzz.css").status_code == 404


# --- refusals ---------------------------------------------------------------------------------------


def test_a_refusal_names_who_can_do_it() -> None:
    agency = make_agency()
    make_person(agency, Role.ADMINISTRATOR, name="Hadley Moreau")
    client = at_desk(make_person(agency, Role.AUTHOR))
    answer = client.get("/desk/people/")
    assert answer.status_code == 403
    assert "Hadley Moreau can do it." in text_of(answer.content)
    for name in ("Ines Okoro", "Jun Sato", "Kit Marlow"):
        make_person(agency, Role.ADMINISTRATOR, name=name)
    assert "Jun Sato and 1 other person can do it." in text_of(client.get("/desk/people/").content)


def test_who_comes_too_late_keeps_what_was_typed_but_never_a_secret() -> None:
    team = Team()
    client = at_desk(make_person(team.agency, Role.APPROVER, name="Kit Roe"))
    appeal = team.draft()
    note = "Please say which evening it was, and leave the second picture out."
    form = {"note": note, "password": "tram-copper-otter-vivid-and-longer", "short": "x"}
    answer = client.post(f"/desk/appeals/{appeal.reference}/return/", form)
    assert answer.status_code == Conflict.status
    page = answer.content.decode()
    assert note in page
    assert "tram-copper" not in page
    assert "Somebody changed this first" in page


# --- what is built ----------------------------------------------------------------------------------


def test_the_built_shell_is_that_of_its_sources() -> None:
    digest = hashlib.sha256()
    for path in sorted((DESK / "js" / "shell").glob("*.js")):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    built = (DESK / "static" / "desk" / "shell" / "shell.js").read_text()
    assert f"sources {digest.hexdigest()[:16]}." in built.splitlines()[0], "run: make css"


def test_every_icon_a_page_names_is_in_the_sprite() -> None:
    named = {
        icon
        for path in DESK.rglob("*.html")
        for icon in re.findall(r'{% icon "([\w-]+)" %}', path.read_text())
    }
    assert named
    assert named <= sprite.names()
