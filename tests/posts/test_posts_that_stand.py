"""A post that is out: stopped, recalled everywhere, changed where a network can, shown again, in parts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hueandcry.channels.connector import Outgoing
from hueandcry.channels.models import Account
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.posts import reading, tasks
from hueandcry.posts.approval_actions import publish_post
from hueandcry.posts.content import content_of
from hueandcry.posts.fitting import texts_of
from hueandcry.posts.models import Delivery, DeliveryEdit, Post
from hueandcry.posts.standing_actions import (
    approve_change,
    edit_post,
    recall_post,
    repost_post,
    return_change,
    stop_post,
)
from tests.fakes import CHANNEL, FakeChannel, RichChannel
from tests.posts.conftest import Desk
from tests.posts.helpers import TEXT, Newsroom

S, D = Post.Status, Delivery.Status


@pytest.fixture
def rich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)


@pytest.fixture
def free(desk: Desk) -> Newsroom:
    return Newsroom.of(desk, mode="free")


def both(room: Newsroom) -> list[int]:
    return [account.pk for account in room.desk.accounts]


def work(room: Newsroom, rounds: int = 3) -> None:
    for _ in range(rounds):
        tasks.edit_due()
        room.desk.work_on(1)


def test_a_recall_takes_it_down_everywhere_with_proof_for_each(free: Newsroom) -> None:
    post = free.sent(accounts=both(free))
    assert len(free.desk.channel.up) == 2
    assert recall_post(post_id=post.pk, reason="The road is open.", by=free.approver) == 2
    free.desk.work_on(2)
    assert free.desk.channel.texts() == []
    results = reading.results_of(actor=free.writer, post_ids=[post.pk])[post.pk]
    assert [(r.delivery.status, r.delivery.removed_at is not None) for r in results] == [
        (D.REMOVED, True)
    ] * 2
    post.refresh_from_db()
    assert (post.status, post.recall_reason, post.text) == (S.WITHDRAWN, "The road is open.", TEXT)


def test_a_recall_needs_a_reason_and_a_right(free: Newsroom) -> None:
    post = free.sent()
    with pytest.raises(Invalid):
        recall_post(post_id=post.pk, reason="", by=free.approver)
    with pytest.raises(NotAllowed):
        recall_post(post_id=post.pk, reason="Not mine.", by=free.desk.by)
    recall_post(post_id=post.pk, reason="Mine.", by=free.writer)
    with pytest.raises(Conflict):
        recall_post(post_id=post.pk, reason="Again.", by=free.writer)


def test_a_recall_while_it_is_being_sent_takes_it_down_as_soon_as_that_is_over(free: Newsroom) -> None:
    post = free.out()
    free.desk.clock.pass_(timedelta(seconds=11))
    free.desk.channel.during = lambda: recall_post(post_id=post.pk, reason="Wrong lane.", by=free.approver)
    free.desk.work_on(3)
    assert (free.desk.channel.texts(), free.states(post)) == ([], ["removed"])


def test_a_recall_on_one_account_leaves_the_others(free: Newsroom) -> None:
    one, two = both(free)
    post = free.sent(accounts=[one, two])
    recall_post(post_id=post.pk, reason="Not their lane.", by=free.approver, account_ids=[two])
    free.desk.work_on(2)
    post.refresh_from_db()
    assert (post.status, sorted(free.states(post))) == (S.ANNOUNCED, ["removed", "sent"])


def test_stopped_in_time_it_is_a_draft_again_and_can_go_out_later(free: Newsroom) -> None:
    post = free.out(accounts=both(free))
    assert stop_post(post_id=post.pk, by=free.writer) == 2
    free.desk.work_on(2)
    post.refresh_from_db()
    assert (post.status, post.text, free.states(post)) == (S.DRAFT, TEXT, [])
    publish_post(post_id=post.pk, by=free.writer)
    free.desk.work_on(3)
    assert free.desk.channel.texts() == [TEXT, TEXT]


def test_stopped_too_late_there_is_nothing_to_stop(free: Newsroom) -> None:
    post = free.sent()
    with pytest.raises(Conflict):
        stop_post(post_id=post.pk, by=free.writer)


@pytest.mark.usefixtures("rich")
def test_a_change_reaches_every_network_that_can_with_proof(free: Newsroom) -> None:
    post = free.sent(accounts=both(free))
    edit_post(post_id=post.pk, content=free.content("It is open again."), by=free.writer)
    work(free)
    assert free.desk.channel.texts() == ["It is open again."] * 2
    assert set(DeliveryEdit.objects.values_list("status", flat=True)) == {"done"}
    assert DeliveryEdit.objects.first().evidence == {"edited": "yes"}  # type: ignore[union-attr]


def test_where_a_network_cannot_change_it_stands_as_it_was(free: Newsroom) -> None:
    post = free.sent()
    edit_post(post_id=post.pk, content=free.content("It is open again."), by=free.writer)
    work(free)
    assert free.desk.channel.texts() == [TEXT]
    assert DeliveryEdit.objects.count() == 0


@pytest.mark.usefixtures("rich")
def test_a_change_before_it_was_sent_simply_goes_out_new(free: Newsroom) -> None:
    post = free.out()
    edit_post(post_id=post.pk, content=free.content("It is open again."), by=free.writer)
    free.desk.work_on(3)
    assert free.desk.channel.texts() == ["It is open again."]


@pytest.mark.usefixtures("rich")
def test_a_change_that_does_not_arrive_is_tried_again_and_a_newer_one_takes_its_place(free: Newsroom) -> None:
    post = free.sent()
    edit_post(post_id=post.pk, content=free.content("Second."), by=free.writer)
    free.desk.channel.next.append("unreachable")
    tasks.edit_due()
    assert free.desk.channel.texts() == [TEXT]
    edit_post(post_id=post.pk, content=free.content("Third."), by=free.writer)
    work(free, 4)
    assert free.desk.channel.texts() == ["Third."]
    assert list(DeliveryEdit.objects.order_by("pk").values_list("status", flat=True)) == ["dropped", "done"]


@pytest.mark.usefixtures("rich")
def test_a_recall_ends_the_changes_that_wait(free: Newsroom) -> None:
    post = free.sent()
    edit_post(post_id=post.pk, content=free.content("Second."), by=free.writer)
    recall_post(post_id=post.pk, reason="Wrong.", by=free.writer)
    work(free)
    assert free.desk.channel.texts() == []
    assert DeliveryEdit.objects.get().status == "dropped"


@pytest.mark.usefixtures("rich")
def test_where_two_people_are_asked_for_a_change_waits_for_the_second(desk: Desk) -> None:
    room = Newsroom.of(desk)
    post = room.sent()
    edit_post(post_id=post.pk, content=room.content("Second."), by=room.writer)
    work(room)
    assert room.desk.channel.texts() == [TEXT]
    assert [row.pk for row in reading.waiting_for(actor=room.approver)] == [post.pk]
    with pytest.raises(Conflict):
        edit_post(post_id=post.pk, content=room.content("Third."), by=room.writer)
    return_change(post_id=post.pk, note="Say which end.", by=room.approver)
    edit_post(post_id=post.pk, content=room.content("Third."), by=room.writer)
    approve_change(post_id=post.pk, by=room.approver)
    work(room)
    assert room.desk.channel.texts() == ["Third."]


@pytest.mark.usefixtures("rich")
def test_the_parts_of_a_thread_go_one_below_the_other(
    free: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    below: list[str] = []
    put = FakeChannel._put

    def noting(self: FakeChannel, outgoing: Outgoing) -> str:
        below.append(outgoing.reply_to)
        return put(self, outgoing)

    monkeypatch.setattr(FakeChannel, "_put", noting)
    post = free.out("One.", thread=("Two.", "Three."))
    free.desk.work_on(8)
    assert free.desk.channel.texts() == ["One.", "Two.", "Three."]
    assert below == ["", "f1", "f2"]
    assert free.states(post) == ["sent"] * 3


@pytest.mark.usefixtures("rich")
def test_a_part_waits_for_the_one_before_it_and_holds_no_other_post_up(free: Newsroom) -> None:
    free.desk.channel.next.append("refused")
    post = free.out("One.", thread=("Two.",))
    free.desk.work_on(3)
    assert free.states(post) == ["failed", "queued"]
    free.sent("Another.")
    assert free.desk.channel.texts() == ["Another."]


def test_a_network_without_threads_gets_the_parts_in_one(free: Newsroom) -> None:
    post = free.draft("One.", thread=("Two.",))
    assert texts_of(post, Account.objects.first()) == ["One.\n\nTwo."]  # type: ignore[arg-type]


@pytest.mark.usefixtures("rich")
def test_the_main_account_shows_a_units_post_again_in_one_step(
    free: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    put = FakeChannel._put
    monkeypatch.setattr(FakeChannel, "_put", lambda self, out: (seen.append(out), put(self, out))[1])
    one, two = both(free)
    post = free.sent(accounts=[two])
    again = repost_post(post_id=post.pk, account_ids=[one], by=free.approver)
    free.desk.work_on(3)
    assert free.states(again) == ["sent"]
    assert (seen[-1].repost_of, seen[-1].text) == ("f1", "")


def test_what_a_network_cannot_show_again_is_refused_with_its_name(free: Newsroom) -> None:
    one, two = both(free)
    post = free.sent(accounts=[two])
    with pytest.raises(Invalid, match="Port Ellery Police 1"):
        repost_post(post_id=post.pk, account_ids=[one], by=free.approver)


def test_an_account_has_the_text_written_for_it(free: Newsroom) -> None:
    one, two = both(free)
    free.sent(accounts=[one, two], own_texts=((f"account:{two}", "For the second."),))
    assert sorted(free.desk.channel.texts()) == ["For the second.", TEXT]


def test_a_post_for_tomorrow_holds_up_nobody_today(free: Newsroom) -> None:
    first = free.out("First.")
    Delivery.objects.filter(post=first).update(due_at=free.desk.clock.now() + timedelta(days=1))
    free.sent("Second.")
    assert free.desk.channel.texts() == ["Second."]


def test_the_content_of_a_post_comes_back_as_it_was_given(free: Newsroom) -> None:
    given = free.content("One.", thread=("Two.",), topics=("traffic",), title="Lane")
    post = free.draft("One.", thread=("Two.",), topics=("traffic",), title="Lane")
    post.refresh_from_db()
    assert content_of(post) == given
