"""Small things that a third look at posts found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.kernel.errors import Invalid
from hueandcry.posts.approval_actions import publish_post, return_post
from hueandcry.posts.models import Delivery, Post, PostRevision
from hueandcry.posts.standing_actions import repost_post, stop_post
from hueandcry.posts.writing_actions import draft_post, save_post
from tests.fakes import CHANNEL, RichChannel
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom


@pytest.fixture
def free(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """A newsroom where everybody is free, on a network that shows posts again."""
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)
    return Newsroom.of(desk, mode="free")


def test_what_was_planned_in_ones_own_right_is_returned_with_the_note_on_its_own_revision(
    free: Newsroom,
) -> None:
    Account.objects.update(mode="two_person")
    post = free.submitted()
    return_post(post_id=post.pk, note="First note", by=free.approver)
    Account.objects.update(mode="free")
    tomorrow = clock.now() + timedelta(days=1)
    save_post(post_id=post.pk, content=free.content("Later.", scheduled_at=tomorrow), by=free.writer)
    publish_post(post_id=post.pk, by=free.writer)
    return_post(post_id=post.pk, note="Second note", by=free.approver)
    rows = PostRevision.objects.filter(post=post).order_by("pk")
    assert [(row.what, row.decision, row.note) for row in rows] == [
        ("submitted", "returned", "First note"),
        ("own", "returned", "Second note"),
    ]


def stopped_repost(free: Newsroom) -> Post:
    """A post shown again and stopped before it went."""
    post = free.sent()
    again = repost_post(post_id=post.pk, account_ids=[free.desk.accounts[1].pk], by=free.writer)
    stop_post(post_id=again.pk, by=free.writer)
    again.refresh_from_db()
    assert again.status == Post.Status.DRAFT
    return again


def test_a_repost_that_was_stopped_can_be_let_go_again(free: Newsroom) -> None:
    again = stopped_repost(free)
    publish_post(post_id=again.pk, by=free.writer)
    assert Delivery.objects.filter(post=again).count() == 1
    free.desk.work_on(rounds=2)
    assert Delivery.objects.get(post=again).frozen_request["repost_of"] == "f1"


def test_a_repost_that_was_stopped_and_given_words_says_them(free: Newsroom) -> None:
    again = stopped_repost(free)
    words = "Mill Lane: the detour is signed now."
    other = [free.desk.accounts[1].pk]
    save_post(post_id=again.pk, content=free.content(words, accounts=other), by=free.writer)
    publish_post(post_id=again.pk, by=free.writer)
    free.desk.work_on(rounds=2)
    assert words in CHANNEL.texts()
    again.refresh_from_db()
    assert again.repost_of_id is None


def test_other_accounts_leave_a_stopped_repost_one(free: Newsroom) -> None:
    again = stopped_repost(free)
    given = free.content(again.text, accounts=[])
    save_post(post_id=again.pk, content=given, by=free.writer)
    again.refresh_from_db()
    assert again.repost_of_id is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "en; drop"),
        ("language", "x" * 21),
        ("language", "a-very-long-language-tag"),
        ("zone", "Nowhere/Atoll"),
        ("zone", "../../etc/passwd"),
        ("zone", "Europe/" + "x" * 60),
        ("zone", "\0"),
    ],
)
def test_no_language_and_no_zone_that_is_none(free: Newsroom, field: str, value: str) -> None:
    content = replace(free.content(scheduled_at=clock.now() + timedelta(days=1)), **{field: value})
    with pytest.raises(Invalid):
        draft_post(content=content, by=free.writer)


@pytest.mark.parametrize("language", ["", "en", "fr-CA", "zh-Hant-TW"])
def test_languages_that_there_are(free: Newsroom, language: str) -> None:
    post = draft_post(content=free.content(language=language, zone="America/Toronto"), by=free.writer)
    assert post.language == (language or "en")
