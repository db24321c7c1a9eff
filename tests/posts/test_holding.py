"""What was let go while everybody's rights stood, and is due when they no longer do, is held back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies import brake_actions, training_actions
from hueandcry.agencies.actions import end_membership, take_role
from hueandcry.agencies.models import Unit
from hueandcry.agencies.roles import Role
from hueandcry.channels.connector import Recovery
from hueandcry.channels.models import Account, Holder
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, system
from hueandcry.kernel.errors import Conflict, NotAllowed, NotFound
from hueandcry.posts import tasks
from hueandcry.posts.actions import stop_announcements, withdraw_announcements
from hueandcry.posts.holding import why_not_said
from hueandcry.posts.holding_actions import StillHeld, drop_held, send_held
from hueandcry.posts.models import Delivery, Post
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.factories_rules import acknowledge, brake, gate, make_policy, number_of, train
from tests.posts.conftest import Desk

S = Delivery.Status


@pytest.fixture
def leader(desk: Desk) -> Actor:
    return make_actor(desk.agency, Role.LEADER, name="Imogen Castellane")


def composed(delivery: Delivery, **changes: object) -> None:
    """As if it had been written at the desk for this account, not made of an appeal."""
    Post.objects.filter(pk=delivery.post_id).update(kind="news", **changes)


def looked_at(desk: Desk, delivery: Delivery) -> tuple[str, str]:
    """Its state and sentence after the worker has gone round."""
    tasks.let_go_of_held()
    tasks.look_at_what_waits_for_a_person()
    desk.work()
    delivery.refresh_from_db()
    return delivery.status, delivery.last_error


# --- each reason ------------------------------------------------------------------------------------


def test_a_post_let_go_before_the_course_lapsed_is_held_and_goes_out_when_it_is_renewed(desk: Desk) -> None:
    admin, course = gate(desk.agency)
    train(desk.by, course=course, by=admin)
    desk.clock.pass_(timedelta(days=730, hours=20))
    delivery = desk.release()
    desk.clock.pass_(timedelta(hours=20))
    status, said = looked_at(desk, delivery)
    assert (status, said) == (S.HELD, "The course lapsed: it was in force until 22 November 2028.")
    assert desk.channel.texts() == []
    train(desk.by, course=course, by=admin)
    assert looked_at(desk, delivery) == (S.SENT, "")
    assert desk.verbs(delivery) == ["hold", "let-go", "sent"]


def test_a_revoked_authors_post_is_held(desk: Desk) -> None:
    admin, _course = gate(desk.agency, desk.by)
    delivery = desk.release()
    training_actions.revoke_training(person_id=number_of(desk.by), reason="Named a victim", by=admin)
    assert looked_at(desk, delivery) == (S.HELD, "The right to post was revoked: Named a victim")


def test_a_new_policy_holds_the_post_until_its_author_has_acknowledged_it(desk: Desk) -> None:
    delivery = desk.release()
    version = make_policy(desk.admin)
    assert looked_at(desk, delivery)[0] == S.HELD
    acknowledge(version, desk.by)
    assert looked_at(desk, delivery)[0] == S.SENT


def test_the_post_of_somebody_who_left_is_held(desk: Desk) -> None:
    delivery = desk.release()
    end_membership(person_id=number_of(desk.by), by=desk.admin)
    assert looked_at(desk, delivery) == (S.HELD, "No role in this agency that lets somebody post.")


def test_the_post_of_an_author_who_lost_the_role_is_held(desk: Desk) -> None:
    other = make_actor(desk.agency, Role.AUTHOR, Role.RECORD_KEEPER)
    delivery = desk.release(by=other)
    take_role(person_id=number_of(other), role=Role.AUTHOR, by=desk.admin)
    assert looked_at(desk, delivery)[0] == S.HELD


BRAKES: dict[str, Callable[[Desk, Delivery], object]] = {
    "all": lambda _desk, _row: "",
    "person": lambda desk, _row: number_of(desk.by),
    "account": lambda _desk, row: row.account_id,
    "topic": lambda _desk, _row: "traffic",
    "unit": lambda desk, _row: Unit.objects.get(agency=desk.agency).pk,
}


@pytest.mark.parametrize("scope", BRAKES)
def test_each_brake_holds_it_and_lifting_lets_it_go(desk: Desk, leader: Actor, scope: str) -> None:
    unit = Unit.objects.create(agency=desk.agency, kind="station", name="Harbour", slug="harbour")
    Account.objects.filter(pk=desk.accounts[0].pk).update(unit=unit)
    delivery = desk.release()
    Post.objects.update(topics=["Traffic"])
    row = brake(leader, scope, BRAKES[scope](desk, delivery), name="The account", reason="Wait for me")
    status, said = looked_at(desk, delivery)
    assert status == S.HELD
    assert said.endswith("Wait for me")
    assert desk.channel.texts() == []
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    assert looked_at(desk, delivery) == (S.SENT, "")


def test_a_braked_approver_holds_what_they_approved(desk: Desk, leader: Actor) -> None:
    approver = make_actor(desk.agency, Role.APPROVER, name="Ife Okafor")
    delivery = desk.release(approved_by=approver.ref)
    brake(leader, "person", number_of(approver))
    assert "Ife Okafor" in looked_at(desk, delivery)[1]


def test_a_brake_that_ends_by_itself_lets_it_go(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    brake(leader, hours=2)
    assert looked_at(desk, delivery)[0] == S.HELD
    desk.clock.pass_(timedelta(hours=2, seconds=1))
    assert looked_at(desk, delivery)[0] == S.SENT


def test_what_is_for_staff_never_goes_to_a_public_account(desk: Desk) -> None:
    delivery = desk.release()
    Post.objects.update(audience="staff")
    status, said = looked_at(desk, delivery)
    assert (status, said) == (S.HELD, "This is for staff only, and “Port Ellery Police 1” is not.")
    Account.objects.update(audience="staff")
    assert looked_at(desk, delivery)[0] == S.SENT


def test_what_the_system_says_itself_needs_nobodys_course_but_heeds_the_brake(
    desk: Desk, leader: Actor
) -> None:
    gate(desk.agency)
    make_policy(desk.admin)
    delivery = desk.release(by=system("follow_record", agency_id=desk.agency.pk))
    row = brake(leader)
    assert looked_at(desk, delivery)[0] == S.HELD
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    assert looked_at(desk, delivery)[0] == S.SENT


# --- what is written at the desk for an account ------------------------------------------------------


def test_a_post_is_held_when_its_author_holds_the_account_no_more(desk: Desk) -> None:
    other = make_actor(desk.agency, Role.STEWARD)
    for person in (desk.by, other):
        Holder.objects.create(
            agency=desk.agency, account=desk.accounts[0], person_id=number_of(person), begun_at=clock.now()
        )
    delivery = desk.release(approved_by="person:999")
    composed(delivery)
    Holder.objects.filter(person_id=number_of(desk.by)).update(ended_at=clock.now())
    assert looked_at(desk, delivery) == (S.HELD, "“Port Ellery Police 1” is held by somebody else.")


def test_a_free_post_is_held_when_the_dial_was_turned_to_two_people(desk: Desk) -> None:
    delivery = desk.release()
    composed(delivery)
    assert looked_at(desk, delivery)[0] == S.HELD  # the account's mode is two people
    composed(delivery, approved_by="person:999")
    assert looked_at(desk, delivery)[0] == S.SENT


def test_an_announcement_goes_to_an_account_that_somebody_else_holds(desk: Desk) -> None:
    other = make_actor(desk.agency, Role.STEWARD)
    Holder.objects.create(
        agency=desk.agency, account=desk.accounts[0], person_id=number_of(other), begun_at=clock.now()
    )
    assert looked_at(desk, desk.release())[0] == S.SENT


def test_a_change_is_asked_about_by_whoever_makes_it(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    changer = make_actor(desk.agency, Role.AUTHOR)
    asked = {"post": delivery.post, "account": delivery.account, "speaker_ref": changer.ref}
    assert why_not_said(**asked) == ""
    brake(leader, "person", number_of(changer))
    assert why_not_said(**asked) != ""


# --- what is under way, taken back, or too late -------------------------------------------------------


def test_the_line_of_the_account_moves_on_behind_a_held_post(desk: Desk, leader: Actor) -> None:
    other = make_actor(desk.agency, Role.AUTHOR)
    held = desk.release("First", subject="appeal:1")
    desk.release("Second", subject="appeal:2", by=other)
    brake(leader, "person", number_of(desk.by))
    for _round in range(2):
        looked_at(desk, held)
    assert desk.channel.texts() == ["Second"]


@pytest.mark.parametrize("recovery", [Recovery.KEY, Recovery.LOOKUP])
def test_one_that_may_have_been_sent_is_looked_for_and_not_said_again(
    desk: Desk, leader: Actor, recovery: Recovery
) -> None:
    desk.channel.recovery = recovery
    desk.channel.next.append("unknown_before")
    delivery = desk.release()
    desk.work()
    delivery.refresh_from_db()
    assert delivery.status == S.SENDING
    row = brake(leader, hours=20)
    desk.clock.pass_(timedelta(minutes=10))
    status, said = looked_at(desk, delivery)
    assert (status, desk.channel.texts()) == (S.SENDING, [])
    assert "paused" in said
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    desk.clock.pass_(timedelta(minutes=20))
    assert looked_at(desk, delivery)[0] == S.SENT


def test_taking_down_is_never_held(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    desk.work()
    brake(leader)
    gate(desk.agency)
    withdraw_announcements(subject="appeal:1", by=desk.by)
    assert looked_at(desk, delivery)[0] == S.REMOVED
    assert desk.channel.texts() == []


@pytest.mark.parametrize("taken_back", [stop_announcements, withdraw_announcements])
def test_what_is_taken_back_while_it_is_held_never_goes_out(
    desk: Desk, leader: Actor, taken_back: Callable[..., int]
) -> None:
    delivery = desk.release()
    row = brake(leader)
    looked_at(desk, delivery)
    assert taken_back(subject="appeal:1", by=desk.by) == 1
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    assert looked_at(desk, delivery)[0] == S.CANCELLED
    assert desk.channel.texts() == []


def test_after_a_day_a_person_decides_and_can_send_it_once_the_reason_is_gone(
    desk: Desk, leader: Actor
) -> None:
    delivery = desk.release()
    row = brake(leader, hours=26)
    looked_at(desk, delivery)
    desk.clock.pass_(timedelta(hours=25))
    with pytest.raises(StillHeld, match="paused"):
        send_held(delivery_id=delivery.pk, by=desk.by)
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    assert looked_at(desk, delivery) == (S.HELD, "")
    send_held(delivery_id=delivery.pk, by=desk.by)
    assert looked_at(desk, delivery)[0] == S.SENT


def test_who_has_no_right_to_speak_does_not_send_what_is_held(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    row = brake(leader, hours=26)
    looked_at(desk, delivery)
    desk.clock.pass_(timedelta(hours=27))
    untrained = make_actor(desk.agency, Role.APPROVER)
    gate(desk.agency, desk.by)
    looked_at(desk, delivery)
    assert row.until < clock.now()
    with pytest.raises(StillHeld, match="No course"):
        send_held(delivery_id=delivery.pk, by=untrained)
    for forbidden, refusal in (
        (make_actor(desk.agency, Role.STEWARD), NotAllowed),
        (make_actor(make_agency(), Role.APPROVER), NotFound),
    ):
        for act in (send_held, drop_held):
            with pytest.raises(refusal):
                act(delivery_id=delivery.pk, by=forbidden)


def test_what_is_dropped_is_never_sent(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    row = brake(leader)
    looked_at(desk, delivery)
    drop_held(delivery_id=delivery.pk, by=desk.by)
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    assert looked_at(desk, delivery)[0] == S.CANCELLED
    assert desk.verbs(delivery) == ["hold", "drop"]
    with pytest.raises(Conflict):
        drop_held(delivery_id=delivery.pk, by=desk.by)


def test_the_sentence_follows_the_reason(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    brake(leader, hours=1, reason="First")
    assert looked_at(desk, delivery)[1].endswith("First")
    brake(leader, hours=3, reason="Second")
    assert looked_at(desk, delivery)[1].endswith("Second")
    assert Entry.objects.filter(verb="delivery.hold").count() == 1


def test_many_held_rows_are_looked_at_with_few_questions(desk: Desk, leader: Actor) -> None:
    for number in range(12):
        desk.release(subject=f"appeal:{number}")
    brake(leader)
    for _round in range(12):
        desk.work()
    assert Delivery.objects.filter(status=S.HELD).count() == 12
    with CaptureQueriesContext(connection) as asked:
        tasks.let_go_of_held()
    assert len(asked) <= 6
