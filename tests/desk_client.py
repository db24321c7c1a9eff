"""A browser at the desk, signed in through the real sign-in page."""

from __future__ import annotations

import itertools

from django.test import Client

from hueandcry.agencies.models import Agency, Person
from tests.factories import PASSWORD, totp_now

HOST = "desk.localhost"
_sources = itertools.count(1)


def stranger() -> Client:
    """A browser that nobody has signed in with, from an address of its own."""
    number = next(_sources)
    return Client(SERVER_NAME=HOST, REMOTE_ADDR=f"192.0.2.{number % 250}")


def sign_in(client: Client, person: Person) -> None:
    """Sign the person in. A code works once, so what was used before is forgotten first."""
    Person.objects.filter(pk=person.pk).update(totp_last_step=0)
    answer = client.post(
        "/desk/sign-in/", {"email": person.email, "password": PASSWORD, "code": totp_now(person)}
    )
    assert answer.status_code == 302, answer.content.decode()


def at_desk(person: Person, *, agency: Agency | None = None) -> Client:
    """A browser signed in as the person, acting for `agency` if one is given."""
    client = stranger()
    sign_in(client, person)
    if agency is not None:
        client.post("/desk/agency/", {"agency": agency.pk})
    return client
