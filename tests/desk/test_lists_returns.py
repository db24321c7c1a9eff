"""The page of the e-mail list says when what comes back was last read, and what is wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.health import returning
from hueandcry.health.finding import Level
from hueandcry.kernel import clock
from hueandcry.lists import mailbox
from hueandcry.lists.models import Message, ReturnMailbox, Sending
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency, make_person
from tests.lists.filled import fill_list

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]


@pytest.fixture
def agency(tmp_path: Path, settings: Settings) -> Agency:
    settings.HUE_KEYS = tmp_path / "keys"
    made = make_agency()
    fill_list(by=make_actor(made, Role.ADMINISTRATOR))
    return made


@pytest.fixture
def desk(agency: Agency) -> Client:
    return at_desk(make_person(agency, Role.ADMINISTRATOR), agency=agency)


def page(desk: Client, medium: str = "email_list") -> str:
    return " ".join(desk.get(f"/desk/lists/{medium}/").content.decode().split())


def test_the_page_says_how_it_stands_with_the_mailbox(desk: Client, settings: Settings) -> None:
    assert "No mailbox is set for what comes back" in page(desk)
    settings.HUE_IMAP_HOST, settings.HUE_IMAP_USER = "mail.port-ellery.example", "bounces"
    assert "was not read yet" in page(desk)
    row = ReturnMailbox.objects.create(place=mailbox.place_name(), read_at=clock.now())
    assert "What comes back was last read" in page(desk)
    assert "see whether the worker runs" not in page(desk)
    ReturnMailbox.objects.update(read_at=clock.now() - timedelta(hours=3))
    assert "That is long ago: see whether the worker runs." in page(desk)
    row.problem, row.problem_since = "password", clock.now()
    row.save()
    said = page(desk)
    assert "the mailbox for what comes back cannot be read" in said
    assert "It does not accept user or password. Messages go out as ever" in said
    assert "HUE_IMAP_PASSWORD_FILE" in said
    assert "comes back" not in page(desk, "sms_list").partition("<main")[2]


def test_much_that_comes_back_because_of_us_is_a_finding(agency: Agency) -> None:
    assert returning.mail_that_came_back() == []
    message = Message.objects.first()
    assert message is not None
    for _number in range(returning.MANY):
        Sending.objects.create(
            agency=agency, message=message, status="returned", urgency=1, is_ours=True, tried_at=clock.now()
        )
    (finding,) = returning.mail_that_came_back()
    assert finding.level == Level.WATCH
    assert finding.title == "Mail that came back"
    assert "10 e-mails came back because of how or what we send" in finding.says
