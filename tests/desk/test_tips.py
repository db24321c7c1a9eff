"""The tip desk's pages and answers, without a browser."""

from __future__ import annotations

import base64
import json

import pytest
from django.http import HttpResponse
from django.test import Client

from hueandcry.agencies.models import Membership
from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock, sealing
from hueandcry.publicsite.queries import public_page
from hueandcry.tips import opening, passphrase, queries
from hueandcry.tips.models import DeskKey, Tip
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person, make_programme
from tests.factories_appeals import Team
from tests.helpers_tips import PASSPHRASE, make_key, make_ready_programme, send

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


def put(client: Client, path: str, **value: object) -> HttpResponse:
    return client.post(path, json.dumps(value), content_type="application/json")


def coordinator(programme: object, name: str = "Luis Amaro") -> Client:
    return at_desk(make_person(programme.agency, Role.TIP_COORDINATOR, name=name))  # type: ignore[attr-defined]


def test_the_list_shows_number_and_counts_and_never_a_text() -> None:
    programme = make_ready_programme()
    _tip, filed = send(programme, "The neighbour of fourteen.")
    page = coordinator(programme).get("/desk/tips/").content.decode()
    assert filed.number in page
    assert "PE-2418" in page
    assert "Unread" in page
    assert "fourteen" not in page


def test_a_tip_is_handed_out_sealed_and_opens_with_the_officers_key() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme, "Grey van.")
    client = coordinator(programme)
    told = put(client, f"/desk/tips/{tip.number}/sealed/").json()
    assert told["wraps"] == []  # sealed before this officer had a key
    assert told["line"]["label"] == "New"
    assert len(told["messages"]) == 1
    assert "Grey van" not in json.dumps(told)


