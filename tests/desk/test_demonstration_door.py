"""Demonstration people sign in on the machine itself only, and a flood of wrong passwords keeps no owner out."""

from __future__ import annotations

import pytest
from django.test import Client

from hueandcry.agencies import guessing
from hueandcry.agencies.models import Person
from hueandcry.agencies.roles import Role
from tests.desk_client import HOST
from tests.factories import PASSWORD, make_agency, make_person, totp_now

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture
def nora() -> Person:
    return make_person(make_agency(), Role.AUTHOR)


def attempt(client: Client, person: Person, *, password: str = PASSWORD, **headers: str) -> int:
    data = {"email": person.email, "password": password, "code": totp_now(person)}
    return client.post("/desk/sign-in/", data, headers=headers).status_code


def demonstration(person: Person) -> Person:
    Person.objects.filter(pk=person.pk).update(is_demo=True)
    return person


def test_a_demonstration_person_signs_in_on_the_machine_itself(nora: Person) -> None:
    assert attempt(Client(SERVER_NAME=HOST, REMOTE_ADDR="127.0.0.1"), demonstration(nora)) == 302


@pytest.mark.parametrize(
    ("source", "headers"),
    [
        ("192.0.2.7", {}),
        ("10.0.0.5", {}),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}),
        ("127.0.0.1", {"Via": "1.1 proxy"}),
    ],
)
def test_a_demonstration_person_is_refused_from_elsewhere_and_is_told_why(
    nora: Person, source: str, headers: dict[str, str]
) -> None:
    client = Client(SERVER_NAME=HOST, REMOTE_ADDR=source)
    assert attempt(client, demonstration(nora), **headers) == 422
    assert "hue_desk" not in client.cookies or not client.session.get("person")


def test_a_demonstration_person_is_refused_under_a_public_name() -> None:
    agency = make_agency()
    type(agency).objects.filter(pk=agency.pk).update(desk_host="desk.port-ellery.example")
    person = demonstration(make_person(agency, Role.AUTHOR))
    client = Client(SERVER_NAME="desk.port-ellery.example", REMOTE_ADDR="127.0.0.1")
    assert attempt(client, person) == 422


def test_a_real_person_signs_in_from_anywhere(nora: Person) -> None:
    assert attempt(Client(SERVER_NAME=HOST, REMOTE_ADDR="192.0.2.7"), nora) == 302


@pytest.mark.parametrize("from_the_same_address", [False, True])
def test_fifty_wrong_passwords_do_not_stop_the_owner(
    nora: Person, monkeypatch: pytest.MonkeyPatch, *, from_the_same_address: bool
) -> None:
    monkeypatch.setattr(guessing, "LONGEST", 0.0)
    home = "192.0.2.20"
    attacker = Client(SERVER_NAME=HOST, REMOTE_ADDR=home if from_the_same_address else "192.0.2.66")
    for number in range(50):
        assert attempt(attacker, nora, password=f"wrong-guess-{number}") == 422
    assert attempt(Client(SERVER_NAME=HOST, REMOTE_ADDR=home), nora) == 302
