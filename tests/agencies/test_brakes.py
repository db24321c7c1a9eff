"""Brakes: what they pause, that they end, who lifts them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies import brake_actions, brakes
from hueandcry.agencies.models import Agency, Brake, Unit
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.factories_rules import brake, number_of

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock stands at the one moment in the list."""
    standing = [NOW]
    monkeypatch.setattr(clock, "now", lambda: standing[0])
    return standing


@pytest.fixture
def agency(db: None, moment: list[datetime]) -> Agency:
    return make_agency()


@pytest.fixture
def leader(agency: Agency) -> Actor:
    return make_actor(agency, Role.LEADER, name="Imogen Castellane")


def unit(agency: Agency, name: str, parent: Unit | None = None) -> Unit:
    return Unit.objects.create(agency=agency, parent=parent, kind="station", name=name, slug=name.lower())


def test_each_kind_pauses_its_own_and_nothing_else(agency: Agency, leader: Actor) -> None:
    nora, ife = make_actor(agency, Role.AUTHOR, name="Nora Vance"), make_actor(agency, Role.AUTHOR)
    brake(leader, "person", number_of(nora))
    brake(leader, "account", 7, name="Harbour")
    brake(leader, "topic", " Traffic ")
    found = brakes.in_force(agency_id=agency.pk)
    assert found.everything is None
    assert found.on_person(number_of(nora)) is not None
    assert found.on_person(number_of(ife)) is None
    assert found.on_account(7, None) is not None
    assert found.on_account(8, None) is None
    assert found.on_topics(["news", "TRAFFIC"]) is not None
    assert found.on_topics(["news"]) is None


def test_a_paused_unit_pauses_what_belongs_to_it(agency: Agency, leader: Actor) -> None:
    division = unit(agency, "East")
    harbour = unit(agency, "Harbour", division)
    west = unit(agency, "West")
    brake(leader, "unit", division.pk)
    found = brakes.in_force(agency_id=agency.pk)
    assert [found.on_account(1, place.pk) is not None for place in (division, harbour, west)] == [
        True, True, False,
    ]  # fmt: skip
    assert found.on_account(1, None) is None


def test_everything_is_paused_for_one_agency_only_and_says_so_in_its_own_time(
    agency: Agency, leader: Actor
) -> None:
    brake(leader, reason="A wrong photograph is out")
    found = brakes.in_force(agency_id=agency.pk)
    assert found.everything is not None
    said = "All posting is paused until 22 November 2026, 11:30: A wrong photograph is out"
    assert found.said(found.everything) == said
    assert brakes.in_force(agency_id=make_agency().pk).everything is None


def test_it_ends_by_itself(agency: Agency, leader: Actor, moment: list[datetime]) -> None:
    brake(leader, hours=2)
    moment[0] += timedelta(hours=2)
    assert brakes.in_force(agency_id=agency.pk).everything is None
    assert [row.scope for row in brakes.ended(actor=leader)] == ["all"]


def test_it_is_lifted_with_any_other_of_the_same_thing_and_both_acts_are_recorded(
    agency: Agency, leader: Actor
) -> None:
    brake(leader, hours=1)
    longer = brake(leader, hours=5)
    other = brake(leader, "topic", "news")
    brake_actions.lift_brake(brake_id=longer.pk, by=leader)
    assert [row.pk for row in brakes.in_force(agency_id=agency.pk).rows] == [other.pk]
    verbs = list(
        Entry.objects.filter(verb__startswith="brake.").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["brake.apply", "brake.apply", "brake.apply", "brake.lift"]
    with pytest.raises(Conflict):
        brake_actions.lift_brake(brake_id=longer.pk, by=leader)


def test_a_shorter_pause_does_not_hide_behind_a_longer_one(agency: Agency, leader: Actor) -> None:
    brake(leader, hours=5)
    with pytest.raises(Conflict):
        brake(leader, hours=2)
    brake(leader, hours=8)
    found = brakes.in_force(agency_id=agency.pk).everything
    assert found is not None
    assert found.until == NOW + timedelta(hours=8)


def test_nobody_lifts_the_pause_put_on_themselves(agency: Agency, leader: Actor) -> None:
    approver = make_actor(agency, Role.APPROVER)
    row = brake(leader, "person", number_of(approver))
    with pytest.raises(brake_actions.OwnBrake):
        brake_actions.lift_brake(brake_id=row.pk, by=approver)
    brake_actions.lift_brake(brake_id=row.pk, by=leader)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.STEWARD, Role.RECORD_KEEPER, Role.ADMINISTRATOR])
def test_who_is_not_a_supervisor_pauses_and_lifts_nothing(agency: Agency, leader: Actor, role: Role) -> None:
    row, other = brake(leader), make_actor(agency, role)
    with pytest.raises(NotAllowed):
        brake(other)
    with pytest.raises(NotAllowed):
        brake_actions.lift_brake(brake_id=row.pk, by=other)


def test_another_agencys_people_units_and_pauses_are_not_found(agency: Agency, leader: Actor) -> None:
    elsewhere = make_agency()
    stranger, theirs = make_actor(elsewhere, Role.LEADER), unit(elsewhere, "Far")
    row = brake(leader)
    for wrong in (
        lambda: brake(leader, "person", number_of(stranger)),
        lambda: brake(leader, "unit", theirs.pk),
        lambda: brake_actions.lift_brake(brake_id=row.pk, by=stranger),
    ):
        with pytest.raises(NotFound):
            wrong()


@pytest.mark.parametrize(
    "given",
    [
        {"reason": " "},
        {"reason": "x" * 121},
        {"hours": 0},
        {"hours": -1},
        {"hours": 31 * 24},
        {"scope": "moon", "scope_id": "1"},
        {"scope": "person", "scope_id": "Nora"},
        {"scope": "topic", "scope_id": " "},
    ],
)
def test_a_brake_needs_a_reason_an_end_and_something_to_pause(leader: Actor, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        brake(leader, **given)
    assert not Brake.objects.exists()


def test_the_database_keeps_a_brake_without_a_reason_or_an_end_out(agency: Agency) -> None:
    whole = {
        "agency": agency,
        "scope": "all",
        "reason": "x",
        "begun_at": NOW,
        "until": NOW + timedelta(hours=1),
    }
    for wrong in ({"reason": ""}, {"until": NOW}, {"scope": "person"}, {"scope_id": "7"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Brake.objects.create(**{**whole, **wrong})


def test_while_nothing_is_paused_it_costs_one_query(agency: Agency) -> None:
    with CaptureQueriesContext(connection) as asked:
        brakes.in_force(agency_id=agency.pk)
    assert len(asked) == 1
