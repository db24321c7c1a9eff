"""The list of posts by what happens, and planned posts that will not go as things stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies import brake_actions, training_actions
from hueandcry.agencies.actions import end_membership
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account, Holder
from hueandcry.kernel import clock
from hueandcry.posts import blocked, listing
from hueandcry.posts.models import Post
from hueandcry.posts.standing_actions import recall_post
from hueandcry.posts.writing_actions import save_post
from tests.factories import make_actor
from tests.factories_rules import brake, gate, number_of
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom


@pytest.fixture
def free(desk: Desk) -> Newsroom:
    return Newsroom.of(desk, mode="free")


def texts(room: Newsroom, **narrowed: object) -> list[str]:
    return [row.text for row in listing.posts(actor=room.writer, **narrowed)]  # type: ignore[arg-type]


def later(room: Newsroom, hours: float = 1) -> None:
    room.desk.clock.pass_(timedelta(hours=hours))


def test_what_waits_for_me_comes_first_then_what_is_planned_then_the_newest(free: Newsroom) -> None:
    first = free.draft("An old draft.")
    free.out("For the day after tomorrow.", scheduled_at=clock.now() + timedelta(days=2))
    later(free)
    free.out("Gone.")
    free.out("For tomorrow.", scheduled_at=clock.now() + timedelta(days=1))
    later(free)
    free.draft("A draft.")
    later(free)
    save_post(post_id=first.pk, content=free.content("An old draft, written on."), by=free.writer)
    mine = free.draft("Waits for me.")
    assert texts(free, yours=[mine.pk]) == [
        "Waits for me.",
        "For tomorrow.",
        "For the day after tomorrow.",
        "An old draft, written on.",
        "A draft.",
        "Gone.",
    ]


def test_each_stands_with_the_moment_that_counts_for_it(free: Newsroom) -> None:
    at = clock.now() + timedelta(days=1)
    planned = free.out("Planned.", scheduled_at=at)
    gone = free.out("Gone.")
    sent = clock.now()
    later(free)
    recalled = free.sent("Recalled.")
    later(free)
    recall_post(post_id=recalled.pk, reason="Wrong.", by=free.writer)
    found = {row.pk: row.moment for row in listing.posts(actor=free.writer)}  # type: ignore[attr-defined]
    assert found == {planned.pk: at, gone.pk: sent, recalled.pk: clock.now()}


def test_of_what_waits_for_me_the_longest_waiting_comes_first(desk: Desk) -> None:
    room = Newsroom.of(desk)
    first = room.submitted("First.")
    later(room)
    second = room.submitted("Second.")
    assert texts(room, yours=[first.pk, second.pk], status="submitted") == ["First.", "Second."]


# --- planned, and it will not go --------------------------------------------------------------------


def tomorrow(room: Newsroom, text: str = "For tomorrow.", **more: object) -> Post:
    return room.out(text, scheduled_at=clock.now() + timedelta(days=1), **more)  # type: ignore[arg-type]


def why(room: Newsroom, *posts: Post) -> dict[int, blocked.Blocked]:
    for post in posts:
        post.refresh_from_db()
    return blocked.blocked(posts, actor=room.approver)


def test_the_planned_post_of_somebody_whose_right_was_revoked_will_not_go(free: Newsroom) -> None:
    admin, _course = gate(free.desk.agency, free.writer, free.approver)
    post = tomorrow(free)
    assert why(free, post) == {}
    training_actions.revoke_training(person_id=number_of(free.writer), reason="Named a victim", by=admin)
    found = why(free, post)[post.pk]
    assert (found.first, found.whole) == ("The right to post was revoked: Named a victim", True)


def test_the_planned_post_of_somebody_who_left_will_not_go(free: Newsroom) -> None:
    post = tomorrow(free)
    end_membership(person_id=number_of(free.writer), by=free.desk.admin)
    assert why(free, post)[post.pk].whole


def test_where_one_account_is_closed_or_paused_the_others_get_it(free: Newsroom) -> None:
    one, two = free.desk.accounts
    post = tomorrow(free, accounts=[one.pk, two.pk])
    Account.objects.filter(pk=one.pk).update(status=Account.Status.SUSPENDED)
    found = why(free, post)[post.pk]
    assert (found.whole, found.reasons) == (False, ((f"“{one.label}” is not in use.", (one.label,)),))
    Account.objects.filter(pk=one.pk).update(status=Account.Status.ACTIVE)
    leader = make_actor(free.desk.agency, Role.LEADER)
    row = brake(leader, "account", two.pk, name=two.label)
    found = why(free, post)[post.pk]
    assert (found.whole, found.reasons[0][1]) == (False, (two.label,))
    brake_actions.lift_brake(brake_id=row.pk, by=leader)
    assert why(free, post) == {}


def test_an_account_that_somebody_else_holds_by_now_does_not_get_it(free: Newsroom) -> None:
    post = tomorrow(free)
    other = make_actor(free.desk.agency, Role.AUTHOR)
    account = free.desk.accounts[0]
    Holder.objects.create(
        agency=free.desk.agency, account=account, person_id=number_of(other), begun_at=clock.now()
    )
    assert why(free, post)[post.pk].first == f"“{account.label}” is held by somebody else."


def test_what_is_out_or_not_planned_is_not_asked_about(free: Newsroom) -> None:
    draft, gone = free.draft("Draft."), free.sent("Gone.")
    end_membership(person_id=number_of(free.writer), by=free.desk.admin)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert blocked.blocked([draft, gone], actor=free.approver) == {}
    assert len(asked) == 0


def test_many_planned_posts_of_one_person_are_asked_about_at_once(free: Newsroom) -> None:
    both = [account.pk for account in free.desk.accounts]
    few = [tomorrow(free, accounts=both)]
    many = [tomorrow(free, f"Number {number}.", accounts=both) for number in range(8)]
    counts = []
    for posts in (few, many):
        with CaptureQueriesContext(connection) as asked:
            why_ = blocked.blocked(posts, actor=free.approver)
        assert why_ == {}
        counts.append(len(asked))
    assert counts[0] == counts[1]
