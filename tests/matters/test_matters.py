"""Held matters, cases, and addresses that the worker tries."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.matters import actions, queries, tasks, trying
from hueandcry.matters.models import Matter, TriedAddress
from hueandcry.records.models import Body, Entry
from tests.factories import make_actor, make_agency

pytestmark = pytest.mark.django_db
Found = TriedAddress.Found


@pytest.fixture
def approver() -> Actor:
    return make_actor(make_agency(), Role.APPROVER, name="Femi Adeyemi")


def hold(by: Actor, **more: Any) -> Matter:
    """A matter that may not be spoken of."""
    given = {"title": "Harbour Bridge", "words": ["Harbour Bridge shooting"], "reason": "Others investigate."}
    return actions.hold_matter(by=by, **{**given, **more})


def told() -> str:
    """Everything that the record says of matters."""
    numbers = Entry.objects.filter(verb__startswith="matter.").values_list("pk", flat=True)
    return " ".join(row.lines for row in Body.objects.filter(entry_id__in=list(numbers)))


def test_a_matter_is_held_until_its_day_and_lifted_once(approver: Actor) -> None:
    day = queries.today(approver.agency_id)
    matter = hold(approver, until=day)
    assert [row.pk for row in queries.in_force(agency_id=approver.agency_id, day=day)] == [matter.pk]
    assert queries.in_force(agency_id=approver.agency_id, day=day + timedelta(days=1)) == []
    assert matter.ask == "Femi Adeyemi"
    actions.lift_matter(matter_id=matter.pk, reason="They have finished.", by=approver)
    assert queries.in_force(agency_id=approver.agency_id, day=day) == []
    with pytest.raises(Conflict):
        actions.lift_matter(matter_id=matter.pk, reason="Again.", by=approver)


def test_only_who_may_holds_and_lifts_and_nobody_reaches_another_agencys(approver: Actor) -> None:
    matter = hold(approver)
    author = make_actor(make_agency(), Role.AUTHOR)
    with pytest.raises(NotAllowed):
        hold(author)
    with pytest.raises(NotFound):
        actions.lift_matter(
            matter_id=matter.pk, reason="x", by=make_actor(make_agency(slug="elsewhere"), Role.LEADER)
        )


@pytest.mark.parametrize("wrong", [{"title": " "}, {"words": []}, {"words": ["ab"]}, {"reason": ""}])
def test_a_matter_says_what_it_is_and_why(approver: Actor, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        hold(approver, **wrong)


def test_of_a_blind_matter_neither_the_record_nor_the_others_learn_what_it_is(approver: Actor) -> None:
    matter = hold(approver, title="Mira Osei, 14", words=["Mira Osei"], reason="Court order", blind=True)
    actions.lift_matter(matter_id=matter.pk, reason="Mira agreed", by=approver)
    assert Entry.objects.filter(verb__startswith="matter.").count() == 2
    assert "Osei" not in told()
    assert "Mira" not in told()
    author = Actor(
        "person:0", "Kit Roe", approver.agency_id, make_actor(make_agency(), Role.AUTHOR).permissions
    )
    assert queries.matters(actor=author) == ([], [])
    assert not queries.may_read(matter, author)
    assert queries.may_read(matter, approver)


def test_a_case_is_said_by_its_author_and_a_name_cleared_only_with_the_right(approver: Actor) -> None:
    author = make_actor(make_agency(), Role.AUTHOR)
    actions.say_stage(subject="post:1", stage="charged", by=author)
    with pytest.raises(NotAllowed):
        actions.clear_names(subject="post:1", names=["Mira Osei"], why="Her family", by=author)
    with pytest.raises(Invalid):
        actions.clear_names(subject="post:1", names=["Mira Osei"], why=" ", by=approver)
    with pytest.raises(Invalid):
        actions.say_stage(subject="post:1", stage="guilty", by=author)
    assert queries.case_of(agency_id=author.agency_id, subject="post:1").stage == "charged"  # type: ignore[union-attr]
    assert queries.case_of(agency_id=approver.agency_id, subject="post:1") is None


def test_a_post_that_links_to_an_appeal_speaks_of_its_case(approver: Actor) -> None:
    page = "https://appeals.port-ellery.example/appeals/PE-1/"
    actions.say_stage(subject="appeal:1", stage="arrested", by=approver, page=page)
    actions.clear_names(subject="post:4", names=["Mira Osei"], why="Her family", by=approver)
    rows = queries.cases_about(agency_id=approver.agency_id, subjects=["post:4"], links=[page])
    assert queries.facts_of(rows, subject="post:4", links=[page]) == queries.Facts(
        "arrested", frozenset({"Mira Osei"})
    )
    assert queries.facts_of(rows, subject="post:4").stage == ""


# --- addresses --------------------------------------------------------------------------------------


@pytest.fixture
def server(settings: Any) -> Iterator[dict[str, Any]]:
    """A server that answers with a status of our choice."""
    told: dict[str, Any] = {"status": 200, "asked": 0}
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _address = listening.accept()
            except OSError:
                return
            with client:
                client.recv(65536)
                told["asked"] += 1
                client.sendall(
                    f"HTTP/1.1 {told['status']} x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi".encode()
                )

    threading.Thread(target=serve, daemon=True).start()
    place = f"127.0.0.1:{listening.getsockname()[1]}"
    settings.HUE_ALLOW_PRIVATE = [place]
    yield told | {"address": f"http://{place}/page", "told": told}
    listening.close()


def waiting(agency_id: int, address: str) -> TriedAddress:
    """An address whose turn it is."""
    return TriedAddress.objects.create(agency_id=agency_id, address=address, due_at=clock.now())


@pytest.mark.parametrize(
    ("status", "found"),
    [(200, Found.PAGE), (302, Found.PAGE), (404, Found.NOTHING), (410, Found.NOTHING), (403, Found.UNKNOWN)],
)
def test_the_worker_keeps_what_an_address_gave(
    approver: Actor, server: dict[str, Any], status: int, found: str
) -> None:
    server["told"]["status"] = status
    row = waiting(approver.agency_id, server["address"])
    assert tasks.try_addresses() == 1
    row.refresh_from_db()
    assert (row.found, row.said, row.due_at) == (found, str(status), None)


def test_a_server_that_fails_is_tried_again_before_its_page_is_called_missing(
    approver: Actor, server: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    server["told"]["status"] = 503
    row = waiting(approver.agency_id, server["address"])
    moment = clock.now()
    for number in range(trying.TRIES):
        monkeypatch.setattr(clock, "now", lambda number=number: moment + number * timedelta(minutes=5))
        assert row.found == Found.NOT_YET
        assert tasks.try_addresses() == 1
        row.refresh_from_db()
    assert (row.found, row.said) == (Found.NOTHING, "503")


def test_an_address_that_breaks_every_try_is_settled_and_the_others_are_tried(
    approver: Actor, server: dict[str, Any]
) -> None:
    odd = waiting(approver.agency_id, "https://[")
    worn = waiting(approver.agency_id, server["address"] + "?a")
    good = waiting(approver.agency_id, server["address"])
    TriedAddress.objects.filter(pk=worn.pk).update(attempts=trying.TRIES)  # whose every worker died of it
    assert tasks.try_addresses() == 3
    for row, found, said in (
        (odd, Found.UNKNOWN, "could not be tried"),
        (worn, Found.UNKNOWN, "could not be tried"),
        (good, Found.PAGE, "200"),
    ):
        row.refresh_from_db()
        assert (row.found, row.said, row.due_at) == (found, said, None)
    assert server["told"]["asked"] == 1


def test_an_address_inside_our_network_is_never_asked_for(
    approver: Actor, server: dict[str, Any], settings: Any
) -> None:
    settings.HUE_ALLOW_PRIVATE = []
    row = waiting(approver.agency_id, server["address"])
    tasks.try_addresses()
    row.refresh_from_db()
    assert row.found == Found.UNKNOWN
    assert server["told"]["asked"] == 0


def test_only_public_https_addresses_are_asked_for_and_each_once(approver: Actor) -> None:
    asked = [
        "https://www.port.org/a#part",
        "https://www.port.org/a",
        "http://www.port.org/",
        "https://localhost/",
        "https://ferries.port-ellery.example/",
        "https://name:secret@www.port.org/",
        "https://own.port.org/appeals/",
        "https://[",
    ]
    number = trying.ask_for(asked, agency_id=approver.agency_id, own_host="own.port.org")
    assert number == 1
    assert list(TriedAddress.objects.values_list("address", flat=True)) == ["https://www.port.org/a"]
    assert trying.ask_for(asked, agency_id=approver.agency_id, own_host="own.port.org") == 0


def test_a_fresh_answer_is_believed_and_an_old_one_asked_for_again(approver: Actor) -> None:
    row = waiting(approver.agency_id, "https://www.port.org/a")
    for age, asked in ((timedelta(hours=1), 0), (timedelta(hours=13), 1)):
        TriedAddress.objects.filter(pk=row.pk).update(due_at=None, tried_at=clock.now() - age, found="page")
        assert trying.ask_for([row.address], agency_id=approver.agency_id) == asked
