"""A matter that is held after somebody decided stops what is on its way, until somebody says why it may go out."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.matters import actions as matters
from hueandcry.posts import checking, finding, tasks
from hueandcry.posts.approval_actions import approve_post, publish_post, submit_post
from hueandcry.posts.held import held
from hueandcry.posts.holding import Known, why_held
from hueandcry.posts.holding_actions import StillHeld, send_held
from hueandcry.posts.models import Delivery, DeliveryEdit, Post
from hueandcry.posts.standing_actions import approve_change, edit_post, repost_post, stop_post
from hueandcry.posts.writing_actions import save_post
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.fakes import CHANNEL, RichChannel
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom

SPOKEN = "Update on the Harbour Bridge shooting: the road is open."
pytestmark = pytest.mark.django_db


@pytest.fixture
def room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    Agency.objects.filter(pk=desk.agency.pk).update(law_pack="england-wales")
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)  # a network that changes a standing post
    return Newsroom.of(desk, mode="free")


def hold(room: Newsroom, **more: object) -> int:
    given = {"title": "Harbour Bridge", "words": ["Harbour Bridge shooting"], "reason": "Others investigate."}
    return matters.hold_matter(by=room.approver, **{**given, **more}).pk  # type: ignore[arg-type]


def work(room: Newsroom) -> None:
    for _round in range(2):
        tasks.let_go_of_held()
        tasks.edit_due()
        room.desk.work()


# --- what is on its way -----------------------------------------------------------------------------


def test_what_was_let_go_before_a_matter_was_forbidden_never_goes_out(room: Newsroom) -> None:
    both = [row.pk for row in room.desk.accounts]
    post = room.out(SPOKEN, accounts=both)
    matter = hold(room, forbidden=True)
    room.desk.work_on(2)
    assert room.states(post) == ["held", "held"]
    assert "may not be spoken of" in Delivery.objects.all()[0].last_error
    with pytest.raises(StillHeld):
        send_held(delivery_id=Delivery.objects.all()[0].pk, by=room.approver, reason="It is urgent.")
    rows, known = list(held()), Known()
    assert why_held(rows[0], known=known)
    with CaptureQueriesContext(connection) as asked:
        why_held(rows[1], known=known)
    assert not [query for query in asked.captured_queries if "matter" in query["sql"]]
    matters.lift_matter(matter_id=matter, reason="The court has decided.", by=room.approver)
    work(room)
    assert room.states(post) == ["sent", "sent"]


def test_a_matter_that_only_warns_waits_for_somebodys_reason_which_counts_for_every_account(
    room: Newsroom,
) -> None:
    both = [row.pk for row in room.desk.accounts]
    post = room.out(SPOKEN, accounts=both)
    hold(room)
    room.desk.work_on(2)
    assert room.desk.channel.texts() == []
    client = at_desk(make_person(room.desk.agency, Role.APPROVER))
    page = client.get("/desk/rules/held/").content.decode()
    assert "Somebody must decide: “Harbour Bridge shooting” is part of a matter" in page
    assert page.count('name="reason"') == 2
    first = Delivery.objects.order_by("pk")[0]
    with pytest.raises(StillHeld):
        send_held(delivery_id=first.pk, by=room.approver)
    client.post(f"/desk/rules/held/{first.pk}/send/", {"reason": "The road is all that we speak of."})
    post.refresh_from_db()
    assert [item["reason"] for item in post.proceeded] == ["The road is all that we speak of."]
    work(room)
    assert room.states(post) == ["sent", "sent"]


def test_what_was_answered_for_when_it_was_let_go_goes_out(room: Newsroom) -> None:
    hold(room)
    post = room.draft(SPOKEN)
    publish_post(post_id=post.pk, by=room.writer, reason="The line was agreed with them.")
    room.desk.work_on(2)
    assert room.states(post) == ["sent"]


def test_an_announcement_goes_out_where_its_appeal_was_answered_for(room: Newsroom) -> None:
    hold(room)
    delivery = room.desk.release(SPOKEN, by=room.writer)
    assert "Somebody must decide" in why_held(delivery)
    matters.answer_warnings(
        subject="appeal:1",
        warnings=[("held-matter", "matter:999 text")],
        reason="Of another matter.",
        by=room.writer,
    )
    assert why_held(delivery)
    key = f"matter:{matters.Matter.objects.get().pk} what_happened 0123"
    matters.answer_warnings(
        subject="appeal:1", warnings=[("held-matter", key)], reason="It was agreed.", by=room.writer
    )
    assert why_held(delivery) == ""


# --- changes and approvals --------------------------------------------------------------------------


def test_a_change_on_its_way_is_held_too(room: Newsroom) -> None:
    post = room.sent("The road is open.")
    edit_post(post_id=post.pk, content=room.content(SPOKEN), by=room.writer)
    hold(room)
    work(room)
    assert DeliveryEdit.objects.get().status == "held"
    assert room.desk.channel.texts() == ["The road is open."]


def test_whoever_approves_does_not_let_out_what_was_held_since(room: Newsroom) -> None:
    accounts = [row.pk for row in room.desk.accounts[:1]]
    type(room.desk.accounts[0]).objects.update(mode="two_person")
    post = room.submitted(SPOKEN)
    standing = room.sent("The road is open.", accounts=accounts)
    edit_post(post_id=standing.pk, content=room.content(SPOKEN), by=room.writer)
    hold(room)
    with pytest.raises(checking.Stopped, match="Return it"):
        approve_post(post_id=post.pk, by=room.approver)
    with pytest.raises(checking.Stopped, match="Return it"):
        approve_change(post_id=standing.pk, by=room.approver)


# --- an answer is to what was written ---------------------------------------------------------------


def test_a_reason_answers_for_what_was_written_and_not_for_what_is_written_later(room: Newsroom) -> None:
    hold(room)
    post = room.draft(SPOKEN)
    publish_post(post_id=post.pk, by=room.writer, reason="Only the road.")
    stop_post(post_id=post.pk, by=room.writer)
    more = room.content(f"{SPOKEN} The officer fired first.")
    save_post(post_id=post.pk, content=more, by=room.writer)
    with pytest.raises(checking.NeedsReason):
        publish_post(post_id=post.pk, by=room.writer)
    save_post(post_id=post.pk, content=room.content(SPOKEN), by=room.writer)
    publish_post(post_id=post.pk, by=room.writer)


def test_an_answer_of_before_the_digest_and_one_to_very_long_words_still_count(room: Newsroom) -> None:
    about = finding.Finding("held-matter", "warn", "", found="matter:5 text 0123", about="matter:5")
    assert finding.unanswered([about], [("held-matter", "matter:5 text")]) == []
    assert finding.unanswered([about], [("held-matter", "matter:6 text")]) == [about]
    texts = ["A" * 400, "A" * 399 + "B"]
    found = [finding.as_shown(_shouting(text), checking.checks.Draft(text=text), {}).found for text in texts]
    assert len(set(found)) == 2
    assert all(len(item) <= 300 for item in found)


def _shouting(text: str) -> checking.checks.Finding:
    level = checking.checks.Level.WARN
    return checking.checks.Finding("capitals", level, "text", 0, len(text), "", "", "")


# --- show again -------------------------------------------------------------------------------------


def test_showing_again_answers_for_nothing_by_itself(room: Newsroom) -> None:
    post = room.sent(SPOKEN)
    hold(room)
    other = room.desk.accounts[1].pk
    again = repost_post(post_id=post.pk, account_ids=[other], by=room.writer)
    assert (again.status, again.proceeded) == (Post.Status.DRAFT, [])
    client = at_desk(make_person(room.desk.agency, Role.AUTHOR, Role.APPROVER))
    answer = client.post(f"/desk/posts/{post.pk}/repost/", {"repost-accounts": [str(other)]})
    draft = Post.objects.latest("pk")
    assert answer["Location"].startswith(f"/desk/compose/{draft.pk}/")
    page = client.get(answer["Location"]).content.decode()
    assert "part of a matter that may not be spoken of" in page
    assert submit_post(post_id=again.pk, by=room.writer, reason="Only the road.").proceeded
