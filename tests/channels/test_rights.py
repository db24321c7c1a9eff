"""Who may speak on which account: the dial, holders, training, policies, brakes."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies import training_actions
from hueandcry.agencies.models import Agency, Unit
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account, Holder
from hueandcry.channels.rights import (
    STRICTEST_FIRST,
    effective_mode,
    problems_of_topics,
    right_of,
    rights_of,
)
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from tests.factories import make_actor, make_agency
from tests.factories_rules import acknowledge, brake, gate, make_policy, number_of


@pytest.fixture
def agency(db: None) -> Agency:
    return make_agency()


def account(agency: Agency, name: str = "harbour", **changes: object) -> Account:
    return Account.objects.create(
        agency=agency,
        channel="simulated",
        handle=name,
        label=name.title(),
        server_url="http://127.0.0.1:9",
        registered_at=clock.now(),
        **changes,
    )


def hold(account: Account, person: Actor, mode: str = "") -> Holder:
    return Holder.objects.create(
        agency=account.agency, account=account, person_id=number_of(person), mode=mode, begun_at=clock.now()
    )


def codes(person: Actor, account: Account) -> list[str]:
    return [problem.code for problem in right_of(person_id=number_of(person), account=account).problems]


@pytest.mark.parametrize(("given", "own"), list(product(STRICTEST_FIRST, ["", *STRICTEST_FIRST])))
def test_the_strictest_of_the_two_counts(given: str, own: str) -> None:
    order = list(STRICTEST_FIRST)
    expected = order[min(order.index(given), order.index(own) if own else len(order))]
    assert effective_mode(given, own) == expected


def test_an_account_that_nobody_holds_is_for_authors_and_approvers_of_the_agency(agency: Agency) -> None:
    row = account(agency)
    for role, found in {
        Role.AUTHOR: [],
        Role.APPROVER: [],
        Role.STEWARD: ["not_holder"],
        Role.LEADER: ["not_holder", "no_role"],
        Role.ADMINISTRATOR: ["not_holder", "no_role"],
        Role.RECORD_KEEPER: ["not_holder", "no_role"],
    }.items():
        assert codes(make_actor(agency, role), row) == found, role


def test_an_account_that_is_held_is_for_its_holders_only(agency: Agency) -> None:
    row, author, steward = account(agency), make_actor(agency, Role.AUTHOR), make_actor(agency, Role.STEWARD)
    held = hold(row, steward, Account.Mode.DRAFT)
    assert codes(author, row) == ["not_holder"]
    right = right_of(person_id=number_of(steward), account=row)
    assert (right.mode, right.may_speak, right.needs_approval) == ("draft", True, True)
    Holder.objects.filter(pk=held.pk).update(ended_at=clock.now())
    assert codes(steward, row) == ["not_holder"]
    assert codes(author, row) == []


def test_a_holder_without_a_role_here_may_not(agency: Agency) -> None:
    row, stranger = account(agency), make_actor(make_agency(), Role.AUTHOR)
    hold(row, stranger)
    assert codes(stranger, row) == ["no_role"]


@pytest.mark.parametrize(
    ("mode", "asks"), [("draft", True), ("two_person", True), ("in_lane", False), ("free", False)]
)
def test_the_dial_says_whether_somebody_else_must_approve(agency: Agency, mode: str, asks: bool) -> None:  # noqa: FBT001 - a case
    right = right_of(person_id=number_of(make_actor(agency, Role.AUTHOR)), account=account(agency, mode=mode))
    assert (right.mode, right.needs_approval) == (mode, asks)


def test_each_thing_in_the_way_is_said_and_all_of_them(agency: Agency) -> None:
    author, leader = make_actor(agency, Role.AUTHOR), make_actor(agency, Role.LEADER)
    row = account(agency)
    admin, course = gate(agency)
    version = make_policy(admin)
    assert codes(author, row) == ["no_course", "policy"]
    training_actions.record_training(
        person_ids=[number_of(author)], course_id=course.pk, passed_on=date(2025, 6, 1), by=admin
    )
    acknowledge(version, author)
    assert codes(author, row) == []
    training_actions.revoke_training(person_id=number_of(author), reason="Named a victim", by=leader)
    brake(leader, "person", number_of(author), reason="Talk to me first")
    Account.objects.filter(pk=row.pk).update(status=Account.Status.SUSPENDED)
    row.refresh_from_db()
    right = right_of(person_id=number_of(author), account=row)
    assert [problem.code for problem in right.problems] == ["revoked", "braked", "suspended"]
    assert right.problems[0].sentence == "The right to post was revoked: Named a victim"
    assert "Talk to me first" in right.problems[1].sentence


def test_a_brake_on_a_unit_reaches_its_accounts_and_one_on_all_reaches_every_one(agency: Agency) -> None:
    author, leader = make_actor(agency, Role.AUTHOR), make_actor(agency, Role.LEADER)
    unit = Unit.objects.create(agency=agency, kind="station", name="Harbour", slug="harbour")
    inside, outside = account(agency, "inside", unit=unit), account(agency, "outside")
    brake(leader, "unit", unit.pk)
    rights = rights_of(person_id=number_of(author), accounts=[inside, outside])
    assert [rights[row.pk].may_speak for row in (inside, outside)] == [False, True]
    brake(leader)
    rights = rights_of(person_id=number_of(author), accounts=[inside, outside])
    assert [rights[row.pk].may_speak for row in (inside, outside)] == [False, False]


def test_a_paused_topic_is_said_for_any_account(agency: Agency) -> None:
    brake(make_actor(agency, Role.LEADER), "topic", "Traffic")
    (problem,) = problems_of_topics(["news", "traffic"], agency_id=agency.pk)
    assert problem.code == "braked"
    assert problems_of_topics(["news"], agency_id=agency.pk) == ()


def test_a_hundred_and_fifty_accounts_cost_no_more_queries_than_one(agency: Agency) -> None:
    author, leader = make_actor(agency, Role.AUTHOR), make_actor(agency, Role.LEADER)
    admin, _course = gate(agency, author)
    make_policy(admin)
    brake(leader, "topic", "traffic")
    rows = [account(agency, f"a{number}") for number in range(150)]
    counts = []
    for chosen in (rows[:1], rows):
        with CaptureQueriesContext(connection) as asked:
            rights_of(person_id=number_of(author), accounts=chosen)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 9


def test_accounts_of_two_agencies_are_not_mixed(agency: Agency) -> None:
    both = [account(agency), account(make_agency())]
    with pytest.raises(ValueError, match="one agency"):
        rights_of(person_id=number_of(make_actor(agency, Role.AUTHOR)), accounts=both)
    assert rights_of(person_id=1, accounts=[]) == {}
