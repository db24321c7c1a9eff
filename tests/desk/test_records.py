"""The record viewer."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.kernel.actor import Actor
from hueandcry.records import actions, tasks
from hueandcry.records.entry import Ledger, record
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency, make_person, make_programme

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def client(agency: Agency) -> Client:
    return at_desk(make_person(agency, Role.RECORD_KEEPER))


def write(by: Actor, verb: str, subject: str, **body: str) -> int:
    with transaction.atomic():
        return record(by=by, verb=verb, subject=subject, body=body)


def test_fifty_to_a_page_newest_first_and_the_rest_behind_a_link(client: Client, agency: Agency) -> None:
    by = make_actor(agency, Role.AUTHOR)
    for number in range(60):
        write(by, "appeal.edit", f"appeal:{number}")
    page = client.get("/desk/record/?verb=appeal").content.decode()
    assert page.count("<li><span class=") == 50
    assert page.index(">appeal:59<") < page.index(">appeal:10<")
    older = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(older).content.decode().count("<li><span class=") == 10


def test_an_entry_shows_its_content_and_says_when_it_was_erased(client: Client, agency: Agency) -> None:
    by = make_actor(agency, Role.AUTHOR)
    number = write(by, "appeal.edit", "appeal:7", text="a red <car>")
    page = client.get(f"/desk/record/{number}/").content.decode()
    assert "a red &lt;car&gt;" in page
    actions.erase_bodies(subject="appeal:7", reason="asked for", by=make_actor(agency, Role.RECORD_KEEPER))
    page = client.get(f"/desk/record/{number}/").content.decode()
    assert "erased by rule" in page
    assert "red" not in page.split("Content")[1].split("</main>")[0]


def test_another_agencys_entries_are_not_shown(client: Client) -> None:
    other = make_actor(make_agency(name="Far Point Police"), Role.AUTHOR)
    number = write(other, "appeal.edit", "appeal:99")
    assert "appeal:99" not in client.get("/desk/record/").content.decode()
    assert client.get(f"/desk/record/{number}/").status_code == 404


def test_the_seal_is_stated(client: Client) -> None:
    assert "No seal yet" in client.get("/desk/record/").content.decode()
    while tasks.number_due():
        continue
    tasks.seal_due()
    page = client.get("/desk/record/").content.decode()
    assert "stand under the seal of" in page
    assert "No seal yet" not in page


def test_the_record_of_the_tips_is_for_those_who_read_tips(client: Client, agency: Agency) -> None:
    programme = make_programme(agency=agency)
    assert client.get("/desk/record/tips/").status_code == 403
    reader = make_person(programme, Role.TIP_COORDINATOR)
    by = make_actor(programme, Role.TIP_COORDINATOR)
    with transaction.atomic(using="tips"):
        record(by=by, verb="tip.answer", subject="tip:3", ledger=Ledger.TIPS)
    page = at_desk(reader).get("/desk/record/tips/").content.decode()
    assert "tip.answer" in page


def test_a_filter_that_fits_nothing_says_so(client: Client) -> None:
    assert "No entry fits" in client.get("/desk/record/?verb=zzz").content.decode()
