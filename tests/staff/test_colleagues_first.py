"""Colleagues first: the feed has a post at the same minute or before, and nothing that fails there holds a post up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.channels.models import Account
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Invalid
from hueandcry.posts import tasks
from hueandcry.posts.approval_actions import plan_post, publish_post, submit_post, take_back_post
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.staff_first_actions import set_staff_first
from hueandcry.posts.standing_actions import edit_post, recall_post
from hueandcry.posts.writing_actions import draft_post, save_post
from hueandcry.staff import queries
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom

ASK = "Say that the lane opens at two, and nothing about why."


def feed(actor: Actor) -> list[queries.Entry]:
    return queries.feed(actor=actor)[0]


def due(post: Post) -> timedelta:
    """How long after it was let go a post is due."""
    row = Delivery.objects.get(post=post)
    assert row.due_at is not None
    assert post.announced_at is not None
    return row.due_at - post.announced_at


def test_a_post_is_on_the_feed_the_moment_it_is_let_go_with_what_to_say(
    desk: Desk, room: Newsroom, colleague: Actor
) -> None:
    draft = room.draft("Mill Lane is closed.", if_asked=ASK)
    assert feed(colleague) == []
    publish_post(post_id=draft.pk, by=room.writer)
    (entry,) = feed(colleague)
    assert entry.post is not None
    assert entry.way is not None
    assert (entry.post.if_asked, entry.way.sent) == (ASK, 0)
    desk.work_on(rounds=2)
    assert ASK not in str(desk.channel.up)
    assert ASK not in str(list(Delivery.objects.values_list("frozen_request", "evidence")))
    (entry,) = feed(colleague)
    assert entry.way is not None
    assert entry.way.sent == 1


def test_what_waits_for_approval_is_not_on_the_feed(desk: Desk, colleague: Actor) -> None:
    room = Newsroom.of(desk)
    room.submitted(if_asked=ASK)
    assert feed(colleague) == []


def test_an_appeal_is_on_the_feed_when_its_posts_are_prepared(desk: Desk, colleague: Actor) -> None:
    desk.announce("Did you see this van?")
    (entry,) = feed(colleague)
    assert entry.post is not None
    assert entry.post.text == "Did you see this van?"


@pytest.mark.parametrize(
    ("agency", "own", "minutes"), [(0, None, 0), (10, None, 10), (10, 0, 0), (0, 30, 30)]
)
def test_the_public_waits_as_long_as_the_post_or_its_agency_says(
    desk: Desk, room: Newsroom, agency: int, own: int | None, minutes: int
) -> None:
    set_staff_first(minutes=agency, by=desk.admin)
    post = room.out(staff_minutes=own)
    assert due(post) == max(timedelta(minutes=minutes), timedelta(seconds=10))
    assert post.staff_at == desk.clock.now()


def test_an_emergency_never_waits(desk: Desk, room: Newsroom) -> None:
    set_staff_first(minutes=30, by=desk.admin)
    post = room.out(urgency=Urgency.EMERGENCY.value, staff_minutes=60)
    assert due(post) == timedelta(0)


def test_an_account_that_colleagues_read_does_not_wait(desk: Desk, room: Newsroom) -> None:
    staff, public = desk.accounts
    Account.objects.filter(pk=staff.pk).update(audience="staff")
    room.out(accounts=[staff.pk, public.pk], staff_minutes=10)
    desk.clock.pass_(timedelta(minutes=5))
    desk.work()
    assert dict(Delivery.objects.values_list("account_id", "status")) == {
        staff.pk: "sent",
        public.pk: "queued",
    }
    desk.clock.pass_(timedelta(minutes=5))
    desk.work()
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}


def test_a_planned_post_comes_up_for_colleagues_before_its_time_and_goes_out_at_it(
    desk: Desk, room: Newsroom, colleague: Actor
) -> None:
    at = desk.clock.now() + timedelta(hours=2)
    post = room.out(scheduled_at=at, zone="Europe/London", staff_minutes=15)
    assert feed(colleague) == []
    desk.clock.pass_(timedelta(hours=1, minutes=45))
    assert [entry.at for entry in feed(colleague)] == [at - timedelta(minutes=15)]
    desk.clock.pass_(timedelta(minutes=15))
    tasks.release_due()
    post.refresh_from_db()
    assert due(post) == timedelta(seconds=10)


def test_a_planned_post_that_is_moved_or_taken_back_moves_on_the_feed_too(
    desk: Desk, room: Newsroom, colleague: Actor
) -> None:
    at = desk.clock.now() + timedelta(hours=1)
    post = room.out(scheduled_at=at, zone="Europe/London", staff_minutes=60)
    assert len(feed(colleague)) == 1
    plan_post(post_id=post.pk, at=at + timedelta(days=1), by=room.writer)
    assert feed(colleague) == []
    plan_post(post_id=post.pk, at=at, by=room.writer)
    assert len(feed(colleague)) == 1
    take_back_post(post_id=post.pk, by=room.writer)
    assert feed(colleague) == []


def test_what_to_say_stays_when_a_standing_post_is_changed_and_the_recall_shows(
    desk: Desk, room: Newsroom, colleague: Actor
) -> None:
    post = room.sent("Mill Lane is closed.", if_asked=ASK)
    edit_post(post_id=post.pk, content=room.content("Mill Lane is closed until six."), by=room.writer)
    (entry,) = feed(colleague)
    assert entry.post is not None
    assert (entry.post.text, entry.post.if_asked) == ("Mill Lane is closed until six.", ASK)
    recall_post(post_id=post.pk, reason="Wrong lane.", by=room.writer)
    (entry,) = feed(colleague)
    assert entry.post is not None
    assert entry.post.status == "withdrawn"


def test_the_feed_goes_on_where_a_page_ends(desk: Desk, room: Newsroom, colleague: Actor) -> None:
    rows = []
    for number in range(queries.PAGE + 2):
        rows.append(desk.announce(f"Appeal {number}", subject=f"appeal:{number}").pk)
        desk.clock.pass_(timedelta(seconds=1))
    newest, more = queries.feed(actor=colleague)
    oldest, rest = queries.feed(actor=colleague, before=newest[-1].at)
    assert (len(newest), more, len(oldest), rest) == (queries.PAGE, True, 2, False)
    assert [entry.post.pk for entry in [*newest, *oldest] if entry.post] == rows[::-1]


# --- staff only stays so (R31) -----------------------------------------------------------------------


def test_a_post_of_the_kind_for_colleagues_is_for_staff_only_whatever_was_chosen(
    desk: Desk, room: Newsroom
) -> None:
    post = room.draft("Sgt Okafor retires on Friday.", kind="staff", audience="public")
    assert post.audience == "staff"
    with pytest.raises(Invalid):
        publish_post(post_id=post.pk, by=room.writer)


def test_what_was_handed_in_for_staff_only_never_becomes_public(desk: Desk, room: Newsroom) -> None:
    Account.objects.update(audience="staff")
    post = draft_post(content=room.content("Sgt Okafor retires.", audience="staff"), by=room.writer)
    changed = room.content("Sgt Okafor retires.", audience="public")
    post = save_post(
        post_id=post.pk, content=changed, by=room.writer
    )  # nobody was shown it yet: a slip of the finger
    post = save_post(
        post_id=post.pk, content=room.content("Okafor retires.", audience="staff"), by=room.writer
    )
    submit_post(post_id=post.pk, by=room.writer)
    with pytest.raises(Invalid, match="stays so"):
        save_post(post_id=post.pk, content=changed, by=room.writer)
    post.refresh_from_db()
    assert (post.audience, post.status) == ("staff", "submitted")
