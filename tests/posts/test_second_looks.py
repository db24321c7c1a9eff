"""What changes between a decision and the sending: who answers for it, what was seen, what there is left to say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account, Holder
from hueandcry.channels.register_actions import retire_account
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.posts import listing, reading, tasks
from hueandcry.posts.approval_actions import AuthorCannotApprove, approve_post, publish_post, submit_post
from hueandcry.posts.changing import change, proposed
from hueandcry.posts.holding_actions import drop_held
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.standing_actions import (
    approve_change,
    edit_post,
    recall_post,
    repost_post,
    return_change,
    stop_post,
)
from hueandcry.posts.writing import ChangedMeanwhile
from hueandcry.posts.writing_actions import save_post
from hueandcry.records.models import Entry
from tests.factories import make_actor
from tests.factories_rules import brake, number_of
from tests.fakes import CHANNEL, FakeChannel, RichChannel
from tests.posts.conftest import Desk
from tests.posts.helpers import TEXT, Newsroom

S, D = Post.Status, Delivery.Status


@pytest.fixture
def free(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)
    return Newsroom.of(desk, mode="free")


@pytest.fixture
def leader(desk: Desk) -> Actor:
    return make_actor(desk.agency, Role.LEADER, name="Imogen Castellane")


def hold(person: Actor, account: Account) -> None:
    Holder.objects.create(
        agency_id=account.agency_id, account=account, person_id=number_of(person), begun_at=clock.now()
    )


def work(room: Newsroom) -> None:
    """Until everything that can go has gone."""
    for _ in range(3):
        tasks.let_go_of_held()
        tasks.edit_due()
        room.desk.work_on(1)


# --- who answers for it -----------------------------------------------------------------------------


def test_whoever_let_a_colleagues_draft_go_answers_for_it(free: Newsroom) -> None:
    author = make_actor(free.desk.agency, Role.AUTHOR, name="Ines Moreau")
    hold(author, free.desk.accounts[0])
    post = free.draft()  # by somebody who does not hold the account
    publish_post(post_id=post.pk, by=author)
    work(free)
    assert free.states(post) == ["sent"]


def test_a_brake_on_whoever_let_a_colleagues_draft_go_holds_it(free: Newsroom, leader: Actor) -> None:
    author = make_actor(free.desk.agency, Role.AUTHOR, name="Ines Moreau")
    post = free.draft()
    publish_post(post_id=post.pk, by=author)
    brake(leader, "person", number_of(author))
    work(free)
    assert free.states(post) == ["held"]


def test_a_draft_that_two_people_wrote_was_approved_by_neither(free: Newsroom) -> None:
    post = free.draft()
    other = make_actor(free.desk.agency, Role.AUTHOR, name="Ines Moreau")
    save_post(post_id=post.pk, content=free.content("Mill Lane is closed."), by=other)
    publish_post(post_id=post.pk, by=free.writer)
    Account.objects.update(mode="two_person")
    work(free)
    assert free.states(post) == ["held"]


def test_a_post_outside_a_lane_that_was_narrowed_meanwhile_is_held(free: Newsroom) -> None:
    post = free.out(topics=("traffic",))
    Account.objects.update(mode="in_lane", topics=["harbour"])
    work(free)
    assert free.states(post) == ["held"]
    Account.objects.update(topics=["harbour", "traffic"])
    work(free)
    assert free.states(post) == ["sent"]


def test_what_is_for_registered_people_never_goes_to_an_account_that_everybody_reads(free: Newsroom) -> None:
    Account.objects.update(audience="registered")
    post = free.out(audience="registered")
    Account.objects.update(audience="public")
    work(free)
    assert free.states(post) == ["held"]


# --- what was seen ----------------------------------------------------------------------------------


def test_nobody_approves_their_own_change_of_a_post_that_was_stopped(free: Newsroom) -> None:
    post = free.out()
    edit_post(post_id=post.pk, content=free.content("Mill Lane is open."), by=free.approver)
    stop_post(post_id=post.pk, by=free.writer)
    submit_post(post_id=post.pk, by=free.writer)
    with pytest.raises(AuthorCannotApprove):
        approve_post(post_id=post.pk, by=free.approver)


def test_a_change_that_waited_ends_when_its_post_is_stopped(desk: Desk) -> None:
    room = Newsroom.of(desk)
    post = room.out()
    edit_post(post_id=post.pk, content=room.content("Second."), by=room.writer)
    stop_post(post_id=post.pk, by=room.writer)
    submit_post(post_id=post.pk, by=room.writer)
    post = approve_post(post_id=post.pk, by=room.approver)
    assert reading.waiting_change(post) is None


def test_a_change_is_approved_as_it_was_seen(desk: Desk) -> None:
    room = Newsroom.of(desk)
    post = room.sent()
    edit_post(post_id=post.pk, content=room.content("Second."), by=room.writer)
    seen = reading.waiting_change(post)
    assert seen
    return_change(post_id=post.pk, note="Say which end.", by=room.approver)
    edit_post(post_id=post.pk, content=room.content("Third."), by=room.writer)
    with pytest.raises(ChangedMeanwhile):
        approve_change(post_id=post.pk, change_id=seen.pk, by=room.approver)


def test_why_a_change_may_go_out_in_spite_of_a_warning_is_kept(free: Newsroom) -> None:
    post = free.sent()
    words = "We arrested the burglar Tom Reed, born 3 May 2011."
    edit_post(post_id=post.pk, content=free.content(words), reason="He asked us to.", by=free.writer)
    post.refresh_from_db()
    assert {item["reason"] for item in post.proceeded} == {"He asked us to."}
    assert Entry.objects.filter(verb="post.proceed", subject=post.subject).exists()


# --- what there is left to say ----------------------------------------------------------------------


def test_a_change_keeps_every_part_of_a_thread(free: Newsroom) -> None:
    post = free.out("One.", thread=("Two.", "Three."))
    with pytest.raises(Invalid):
        edit_post(post_id=post.pk, content=free.content("One.", thread=("Two.", " ")), by=free.writer)


def test_when_a_held_part_is_dropped_those_after_it_do_not_wait_for_ever(
    free: Newsroom, leader: Actor
) -> None:
    post = free.out("One.", thread=("Two.", "Three."))
    brake(leader)
    work(free)
    assert free.states(post) == ["held", "queued", "queued"]
    drop_held(delivery_id=Delivery.objects.order_by("pk")[0].pk, by=free.writer)
    assert free.states(post) == ["cancelled"] * 3


def test_what_was_tried_and_held_goes_out_with_its_new_words(
    free: Newsroom, leader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CHANNEL, "__class__", FakeChannel)  # a network that cannot change
    post = free.out()
    free.desk.clock.pass_(timedelta(seconds=11))
    free.desk.channel.next.append("unreachable")
    free.desk.work()
    brake(leader, hours=2)
    work(free)
    assert free.states(post) == ["held"]
    edit_post_in_spite_of_the_brake(post, "It is open again.", free)
    free.desk.clock.pass_(timedelta(hours=3))
    work(free)
    assert free.desk.channel.texts() == ["It is open again."]


def edit_post_in_spite_of_the_brake(post: Post, text: str, room: Newsroom) -> None:
    fresh = Post.objects.get(pk=post.pk)
    change(fresh, proposed(fresh, room.content(text)), by=room.writer)


def test_what_waits_for_an_account_that_was_retired_is_given_up(free: Newsroom, leader: Actor) -> None:
    post = free.out("One.", thread=("Two.",))
    brake(leader)
    work(free)
    assert free.states(post) == ["held", "queued"]
    retire_account(account_id=free.desk.accounts[0].pk, reason="Not read.", by=free.desk.admin)
    work(free)
    assert free.states(post) == ["cancelled"] * 2
    assert Entry.objects.filter(verb="delivery.fail").count() == 2


def test_a_post_is_found_by_a_word_with_an_accent(free: Newsroom) -> None:
    post = free.draft("Café Zoë is open.")
    for words in ("Café", "Zoë open", "OPEN"):
        assert [row.pk for row in listing.posts(actor=free.writer, words=words)] == [post.pk]
    assert not listing.posts(actor=free.writer, words="Bar")


def test_a_post_that_stands_no_more_is_not_shown_again_without_words(desk: Desk, free: Newsroom) -> None:
    one, two = (account.pk for account in desk.accounts)
    post = free.sent(TEXT, accounts=[two])
    again = repost_post(post_id=post.pk, account_ids=[one], by=free.writer)
    recall_post(post_id=post.pk, reason="Wrong.", by=free.writer)
    work(free)
    assert (free.states(again), free.desk.channel.texts()) == (["failed"], [])
    with pytest.raises(Conflict):
        stop_post(post_id=again.pk, by=free.writer)
