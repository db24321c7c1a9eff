"""What the networks count: asked ever more seldom, never before sending, counts and nothing else, unknown as unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.channels import catalogue, quotas
from hueandcry.channels.catalogue import Channel
from hueandcry.channels.connector import Line, Measured, Quota, RateLimited
from hueandcry.channels.models import Account
from hueandcry.counts import tasks
from hueandcry.counts.models import Reading, Tally
from hueandcry.counts.queries import figures_of, of_account
from hueandcry.counts.reading import STEPS
from hueandcry.counts.words import Counted, in_words, only_counts, openings_in_words, summed
from hueandcry.kernel import clock
from hueandcry.posts.models import Delivery
from tests.fakes import CHANNEL, FakeChannel
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom

DB = pytest.mark.django_db(databases=["default", "tips"])


@dataclass
class CountingChannel(FakeChannel):
    """The fake channel, where the network counts. says: by remote id; asked: the ids of each asking."""

    says: dict[str, Any] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    wait: Any = None

    def measure(self, line: Line, remote_ids: Sequence[str]) -> dict[str, Measured]:
        """What it was told to say."""
        self._check(line)
        self.asked.append(list(remote_ids))
        if self.wait is not None:
            raise RateLimited("Wait.", retry_at=self.wait)
        return {number: self.says[number] for number in remote_ids if number in self.says}


COUNTING = CountingChannel()


@pytest.fixture
def room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Newsroom:  # noqa: F811
    COUNTING.reset()
    channel = Channel("counting_fake", "Fake channel", f"{__name__}:COUNTING", "")
    monkeypatch.setitem(catalogue.CHANNELS, channel.name, channel)
    Account.objects.update(channel=channel.name)
    desk.channel = COUNTING
    return Newsroom.of(desk, mode="free")


def sent(room: Newsroom) -> Delivery:
    """A delivery as the worker leaves it."""
    row = Delivery.objects.get(post=room.out())
    Delivery.objects.filter(pk=row.pk).update(
        status="sent", due_at=None, remote_id=f"f{row.pk}", sent_at=clock.now(), frozen_request={"text": "x"}
    )
    return Delivery.objects.get(pk=row.pk)


def at(room: Newsroom, delivery: Delivery, after: timedelta) -> int:
    """The worker's round so long after the post was sent."""
    assert delivery.sent_at is not None
    room.desk.clock.moment = delivery.sent_at + after
    return tasks.read_figures_due()


@DB
def test_a_network_is_asked_ever_more_seldom_and_what_it_said_is_kept_with_its_time(room: Newsroom) -> None:
    delivery = sent(room)
    COUNTING.says[delivery.remote_id] = Measured(replies=1, reposts=2, likes=3)
    assert at(room, delivery, timedelta(minutes=14)) == 0
    for number, step in enumerate(STEPS, 1):
        assert at(room, delivery, step) == 1
        assert at(room, delivery, step + timedelta(minutes=1)) == 0
        assert Reading.objects.count() == number
    assert Tally.objects.get().due_at is None
    found = figures_of(actor=room.writer, deliveries=[delivery])[delivery.pk]
    assert found.counted == Counted(replies=1, reposts=2, likes=3, views=None)
    assert found.at == clock.now() - timedelta(minutes=1)


@DB
def test_a_worker_that_was_away_asks_once_not_for_every_time_it_missed(room: Newsroom) -> None:
    delivery = sent(room)
    COUNTING.says[delivery.remote_id] = Measured(likes=3)
    assert at(room, delivery, timedelta(hours=7)) == 1
    assert tasks.read_figures_due() == 0
    assert delivery.sent_at is not None
    assert Tally.objects.get().due_at == delivery.sent_at + STEPS[3]


@DB
def test_nothing_is_asked_while_a_post_waits_for_that_account(room: Newsroom) -> None:
    delivery = sent(room)
    room.out("Another.")
    assert at(room, delivery, STEPS[0]) == 0
    assert COUNTING.asked == []
    room.desk.work_on(2)
    assert tasks.read_figures_due() == 1


@DB
def test_figures_leave_half_of_an_allowance_to_posts(room: Newsroom) -> None:
    delivery = sent(room)
    whole = clock.now() + timedelta(hours=5)
    quotas.note(delivery.account_id, Quota("posts", 100, 49, whole))
    at(room, delivery, STEPS[0])
    assert COUNTING.asked == []
    assert Tally.objects.get().due_at == whole
    room.desk.clock.moment = whole
    assert tasks.read_figures_due() == 1


@DB
def test_a_network_that_says_wait_is_asked_when_it_said(room: Newsroom) -> None:
    delivery = sent(room)
    COUNTING.wait = clock.now() + timedelta(days=2)
    at(room, delivery, STEPS[0])
    row = Tally.objects.get()
    assert (row.due_at, row.step, row.last_error) == (COUNTING.wait, 0, "Wait.")
    assert not Reading.objects.exists()


@DB
def test_a_post_that_is_gone_there_has_no_figures_and_one_taken_down_is_not_asked_about(
    room: Newsroom,
) -> None:
    delivery = sent(room)
    at(room, delivery, STEPS[0])
    assert not Reading.objects.exists()
    assert not figures_of(actor=room.writer, deliveries=[delivery])
    Delivery.objects.update(status="removing")
    asked = len(COUNTING.asked)
    at(room, delivery, STEPS[1])
    assert len(COUNTING.asked) == asked


@DB
def test_an_account_shows_what_its_posts_came_to_and_only_its_own_agencys_may_ask(room: Newsroom) -> None:
    first, second = sent(room), sent(room)
    COUNTING.says = {first.remote_id: Measured(likes=3, views=10), second.remote_id: Measured(likes=4)}
    at(room, second, STEPS[0])
    tasks.read_figures_due()
    found = of_account(actor=room.writer, account_id=first.account_id)
    assert (found.posts, found.asked, found.linked) == (2, 2, 0)
    assert found.counted == Counted(likes=7, views=10)
    assert in_words(found.counted) == ["replies not known", "reposts not known", "7 likes", "10 views"]
    stranger = replace(room.writer, agency_id=room.writer.agency_id + 1)
    assert of_account(actor=stranger, account_id=first.account_id).posts == 0
    assert Account.objects.count() == 2


def test_of_what_a_connector_hands_over_only_counts_are_kept() -> None:
    class Chatty:
        replies, reposts, likes, views = 3, True, "Ann Teller", -1
        liked_by = ("Ann Teller",)

    assert only_counts(Chatty()) == Counted(replies=3)
    assert only_counts(None) == Counted()
    kept = {field.name for field in Reading._meta.concrete_fields}
    assert kept == {"id", "agency", "delivery", "at", "replies", "reposts", "likes", "views"}


def test_unknown_stays_unknown_and_small_numbers_of_openings_are_not_told() -> None:
    assert summed([Counted(likes=1), Counted(likes=2, views=0)]) == Counted(likes=3, views=0)
    assert in_words(Counted(reposts=2), "mastodon")[1] == "2 boosts"
    assert openings_in_words(0) == openings_in_words(4) == "link opened fewer than 5 times"
    assert openings_in_words(5) == "link opened 5 times"
    assert CHANNEL is not COUNTING
