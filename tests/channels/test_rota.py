"""The rota of checks, passing on, and people's own pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.channels import (
    check_actions,
    checks,
    handed,
    handover_actions,
    voice_actions,
)
from hueandcry.channels import register_actions as verbs
from hueandcry.channels.models import Holder, Look, Steward, Voice, Watch
from hueandcry.channels.register import Code
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.channels.registering import DAY, codes, connect
from tests.factories import make_actor, make_agency, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fakes")]


# --- the rota ---------------------------------------------------------------------------------------


def test_the_rota_spreads_over_the_days_and_the_checkers(admin: Actor, agency: Agency) -> None:
    accounts = [connect(admin, f"a{number}") for number in range(6)]
    people = [make_person(agency, Role.APPROVER, name=name) for name in ("Ife", "Corin")]
    ids = [account.pk for account in accounts]
    assert (
        check_actions.plan_checks(
            account_ids=ids, every_days=3, checker_ids=[p.pk for p in people], today=DAY, by=admin
        )
        == 6
    )
    rows = Watch.objects.order_by("pk")
    assert [(row.next_on - DAY).days for row in rows] == [0, 1, 2, 0, 1, 2]
    assert [row.checker_name for row in rows] == ["Ife", "Corin"] * 3
    ife = Actor(f"person:{people[0].pk}", "Ife", agency.pk, make_actor(agency, Role.APPROVER).permissions)
    due = checks.due_checks(actor=ife, today=DAY)
    assert [(line.account.handle, line.mine) for line in due] == [("a0", True), ("a3", False)]
    check_actions.note_look(account_id=ids[0], outcome="fine", today=DAY, by=ife)
    with pytest.raises(Invalid):
        check_actions.note_look(account_id=ids[3], outcome="note", note=" ", today=DAY, by=ife)
    check_actions.note_look(account_id=ids[3], outcome="note", note="Out of its lane.", today=DAY, by=ife)
    assert checks.due_checks(actor=ife, today=DAY) == []
    assert [look.note for look in checks.looks(actor=ife)] == ["Out of its lane.", ""]
    late = checks.due_checks(actor=ife, today=DAY + timedelta(days=2))
    assert max(line.days_late for line in late) == 1
    assert Code.CHECK in codes(admin, accounts[1], days=2)
    assert Look.objects.count() == 2


def test_only_checkers_check(admin: Actor, agency: Agency) -> None:
    account = connect(admin)
    with pytest.raises(NotAllowed):
        check_actions.note_look(
            account_id=account.pk, outcome="fine", today=DAY, by=make_actor(agency, Role.AUTHOR)
        )


# --- passing on and voices --------------------------------------------------------------------------


@pytest.fixture
def leaver(agency: Agency) -> Person:
    return make_person(agency, Role.STEWARD, name="Luis Amaro")


def test_all_of_a_persons_accounts_pass_on_in_one_step(admin: Actor, agency: Agency, leaver: Person) -> None:
    successor, other = make_person(agency, Role.STEWARD, name="Mina Falk"), make_person(agency, Role.STEWARD)
    held, kept, seen = connect(admin, "held"), connect(admin, "kept"), connect(admin, "seen")
    verbs.add_holder(account_id=held.pk, person_id=leaver.pk, mode="in_lane", by=admin)
    verbs.change_account(account_id=held.pk, face="Cst. Luis Amaro", title="Harbour steward", by=admin)
    verbs.appoint_steward(account_id=kept.pk, person_id=leaver.pk, part="first", by=admin)
    verbs.appoint_steward(account_id=kept.pk, person_id=successor.pk, part="second", by=admin)
    check_actions.plan_checks(
        account_ids=[seen.pk], every_days=7, checker_ids=[leaver.pk], today=DAY, by=admin
    )
    untouched = connect(admin, "other")
    verbs.add_holder(account_id=untouched.pk, person_id=other.pk, by=admin)
    passed = handover_actions.hand_over(
        from_id=leaver.pk, to_id=successor.pk, note="Answer the ferry company by Friday.", by=admin
    )
    assert {row.account_id for row in passed} == {held.pk, kept.pk, seen.pk}
    assert not Holder.objects.filter(person=leaver, ended_at__isnull=True).exists()
    now = Holder.objects.get(account=held, ended_at__isnull=True)
    assert (now.person_id, now.mode) == (successor.pk, "in_lane")
    # Two people must answer: the successor was the second one already, so the first place is free, and a finding.
    assert list(
        Steward.objects.filter(account=kept, ended_at__isnull=True).values_list("part", flat=True)
    ) == ["second"]
    assert Watch.objects.get().checker_name == "Mina Falk"
    held.refresh_from_db()
    assert (held.face, held.title) == ("Mina Falk", "")
    assert set(handed.newly_passed_on(agency.pk)) == {held.pk}
    assert "ferry company" in handed.handovers(actor=admin, account_id=held.pk)[0].note
    with pytest.raises(Conflict):
        handover_actions.hand_over(from_id=leaver.pk, to_id=successor.pk, note="Again", by=admin)


@pytest.mark.parametrize("note", ["", "  "])
def test_passing_on_needs_a_note_and_somebody_else(
    admin: Actor, agency: Agency, leaver: Person, note: str
) -> None:
    verbs.add_holder(account_id=connect(admin).pk, person_id=leaver.pk, by=admin)
    with pytest.raises(Invalid):
        handover_actions.hand_over(from_id=leaver.pk, to_id=leaver.pk, note="Note", by=admin)
    with pytest.raises(Invalid):
        handover_actions.hand_over(
            from_id=leaver.pk, to_id=make_person(agency, Role.STEWARD).pk, note=note, by=admin
        )
    with pytest.raises(NotFound):
        handover_actions.hand_over(
            from_id=leaver.pk, to_id=make_person(make_agency(), Role.STEWARD).pk, note="Note", by=admin
        )


def test_only_a_person_shows_their_own_page_and_it_goes_when_they_pass_all_on(
    admin: Actor, agency: Agency, leaver: Person
) -> None:
    me = make_actor(agency, Role.STEWARD, name="Ruth Abara")
    with pytest.raises(Invalid):
        voice_actions.write_own_page(title="", about=" ", reach="", by=me)
    voice = voice_actions.write_own_page(title="Coordinator", about="I listen.", reach="555 0101", by=me)
    again = voice_actions.write_own_page(
        title="", about="I listen.", reach="", by=make_actor(agency, Role.STEWARD, name="Ruth Abara")
    )
    assert (voice.slug, again.slug) == ("ruth-abara", "ruth-abara-2")
    number = int(me.ref.partition(":")[2])
    with pytest.raises(NotAllowed):
        voice_actions.hide_page(person_id=number, by=make_actor(agency, Role.AUTHOR))
    verbs.add_holder(account_id=connect(admin).pk, person_id=number, by=admin)
    handover_actions.hand_over(from_id=number, to_id=leaver.pk, note="All hers.", by=admin)
    assert Voice.objects.get(pk=voice.pk).shown_at is None
    with pytest.raises(NotFound):
        voice_actions.hide_page(person_id=number, by=admin)
