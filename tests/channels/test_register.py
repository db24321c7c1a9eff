"""The register: units, facts, the dial, holders, stewards, what is found."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies.actions import end_membership
from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.agencies.unit_actions import add_unit, close_unit, edit_unit
from hueandcry.agencies.units import units, within
from hueandcry.channels import (
    actions,
    queries,
    tasks,
)
from hueandcry.channels import register_actions as verbs
from hueandcry.channels.audit import STEPS, as_rows, needs_of
from hueandcry.channels.models import Account, Holder
from hueandcry.channels.register import Code, Wanted, narrowed
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.records.models import Entry
from tests.channels.registering import codes, connect, lines
from tests.factories import make_actor, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fakes")]


# --- units, facts, dial -----------------------------------------------------------------------------


def test_units_stand_as_a_tree_and_none_belongs_to_a_part_of_itself(admin: Actor) -> None:
    division = add_unit(kind="division", name="Waterfront", by=admin)
    station = add_unit(kind="station", name="Harbour", parent_id=division.pk, by=admin)
    unit = add_unit(kind="unit", name="Marine Unit", parent_id=station.pk, by=admin)
    tree = units(actor=admin)
    assert [(line.unit.slug, line.depth) for line in tree] == [
        ("waterfront", 0),
        ("harbour", 1),
        ("marine-unit", 2),
    ]
    assert within(station.pk, tree) == {station.pk, unit.pk}
    with pytest.raises(Invalid):
        edit_unit(unit_id=division.pk, parent_id=unit.pk, by=admin)
    with pytest.raises(Conflict):
        close_unit(unit_id=station.pk, by=admin)
    close_unit(unit_id=unit.pk, by=admin)
    assert len(units(actor=admin)) == 2
    with pytest.raises(NotFound):
        edit_unit(unit_id=unit.pk, name="Theirs", by=make_actor(make_agency(), Role.ADMINISTRATOR))


def test_what_the_register_says_is_changed_with_an_entry_for_what_changed_only(admin: Actor) -> None:
    account = connect(admin)
    unit = add_unit(kind="station", name="Harbour", by=admin)
    changed = verbs.change_account(
        account_id=account.pk,
        label="Harbour",
        topics=["Ferries ", "ferries", "Quays"],
        unit_id=unit.pk,
        face="Cst. Luis Amaro",
        by=admin,
    )
    assert (changed.topics, changed.unit_id, changed.face) == (
        ["ferries", "quays"],
        unit.pk,
        "Cst. Luis Amaro",
    )
    assert Entry.objects.filter(verb="account.change").count() == 1
    verbs.change_account(account_id=account.pk, face="Cst. Luis Amaro", by=admin)
    assert Entry.objects.filter(verb="account.change").count() == 1


def test_an_account_for_staff_announces_no_appeal(admin: Actor) -> None:
    account = connect(admin)
    verbs.change_account(account_id=account.pk, audience="staff", by=admin)
    assert queries.announcing_accounts(actor=admin) == []


def test_a_list_that_anybody_can_join_is_never_for_staff_only(admin: Actor) -> None:
    account = connect(admin)
    Account.objects.filter(pk=account.pk).update(channel="email_list")
    with pytest.raises(Invalid, match="Anybody can join a list") as refusal:
        verbs.change_account(account_id=account.pk, audience="staff", by=admin)
    assert refusal.value.field == "audience"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"label": " "}, "label"),
        ({"kind": "pet"}, "kind"),
        ({"audience": "moon"}, "audience"),
        ({"topics": ["x" * 41]}, "topics"),
        ({"topics": [str(n) for n in range(13)]}, "topics"),
        ({"every_days": -1}, "every_days"),
        ({"face": "x" * 121}, "face"),
    ],
)
def test_what_the_register_does_not_take(admin: Actor, facts: dict[str, Any], field: str) -> None:
    account = connect(admin)
    with pytest.raises(Invalid) as refusal:
        verbs.change_account(account_id=account.pk, by=admin, **facts)
    assert refusal.value.field == field


def test_the_dial_turns_with_a_reason_only_and_by_whoever_sets_the_rules(
    admin: Actor, agency: Agency
) -> None:
    account = connect(admin)
    with pytest.raises(Invalid):
        verbs.set_mode(account_id=account.pk, mode="free", reason=" ", by=admin)
    with pytest.raises(NotAllowed):
        verbs.set_mode(
            account_id=account.pk, mode="free", reason="Why not", by=make_actor(agency, Role.APPROVER)
        )
    assert verbs.set_mode(account_id=account.pk, mode="free", reason="Trained", by=admin).mode == "free"
    with pytest.raises(Conflict):
        verbs.set_mode(account_id=account.pk, mode="free", reason="Trained", by=admin)


def test_holders_begin_and_end_and_two_people_answer(admin: Actor, agency: Agency) -> None:
    account = connect(admin)
    luis, bill = (
        make_person(agency, Role.STEWARD, name="Luis"),
        make_person(agency, Role.STEWARD, name="Bill"),
    )
    verbs.add_holder(account_id=account.pk, person_id=luis.pk, by=admin)
    with pytest.raises(Conflict):
        verbs.add_holder(account_id=account.pk, person_id=luis.pk, by=admin)
    with pytest.raises(NotFound):
        verbs.add_holder(
            account_id=account.pk, person_id=make_person(make_agency(), Role.AUTHOR).pk, by=admin
        )
    verbs.appoint_steward(account_id=account.pk, person_id=luis.pk, part="first", by=admin)
    with pytest.raises(Conflict):
        verbs.appoint_steward(account_id=account.pk, person_id=luis.pk, part="second", by=admin)
    verbs.appoint_steward(account_id=account.pk, person_id=bill.pk, part="second", by=admin)
    (line,) = lines(admin)
    assert (line.steward, line.second, line.stewards) == ("Luis", "Bill", 2)
    assert [name for _pk, name, _mode in line.holders] == ["Luis"]
    verbs.end_holder(account_id=account.pk, person_id=luis.pk, by=admin)
    assert lines(admin)[0].holders == ()


def test_an_account_whose_only_holder_has_left_needs_one(admin: Actor, agency: Agency) -> None:
    account = connect(admin)
    luis, bill = (make_person(agency, Role.STEWARD, name=name) for name in ("Luis", "Bill"))
    for person in (luis, bill):
        verbs.add_holder(account_id=account.pk, person_id=person.pk, by=admin)
    end_membership(person_id=luis.pk, by=admin)
    assert Code.NO_HOLDER not in codes(admin, account)
    verbs.end_holder(account_id=account.pk, person_id=bill.pk, by=admin)
    (line,) = lines(admin)
    says = [finding.says for finding in line.findings if finding.code == Code.NO_HOLDER]
    assert says == ["Luis has left, and nobody else is named who may post through it."]


def test_a_retired_account_sends_nothing_has_no_holder_and_asks_for_nothing(
    admin: Actor, agency: Agency
) -> None:
    account = connect(admin)
    verbs.add_holder(account_id=account.pk, person_id=make_person(agency, Role.STEWARD).pk, by=admin)
    verbs.retire_account(account_id=account.pk, reason="The network closed.", by=admin)
    assert queries.announcing_accounts(actor=admin) == []
    assert (tasks.check_accounts_due(), tasks.look_at_profiles_due()) == (0, 0)
    assert not Holder.objects.filter(ended_at__isnull=True).exists()
    (line,) = lines(admin)
    assert (line.findings, line.health) == ((), "")
    for act in (actions.resume_account, actions.suspend_account):
        with pytest.raises(Conflict):
            act(account_id=account.pk, by=admin)
    with pytest.raises(Conflict):
        verbs.change_account(account_id=account.pk, label="Again", by=admin)


# --- findings and finding ---------------------------------------------------------------------------


def test_what_an_account_lacks_is_found(admin: Actor, agency: Agency) -> None:
    account = connect(admin, kind="station")
    verbs.change_account(account_id=account.pk, every_days=7, by=admin)
    assert codes(admin, account) == {Code.NO_STEWARD, Code.NO_HOLDER, Code.NO_UNIT}
    month = clock.now() - timedelta(days=30)
    Account.objects.filter(pk=account.pk).update(registered_at=month)
    assert {Code.QUIET, Code.UNCHECKED} <= codes(admin, account)
    Account.objects.filter(pk=account.pk).update(registered_at=month - timedelta(days=70))
    assert Code.DORMANT in codes(admin, account)
    actions.mark_account(account_id=account.pk, problem="Refused.", by=Actor("system:x", "x", agency.pk))
    assert lines(admin)[0].health == "wrong"


def test_what_needs_doing_stands_once_with_its_step_and_what_is_urgent_first(
    admin: Actor, agency: Agency
) -> None:
    first, second = connect(admin), connect(admin, "airport")
    assert {Code.NO_STEWARD} == codes(admin, first) == codes(admin, second)  # from the first minute
    Account.objects.filter(pk=second.pk).update(is_public=False)
    actions.mark_account(account_id=second.pk, problem="Refused.", by=Actor("system:x", "x", agency.pk))
    needs = needs_of(lines(admin))
    assert [(need.code, len(need.lines)) for need in needs] == [
        (Code.CREDENTIAL, 1),
        (Code.NO_STEWARD, 2),
        (Code.UNLISTED, 1),
    ]
    assert set(STEPS) == set(Code)
    rows = as_rows(needs)
    assert [row[2] for row in rows[1:]] == ["Airport", "Airport", "Harbour", "Airport"]
    assert all(len(row) == len(rows[0]) and row[-1] for row in rows)
    Account.objects.filter(pk=second.pk).update(audience="staff")
    assert Code.UNLISTED not in codes(admin, second)


def test_narrowing_by_words_unit_network_kind_and_need(admin: Actor) -> None:
    harbour = add_unit(kind="station", name="Harbour", by=admin)
    marine = add_unit(kind="unit", name="Marine Unit", parent_id=harbour.pk, by=admin)
    one, two = connect(admin, "amaro"), connect(admin, "traffic", channel="shown", kind="unit")
    verbs.change_account(account_id=one.pk, face="Cst. Éloi Amaro", unit_id=marine.pk, by=admin)
    every, tree = lines(admin), units(actor=admin)

    def found(**wanted: Any) -> set[int]:
        return {line.account.pk for line in narrowed(every, Wanted(**wanted))}

    assert (
        found(words="eloi")
        == found(words="marine AMA")
        == found(unit_ids=frozenset(within(harbour.pk, tree)))
        == {one.pk}
    )
    assert found(channel="shown") == found(kind="unit") == found(needs=Code.NO_UNIT.value) == {two.pk}
    assert found(needs="any") == {one.pk, two.pk}
    assert found(words="zeppelin") == set()


def test_the_register_asks_five_questions_however_many_accounts_there_are(
    admin: Actor, agency: Agency
) -> None:
    connect(admin)
    with CaptureQueriesContext(connection) as few:
        lines(admin)
    person = make_person(agency, Role.STEWARD)
    for number in range(6):
        account = connect(admin, f"more{number}")
        verbs.add_holder(account_id=account.pk, person_id=person.pk, by=admin)
        verbs.appoint_steward(account_id=account.pk, person_id=person.pk, part="first", by=admin)
    with CaptureQueriesContext(connection) as many:
        lines(admin)
    assert len(few) == len(many) == 5


def test_nobody_sees_another_agencys_register(admin: Actor) -> None:
    connect(admin)
    assert lines(make_actor(make_agency(), Role.ADMINISTRATOR)) == []
