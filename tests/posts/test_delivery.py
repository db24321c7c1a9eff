"""Never twice, never lost, in order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from hueandcry.agencies.roles import Role
from hueandcry.channels.actions import resume_account, suspend_account
from hueandcry.channels.connector import OutgoingPicture, Recovery
from hueandcry.channels.models import Account
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel.actor import system
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.posts import actions, delivering, queries
from hueandcry.posts.actions import page_is_up, retry_delivery, settle_unconfirmed
from hueandcry.posts.models import Delivery
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.posts.conftest import LEASE, Desk

S = Delivery.Status
SAFE = [Recovery.KEY, Recovery.LOOKUP]


def test_a_post_waits_for_the_page_it_links_to(desk: Desk) -> None:
    desk.announce()
    desk.work_on()
    assert desk.channel.texts() == []
    assert page_is_up(subject="appeal:1", by=desk.by) == 1
    assert page_is_up(subject="appeal:1", by=desk.by) == 0
    desk.work()
    assert desk.channel.texts() == ["Did you see this van?"]


def test_a_post_goes_to_every_public_account_in_use(desk: Desk) -> None:
    desk.announce(account_ids=None)
    page_is_up(subject="appeal:1", by=desk.by)
    desk.work()
    assert len(desk.channel.texts()) == 2
    views = queries.deliveries_about(subject="appeal:1", actor=desk.by)
    assert [view.state for view in views] == ["sent", "sent"]
    assert views[0].remote_url == "https://fake.example/f1"


def test_a_post_carries_link_title_and_alt_text_and_the_record_says_it_was_sent(
    desk: Desk, picture: OutgoingPicture
) -> None:
    delivery = desk.release(picture=picture)
    desk.work()
    (post,) = desk.channel.up.values()
    assert (post["link"], post["title"], post["alt"]) == (
        "https://appeals.port-ellery.example/appeals/PE-1/",
        "Grey van",
        "A grey van",
    )
    assert desk.verbs(delivery) == ["sent"]


@pytest.mark.parametrize("recovery", SAFE)
@pytest.mark.parametrize(
    "moment", ["killed_before", "killed_after", "unknown_before", "unknown_after", "unreachable"]
)
def test_a_post_is_up_once_whatever_happens_while_it_is_sent(
    desk: Desk, recovery: Recovery, moment: str
) -> None:
    desk.channel.recovery = recovery
    desk.channel.next.extend([moment, moment])
    delivery = desk.release()
    desk.work_on()
    assert desk.channel.texts() == ["Did you see this van?"]
    delivery.refresh_from_db()
    assert delivery.status == S.SENT
    assert desk.channel.up[delivery.remote_id]["key"] == delivery.key


def test_a_dead_workers_delivery_is_left_alone_until_its_lease_has_ended(desk: Desk) -> None:
    desk.channel.next.append("killed_after")
    desk.release()
    desk.work()
    desk.clock.pass_(LEASE - timedelta(seconds=1))
    desk.work()
    assert desk.channel.calls == ["publish"]
    desk.clock.pass_(timedelta(seconds=2))
    desk.work()
    assert desk.channel.calls == ["publish", "publish"]


@pytest.mark.parametrize("moment", ["unknown_before", "unreachable", "killed_before"])
def test_a_second_try_says_the_same_as_the_first(desk: Desk, moment: str) -> None:
    desk.channel.next.append(moment)
    delivery = desk.release()
    first = desk.clock.moment
    desk.work_on()
    assert desk.channel.up[Delivery.objects.get(pk=delivery.pk).remote_id]["at"] == first


def test_a_lookup_channel_is_searched_before_anything_is_sent_again(desk: Desk) -> None:
    desk.channel.recovery = Recovery.LOOKUP
    desk.channel.next.append("unknown_after")
    desk.release()
    desk.work_on()
    assert desk.channel.calls == ["publish", "find"]


def test_a_recovery_that_is_cut_short_is_begun_again(desk: Desk) -> None:
    """Not reaching the channel now says nothing about the try before."""
    desk.channel.recovery = Recovery.LOOKUP
    desk.channel.next.extend(["unknown_after", "find_unreachable"])
    desk.release()
    desk.work_on()
    assert desk.channel.calls == ["publish", "find", "find"]
    assert len(desk.channel.texts()) == 1


def test_a_lookup_does_not_take_an_older_equal_post_for_this_one(desk: Desk) -> None:
    desk.channel.recovery = Recovery.LOOKUP
    desk.release(subject="appeal:1")
    desk.work()
    desk.channel.next.append("unknown_before")
    desk.release(subject="appeal:2")
    desk.work_on()
    assert len(desk.channel.texts()) == 2


def test_a_lookup_waits_as_long_as_the_channel_may_hide_a_new_post(desk: Desk) -> None:
    desk.channel.recovery = Recovery.LOOKUP
    desk.channel.lookup_lag = timedelta(minutes=2)
    desk.channel.next.append("unknown_before")
    desk.release()
    desk.work()
    desk.clock.pass_(timedelta(seconds=119))
    desk.work()
    assert desk.channel.calls == ["publish"]
    desk.work_on()
    assert desk.channel.calls == ["publish", "find", "publish"]
    assert len(desk.channel.texts()) == 1


def test_a_key_that_has_run_out_is_not_trusted(desk: Desk) -> None:
    desk.channel.key_lasts = timedelta(seconds=1)
    desk.channel.next.append("unknown_after")
    desk.release()
    desk.work_on()
    assert desk.channel.calls == ["publish", "find"]


@pytest.mark.parametrize("moment", ["killed_before", "killed_after", "unknown_after"])
def test_a_channel_that_cannot_tell_leaves_it_to_a_person(desk: Desk, moment: str) -> None:
    desk.channel.recovery = Recovery.HOLD
    desk.channel.next.append(moment)
    delivery = desk.release()
    desk.work_on()
    delivery.refresh_from_db()
    assert delivery.status == S.UNCONFIRMED
    assert desk.channel.calls.count("publish") == 1
    assert [view.state for view in queries.needing_a_person(actor=desk.by)] == ["unconfirmed"]


def test_a_person_says_what_became_of_it(desk: Desk) -> None:
    desk.channel.recovery = Recovery.HOLD
    desk.channel.next.extend(["unknown_after", "unknown_before"])
    landed, absent = desk.release(subject="appeal:1"), desk.release("Another", subject="appeal:2")
    desk.work_on()
    with pytest.raises(Invalid):
        settle_unconfirmed(delivery_id=landed.pk, landed=True, remote_url="", by=desk.by)
    settle_unconfirmed(delivery_id=landed.pk, landed=True, remote_url="https://fake.example/f1", by=desk.by)
    settle_unconfirmed(delivery_id=absent.pk, landed=False, remote_url="", by=desk.by)
    desk.work_on()
    assert desk.channel.texts() == ["Did you see this van?", "Another"]
    with pytest.raises(actions.NotHeld):
        settle_unconfirmed(delivery_id=absent.pk, landed=False, remote_url="", by=desk.by)


def test_posts_of_one_account_keep_their_order_when_the_first_must_wait(desk: Desk) -> None:
    desk.channel.next.append("unreachable")
    desk.release("First", subject="appeal:1")
    desk.release("Second", subject="appeal:2")
    desk.work()
    assert desk.channel.texts() == []
    desk.work_on()
    assert desk.channel.texts() == ["First", "Second"]


def test_another_account_does_not_wait_for_the_first(desk: Desk) -> None:
    desk.channel.next.extend(["unreachable"])
    desk.release("First", subject="appeal:1")
    desk.release("Elsewhere", subject="appeal:2", account_ids=[desk.accounts[1].pk])
    desk.work()
    assert desk.channel.texts() == ["Elsewhere"]


def test_an_emergency_goes_before_what_was_there_first(desk: Desk) -> None:
    desk.announce("Routine", subject="appeal:1")
    desk.announce("Emergency", subject="appeal:2", urgency=Urgency.EMERGENCY)
    for subject in ("appeal:1", "appeal:2"):
        page_is_up(subject=subject, by=desk.by)
    desk.work()
    assert desk.channel.texts() == ["Emergency", "Routine"]


def test_only_one_delivery_to_an_account_is_under_way(desk: Desk) -> None:
    desk.release("First", subject="appeal:1")
    desk.release("Second", subject="appeal:2")
    handled: list[int] = []
    desk.channel.during = lambda: handled.append(desk.work())
    desk.work()
    assert handled == [0]
    assert desk.channel.texts() == ["First", "Second"]


def test_a_rate_limit_is_waited_for(desk: Desk) -> None:
    desk.channel.next.append("rate_limited")
    delivery = desk.release()
    desk.work_on()
    assert desk.channel.calls == ["publish"]
    delivery.refresh_from_db()
    assert delivery.due_at
    assert delivery.due_at.year == 2030
    assert desk.verbs(delivery) == ["wait"]


def test_a_refusal_stops_and_says_why_and_can_be_tried_again(desk: Desk) -> None:
    desk.channel.next.append("refused")
    delivery = desk.release()
    desk.work_on()
    (view,) = queries.needing_a_person(actor=desk.by)
    assert (view.state, view.error) == ("failed", "The fake channel refused the post.")
    retry_delivery(delivery_id=delivery.pk, by=desk.by)
    desk.work()
    assert len(desk.channel.texts()) == 1
    assert desk.verbs(delivery) == ["fail", "retry", "sent"]
    with pytest.raises(Conflict):
        retry_delivery(delivery_id=delivery.pk, by=desk.by)


def test_a_dead_credential_marks_the_account(desk: Desk) -> None:
    desk.channel.next.append("unauthorised")
    desk.release()
    desk.work()
    account = Account.objects.get(pk=desk.accounts[0].pk)
    assert account.status == Account.Status.NEEDS_ATTENTION
    assert account.problem == "The fake channel does not accept our credential."


@pytest.mark.slow
def test_after_a_day_of_silence_a_person_decides(desk: Desk) -> None:
    desk.channel.next.extend(["unreachable"] * 300)
    delivery = desk.release()
    desk.work_on(rounds=160, every=timedelta(minutes=11))
    delivery.refresh_from_db()
    assert delivery.status == S.FAILED


def test_a_suspended_account_sends_nothing_until_it_is_resumed(desk: Desk) -> None:
    delivery = desk.release()
    suspend_account(account_id=delivery.account_id, by=desk.admin)
    desk.work_on()
    assert desk.channel.calls == []
    resume_account(account_id=delivery.account_id, by=desk.admin)
    desk.work()
    assert len(desk.channel.texts()) == 1


def test_a_lost_picture_refuses_the_post_instead_of_sending_it_without(desk: Desk) -> None:
    gone = OutgoingPicture(digest="a" * 64, mime="image/jpeg", alt="Gone", width=1, height=1)
    delivery = desk.release(picture=gone)
    desk.work()
    delivery.refresh_from_db()
    assert (delivery.status, desk.channel.texts()) == (S.FAILED, [])


def test_what_may_not_be_announced(desk: Desk) -> None:
    blind = OutgoingPicture(digest="a" * 64, mime="image/jpeg", alt=" ", width=1, height=1)
    with pytest.raises(Invalid):
        desk.announce(" ")
    with pytest.raises(Invalid):
        desk.announce(picture=blind)
    with pytest.raises(NotAllowed):
        desk.announce(by=desk.admin)
    with pytest.raises(NotFound):
        desk.announce(account_ids=[10**9])
    with pytest.raises(NotAllowed):
        delivering.deliver_one(delivery=desk.release(), by=desk.by)


def test_another_agency_sees_and_moves_nothing(desk: Desk) -> None:
    delivery = desk.release()
    other = make_actor(make_agency(name="Elsewhere"), Role.AUTHOR)
    assert queries.deliveries_about(subject="appeal:1", actor=other) == []
    assert page_is_up(subject="appeal:1", by=other) == 0
    for act in (retry_delivery,):
        with pytest.raises(NotFound):
            act(delivery_id=delivery.pk, by=other)
    with pytest.raises(NotFound):
        desk.announce(by=other)


@pytest.mark.django_db(transaction=True, databases=["default", "tips"])
@pytest.mark.slow
def test_no_channel_is_called_while_a_transaction_is_open(desk: Desk) -> None:
    open_: list[bool] = []
    desk.channel.during = lambda: open_.append(connection.in_atomic_block)
    desk.release()
    desk.work()
    assert open_ == [False]


def test_the_worker_acts_for_the_deliverys_agency(desk: Desk) -> None:
    delivery = desk.release()
    desk.work()
    entry = Entry.objects.get(subject=f"delivery:{delivery.pk}")
    assert (entry.actor, entry.agency_id) == (system("delivery", agency_id=1).ref, desk.agency.pk)
