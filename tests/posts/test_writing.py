"""Writing a post: kept as typed, never overwritten unseen, handed in, decided by somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.posts import listing, reading, tasks
from hueandcry.posts.approval_actions import (
    AuthorCannotApprove,
    NotInOwnRight,
    approve_post,
    plan_post,
    publish_post,
    return_post,
    submit_post,
    take_back_post,
)
from hueandcry.posts.checking import NeedsReason, Stopped
from hueandcry.posts.deciding import StaffOnly
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.writing import ChangedMeanwhile
from hueandcry.posts.writing_actions import (
    add_picture,
    describe_pictures,
    discard_post,
    draft_post,
    remove_picture,
    restore_post,
    save_post,
)
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.posts.conftest import Desk
from tests.posts.helpers import TEXT, Newsroom, jpeg

S = Post.Status


@pytest.fixture
def room(desk: Desk) -> Newsroom:
    return Newsroom.of(desk)


@pytest.fixture
def free(desk: Desk) -> Newsroom:
    return Newsroom.of(desk, mode="free")


def verbs(post: Post) -> list[str]:
    rows = Entry.objects.filter(subject=f"post:{post.pk}").order_by("pk")
    return [verb.removeprefix("post.") for verb in rows.values_list("verb", flat=True)]


def test_a_draft_is_kept_and_goes_nowhere(room: Newsroom) -> None:
    post = room.draft()
    room.desk.work_on(2)
    assert (post.status, room.states(post), room.desk.channel.texts()) == (S.DRAFT, [], [])


def test_two_people_let_a_post_out_and_the_record_says_so(room: Newsroom) -> None:
    post = room.submitted()
    room.desk.work_on(2)
    assert room.desk.channel.texts() == []
    approve_post(post_id=post.pk, revision=post.revision, by=room.approver)
    room.desk.work_on(3)
    assert room.desk.channel.texts() == [TEXT]
    assert verbs(post) == ["draft", "submit", "approve", "announce"]
    post.refresh_from_db()
    assert (post.status, post.approved_by) == (S.ANNOUNCED, room.approver.ref)


def test_nobody_approves_what_they_wrote_a_part_of(room: Newsroom) -> None:
    post = room.draft()
    save_post(post_id=post.pk, content=room.content("Mine."), by=room.approver)
    submit_post(post_id=post.pk, by=room.writer)
    with pytest.raises(AuthorCannotApprove):
        approve_post(post_id=post.pk, by=room.approver)
    assert reading.waiting_for(actor=room.approver) == []


def test_an_account_on_two_people_lets_nobody_publish_alone(room: Newsroom) -> None:
    post = room.draft()
    with pytest.raises(NotInOwnRight):
        publish_post(post_id=post.pk, by=room.writer)
    assert room.states(post) == []


def test_where_one_is_free_a_post_goes_out_at_once_and_can_be_stopped_for_ten_seconds(free: Newsroom) -> None:
    post = free.out()
    free.desk.work()
    assert free.desk.channel.texts() == []
    free.desk.clock.pass_(timedelta(seconds=11))
    free.desk.work()
    assert free.desk.channel.texts() == [TEXT]
    assert free.states(post) == ["sent"]


def test_in_its_lane_a_post_is_free_and_outside_somebody_approves(desk: Desk) -> None:
    room = Newsroom.of(desk, mode="in_lane")
    Account.objects.update(topics=["traffic"])
    inside = room.draft(topics=("Traffic",))
    publish_post(post_id=inside.pk, by=room.writer)
    outside = room.draft("Lost dog at the lido.", topics=("dogs",))
    with pytest.raises(NotInOwnRight):
        publish_post(post_id=outside.pk, by=room.writer)
    submit_post(post_id=outside.pk, by=room.writer)


def test_what_is_for_colleagues_never_goes_to_the_public(free: Newsroom) -> None:
    one, two = free.desk.accounts
    Account.objects.filter(pk=two.pk).update(audience="staff")
    post = free.draft("Sgt Okafor retires on Friday.", audience="staff", accounts=[one.pk, two.pk])
    with pytest.raises(StaffOnly):
        publish_post(post_id=post.pk, by=free.writer)
    save_post(
        post_id=post.pk,
        content=free.content("Sgt Okafor retires on Friday.", audience="staff", accounts=[two.pk]),
        by=free.writer,
    )
    publish_post(post_id=post.pk, by=free.writer)
    assert Delivery.objects.get(post=post).account_id == two.pk


def test_colleagues_read_it_before_the_public(free: Newsroom) -> None:
    one, two = free.desk.accounts
    Account.objects.filter(pk=two.pk).update(audience="staff")
    post = free.out(accounts=[one.pk, two.pk])
    due = dict(Delivery.objects.filter(post=post).values_list("account_id", "due_at"))
    assert due[two.pk] < due[one.pk]


def test_somebody_who_saves_late_is_told_and_loses_nothing(room: Newsroom) -> None:
    post = room.draft()
    save_post(post_id=post.pk, content=room.content("First."), revision=1, by=room.approver)
    with pytest.raises(ChangedMeanwhile):
        save_post(post_id=post.pk, content=room.content("Second."), revision=1, by=room.writer)
    post.refresh_from_db()
    assert post.text == "First."


def test_what_is_only_typed_is_kept_but_no_entry_each(room: Newsroom) -> None:
    post = room.draft()
    for text in ("M", "Mi", "Mil"):
        post = save_post(post_id=post.pk, content=room.content(text), by=room.writer, typed=True)
    assert verbs(post) == ["draft"]
    assert Post.objects.get(pk=post.pk).text == "Mil"


def test_an_approval_counts_for_what_was_seen(room: Newsroom) -> None:
    post = room.submitted()
    seen = post.revision
    save_post(post_id=post.pk, content=room.content("Another text."), by=room.writer)
    post.refresh_from_db()
    assert post.status == S.DRAFT
    with pytest.raises(Conflict):
        approve_post(post_id=post.pk, revision=seen, by=room.approver)


def test_a_returned_post_is_a_draft_with_the_note(room: Newsroom) -> None:
    post = room.submitted()
    with pytest.raises(Invalid):
        return_post(post_id=post.pk, note=" ", by=room.approver)
    return_post(post_id=post.pk, note="Which end of Mill Lane?", by=room.approver)
    post.refresh_from_db()
    assert (post.status, post.return_note) == (S.DRAFT, "Which end of Mill Lane?")
    assert reading.decided_before(post).note == "Which end of Mill Lane?"  # type: ignore[union-attr]


def test_what_waits_can_be_taken_back_by_its_writer(room: Newsroom) -> None:
    post = room.submitted()
    take_back_post(post_id=post.pk, by=room.writer)
    post.refresh_from_db()
    assert post.status == S.DRAFT


def test_a_picture_goes_along_and_needs_words(free: Newsroom) -> None:
    post = free.draft()
    post = add_picture(post_id=post.pk, data=jpeg(), file_name="lane.jpg", by=free.writer)
    with pytest.raises(Stopped):
        publish_post(post_id=post.pk, by=free.writer)
    number = post.pictures[0]["asset"]
    alts = {number: "Police tape across a lane"}
    describe_pictures(post_id=post.pk, alts=alts, by=free.writer)
    with pytest.raises(NeedsReason):  # nobody has said whose picture it is
        publish_post(post_id=post.pk, by=free.writer)
    describe_pictures(post_id=post.pk, alts=alts, ours=frozenset({number}), by=free.writer)
    publish_post(post_id=post.pk, by=free.writer)
    free.desk.work_on(3)
    (seen,) = free.desk.channel.up.values()
    assert seen["alt"] == "Police tape across a lane"


def test_a_warning_is_answered_for_once_and_the_reason_kept(room: Newsroom) -> None:
    post = room.draft("We have arrested the thief who took the oranges.")
    with pytest.raises(NeedsReason):
        submit_post(post_id=post.pk, by=room.writer)
    submit_post(post_id=post.pk, by=room.writer, reason="Convicted on Friday.")
    take_back_post(post_id=post.pk, by=room.writer)
    submit_post(post_id=post.pk, by=room.writer)
    post.refresh_from_db()
    assert [(item["found"], item["reason"]) for item in post.proceeded] == [("thief", "Convicted on Friday.")]
    assert "proceed" in verbs(post)


def test_a_picture_can_be_taken_out(free: Newsroom) -> None:
    post = add_picture(post_id=free.draft().pk, data=jpeg(), file_name="lane.jpg", by=free.writer)
    post = remove_picture(post_id=post.pk, asset_id=post.pictures[0]["asset"], by=free.writer)
    assert post.pictures == []
    with pytest.raises(NotFound):
        remove_picture(post_id=post.pk, asset_id=1, by=free.writer)


def test_a_planned_post_goes_at_its_time_and_not_before(free: Newsroom) -> None:
    at = free.desk.clock.now() + timedelta(hours=2)
    post = free.draft(scheduled_at=at, zone="Europe/London")
    publish_post(post_id=post.pk, by=free.writer)
    free.desk.work_on(4, every=timedelta(minutes=20))
    assert free.desk.channel.texts() == []
    free.desk.clock.moment = at
    assert tasks.release_due() == 1
    assert tasks.release_due() == 0
    free.desk.work_on(2)
    assert free.desk.channel.texts() == [TEXT]


def test_a_planned_post_can_be_moved_and_unplanned(free: Newsroom) -> None:
    at = free.desk.clock.now() + timedelta(hours=2)
    post = publish_post(post_id=free.draft(scheduled_at=at).pk, by=free.writer)
    assert plan_post(post_id=post.pk, at=at + timedelta(days=1), by=free.writer).status == S.APPROVED
    with pytest.raises(Invalid):
        plan_post(post_id=post.pk, at=free.desk.clock.now(), by=free.writer)
    assert plan_post(post_id=post.pk, at=None, by=free.writer).status == S.DRAFT


def test_a_post_planned_for_the_past_is_not_let_go(free: Newsroom) -> None:
    post = free.draft(scheduled_at=free.desk.clock.now() - timedelta(minutes=1))
    with pytest.raises(Invalid):
        publish_post(post_id=post.pk, by=free.writer)


def test_a_draft_thrown_away_can_be_taken_back(room: Newsroom) -> None:
    post = room.draft()
    discard_post(post_id=post.pk, by=room.writer)
    assert not listing.posts(actor=room.writer)
    restore_post(post_id=post.pk, by=room.writer)
    assert [row.pk for row in listing.posts(actor=room.writer)] == [post.pk]


def test_another_agencys_posts_and_accounts_are_not_there(room: Newsroom) -> None:
    post = room.draft()
    stranger = make_actor(make_agency(), Role.APPROVER)
    with pytest.raises(NotFound):
        reading.get_post(actor=stranger, post_id=post.pk)
    with pytest.raises(NotFound):
        draft_post(content=room.content(), by=stranger)
    assert not listing.posts(actor=stranger)


def test_without_an_account_nothing_is_handed_in(room: Newsroom) -> None:
    post = room.draft(accounts=[])
    with pytest.raises(Invalid):
        submit_post(post_id=post.pk, by=room.writer)


def test_what_is_no_address_is_kept_as_typed_and_goes_nowhere(room: Newsroom) -> None:
    post = room.draft(link="javascript:alert(1)")
    with pytest.raises(Stopped):
        submit_post(post_id=post.pk, by=room.writer)


def test_who_may_not_speak_there_cannot_hand_in(room: Newsroom) -> None:
    steward = make_actor(room.desk.agency, Role.STEWARD, name="Ana Reyes")
    post = draft_post(content=room.content(), by=steward)
    with pytest.raises(NotAllowed):
        submit_post(post_id=post.pk, by=steward)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "rumour"}, {"audience": "nobody"}, {"urgency": 9}, {"topics": ("a,b",)}],
)
def test_what_no_page_of_ours_would_send_is_refused(room: Newsroom, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        draft_post(content=replace(room.content(), **wrong), by=room.writer)
