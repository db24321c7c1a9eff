"""The desk's pages of lists: who may, what they show, and that no address is shown whole but in one's own copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.channels.intake import is_it_ours
from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.kernel.errors import Invalid
from hueandcry.lists.actions import open_list
from hueandcry.lists.models import Message, SlipAside, Subscriber
from hueandcry.records.models import Entry
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency, make_person, make_programme
from tests.lists.filled import fill_list

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]


@pytest.fixture
def agency(db: None, tmp_path: Path, settings: Settings) -> Agency:
    settings.HUE_KEYS = tmp_path / "keys"
    return make_agency()


@pytest.fixture
def desk(agency: Agency) -> Client:
    return at_desk(make_person(agency, Role.ADMINISTRATOR), agency=agency)


def test_a_list_is_opened_with_an_account_so_that_posts_reach_it(desk: Client, agency: Agency) -> None:
    assert "Not opened yet" in desk.get("/desk/lists/").content.decode()
    for _time in range(2):
        assert desk.post("/desk/lists/email_list/open/").status_code == 302
        desk.post("/desk/lists/email_list/close/")
    desk.post("/desk/lists/email_list/open/")
    account = Account.objects.get(channel="email_list")
    assert (account.kind, account.is_public) == ("alerts", False)
    assert "HUE_SMTP_HOST" in desk.get("/desk/lists/").content.decode()
    assert desk.get("/desk/accounts/connect/email_list/").status_code == 404


def test_a_list_that_nothing_can_be_sent_to_says_so_before_and_after_it_is_opened(desk: Client) -> None:
    before = desk.get("/desk/lists/email_list/").content.decode()
    assert "No mail server is set (HUE_SMTP_HOST), so no e-mail can be sent." in before
    assert "Open the list" in before
    opened = desk.post("/desk/lists/email_list/open/", follow=True).content.decode()
    assert "Open, but nothing can be sent yet." in opened
    assert opened.count("No mail server is set") == 1
    assert "People who ask to join get no answer" in opened


def test_a_list_that_can_be_sent_to_says_nothing_of_the_kind(desk: Client, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.port-ellery.example"
    assert "No mail server is set" not in desk.get("/desk/lists/email_list/").content.decode()
    opened = desk.post("/desk/lists/email_list/open/", follow=True).content.decode()
    assert "Open. People can join" in opened


def test_the_page_shows_numbers_and_no_whole_address(desk: Client, agency: Agency) -> None:
    fill_list(by=make_actor(agency, Role.ADMINISTRATOR))
    page = desk.get("/desk/lists/email_list/").content.decode()
    assert "ada@harbour.example" not in page
    assert "a…@harbour.example" in page
    assert "2 taken by the carrier, 1 came back, 1 not known" in page
    assert page.count("Take ") >= 6
    only = desk.get("/desk/lists/email_list/?show=paused").content.decode()
    assert only.count("@harbour.example</b>") == 1


def test_ones_own_copy_has_the_addresses_and_stands_on_the_record(desk: Client, agency: Agency) -> None:
    fill_list(by=make_actor(agency, Role.ADMINISTRATOR))
    answer = desk.post("/desk/lists/email_list/export/")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith('ada@harbour.example,active,"amber,red"')
    assert len(lines) == 6  # the head, four active and one paused; who never said yes is not on the list
    assert Entry.objects.filter(verb="list.export").count() == 1


def test_somebody_is_added_taken_off_and_written_to_again(desk: Client, agency: Agency) -> None:
    fill_list(by=make_actor(agency, Role.ADMINISTRATOR))
    add = "/desk/lists/email_list/add/"
    assert desk.get(add).status_code == 200
    given = {"address": "gus@harbour.example", "consent": "asked at the counter", "levels": ["red"]}
    assert desk.post(add, {**given, "address": "gus"}).status_code == 422
    assert desk.post(add, given).status_code == 302
    assert desk.post(add, given).status_code == 422  # on it already
    paused = Subscriber.objects.get(status="paused")
    assert desk.post(f"/desk/lists/subscribers/{paused.pk}/resume/").status_code == 302
    assert desk.post(f"/desk/lists/subscribers/{paused.pk}/remove/", {"reason": ""}).status_code == 422
    assert (
        desk.post(f"/desk/lists/subscribers/{paused.pk}/remove/", {"reason": "asked by phone"}).status_code
        == 302
    )
    assert not Subscriber.objects.filter(pk=paused.pk).exists()


def test_the_page_asks_the_database_the_same_number_of_times_however_long_the_list(
    desk: Client, agency: Agency, django_assert_max_num_queries: object
) -> None:
    fill_list(by=make_actor(agency, Role.ADMINISTRATOR))
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        desk.get("/desk/lists/email_list/")


def test_a_tip_programme_has_no_lists() -> None:
    programme = make_programme()
    with pytest.raises(Invalid):
        open_list(medium="email_list", by=make_actor(programme, Role.ADMINISTRATOR))


def test_the_account_of_a_list_has_the_name_that_people_know(
    desk: Client, agency: Agency, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.port-ellery.example"
    settings.DEFAULT_FROM_EMAIL = "Port Ellery Police <alerts@port-ellery.example>"
    settings.HUE_SMS_FROM = "60777"
    for medium in ("email_list", "sms_list", "push_list"):
        desk.post(f"/desk/lists/{medium}/open/")
    page = desk.get("/desk/accounts/").content.decode()
    for name in ("alerts@port-ellery.example", "60777", agency.public_host):
        assert f"· {name}</span>" in page
    assert f"@{agency.public_host}" not in page
    mail = Account.objects.get(channel="email_list")
    assert "<dd>alerts@port-ellery.example</dd>" in desk.get(f"/desk/accounts/{mail.pk}/").content.decode()
    assert is_it_ours(agency_id=agency.pk, asked="alerts@port-ellery.example").answer == "not-ours"
    Account.objects.filter(pk=mail.pk).update(is_public=True)
    assert is_it_ours(agency_id=agency.pk, asked="alerts@port-ellery.example").answer == "real"


def test_what_could_not_be_carried_out_is_shown_and_dealt_with(desk: Client, agency: Agency) -> None:
    row = SlipAside.objects.create(
        agency=agency, name="1-a.slip", kind="leave", at=clock.now(), last_error="DataError"
    )
    unopened = SlipAside.objects.create(name="2-b.slip", at=clock.now(), last_error="CannotOpen")
    page = desk.get("/desk/lists/").content.decode()
    assert "To be taken off a list" in page
    assert "It failed (DataError)." in page
    assert "An operator brings lists.key back." in page
    assert desk.post(f"/desk/lists/slips/{row.pk}/try/").status_code == 302
    row.refresh_from_db()
    assert row.due_at is not None
    assert desk.post(f"/desk/lists/slips/{unopened.pk}/drop/").status_code == 409
    # Who wants to leave is never thrown away.
    assert desk.post(f"/desk/lists/slips/{row.pk}/drop/").status_code == 409
    SlipAside.objects.filter(pk=row.pk).update(kind="ask")
    assert desk.post(f"/desk/lists/slips/{row.pk}/drop/").status_code == 302
    assert list(SlipAside.objects.all()) == [unopened]


def test_a_message_that_is_held_back_is_shown_and_a_supervisor_decides(desk: Client, agency: Agency) -> None:
    fill_list(by=make_actor(agency, Role.ADMINISTRATOR))
    message = Message.objects.get(key=f"filled-{agency.pk}-1")
    Message.objects.filter(pk=message.pk).update(held_at=clock.now(), held_why="All posting is paused")
    assert "All posting is paused" in desk.get("/desk/lists/email_list/").content.decode()
    assert "Send to the rest" not in desk.get("/desk/lists/").content.decode()
    supervisor = at_desk(make_person(agency, Role.APPROVER, name="Robin Castell"), agency=agency)
    page = supervisor.get("/desk/rules/held/").content.decode()
    assert "All posting is paused" in page
    assert "Send to the rest" not in page
    Message.objects.filter(pk=message.pk).update(held_why="")
    page = supervisor.get("/desk/rules/held/").content.decode()
    assert "Send to the rest" in page
    assert "Nothing is held back." not in page
    assert supervisor.post(f"/desk/lists/messages/{message.pk}/send/").status_code == 302
    message.refresh_from_db()
    assert message.held_at is None
    Message.objects.filter(pk=message.pk).update(held_at=clock.now())
    assert supervisor.post(f"/desk/lists/messages/{message.pk}/drop/").status_code == 302
    message.refresh_from_db()
    assert message.status == "stopped"
