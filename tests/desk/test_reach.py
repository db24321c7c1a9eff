"""Whoever writes to a list sees to how many people it goes, in how many parts and at what price."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.lists.actions import add_subscriber
from hueandcry.lists.choices import Choices
from hueandcry.lists.models import Subscriber
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency, make_person

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]
LEVELS = ("red", "amber", "green")


@pytest.fixture
def agency(db: None, tmp_path: Path, settings: Settings) -> Agency:
    settings.HUE_KEYS = tmp_path / "keys"
    agency = make_agency()
    desk = at_desk(make_person(agency, Role.ADMINISTRATOR, name="Hadley Moreau"), agency=agency)
    keeper = make_actor(agency, Role.ADMINISTRATOR, name="Kit Roe")
    for medium, addresses in (
        ("sms_list", [f"+44770090012{n}" for n in range(3)]),
        ("email_list", ["a@x.example"]),
    ):
        desk.post(f"/desk/lists/{medium}/open/")
        for address in addresses:
            who = add_subscriber(
                medium=medium, address=address, choices=Choices(), consent="signed the sheet", by=keeper
            )
            Subscriber.objects.filter(pk=who.pk).update(
                status="active", confirmed_at=clock.now(), wanted=None, levels=f",{','.join(sorted(LEVELS))},"
            )
    return agency


@pytest.fixture
def writer(agency: Agency) -> Client:
    return at_desk(make_person(agency, Role.AUTHOR, name="Rosa Lindqvist"), agency=agency)


def look(writer: Client, channel: str, text: str) -> str:
    account = Account.objects.get(channel=channel)
    sent = {"kind": "news", "audience": "public", "text": text, "urgency": "2", "accounts": [str(account.pk)]}
    answer = writer.post("/desk/compose/look/", sent)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_text_message_says_people_parts_and_price(writer: Client, settings: Settings) -> None:
    settings.HUE_SMS_PRICE = "0.04 GBP"
    page = look(writer, "sms_list", "The bridge is closed. " * 8)  # 176 signs, and the name in front
    assert "You are about to send to 3 people, about 6 billed parts." in page
    assert "That costs about 0.24 GBP, at 0.04 GBP a part." in page
    assert "No gateway is set (HUE_SMS_URL, HUE_SMS_FROM), so no text message can be sent." in page


def test_the_name_in_front_counts_too(writer: Client) -> None:
    assert "about 6 billed parts" in look(writer, "sms_list", "x" * 150)


def test_a_price_that_is_not_known_is_said_to_be_not_known(writer: Client) -> None:
    assert "What a part costs is not known here." in look(writer, "sms_list", "The bridge is closed.")


def test_an_email_costs_nothing_by_the_part(writer: Client) -> None:
    page = look(writer, "email_list", "The bridge is closed.")
    assert "You are about to send to 1 person." in page
    assert "part" not in page.partition("You are about to send")[2].partition("</p>")[0]
