"""Second looks, questions to experts and practice posts that tests need."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hueandcry.experts.actions import ask_expert
from hueandcry.experts.models import Question
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.looks.lots import commitment
from hueandcry.looks.models import Draw, SecondLook
from hueandcry.posts.content import Content
from hueandcry.posts.models import Post
from hueandcry.posts.writing_actions import draft_post
from hueandcry.practice.actions import Words, keep_practice, send_practice
from hueandcry.practice.models import PracticePost
from tests.factories_rules import number_of

NUMBER = "0123456789abcdef" * 4
TEXT = "Mill Lane is closed both ways until about 14:00."


def make_draw(agency_id: int, *, months_ago: int = 0) -> Draw:
    """A draw of thirty days; one that is over shows its number."""
    begins = clock.now() - timedelta(days=30 * months_ago + 15)
    ends = begins + timedelta(days=30)
    return Draw.objects.create(
        agency_id=agency_id,
        month=f"{begins:%Y-%m}",
        seed=NUMBER,
        commitment=commitment(NUMBER),
        begins_at=begins,
        ends_at=ends,
        made_at=begins,
        shown_at=ends if months_ago else None,
    )


def make_look(author: Actor, *, draw: Draw | None = None, text: str = TEXT, **found: Any) -> SecondLook:
    """A post that its author let go alone, and that was drawn. found: what the look found, if it was taken."""
    draw = draw or make_draw(author.agency_id)
    post = draft_post(content=Content(text=text), by=author)
    Post.objects.filter(pk=post.pk).update(status=Post.Status.ANNOUNCED, announced_at=clock.now())
    given: dict[str, Any] = {"status": "waiting", "due_at": clock.now() + timedelta(days=2), **found}
    return SecondLook.objects.create(
        agency_id=author.agency_id,
        draw=draw,
        post=post,
        percent=100,
        considered_at=clock.now(),
        **given,
    )


def make_question(asker: Actor, expert: Actor, **more: Any) -> Question:
    """A question, needed by tomorrow."""
    return ask_expert(
        text="May dogs run on the sea wall in summer?",
        expert_id=number_of(expert),
        due_at=clock.now() + timedelta(days=1),
        by=asker,
        **more,
    )


def make_practice(by: Actor, *, sent: bool = False) -> PracticePost:
    """Something written for practice."""
    row = keep_practice(words=Words(TEXT, networks=()), by=by)
    PracticePost.objects.filter(pk=row.pk).update(networks=["bluesky", "mastodon"])
    return send_practice(practice_id=row.pk, by=by) if sent else row
