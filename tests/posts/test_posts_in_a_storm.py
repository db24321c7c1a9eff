"""A storm on written posts: changes, recalls and faults at random; nothing doubled, nothing lost, nothing stale."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta

import pytest

from hueandcry.channels.connector import Recovery
from hueandcry.kernel.errors import Refusal
from hueandcry.posts import tasks
from hueandcry.posts.models import Delivery, DeliveryEdit, Post
from hueandcry.posts.standing_actions import edit_post, recall_post, stop_post
from tests.fakes import CHANNEL, Killed, RichChannel
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom

FAULTS = ("", "", "unreachable", "unknown_before", "unknown_after", "killed_before", "killed_after")
POSTS, ROUNDS = 12, 50


def work(room: Newsroom) -> None:
    """One round of the worker, who may die in it."""
    for sweep in (tasks.remove_due, tasks.edit_due, tasks.deliver_due):
        try:
            sweep()
        except Killed:
            continue


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_in_a_storm_of_changes_recalls_and_faults_the_public_reads_what_was_meant(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)
    CHANNEL.recovery = Recovery.KEY
    room, dice = Newsroom.of(desk, mode="free"), random.Random(seed)
    accounts = [account.pk for account in desk.accounts]
    posts = [room.out(f"Post {number}.", accounts=accounts) for number in range(POSTS)]
    for number in range(ROUNDS):
        if len(CHANNEL.next) < 2:
            CHANNEL.next.append(dice.choice(FAULTS))
        work(room)
        post = Post.objects.get(pk=dice.choice(posts).pk)
        what = dice.random()
        with suppress(Refusal):  # it stands no more, or says so already
            if what < 0.3:
                edit_post(post_id=post.pk, content=room.content(f"Post changed {number}."), by=room.writer)
            elif what < 0.36:
                recall_post(post_id=post.pk, reason="Storm.", by=room.writer)
            elif what < 0.38:
                stop_post(post_id=post.pk, by=room.writer)
        desk.clock.pass_(timedelta(seconds=dice.randrange(5, 300)))
    CHANNEL.next.clear()
    for _ in range(40):
        work(room)
        desk.clock.pass_(timedelta(minutes=11))
    meant = {
        row.remote_id: Post.objects.get(pk=row.post_id).text for row in Delivery.objects.filter(status="sent")
    }
    assert {name: seen["text"] for name, seen in CHANNEL.up.items()} == meant
    assert not Delivery.objects.filter(status__in=["sending", "removing"]).exists()
    assert not Delivery.objects.filter(status="queued", due_at__isnull=False).exists()
    assert not DeliveryEdit.objects.filter(status="waiting", delivery__status="sent").exists()
    standing = Post.objects.filter(status="announced", pk__in=[post.pk for post in posts])
    stopped = Delivery.objects.filter(status="cancelled")
    assert len(meant) + stopped.filter(post__in=standing).count() == 2 * standing.count()
