"""One day in all: several holds share it. And one post that nobody knows of does not keep the others of its account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies import brake_actions
from hueandcry.agencies.roles import Role
from hueandcry.channels.connector import Recovery
from hueandcry.channels.models import Account
from hueandcry.jobs.due import claim
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.posts import queries, tasks
from hueandcry.posts.actions import settle_unconfirmed
from hueandcry.posts.approval_actions import publish_post
from hueandcry.posts.holding_actions import make_held_change, send_held
from hueandcry.posts.models import Delivery, DeliveryEdit, Post
from hueandcry.posts.recovery import LONGEST_UPLOAD, upload_lease
from hueandcry.posts.standing_actions import edit_post
from tests.factories import make_actor
from tests.factories_rules import brake, number_of
from tests.fakes import CHANNEL, RichChannel
from tests.films import ready_video
from tests.posts.conftest import LEASE, Desk
from tests.posts.helpers import Newsroom

S, E = Delivery.Status, DeliveryEdit.Status
HOUR = timedelta(hours=1)


@pytest.fixture
def leader(desk: Desk) -> Actor:
    return make_actor(desk.agency, Role.LEADER, name="Imogen Castellane")


def looked_at(desk: Desk, delivery: Delivery) -> str:
    tasks.let_go_of_held()
    desk.work()
    delivery.refresh_from_db()
    return delivery.status


def held_for(desk: Desk, leader: Actor, delivery: Delivery, hours: int) -> None:
    """Held by a brake for so long, and let go by itself at its end without a worker to send it."""
    row = brake(leader, hours=hours)
    assert looked_at(desk, delivery) == S.HELD
    desk.clock.pass_(hours * HOUR - timedelta(minutes=1))
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    tasks.let_go_of_held()


# --- the day is counted from the first moment --------------------------------------------------------


def test_two_holds_share_one_day(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    held_for(desk, leader, delivery, 20)
    held_for(desk, leader, delivery, 5)
    assert looked_at(desk, delivery) == S.HELD
    assert desk.channel.texts() == []
    send_held(delivery_id=delivery.pk, by=desk.by)
    assert looked_at(desk, delivery) == S.SENT


def test_two_holds_within_a_day_go_out_by_themselves(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    held_for(desk, leader, delivery, 10)
    held_for(desk, leader, delivery, 10)
    assert looked_at(desk, delivery) == S.SENT


def test_whoever_lets_it_go_gives_it_a_new_day(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    held_for(desk, leader, delivery, 25)
    send_held(delivery_id=delivery.pk, by=desk.by)
    held_for(desk, leader, delivery, 20)
    assert looked_at(desk, delivery) == S.SENT


def test_hours_of_trying_in_vain_count(desk: Desk, leader: Actor) -> None:
    desk.channel.next.append("unreachable")
    delivery = desk.release()
    desk.work()
    desk.clock.pass_(5 * HOUR)
    held_for(desk, leader, delivery, 20)
    assert looked_at(desk, delivery) == S.HELD


def test_two_holds_of_a_change_share_one_day(
    desk: Desk, leader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)
    room = Newsroom.of(desk, mode="free")
    post = room.sent()
    edit_post(post_id=post.pk, content=room.content("Mill Lane is open again."), by=room.writer)
    edit = DeliveryEdit.objects.get()
    for hours in (20, 5):
        row = brake(leader, hours=hours)
        tasks.edit_due()
        desk.clock.pass_(hours * HOUR - timedelta(minutes=1))
        brake_actions.lift_brake(brake_id=row.pk, by=leader)
        tasks.let_go_of_held()
    tasks.edit_due()
    edit.refresh_from_db()
    assert edit.status == E.HELD
    make_held_change(edit_id=edit.pk, by=room.approver)
    tasks.edit_due()
    edit.refresh_from_db()
    assert edit.status == E.DONE


def test_what_an_earlier_version_held_keeps_its_day(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    row = brake(leader, hours=30)
    looked_at(desk, delivery)
    Delivery.objects.update(meant_at=None)
    tasks.let_go_of_held()
    delivery.refresh_from_db()
    assert delivery.meant_at is not None
    desk.clock.pass_(25 * HOUR)
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    assert looked_at(desk, delivery) == S.HELD


def test_what_waits_for_a_person_is_not_asked_about_every_few_seconds(desk: Desk, leader: Actor) -> None:
    delivery = desk.release()
    row = brake(leader, hours=40, reason="Wait for me")
    looked_at(desk, delivery)
    desk.clock.pass_(25 * HOUR)
    with CaptureQueriesContext(connection) as asked:
        assert tasks.let_go_of_held() == 0
    assert len(asked) <= 4
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    tasks.let_go_of_held()
    delivery.refresh_from_db()
    assert delivery.last_error.endswith("Wait for me")
    tasks.look_at_what_waits_for_a_person()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.last_error) == (S.HELD, "")


# --- one that nobody knows of ------------------------------------------------------------------------


@pytest.mark.parametrize("recovery", [Recovery.KEY, Recovery.LOOKUP])
@pytest.mark.parametrize("scope", ["person", "topic"])
def test_a_brake_on_a_person_or_topic_does_not_keep_the_account_behind_what_nobody_knows(
    desk: Desk, leader: Actor, recovery: Recovery, scope: str
) -> None:
    desk.channel.recovery, desk.channel.lookup_lag = recovery, timedelta(seconds=30)
    desk.channel.next.append("unknown_before")
    lost = desk.release("Lost", subject="appeal:1")
    desk.work()
    Post.objects.update(topics=["Traffic"])
    other = make_actor(desk.agency, Role.AUTHOR)
    following = desk.release("Next", subject="appeal:2", by=other)
    brake(leader, scope, "traffic" if scope == "topic" else number_of(desk.by), hours=20)
    desk.clock.pass_(2 * LEASE)
    looked_at(desk, lost)
    assert looked_at(desk, lost) == S.SENDING  # a try might still arrive, or a search miss it
    desk.clock.pass_(timedelta(seconds=31))
    assert looked_at(desk, lost) == S.UNCONFIRMED
    assert "it is not sent again" in lost.last_error
    assert looked_at(desk, following) == S.SENT
    assert desk.channel.texts() == ["Next"]


def test_what_landed_all_the_same_is_found_before_anybody_is_asked(desk: Desk, leader: Actor) -> None:
    desk.channel.next.append("unknown_after")
    delivery = desk.release()
    desk.work()
    brake(leader, "person", number_of(desk.by), hours=20)
    desk.clock.pass_(3 * LEASE)
    assert looked_at(desk, delivery) == S.SENT


def test_it_goes_out_once_a_person_has_looked_and_the_brake_is_off(desk: Desk, leader: Actor) -> None:
    desk.channel.next.append("unknown_before")
    delivery = desk.release()
    desk.work()
    row = brake(leader, "person", number_of(desk.by), hours=20)
    desk.clock.pass_(3 * LEASE)
    assert looked_at(desk, delivery) == S.UNCONFIRMED
    other = make_actor(desk.agency, Role.AUTHOR)
    settle_unconfirmed(delivery_id=delivery.pk, landed=False, remote_url="", by=other)
    assert looked_at(desk, delivery) == S.HELD
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    assert looked_at(desk, delivery) == S.SENT
    assert len(desk.channel.texts()) == 1


# --- a large file ------------------------------------------------------------------------------------


def test_the_lease_of_a_video_grows_with_it_and_no_other_worker_begins_its_upload(desk: Desk) -> None:
    room = Newsroom.of(desk, mode="free")
    Account.objects.update(limits={**CHANNEL.limits.plain(), **TAKES})
    post = room.draft()
    ready_video(post, by=room.writer, size=75_000_000)  # ten minutes at 1 Mbit/s
    publish_post(post_id=post.pk, by=room.writer)
    desk.clock.pass_(timedelta(seconds=11))
    leases: list[timedelta] = []

    def during() -> None:
        row = Delivery.objects.get()
        assert row.claimed_until is not None
        leases.append(row.claimed_until - clock.now())
        desk.clock.pass_(timedelta(minutes=11))
        assert claim(queries.sendable(), limit=1, hold=LEASE) == []

    desk.channel.during = during
    desk.work()
    assert leases == [LEASE + timedelta(minutes=10)]
    assert Delivery.objects.get().status == S.SENT


TAKES = {"video_bytes": 100_000_000, "video_seconds": 600, "video_types": ["video/mp4"]}


def test_no_lease_is_longer_than_an_hour_and_the_usual_one() -> None:
    assert upload_lease(size=0, lease=LEASE) == LEASE
    assert upload_lease(size=2**40, lease=LEASE) == LEASE + LONGEST_UPLOAD
