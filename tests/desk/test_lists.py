"""The desk's pages of lists: who may, what they show, and that no address is shown whole but in one's own copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.kernel.errors import Invalid
from hueandcry.lists.actions import open_list
from hueandcry.lists.models import Subscriber
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
