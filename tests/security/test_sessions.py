"""Whoever reads the table of sessions, or a backup of it, signs in nowhere with it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.urls import reverse

from hueandcry.agencies.roles import Role
from hueandcry.agencies.sessions import SessionStore, kept_as
from hueandcry.kernel import clock
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture
def client() -> Client:
    return at_desk(make_person(make_agency(), Role.AUTHOR))


def test_the_key_of_the_cookie_stands_nowhere_in_the_database(client: Client) -> None:
    key = client.cookies["hue_desk"].value
    row = Session.objects.get()
    assert row.session_key == kept_as(key) != key
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT session_key, session_data, expire_date FROM django_session")
        assert key not in json.dumps(cursor.fetchall(), default=str)


def test_what_stands_in_the_table_opens_nothing(client: Client) -> None:
    thief = Client(HTTP_HOST="desk.localhost")
    thief.cookies["hue_desk"] = Session.objects.get().session_key
    assert thief.get(reverse("today")).status_code == 302
    assert client.get(reverse("today")).status_code == 200


def test_signing_out_removes_the_row_and_a_late_answer_does_not_bring_it_back(client: Client) -> None:
    key = client.cookies["hue_desk"].value
    late = SessionStore(key)
    assert late.get("person")
    client.post(reverse("sign-out"))
    assert not Session.objects.exists()
    late["x"] = 1
    with pytest.raises(UpdateError):
        late.save(must_create=False)
    assert not SessionStore().exists(key)


def test_a_session_that_ran_out_is_none(client: Client) -> None:
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    assert client.get(reverse("today")).status_code == 302


def test_a_new_key_leaves_no_row_behind(client: Client) -> None:
    store = SessionStore(client.cookies["hue_desk"].value)
    store.load()
    store.cycle_key()
    assert Session.objects.count() == 1
    assert Session.objects.get().session_key == kept_as(store.session_key or "")
