"""The lists' public pages as their own process sees them: no script, no cookie, the same answer for everybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client, override_settings
from pytest_django import Settings

from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock, headers
from hueandcry.lists import intake, slips, tasks, vault
from hueandcry.lists.actions import close_list, open_list
from hueandcry.lists.choices import Medium
from hueandcry.lists.models import Subscriber
from hueandcry.lists.slips import Link, Purpose
from tests.factories import make_actor, make_agency
from tests.lists.helpers import House

pytestmark = pytest.mark.slow
HOST = "port-ellery.example"


@pytest.fixture
def house(db: None, tmp_path: Path, settings: Settings) -> House:
    settings.HUE_HOME, settings.HUE_KEYS = tmp_path, tmp_path / "keys"
    settings.HUE_SMS_KEY = "a-long-word"
    vault.make_key()
    intake._bucket.left = intake._leaving.left = intake.BURST
    agency = make_agency(host=HOST)
    house = House(agency, make_actor(agency, Role.ADMINISTRATOR))
    for medium in Medium:
        open_list(medium=medium.value, by=house.keeper)
    return house


def filled(door: Client, path: str = "/subscribe/", **changes: object) -> dict[str, object]:
    page = door.get(path).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket, page
    return {
        "ticket": ticket[1],
        "medium": "email_list",
        "address": "ada@harbour.example",
        "levels": ["red"],
        **changes,
    }


def test_the_form_is_answered_alike_whether_the_address_is_known_or_not(house: House, door: Client) -> None:
    answers = [door.post("/subscribe/", filled(door)) for _time in range(2)]
    tasks.take_slips()
    answers.append(door.post("/subscribe/", filled(door)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert "One more step" in answers[0].content.decode()
    assert Subscriber.objects.count() == 1


def test_no_page_sets_a_cookie_and_one_only_has_a_script(house: House, door: Client) -> None:
    token = vault.link(Link(Purpose.LEAVE, house.agency.pk, 1))
    for path in ("/subscribe/", f"/subscribe/leave/{token}/", "/subscribe/push/"):
        answer = door.get(path)
        assert answer.status_code == 200, path
        assert not answer.cookies
        scripted = path.endswith("/push/")
        assert (b"<script" in answer.content) is scripted
        wanted = headers.SCRIPTED_POLICY if scripted else headers.CONTENT_SECURITY_POLICY
        assert answer["Content-Security-Policy"] == wanted
        assert answer["Cache-Control"] == "no-store"


def test_what_was_typed_stays_when_something_is_wrong(house: House, door: Client) -> None:
    answer = door.post(
        "/subscribe/", filled(door, address="ada at harbour", levels=["amber"], topics=["weather"])
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter an e-mail address" in page
    assert 'value="ada at harbour"' in page
    assert re.search(r'value="weather"\s+checked', page)
    assert re.search(r'value="amber"\s+checked', page)
    assert door.post("/subscribe/", filled(door, levels=[])).status_code == 422
    assert list(slips.waiting()) == []


def test_a_stale_form_gets_a_new_ticket_and_keeps_its_words(house: House, door: Client) -> None:
    answer = door.post("/subscribe/", filled(door, ticket="00" * 32))
    assert answer.status_code == 422
    again = re.search(r'name="ticket" value="([^"]+)"', answer.content.decode())
    assert again
    assert door.post("/subscribe/", filled(door, ticket=again[1])).status_code == 200


def test_a_link_shows_a_button_first_since_mail_programs_open_links(house: House, door: Client) -> None:
    door.post("/subscribe/", filled(door))
    tasks.take_slips()
    who = Subscriber.objects.get()
    confirm = f"/subscribe/confirm/{vault.link(Link(Purpose.CONFIRM, house.agency.pk, who.pk))}/"
    assert "Do you want our messages?" in door.get(confirm).content.decode()
    tasks.take_slips()
    assert Subscriber.objects.get().status == "waiting"
    assert "Thank you" in door.post(confirm).content.decode()
    tasks.take_slips()
    assert Subscriber.objects.get().status == "active"


def test_one_click_leaves_as_mail_programs_send_it(house: House, door: Client) -> None:
    door.post("/subscribe/", filled(door))
    tasks.take_slips()
    leave = (
        f"/subscribe/leave/{vault.link(Link(Purpose.LEAVE, house.agency.pk, Subscriber.objects.get().pk))}/"
    )
    answer = door.post(leave, {"List-Unsubscribe": "One-Click"})  # RFC 8058: no Origin, no cookie
    assert answer.status_code == 200
    tasks.take_slips()
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    "path", ["/subscribe/leave/nonsense/", "/subscribe/confirm/x/", "/subscribe/sms/wrong/"]
)
def test_an_invented_link_is_404(house: House, door: Client, path: str) -> None:
    assert door.get(path).status_code == 404


def test_another_sites_form_is_refused(house: House, door: Client) -> None:
    given = filled(door)
    answer = door.post("/subscribe/", given, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert list(slips.waiting()) == []


def test_the_form_asks_only_for_what_an_open_list_takes(house: House, door: Client) -> None:
    close_list(medium=Medium.SMS.value, by=house.keeper)
    page = door.get("/subscribe/").content.decode()
    assert "Your e-mail address" in page
    assert "mobile number" not in page


def test_closed_lists_show_a_sentence(house: House, door: Client) -> None:
    for medium in Medium:
        close_list(medium=medium.value, by=house.keeper)
    answer = door.get("/subscribe/")
    assert answer.status_code == 503
    assert "not open now" in answer.content.decode()


def test_a_text_message_is_taken_in_and_answered(house: House, door: Client) -> None:
    asked = {"from": "+447700900123", "text": "Join"}
    answer = door.get("/subscribe/sms/a-long-word/", asked)
    assert answer["Content-Type"].startswith("text/plain")
    assert "Reply YES" in answer.content.decode()
    assert (
        "you are on the list now"
        in door.get("/subscribe/sms/a-long-word/", {**asked, "text": "yes!"}).content.decode()
    )
    tasks.take_slips()
    (row,) = Subscriber.objects.all()
    assert (row.status, vault.open_address(row.list_id, row.sealed)) == ("active", "+447700900123")
    door.get("/subscribe/sms/a-long-word/", {**asked, "text": "STOP"})
    tasks.take_slips()
    assert not Subscriber.objects.exists()
    assert door.get("/subscribe/sms/a-long-word/", {**asked, "text": "Hello there"}).content == b""


def test_twilio_is_answered_in_its_own_form(house: House, door: Client) -> None:
    with override_settings(HUE_SMS_GATEWAY="twilio"):
        answer = door.post("/subscribe/sms/a-long-word/", {"From": "+447700900123", "Body": "HELP"})
    assert answer.content.decode().startswith("<Response><Message>Port Ellery Police: JOIN")


BROWSER = "https://fcm.googleapis.com/fcm/send/abc"


def test_a_browser_puts_itself_on_the_list_and_off(house: House, door: Client) -> None:
    given = filled(door, "/subscribe/push/", address=f"{BROWSER}\r\nBPub\r\nauth", medium="")
    assert "This browser shows our messages" in door.post("/subscribe/push/", given).content.decode()
    tasks.take_slips()
    assert Subscriber.objects.get().status == "active"
    gone = door.post("/subscribe/push/off/", {"endpoint": BROWSER, "ticket": given["ticket"]})
    assert "You have left the list" in gone.content.decode()
    tasks.take_slips()
    assert not Subscriber.objects.exists()
    assert door.post("/subscribe/push/", filled(door, "/subscribe/push/", address="")).status_code == 422


@pytest.mark.parametrize(
    "given",
    [
        {"endpoint": BROWSER},
        {"endpoint": BROWSER, "ticket": "00" * 32},
        {"endpoint": "https://somewhere.example/x", "ticket": "ours"},
        {"ticket": "ours"},
    ],
)
def test_a_browser_leaves_by_our_own_form_only(house: House, door: Client, given: dict[str, str]) -> None:
    ours = str(filled(door, "/subscribe/push/")["ticket"])
    answer = door.post(
        "/subscribe/push/off/",
        {**given, "ticket": ours if given.get("ticket") == "ours" else given.get("ticket", "")},
    )
    assert answer.status_code == 422
    assert list(slips.waiting()) == []
    assert 'role="alert"' in answer.content.decode()


def test_too_many_who_leave_at_once_are_told_that_it_is_over_all_the_same(house: House, door: Client) -> None:
    ticket = filled(door, "/subscribe/push/")["ticket"]
    now = clock.now()
    intake._leaving.left, intake._leaving.at = 0.0, now.timestamp() + 3600  # nothing is gained meanwhile
    answer = door.post("/subscribe/push/off/", {"endpoint": BROWSER, "ticket": ticket})
    intake._leaving.left, intake._leaving.at = intake.BURST, 0.0
    assert answer.status_code == 503
    assert "shows no more notifications" in answer.content.decode()


def test_a_flood_of_forms_keeps_nobody_on_a_list(
    house: House, door: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slips, "MOST_WAITING", 1)
    intake._bucket.left = 1
    assert door.post("/subscribe/", filled(door)).status_code == 200
    assert door.post("/subscribe/", filled(door)).status_code == 503
    token = vault.link(Link(Purpose.LEAVE, house.agency.pk, 1))
    for _time in range(3):  # the same house, the same address: nobody counts
        assert door.post(f"/subscribe/leave/{token}/").status_code == 200
    ticket = filled(door, "/subscribe/push/")["ticket"]
    assert door.post("/subscribe/push/off/", {"endpoint": BROWSER, "ticket": ticket}).status_code == 200


def test_the_script_and_the_worker_are_files_of_ours(house: House, door: Client) -> None:
    for name in ("page.js", "worker.js"):
        answer = door.get(f"/subscribe/push/{name}")
        assert answer["Content-Type"].startswith("text/javascript")
        assert b"innerHTML" not in answer.content
    assert door.get("/subscribe/push/other.js").status_code == 404
