"""The people pages."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client, override_settings

from hueandcry.agencies import queries
from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.kernel.actor import Permission
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person

pytestmark = pytest.mark.django_db(databases=["default", "tips"])

NEW = {"name": "Pat Doe", "email": "Pat@port-ellery.example", "roles": ["author"]}


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def boss(agency: Agency) -> Person:
    return make_person(agency, Role.ADMINISTRATOR, name="Insp. Vale")


@pytest.fixture
def client(boss: Person) -> Client:
    return at_desk(boss)


def roles_of(person: Person) -> set[str]:
    return {m.role for m in queries.memberships_of(person.pk)}


def test_without_a_mail_server_the_link_is_shown_once(client: Client) -> None:
    page = client.post("/desk/people/invite/", NEW).content.decode()
    link = re.search(r'value="(http://desk\.localhost/desk/join/[\w-]+/)"', page)[1]
    assert client.get(link.removeprefix("http://desk.localhost")).status_code == 200
    assert not mail.outbox
    assert "Invited" in client.get("/desk/people/").content.decode()


@override_settings(EMAIL_HOST="mail.port-ellery.example")
def test_with_a_mail_server_the_link_goes_by_mail_and_is_not_shown(client: Client) -> None:
    page = client.post("/desk/people/invite/", NEW).content.decode()
    assert "/desk/join/" not in page
    assert mail.outbox[0].to == ["pat@port-ellery.example"]
    assert "http://desk.localhost/desk/join/" in mail.outbox[0].body


def test_an_invitation_without_a_role_says_what_is_missing(client: Client) -> None:
    answer = client.post("/desk/people/invite/", {**NEW, "roles": []})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_roles_0">Missing: Roles</a>' in page
    assert 'value="Pat Doe"' in page


def test_roles_are_given_and_taken(client: Client, agency: Agency) -> None:
    person = make_person(agency, Role.AUTHOR, name="Pat Doe")
    client.post(f"/desk/people/{person.pk}/give/", {"role": "record-keeper"})
    assert roles_of(person) == {"author", "record-keeper"}
    client.post(f"/desk/people/{person.pk}/take/", {"role": "author"})
    assert roles_of(person) == {"record-keeper"}
    gone = client.post(f"/desk/people/{person.pk}/take/", {"role": "record-keeper"})
    assert gone["Location"] == "/desk/people/?said=role-taken"


def test_two_roles_that_may_not_meet_are_refused_on_the_page(client: Client, agency: Agency) -> None:
    person = make_person(agency, Role.APPROVER, name="Pat Doe")
    answer = client.post(f"/desk/people/{person.pk}/give/", {"role": "administrator"})
    assert answer.status_code == 422
    assert "cannot be" in answer.content.decode()
    assert roles_of(person) == {"approver"}


def test_a_role_of_tips_is_not_offered_in_a_force(client: Client) -> None:
    assert "tip-coordinator" not in client.get("/desk/people/invite/").content.decode()


def test_a_reset_gives_a_new_link_and_nobody_resets_themselves(
    client: Client, agency: Agency, boss: Person
) -> None:
    person = make_person(agency, Role.AUTHOR, name="Pat Doe")
    assert "/desk/join/" in client.post(f"/desk/people/{person.pk}/reset/").content.decode()
    assert client.post(f"/desk/people/{boss.pk}/reset/").status_code == 409


def test_a_person_leaves_and_the_last_administrator_stays(
    client: Client, agency: Agency, boss: Person
) -> None:
    person = make_person(agency, Role.AUTHOR, name="Pat Doe")
    assert client.post(f"/desk/people/{person.pk}/end/")["Location"] == "/desk/people/?said=person-ended"
    assert roles_of(person) == set()
    assert client.post(f"/desk/people/{boss.pk}/end/").status_code == 409


def test_an_administrator_who_gives_up_the_role_is_led_to_a_page_they_may_see(
    client: Client, agency: Agency, boss: Person
) -> None:
    make_person(agency, Role.ADMINISTRATOR, name="Pat Doe")
    client.post(f"/desk/people/{boss.pk}/give/", {"role": "author"})
    answer = client.post(f"/desk/people/{boss.pk}/take/", {"role": "administrator"})
    assert client.get(answer["Location"]).status_code == 200
    assert not queries.actor_for(person_id=boss.pk, agency_id=agency.pk).may(Permission.PEOPLE_MANAGE)
