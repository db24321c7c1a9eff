"""What is taken back is not sent, or is taken down: before, during and after the sending."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.channels.actions import suspend_account
from hueandcry.channels.connector import Recovery
from hueandcry.kernel.errors import Conflict, NotAllowed
from hueandcry.posts import tasks
from hueandcry.posts.actions import (
    NotHeld,
    page_is_up,
    retry_delivery,
    settle_removal,
    stop_announcements,
    withdraw_announcements,
)
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.queries import deliveries_about
from tests.posts.conftest import LEASE, Desk

S = Delivery.Status


def withdraw(desk: Desk) -> int:
    return withdraw_announcements(subject="appeal:1", by=desk.by)


def state(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).status


def test_before_it_is_due(desk: Desk) -> None:
    post = desk.announce()
    assert withdraw(desk) == 1
    assert withdraw(desk) == 0
    assert page_is_up(subject="appeal:1", by=desk.by) == 0
    desk.work_on()
    assert desk.channel.calls == []
    post.refresh_from_db()
    assert post.status == Post.Status.WITHDRAWN


def test_while_it_waits_for_the_worker(desk: Desk) -> None:
    delivery = desk.release()
    withdraw(desk)
    desk.work_on()
    assert (desk.channel.calls, state(delivery)) == ([], S.CANCELLED)


def test_after_it_was_sent(desk: Desk) -> None:
    delivery = desk.release()
    desk.work()
    withdraw(desk)
    desk.work()
    assert (desk.channel.texts(), state(delivery)) == ([], S.REMOVED)
    assert desk.verbs(delivery) == ["sent", "removed"]


def test_at_the_very_moment_it_is_sent(desk: Desk) -> None:
    delivery = desk.release()
    desk.channel.during = lambda: withdraw(desk)
    desk.work_on()
    assert (desk.channel.texts(), state(delivery)) == ([], S.REMOVED)


@pytest.mark.parametrize("recovery", [Recovery.KEY, Recovery.LOOKUP])
@pytest.mark.parametrize("moment", ["killed_before", "killed_after", "unknown_before", "unknown_after"])
def test_after_a_try_that_nobody_knows_the_end_of(desk: Desk, recovery: Recovery, moment: str) -> None:
    desk.channel.recovery = recovery
    desk.channel.next.append(moment)
    delivery = desk.release()
    desk.work()
    withdraw(desk)
    desk.work_on()
    assert (desk.channel.texts(), state(delivery)) == ([], S.REMOVED)
    assert desk.channel.calls.count("publish") == 1


def test_a_post_that_lands_after_its_removal_is_found_and_removed(desk: Desk) -> None:
    """A worker is slow beyond its lease; another takes the row up, and the post is withdrawn, before it lands."""
    delivery = desk.release()

    def meanwhile() -> None:
        desk.clock.pass_(LEASE + timedelta(seconds=1))
        withdraw(desk)
        desk.work()
        desk.work()
        assert state(delivery) == S.REMOVED

    desk.channel.during = meanwhile
    tasks.deliver_due()
    assert (len(desk.channel.texts()), state(delivery)) == (1, S.REMOVING)
    desk.work_on()
    assert (desk.channel.texts(), state(delivery)) == ([], S.REMOVED)


def test_a_post_that_a_dead_worker_landed_after_its_removal_is_found_on_the_second_look(desk: Desk) -> None:
    delivery = desk.release()

    def meanwhile() -> None:
        desk.clock.pass_(LEASE + timedelta(seconds=1))
        withdraw(desk)
        desk.work()
        desk.work()
        desk.channel.next.clear()

    desk.channel.next.append("killed_after")
    desk.channel.during = meanwhile
    desk.work()
    assert len(desk.channel.texts()) == 1
    desk.work_on()
    assert (desk.channel.texts(), state(delivery)) == ([], S.REMOVED)


@pytest.mark.slow
def test_a_removal_is_never_given_up(desk: Desk) -> None:
    delivery = desk.release()
    desk.work()
    withdraw(desk)
    desk.channel.next.extend(["unreachable"] * 20 + ["unauthorised", "unknown_before", "refused"])
    desk.work_on(rounds=60, every=timedelta(minutes=11))
    assert (desk.channel.texts(), state(delivery)) == ([], S.REMOVED)


def test_a_removal_goes_on_for_a_suspended_account(desk: Desk) -> None:
    delivery = desk.release()
    desk.work()
    suspend_account(account_id=delivery.account_id, by=desk.admin)
    withdraw(desk)
    desk.work()
    assert desk.channel.texts() == []


def test_a_failed_delivery_cannot_be_tried_again_once_it_is_taken_back(desk: Desk) -> None:
    desk.channel.next.append("refused")
    delivery = desk.release()
    desk.work()
    withdraw(desk)
    assert state(delivery) == S.CANCELLED
    with pytest.raises(Conflict):
        retry_delivery(delivery_id=delivery.pk, by=desk.by)


def test_only_who_may_withdraw_withdraws(desk: Desk) -> None:
    desk.announce()
    with pytest.raises(NotAllowed):
        withdraw_announcements(subject="appeal:1", by=desk.admin)


# --- what a person stops or settles -----------------------------------------------------------------


def test_nothing_is_sent_after_somebody_said_stop(desk: Desk) -> None:
    delivery = desk.release()
    assert stop_announcements(subject="appeal:1", by=desk.by) == 1
    desk.work_on()
    assert (desk.channel.calls, state(delivery)) == ([], S.CANCELLED)
    with pytest.raises(Conflict, match="Nothing waits"):
        stop_announcements(subject="appeal:1", by=desk.by)


def test_what_is_up_is_not_stopped(desk: Desk) -> None:
    delivery = desk.release()
    desk.work()
    with pytest.raises(Conflict):
        stop_announcements(subject="appeal:1", by=desk.by)
    assert state(delivery) == S.SENT


def test_a_removal_that_the_worker_cannot_do_is_closed_by_hand(desk: Desk) -> None:
    desk.channel.reset(recovery=Recovery.HOLD)
    delivery = desk.release()
    desk.channel.next.append("unknown_after")
    desk.work()
    assert state(delivery) == S.UNCONFIRMED
    withdraw(desk)
    with pytest.raises(NotHeld):
        settle_removal(delivery_id=delivery.pk, by=desk.by)
    desk.work()
    (view,) = deliveries_about(subject="appeal:1", actor=desk.by)
    assert view.by_hand
    assert "delete it by hand" in view.error
    settle_removal(delivery_id=delivery.pk, by=desk.by)
    assert state(delivery) == S.REMOVED
    before = list(desk.channel.calls)
    desk.work_on()
    assert desk.channel.calls == before
    assert desk.verbs(delivery)[-1] == "settle-removal"
    with pytest.raises(NotHeld):
        settle_removal(delivery_id=delivery.pk, by=desk.by)
