"""What colleagues say if asked about a post that is out: it changes while the post stands, and the record keeps both."""

from __future__ import annotations

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.posts.approval_actions import AuthorCannotApprove, approve_post, submit_post
from hueandcry.posts.asked_actions import change_if_asked
from hueandcry.posts.models import Post
from hueandcry.posts.standing_actions import approve_change, edit_post, recall_post, stop_post
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom


def test_what_to_say_changes_while_the_post_stands_and_after_it_was_taken_down(desk: Desk) -> None:
    room = Newsroom.of(desk, mode="free")
    post = room.out("Mill Lane is closed.", if_asked="Say two o'clock.")
    before = Post.objects.get(pk=post.pk)
    with pytest.raises(Conflict, match="meanwhile"):
        change_if_asked(post_id=post.pk, text="Say three.", seen="Say noon.", by=room.writer)
    change_if_asked(post_id=post.pk, text="Say three.\r\n", seen="Say two o'clock.", by=room.writer)
    change_if_asked(post_id=post.pk, text="Say three.", seen="Say three.", by=room.writer)
    after = Post.objects.get(pk=post.pk)
    assert (after.if_asked, after.revision, after.text) == ("Say three.", before.revision, before.text)
    entry = Entry.objects.get(verb="post.change-if-asked")
    assert entry.subject == post.subject
    recall_post(post_id=post.pk, reason="Wrong street", by=room.writer)
    change_if_asked(post_id=post.pk, text="Ask the press desk.", seen="Say three.", by=room.writer)
    assert Post.objects.get(pk=post.pk).if_asked == "Ask the press desk."


def test_nobody_approves_what_they_wrote_for_colleagues_once_it_is_a_draft_again(desk: Desk) -> None:
    room = Newsroom.of(desk)
    post = room.out("Mill Lane is closed.")
    change_if_asked(post_id=post.pk, text="Say three.", seen="", by=room.approver)
    stop_post(post_id=post.pk, by=room.writer)
    submit_post(post_id=post.pk, by=room.writer)
    with pytest.raises(AuthorCannotApprove):
        approve_post(post_id=post.pk, by=room.approver)


def test_whoever_says_more_to_colleagues_may_still_decide_on_changes_of_what_was_sent(desk: Desk) -> None:
    room = Newsroom.of(desk)
    post = room.sent("Mill Lane is closed.")
    change_if_asked(post_id=post.pk, text="Say three.", seen="", by=room.approver)
    edit_post(post_id=post.pk, content=room.content("Mill Lane is open."), by=room.writer)
    assert approve_change(post_id=post.pk, by=room.approver).text == "Mill Lane is open."


def test_who_may_not_and_what_is_not_out(desk: Desk) -> None:
    room = Newsroom.of(desk, mode="free")
    post = room.out("Mill Lane is closed.")
    with pytest.raises(NotAllowed):
        change_if_asked(post_id=post.pk, text="x", seen="", by=make_actor(desk.agency, Role.COLLEAGUE))
    other = make_actor(make_agency(slug="north", reference_prefix="NE"), Role.AUTHOR)
    with pytest.raises(NotFound):
        change_if_asked(post_id=post.pk, text="x", seen="", by=other)
    with pytest.raises(Invalid):
        change_if_asked(post_id=post.pk, text="x" * 20_001, seen="", by=room.writer)
    Post.objects.filter(pk=post.pk).update(status="draft")
    with pytest.raises(NotFound):
        change_if_asked(post_id=post.pk, text="x", seen="", by=room.writer)