def test_a_reply_goes_in_sealed_only() -> None:
    programme = make_ready_programme()
    person = make_person(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    make_key(actor_for(person_id=person.pk, agency_id=programme.agency.pk))
    tip, _filed = send(programme)
    client = at_desk(person)
    sealed = base64.b64encode(opening.seal_reply(tip, text="Which colour?")).decode()
    assert put(client, f"/desk/tips/{tip.number}/reply/", sealed=sealed).status_code == 200
    for wrong in ("Which colour?", "!", 7, None, base64.b64encode(b"Which colour?").decode()):
        answer = put(client, f"/desk/tips/{tip.number}/reply/", sealed=wrong)
        assert answer.status_code == 422
        assert answer.json()["sentence"]
    assert tip.messages.count() == 2


def test_taking_and_closing_works_with_and_without_the_script() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    client = coordinator(programme)
    line = put(client, f"/desk/tips/{tip.number}/status/", status="working").json()["line"]
    assert (line["label"], line["taken_by"], line["moves"]) == (
        "Being worked on",
        "Luis Amaro",
        ["closed", "new"],
    )
    answer = client.post(f"/desk/tips/{tip.number}/status/", {"status": "closed"})
    assert answer.headers["Location"] == f"/desk/tips/{tip.number}/?said=tip-closed"
    assert Tip.objects.get().status == "closed"
    assert put(client, f"/desk/tips/{tip.number}/status/", status="closed").status_code == 409


def test_another_programmes_tip_does_not_exist_here() -> None:
    tip, _filed = send(make_ready_programme())
    client = coordinator(make_ready_programme())
    assert client.get(f"/desk/tips/{tip.number}/").status_code == 404
    for verb, value in (
        ("sealed", {}),
        ("read", {"position": 1}),
        ("reply", {"sealed": "AAAA"}),
        ("share", {"wraps": {}}),
        ("assign", {"to": "person:1", "wraps": {}, "only": False}),
        ("status", {"status": "working"}),
    ):
        assert put(client, f"/desk/tips/{tip.number}/{verb}/", **value).status_code == 404, verb


def test_an_administrator_gets_no_tip_page() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    client = at_desk(make_person(programme.agency, Role.ADMINISTRATOR, name="Ada Admin"))
    for path in ("/desk/tips/", f"/desk/tips/{tip.number}/", "/desk/tips/keys/"):
        assert client.get(path).status_code == 403, path
    assert put(client, f"/desk/tips/{tip.number}/sealed/").status_code == 403


def test_a_key_is_registered_and_withdrawn() -> None:
    programme = make_ready_programme()
    client = coordinator(programme)
    seed = sealing.new_seed()
    form = {
        "label": "Tablet",
        "public_key": base64.b64encode(sealing.public_key(seed)).decode(),
        "signing_public": base64.b64encode(bytes(32)).decode(),
        "wrapped_private": base64.b64encode(
            passphrase.close_desk_seed(seed, passphrase=PASSPHRASE, rounds=10)
        ).decode(),
    }
    assert client.post("/desk/tips/keys/new/", form).status_code == 302
    assert client.post("/desk/tips/keys/new/", form).status_code == 409
    assert client.post("/desk/tips/keys/new/", {**form, "public_key": "AAAA"}).status_code == 422
    assert "Tablet" in client.get("/desk/tips/keys/").content.decode()
    key = DeskKey.objects.get(label="Tablet")
    assert client.post(f"/desk/tips/keys/{key.pk}/withdraw/").status_code == 302
    officers = DeskKey.objects.get(person_ref=programme.officer.ref)
    assert client.post(f"/desk/tips/keys/{officers.pk}/withdraw/").status_code == 404


def test_without_any_key_in_use_the_desk_says_that_the_form_is_closed() -> None:
    empty = make_programme(agency=make_agency())
    page = at_desk(make_person(empty, Role.TIP_COORDINATOR)).get("/desk/tips/").content.decode()
    assert "the tip form is closed to the public" in page
    assert "You have no key yet" in page


def test_the_policy_lets_no_text_become_markup_or_script() -> None:
    answer = coordinator(make_ready_programme()).get("/desk/tips/")
    policy = answer["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "trusted-types 'none'" in policy
    assert "unsafe" not in policy
    assert answer["Cache-Control"] == "no-store"


def test_opening_a_page_of_tips_asks_the_database_a_fixed_number_of_times(
    django_assert_max_num_queries: object,
) -> None:
    programme = make_ready_programme()
    for _ in range(5):
        send(programme)
    person = make_person(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    client = at_desk(person)
    with django_assert_max_num_queries(12, using="tips"):  # type: ignore[operator]
        client.get("/desk/tips/")
    assert queries.PAGE == 50


def test_odd_numbers_and_odd_json_are_answered_and_are_no_fault() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    client = coordinator(programme)
    for page in ("9" * 30, "9" * 5000, "0", "-1", "²"):
        assert client.get("/desk/tips/", {"page": page}).status_code == 200
    deep = client.post(f"/desk/tips/{tip.number}/read/", "[" * 100_000, content_type="application/json")
    assert deep.status_code == 422


@pytest.mark.parametrize("path", ["/desk/sign-out/", "/static/desk/tips/tips.js", "/desk/no-such-page"])
def test_every_answer_carries_the_headers(path: str) -> None:
    answer = coordinator(make_ready_programme()).get(path)
    answer.close()
    assert "require-trusted-types-for" in answer["Content-Security-Policy"]
    assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"]) == ("nosniff", "DENY")


def test_the_key_of_somebody_who_has_left_is_marked() -> None:
    programme = make_ready_programme()
    Membership.objects.filter(person_id=programme.officer.ref.partition(":")[2]).update(ended_at=clock.now())
    assert "has left: take the key out" in coordinator(programme).get("/desk/tips/keys/").content.decode()


def test_a_tip_leads_to_the_public_page_of_its_appeal_by_its_heading() -> None:
    team = Team()
    appeal = team.published()
    programme = make_programme(agency=team.agency)
    page = public_page(reference=appeal.reference, programme_id=programme.pk)
    assert page is not None
    assert page.title == appeal.title
    assert page.address.endswith(f"/appeals/{appeal.reference}/")
    assert public_page(reference=appeal.reference, programme_id=programme.pk + 1000) is None
    assert public_page(reference=team.draft().reference, programme_id=programme.pk) is None
