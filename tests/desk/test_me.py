"""“Me”: one's own passkeys, password, codes, sessions; and being asked again before sensitive acts."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from hueandcry.agencies import guessing
from hueandcry.agencies.models import Agency, Passkey, Person, Sitting
from hueandcry.agencies.queries import memberships_of
from hueandcry.agencies.roles import Role
from hueandcry.desk.guard import PROVED
from hueandcry.kernel import clock
from hueandcry.records.models import Entry
from tests.desk_client import HOST, at_desk, sign_in, stranger
from tests.factories import PASSWORD, make_agency, make_person, totp_now
from tests.helpers_passkeys import Device

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
ORIGIN = f"http://{HOST}:8001"
NEW = "lantern-otter-vivid-maple"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(guessing, "LONGEST", 0.0)
    settings.HUE_DESK_PORT = 8001


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def nora(agency: Agency) -> Person:
    return make_person(agency, Role.ADMINISTRATOR)


def fresh_code(person: Person) -> str:
    """A code for now, whatever was used before."""
    Person.objects.filter(pk=person.pk).update(totp_last_step=0)
    return totp_now(person)


def long_ago(client: Client) -> None:
    """The last proof was an hour ago."""
    session = client.session
    session[PROVED] -= 3600
    session.save()


def add_passkey(client: Client) -> Device:
    device = Device(ORIGIN)
    options = client.post("/desk/me/passkeys/ask/").json()
    answer = client.post("/desk/me/passkeys/new/", {"label": "Phone", "answer": device.make(options)})
    assert answer.status_code == 302, answer.content.decode()
    return device


def enter(client: Client, device: Device, **given: str) -> Any:
    options = client.post("/desk/sign-in/passkey/ask/").json()
    return client.post("/desk/sign-in/passkey/", {"passkey": device.answer(options), **given})


def test_a_passkey_is_added_named_used_and_removed(nora: Person) -> None:
    client = at_desk(nora)
    assert "Sign in with a finger" in client.get("/desk/me/").content.decode()
    device = add_passkey(client)
    passkey = Passkey.objects.get()
    client.post(f"/desk/me/passkeys/{passkey.pk}/rename/", {"label": "Work phone"})
    page = client.get("/desk/me/").content.decode()
    assert "Work phone" in page
    assert "Add a second one" in page

    elsewhere = stranger()
    answer = enter(elsewhere, device, next="/desk/people/")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/people/")
    assert "Nora Vance" in elsewhere.get("/desk/").content.decode()
    assert "with a passkey" in elsewhere.get("/desk/me/").content.decode()
    assert Entry.objects.filter(verb="person.sign-in", subject=f"person:{nora.pk}").count() == 2

    client.post(f"/desk/me/passkeys/{passkey.pk}/remove/")
    refused = enter(stranger(), device)
    assert refused.status_code == 422
    assert "not accepted" in refused.content.decode()


def test_a_refused_passkey_keeps_the_typed_email_and_says_no_reason(nora: Person) -> None:
    device = Device(ORIGIN)
    answer = enter(stranger(), device, email=nora.email, next="/desk/people/")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{nora.email}"' in page
    assert 'value="/desk/people/"' in page
    assert "Missing" not in page


def test_a_passkey_sign_in_is_a_session_under_a_new_key_and_leads_nowhere_else(nora: Person) -> None:
    client = at_desk(nora)
    device = add_passkey(client)
    visitor = stranger()
    visitor.get("/desk/sign-in/")
    answer = enter(visitor, device, next="https://elsewhere.example/")
    assert answer["Location"] == "/desk/"
    assert visitor.cookies["hue_desk"]["httponly"]
    assert visitor.cookies["hue_passkey"].value == ""


def test_the_password_changes_against_the_old_one_and_a_code_and_ends_the_others(nora: Person) -> None:
    client, other = at_desk(nora), at_desk(nora)
    before = client.session.session_key
    wrong = {"old": "not-it-at-all", "code": fresh_code(nora), "password": NEW}
    assert "do not fit together" in client.post("/desk/me/password/", wrong).content.decode()
    weak = {"old": PASSWORD, "code": fresh_code(nora), "password": "short"}
    assert client.post("/desk/me/password/", weak).status_code == 422
    same = {"old": PASSWORD, "code": fresh_code(nora), "password": PASSWORD}
    assert "Choose another" in client.post("/desk/me/password/", same).content.decode()
    good = {"old": PASSWORD, "code": fresh_code(nora), "password": NEW}
    assert client.post("/desk/me/password/", good).status_code == 302
    assert client.session.session_key != before
    assert client.get("/desk/").status_code == 200
    assert other.get("/desk/").status_code == 302
    given = {"email": nora.email, "password": NEW, "code": fresh_code(nora)}
    assert stranger().post("/desk/sign-in/", given).status_code == 302
    assert Entry.objects.filter(verb="person.change-password").count() == 1


def test_new_recovery_codes_replace_the_old(nora: Person) -> None:
    client = at_desk(nora)
    codes = re.findall(r"<li>([0-9a-z-]{19})</li>", client.post("/desk/me/codes/").content.decode())
    assert len(codes) == 10
    again = re.findall(r"<li>([0-9a-z-]{19})</li>", client.post("/desk/me/codes/").content.decode())
    given = {"email": nora.email, "password": PASSWORD}
    assert stranger().post("/desk/sign-in/", {**given, "code": codes[0]}).status_code == 422
    assert stranger().post("/desk/sign-in/", {**given, "code": again[0]}).status_code == 302


def test_own_sessions_are_listed_and_ended_and_nobody_elses(agency: Agency, nora: Person) -> None:
    kit = make_person(agency, Role.AUTHOR, name="Kit Roe")
    theirs = at_desk(kit)
    client, other = at_desk(nora), stranger()
    other.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"
    sign_in(other, nora)
    page = client.get("/desk/me/").content.decode()
    assert "Firefox on Windows" in page
    assert page.count(">End it<") == 1
    assert client.post(f"/desk/me/sessions/{Sitting.objects.get(person=kit).pk}/end/").status_code == 404
    assert theirs.get("/desk/").status_code == 200
    here, there = Sitting.objects.filter(person=nora).order_by("pk")
    assert client.post(f"/desk/me/sessions/{here.pk}/end/").status_code == 409
    assert client.post(f"/desk/me/sessions/{there.pk}/end/").status_code == 302
    assert other.get("/desk/").status_code == 302
    third = at_desk(nora)
    client.post("/desk/me/sessions/end/")
    assert third.get("/desk/").status_code == 302
    assert client.get("/desk/").status_code == 200


def test_a_session_is_over_after_twelve_hours_whatever_it_did(nora: Person) -> None:
    client = at_desk(nora)
    Sitting.objects.update(begun_at=clock.now() - timedelta(hours=12, minutes=1))
    assert client.get("/desk/").status_code == 302


def test_signing_out_ends_the_sitting_so_that_a_kept_cookie_opens_nothing(nora: Person) -> None:
    client = at_desk(nora)
    kept = client.cookies["hue_desk"].value
    client.post("/desk/sign-out/")
    thief = stranger()
    thief.cookies["hue_desk"] = kept
    assert thief.get("/desk/").status_code == 302
    assert not Sitting.objects.exists()


def test_another_persons_passkey_is_not_there(agency: Agency, nora: Person) -> None:
    add_passkey(at_desk(nora))
    number = Passkey.objects.get().pk
    client = at_desk(make_person(agency, Role.ADMINISTRATOR, name="Kit Roe"))
    assert client.post(f"/desk/me/passkeys/{number}/rename/", {"label": "x"}).status_code == 404
    assert client.post(f"/desk/me/passkeys/{number}/remove/").status_code == 404


def test_single_letter_keys_are_switched_off_and_on(nora: Person) -> None:
    client = at_desk(nora)
    client.post("/desk/me/keys/", {"on": "no"})
    assert not Person.objects.get(pk=nora.pk).single_keys
    assert "Switch single letters on" in client.get("/desk/me/").content.decode()
    client.post("/desk/me/keys/", {"on": "yes"})
    assert Person.objects.get(pk=nora.pk).single_keys


# --- asked again --------------------------------------------------------------------------------------


def asked_again(page: str) -> dict[str, str]:
    """What the confirming page carries along."""
    found = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', page)
    return {name: html.unescape(value) for name, value in found}


def test_after_ten_minutes_a_role_is_given_only_after_proof_and_nothing_is_typed_twice(
    agency: Agency, nora: Person
) -> None:
    kit = make_person(agency, Role.AUTHOR, name="Kit Roe")
    client = at_desk(nora)
    long_ago(client)
    address = f"/desk/people/{kit.pk}/give/"
    asked = client.post(address, {"role": "record-keeper"})
    page = asked.content.decode()
    assert asked.status_code == 401
    assert "Confirm that it is you" in page
    assert f'action="{address}"' in page
    carried = asked_again(page)
    assert carried["role"] == "record-keeper"
    wrong = client.post(
        address, {**carried, "again-password": "not-it-at-all", "again-code": fresh_code(nora)}
    )
    assert wrong.status_code == 401
    assert "do not fit together" in wrong.content.decode()
    assert {m.role for m in memberships_of(kit.pk)} == {"author"}
    carried = asked_again(wrong.content.decode())
    done = client.post(address, {**carried, "again-password": PASSWORD, "again-code": fresh_code(nora)})
    assert done.status_code == 302
    assert {m.role for m in memberships_of(kit.pk)} == {"author", "record-keeper"}
    assert client.post(f"/desk/people/{kit.pk}/reset/").status_code == 200  # for ten minutes more


def test_a_page_that_is_asked_for_is_shown_after_the_proof(nora: Person) -> None:
    client = at_desk(nora)
    long_ago(client)
    page = client.get("/desk/me/passkeys/new/").content.decode()
    given = {**asked_again(page), "again-password": PASSWORD, "again-code": fresh_code(nora)}
    answer = client.post("/desk/me/passkeys/new/", given)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/me/passkeys/new/")
    assert client.get("/desk/me/passkeys/new/").status_code == 200


def test_a_passkey_proves_it_too_but_not_one_asked_in_another_session(nora: Person) -> None:
    client, other = at_desk(nora), at_desk(nora)
    device = add_passkey(client)
    long_ago(client)
    long_ago(other)
    page = client.post("/desk/me/codes/").content.decode()
    assert "Use a passkey" in page
    stolen = device.answer(other.post("/desk/me/confirm/ask/").json())
    client.cookies["hue_passkey"] = other.cookies["hue_passkey"].value
    refused = client.post("/desk/me/codes/", {**asked_again(page), "again-passkey": stolen})
    assert refused.status_code == 401
    answer = device.answer(client.post("/desk/me/confirm/ask/").json())
    done = client.post("/desk/me/codes/", {**asked_again(page), "again-passkey": answer})
    assert done.status_code == 200
    assert "Keep these codes" in done.content.decode()


def test_a_script_is_told_in_its_own_way(nora: Person) -> None:
    client = at_desk(nora)
    long_ago(client)
    answer = client.post("/desk/me/passkeys/ask/", {}, content_type="application/json")
    assert answer.status_code == 401
    assert json.loads(answer.content)["confirm"] == "/desk/me/confirm/"
