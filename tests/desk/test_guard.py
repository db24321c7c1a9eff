"""The guard of the desk: hosts, headers, pages for refusals, and views without a mark."""

from __future__ import annotations

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from hueandcry.agencies.roles import Role
from hueandcry.desk import urls as real
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, OnHold, Unavailable
from tests.desk_client import at_desk, stranger
from tests.factories import make_agency, make_person

pytestmark = pytest.mark.django_db(databases=["default", "tips"])

handler400, handler403 = real.handler400, real.handler403
handler404, handler500 = real.handler404, real.handler500


def forgotten(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody marked this view")


@desk_view(Permission.TIP_KEYS)
def keys(_request: DeskRequest) -> HttpResponse:
    return HttpResponse("keys")


@desk_view(None)
def raising(_request: DeskRequest, kind: str) -> HttpResponse:
    raise {
        "conflict": Conflict("Sgt Okafor changed this first."),
        "hold": OnHold("A hold stands on this."),
        "later": Unavailable("The network does not answer."),
        "fault": ValueError("secret-in-a-message"),
    }[kind]


urlpatterns = [
    *real.urlpatterns,
    path("desk/test/forgotten/", forgotten),
    path("desk/test/keys/", keys),
    path("desk/test/raise/<str:kind>/", raising),
]


@pytest.fixture
def client() -> Client:
    agency = make_agency()
    return at_desk(make_person(agency, Role.AUTHOR))


def test_an_unknown_host_gets_421(client: Client) -> None:
    answer = client.get("/desk/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 421
    assert client.get("/desk/", headers={"host": "not a host!"}).status_code == 421


def test_every_answer_carries_the_policy_and_is_not_stored(client: Client) -> None:
    for address in ("/desk/", "/desk/nothing/", "/desk/people/"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"


def test_the_style_sheet_is_served_and_may_be_kept(client: Client) -> None:
    answer = client.get("/static/ui/desk.css")
    assert answer.status_code == 200
    assert "max-age" in answer["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer
    answer.close()


@override_settings(ROOT_URLCONF="tests.desk.test_guard")
def test_a_view_nobody_marked_is_never_called(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/desk/test/forgotten/")
    assert answer.status_code == 500
    assert b"nobody marked" not in answer.content


@override_settings(ROOT_URLCONF="tests.desk.test_guard")
def test_a_permission_is_asked_for(client: Client) -> None:
    answer = client.get("/desk/test/keys/")
    assert answer.status_code == 403
    assert "hold a key for tips" in answer.content.decode()
    signed_out = stranger().get("/desk/test/keys/")
    assert (signed_out.status_code, signed_out["Location"]) == (
        302,
        "/desk/sign-in/?next=%2Fdesk%2Ftest%2Fkeys%2F",
    )


@override_settings(ROOT_URLCONF="tests.desk.test_guard")
@pytest.mark.parametrize(("kind", "status"), [("conflict", 409), ("hold", 423), ("later", 503)])
def test_a_refusal_becomes_a_page_with_its_sentence(client: Client, kind: str, status: int) -> None:
    answer = client.get(f"/desk/test/raise/{kind}/")
    assert answer.status_code == status
    page = answer.content.decode()
    assert any(words in page for words in ("Okafor changed this", "A hold stands", "does not answer"))
    assert 'class="hc-rail"' in page


@override_settings(ROOT_URLCONF="tests.desk.test_guard")
def test_a_fault_shows_a_number_that_the_log_has_and_never_its_message(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        answer = client.get("/desk/test/raise/fault/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "secret-in-a-message" not in page
    numbers = [record.args[0] for record in caplog.records if record.msg == "fault %s"]
    assert len(numbers) == 1
    assert numbers[0] in page


def test_a_post_where_only_reading_works_gets_a_page(client: Client) -> None:
    answer = client.post("/desk/")
    assert answer.status_code == 405
    assert "does not work here" in answer.content.decode()


def test_the_rail_shows_only_rooms_the_person_may_enter() -> None:
    agency = make_agency()
    page = at_desk(make_person(agency, Role.ADMINISTRATOR)).get("/desk/").content.decode()
    assert 'href="/desk/people/"' in page
    assert 'href="/desk/record/"' not in page
    page = at_desk(make_person(agency, Role.RECORD_KEEPER)).get("/desk/").content.decode()
    assert 'href="/desk/record/"' in page
    assert 'href="/desk/people/"' not in page
