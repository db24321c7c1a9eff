"""What waited for more than a day is no longer news: a person decides. And what nobody knows of says no old words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies import brake_actions
from hueandcry.agencies.roles import Role
from hueandcry.channels.actions import resume_account, suspend_account
from hueandcry.channels.connector import Recovery
from hueandcry.channels.models import Account
from hueandcry.channels.register_actions import retire_account
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, NotAllowed, NotFound
from hueandcry.posts import held, tasks
from hueandcry.posts.actions import settle_unconfirmed
from hueandcry.posts.holding_actions import (
    StillHeld,
    drop_held_change,
    make_held_change,
    send_held,
)
from hueandcry.posts.models import Delivery, DeliveryEdit
from hueandcry.posts.standing_actions import edit_post
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.factories_rules import brake
from tests.fakes import CHANNEL, RichChannel
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom

S, E = Delivery.Status, DeliveryEdit.Status
DAY = timedelta(hours=24)
NEW = "Mill Lane is open again."


@pytest.fixture
def leader(desk: Desk) -> Actor:
    return make_actor(desk.agency, Role.LEADER, name="Imogen Castellane")


@pytest.fixture
def free(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """A newsroom on a network that lets a standing post be changed."""
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)
    return Newsroom.of(desk, mode="free")


def looked_at(desk: Desk, delivery: Delivery) -> str:
    tasks.let_go_of_held()
    desk.work()
    delivery.refresh_from_db()
    return delivery.status


def changed(free: Newsroom) -> DeliveryEdit:
    """The change of a post that is up, not made yet."""
    post = free.sent()
    edit_post(post_id=post.pk, content=free.content(NEW), by=free.writer)
    return DeliveryEdit.objects.get()


def stands(edit: DeliveryEdit) -> tuple[str, list[str]]:
    """Where a change stands after the worker has gone round, and what the public reads."""
    tasks.let_go_of_held()
    tasks.edit_due()
    edit.refresh_from_db()
    return edit.status, CHANNEL.texts()


# --- suspended for long -----------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "state"), [(False, S.SENT), (True, S.HELD)])
def test_what_waited_a_day_for_a_suspended_account_does_not_go_out_by_itself(
    desk: Desk, *, late: bool, state: str
) -> None:
    delivery = desk.release()
    suspend_account(account_id=delivery.account_id, by=desk.admin)
    desk.clock.pass_(DAY + timedelta(minutes=1) if late else DAY - timedelta(hours=1))
    looked_at(desk, delivery)
    resume_account(account_id=delivery.account_id, by=desk.admin)
    for _round in range(3):
        assert looked_at(desk, delivery) == state
    assert len(desk.channel.texts()) == (0 if late else 1)
    if late:
        assert desk.verbs(delivery) == ["hold"]
        send_held(delivery_id=delivery.pk, by=desk.by)
        assert looked_at(desk, delivery) == S.SENT


def test_what_comes_after_it_is_not_kept_waiting(desk: Desk) -> None:
    old = desk.release("Old news", subject="appeal:1")
    suspend_account(account_id=old.account_id, by=desk.admin)
    desk.clock.pass_(DAY + timedelta(hours=1))
    resume_account(account_id=old.account_id, by=desk.admin)
    new = desk.release("New news", subject="appeal:2")
    assert (looked_at(desk, old), looked_at(desk, new)) == (S.HELD, S.SENT)
    assert desk.channel.texts() == ["New news"]


# --- changes of what stands -------------------------------------------------------------------------


def test_a_change_that_is_held_is_made_when_the_reason_ends_within_a_day(
    free: Newsroom, leader: Actor
) -> None:
    edit = changed(free)
    row = brake(leader, hours=20)
    assert stands(edit)[0] == E.HELD
    assert "paused" in edit.last_error
    free.desk.clock.pass_(timedelta(hours=19))
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    assert stands(edit) == (E.DONE, [NEW])


def test_a_change_that_was_held_for_a_day_waits_for_a_person(free: Newsroom, leader: Actor) -> None:
    edit = changed(free)
    row = brake(leader, hours=40)
    stands(edit)
    free.desk.clock.pass_(timedelta(hours=25))
    with pytest.raises(StillHeld, match="paused"):
        make_held_change(edit_id=edit.pk, by=free.approver)
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    assert stands(edit)[0] == E.HELD
    for act in (make_held_change, drop_held_change):
        with pytest.raises(NotFound):
            act(edit_id=edit.pk, by=make_actor(make_agency(), Role.APPROVER))
        with pytest.raises(NotAllowed):
            act(edit_id=edit.pk, by=make_actor(free.desk.agency, Role.STEWARD))
    make_held_change(edit_id=edit.pk, by=free.approver)
    assert stands(edit) == (E.DONE, [NEW])
    for act in (make_held_change, drop_held_change):
        with pytest.raises(Conflict):
            act(edit_id=edit.pk, by=free.approver)
    verbs = Entry.objects.filter(subject=f"delivery:{edit.delivery_id}").order_by("pk")
    said = [verb.removeprefix("delivery.") for verb in verbs.values_list("verb", flat=True)]
    assert said == ["sent", "hold-change", "let-go-change", "changed"]


def test_a_change_that_waited_a_day_for_a_suspended_account_waits_for_a_person(free: Newsroom) -> None:
    edit = changed(free)
    number = free.desk.accounts[0].pk
    suspend_account(account_id=number, by=free.desk.admin)
    free.desk.clock.pass_(timedelta(hours=25))
    resume_account(account_id=number, by=free.desk.admin)
    assert stands(edit)[0] == E.HELD
    drop_held_change(edit_id=edit.pk, by=free.writer)
    status, texts = stands(edit)
    assert status == E.DROPPED
    assert texts != [NEW]


def test_a_newer_change_takes_the_place_of_one_that_is_held(free: Newsroom, leader: Actor) -> None:
    edit = changed(free)
    row = brake(leader, hours=2)
    stands(edit)
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    edit_post(post_id=edit.delivery.post_id, content=free.content("Newer still."), by=free.writer)
    assert stands(edit) == (E.DROPPED, ["Newer still."])


# --- nobody knows -----------------------------------------------------------------------------------


def unconfirmed(free: Newsroom) -> Delivery:
    """A delivery of which nobody knows whether it was sent; its post has other words since."""
    CHANNEL.recovery = Recovery.HOLD
    CHANNEL.next.append("unknown_before")
    post = free.sent()
    row = Delivery.objects.get(post=post)
    assert row.status == S.UNCONFIRMED
    edit_post(post_id=post.pk, content=free.content(NEW), by=free.writer)
    return row


def test_what_did_not_go_out_is_sent_with_the_words_it_has_now(free: Newsroom) -> None:
    row = unconfirmed(free)
    settle_unconfirmed(delivery_id=row.pk, landed=False, remote_url="", by=free.writer)
    free.desk.work()
    assert CHANNEL.texts() == [NEW]
    tasks.edit_due()
    assert CHANNEL.texts() == [NEW]


def test_what_did_go_out_is_changed_to_the_words_it_has_now(free: Newsroom) -> None:
    row = unconfirmed(free)
    CHANNEL.up["f9"] = {"key": row.key, "text": "Old words"}
    Delivery.objects.filter(pk=row.pk).update(remote_id="f9")
    settle_unconfirmed(delivery_id=row.pk, landed=True, remote_url="https://fake.example/f9", by=free.writer)
    tasks.edit_due()
    assert CHANNEL.texts() == [NEW]


def test_unchanged_it_is_sent_again_as_it_was_frozen(desk: Desk) -> None:
    desk.channel.recovery = Recovery.HOLD
    desk.channel.next.append("unknown_before")
    delivery = desk.release()
    desk.work()
    delivery.refresh_from_db()
    frozen = delivery.frozen_request
    settle_unconfirmed(delivery_id=delivery.pk, landed=False, remote_url="", by=desk.by)
    assert looked_at(desk, delivery) == S.SENT
    assert delivery.frozen_request == frozen


@pytest.mark.parametrize("recovery", [Recovery.KEY, Recovery.LOOKUP])
def test_what_was_being_sent_to_a_retired_account_ends_with_a_person(desk: Desk, recovery: Recovery) -> None:
    desk.channel.recovery = recovery
    desk.channel.next.append("unknown_before")
    delivery = desk.release()
    desk.work()
    retire_account(account_id=delivery.account_id, reason="Closed there", by=desk.admin)
    desk.clock.pass_(timedelta(minutes=3))
    assert looked_at(desk, delivery) == S.UNCONFIRMED
    desk.work_on()
    assert desk.channel.calls.count("find") == 1
    settle_unconfirmed(delivery_id=delivery.pk, landed=False, remote_url="", by=desk.by)
    assert looked_at(desk, delivery) == S.CANCELLED
    assert desk.channel.texts() == []


def test_what_may_have_been_sent_before_a_long_pause_is_not_said_after_it(desk: Desk, leader: Actor) -> None:
    desk.channel.next.append("unknown_before")
    delivery = desk.release()
    desk.work()
    brake(leader, hours=30)
    desk.clock.pass_(timedelta(hours=25))
    assert looked_at(desk, delivery) == S.UNCONFIRMED
    desk.clock.pass_(timedelta(hours=6))
    assert looked_at(desk, delivery) == S.UNCONFIRMED
    assert desk.channel.texts() == []


def test_a_change_for_an_account_that_was_retired_is_given_up(free: Newsroom) -> None:
    edit = changed(free)
    retire_account(account_id=free.desk.accounts[0].pk, reason="Closed there", by=free.desk.admin)
    status, _texts = stands(edit)
    assert (status, edit.last_error) == (E.FAILED, "“Port Ellery Police 1” is not in use.")


# --- very many --------------------------------------------------------------------------------------


def test_very_many_are_let_go_in_rounds_with_few_statements(
    desk: Desk, leader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "ROUND", 5)
    row = brake(leader)
    for number in range(12):
        desk.release(subject=f"appeal:{number}")
    for _round in range(12):
        desk.work()
    assert Delivery.objects.filter(status=S.HELD).count() == 12
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    with CaptureQueriesContext(connection) as asked:
        assert [tasks.let_go_of_held() for _round in range(4)] == [5, 5, 2, 0]
    moves = [query for query in asked if query["sql"].startswith('UPDATE "posts_delivery"')]
    assert len(moves) == 3
    assert Entry.objects.filter(verb="delivery.let-go").count() == 12
    assert Account.objects.filter(deliveries__status=S.HELD).count() == 0
