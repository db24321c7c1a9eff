"""Signing in and out, through the pages."""

from __future__ import annotations

import html
import re

import pyotp
import pytest
from django.test import Client

from hueandcry.agencies import actions, guessing
from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.records.models import Entry
from tests.desk_client import HOST, at_desk, sign_in, stranger
from tests.factories import INIT, PASSWORD, make_agency, make_person, make_programme, totp_now

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "LONGEST", 0.0)


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def nora(agency: Agency) -> Person:
    return make_person(agency, Role.AUTHOR)


def try_sign_in(client: Client, person: Person, **changes: str):
    given = {"email": person.email, "password": PASSWORD, "code": totp_now(person), **changes}
    return client.post("/desk/sign-in/", given)


def test_password_and_code_together_open_the_desk(nora: Person) -> None:
    client = stranger()
    answer = try_sign_in(client, nora, next="/desk/people/?page=2")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/people/?page=2")
    assert "Nora Vance" in client.get("/desk/").content.decode()
    assert Entry.objects.filter(verb="person.sign-in", subject=f"person:{nora.pk}").count() == 1


@pytest.mark.parametrize(
    "wrong", [{"password": "not-it-at-all"}, {"code": "000000"}, {"email": "a@b.example"}]
)
def test_one_wrong_of_three_is_refused_without_saying_which(nora: Person, wrong: dict[str, str]) -> None:
    client = stranger()
    answer = try_sign_in(client, nora, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "do not fit together" in page
    assert PASSWORD not in page
    assert client.get("/desk/").status_code == 302


def test_fifty_wrong_passwords_from_elsewhere_do_not_stop_the_owner(nora: Person) -> None:
    elsewhere = stranger()
    for _n in range(50):
        assert try_sign_in(elsewhere, nora, password="guess-guess-guess").status_code == 422
    sign_in(stranger(), nora)


def test_a_new_key_is_given_to_the_session_on_sign_in(nora: Person) -> None:
    client = stranger()
    sign_in(client, nora)
    first = client.cookies["hue_desk"].value
    client.post("/desk/sign-out/")
    sign_in(client, nora)
    assert client.cookies["hue_desk"].value != first


def test_cookies_are_for_this_site_and_not_for_scripts(nora: Person) -> None:
    client = stranger()
    sign_in(client, nora)
    for name in ("hue_desk", "hue_device"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Strict"
    assert client.cookies["hue_device"]["max-age"] == 365 * 24 * 3600


@pytest.mark.parametrize(
    "bad",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/desk/",
        "/desk/\\elsewhere.example",
        "javascript:1",
        "",
    ],
)
def test_sign_in_never_leads_elsewhere(nora: Person, bad: str) -> None:
    answer = try_sign_in(stranger(), nora, next=bad)
    assert answer["Location"] in {"/desk/", "/desk/%5Celsewhere.example"}


def test_signing_out_ends_the_session_and_clears_the_browser(nora: Person) -> None:
    client = at_desk(nora)
    answer = client.post("/desk/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/desk/")["Location"].startswith("/desk/sign-in/")
    assert client.get("/desk/sign-out/").status_code == 302


def test_a_reset_ends_every_open_session(agency: Agency, nora: Person) -> None:
    client = at_desk(nora)
    actions.reset_sign_in(person_id=nora.pk, by=system("init", agency_id=agency.pk, permissions=INIT))
    assert client.get("/desk/").status_code == 302


def test_ending_the_membership_ends_the_session_at_the_next_click(agency: Agency, nora: Person) -> None:
    client = at_desk(nora)
    actions.end_membership(person_id=nora.pk, by=system("init", agency_id=agency.pk, permissions=INIT))
    assert client.get("/desk/").status_code == 302
    assert "hold no role" in try_sign_in_again(client, nora)


def try_sign_in_again(client: Client, person: Person) -> str:
    Person.objects.filter(pk=person.pk).update(totp_last_step=0)
    return try_sign_in(client, person).content.decode()


def test_a_person_of_two_agencies_switches_between_them_and_to_no_other(agency: Agency) -> None:
    programme, other = make_programme(agency=agency), make_agency(name="Far Point Police")
    keeper = make_person(agency, Role.RECORD_KEEPER)
    by = system("init", agency_id=programme.pk, permissions=INIT)
    actions.invite_person(name=keeper.name, email=keeper.email, roles={Role.RECORD_KEEPER}, by=by)
    client = at_desk(keeper)
    assert "Port Ellery Police</title>" in client.get("/desk/").content.decode()
    assert client.post("/desk/agency/", {"agency": programme.pk}).status_code == 302
    assert "Ellery Crime Stoppers</title>" in client.get("/desk/").content.decode()
    assert client.post("/desk/agency/", {"agency": other.pk}).status_code == 404
    assert client.post("/desk/agency/", {"agency": "x"}).status_code == 404


def test_an_agency_of_another_desk_host_is_out_of_reach(nora: Person, agency: Agency) -> None:
    client = at_desk(nora)
    Agency.objects.filter(pk=agency.pk).update(desk_host="desk.port-ellery.example")
    make_agency(name="Far Point Police")
    assert client.get("/desk/").status_code == 302


def test_a_form_without_its_token_changes_nothing(nora: Person) -> None:
    client = Client(SERVER_NAME=HOST, enforce_csrf_checks=True)
    answer = try_sign_in(client, nora)
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


def test_an_invited_person_joins_and_signs_in(agency: Agency) -> None:
    by = system("init", agency_id=agency.pk, permissions=INIT)
    invited = actions.invite_person(
        name="Pat Doe", email="pat@port-ellery.example", roles={Role.AUTHOR}, by=by
    )
    client, address = stranger(), f"/desk/join/{invited.token}/"
    page = client.get(address).content.decode()
    secret = re.sub(r"\s", "", re.search(r'class="hc-code">([A-Z2-7 ]+)<', page)[1])
    picture = html.unescape(re.search(r'src="([^"]+code\.png[^"]+)"', page)[1])
    assert client.get(picture).content.startswith(b"\x89PNG")
    offered = re.search(r'name="offered" value="([^"]+)"', page)[1]

    weak = client.post(
        address, {"offered": offered, "password": "short", "code": pyotp.TOTP(secret).at(clock.now())}
    )
    assert weak.status_code == 422
    assert 'aria-describedby="id_password-hint id_password-error"' in weak.content.decode()

    assert f'value="{offered}"' in weak.content.decode()

    filled = {"offered": offered, "password": PASSWORD, "code": pyotp.TOTP(secret).at(clock.now())}
    done = client.post(address, filled)
    codes = re.findall(r"<li>([0-9a-z-]{19})</li>", done.content.decode())
    assert len(codes) == 10
    assert try_sign_in(client, invited.person, code=codes[0]).status_code == 302
    assert client.get(address).status_code == 404
    assert client.get(address + "code.png").status_code == 404


def test_whoever_opened_the_link_before_does_not_know_the_secret_that_is_taken(agency: Agency) -> None:
    by = system("init", agency_id=agency.pk, permissions=INIT)
    invited = actions.invite_person(name="Pat", email="p@port-ellery.example", roles={Role.AUTHOR}, by=by)
    address = f"/desk/join/{invited.token}/"
    first, second = (stranger().get(address).content.decode() for _opening in range(2))
    secrets = [re.search(r'class="hc-code">([A-Z2-7 ]+)<', page)[1] for page in (first, second)]
    assert secrets[0] != secrets[1]
    assert stranger().get(f"{address}code.png?offered=AAAA").status_code == 422


def test_a_form_opened_for_one_agency_is_refused_after_switching_to_another(agency: Agency) -> None:
    programme = make_programme(agency=agency)
    admin = make_person(agency, Role.ADMINISTRATOR)
    by = system("init", agency_id=programme.pk, permissions=INIT)
    actions.invite_person(name=admin.name, email=admin.email, roles={Role.ADMINISTRATOR}, by=by)
    client = at_desk(admin)
    client.handler.enforce_csrf_checks = True
    page = client.get("/desk/people/invite/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    switched = client.post("/desk/agency/", {"agency": programme.pk, "csrfmiddlewaretoken": token})
    assert switched.status_code == 302
    form = {"name": "X", "email": "x@port-ellery.example", "roles": ["administrator"]}
    answer = client.post("/desk/people/invite/", {**form, "csrfmiddlewaretoken": token})
    assert answer.status_code == 403
    assert "changed agency" in answer.content.decode()
    assert not Person.objects.filter(email="x@port-ellery.example").exists()


def test_losing_the_agency_acted_for_ends_the_session_and_never_slips_into_another(agency: Agency) -> None:
    programme = make_programme(agency=agency)
    admin = make_person(agency, Role.ADMINISTRATOR)
    make_person(programme, Role.ADMINISTRATOR, name="Joy Delacroix")
    by = system("init", agency_id=programme.pk, permissions=INIT)
    actions.invite_person(name=admin.name, email=admin.email, roles={Role.ADMINISTRATOR}, by=by)
    client = at_desk(admin, agency=programme)
    actions.end_membership(person_id=admin.pk, by=by)
    form = {"name": "X", "email": "x@port-ellery.example", "roles": ["administrator"]}
    assert client.post("/desk/people/invite/", form)["Location"] == "/desk/sign-in/"
    assert not Person.objects.filter(email="x@port-ellery.example").exists()
