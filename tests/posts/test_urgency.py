"""Who goes first: an emergency passes a long queue, and many accounts are found quickly."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.jobs.due import claim
from hueandcry.jobs.hands import Hands
from hueandcry.jobs.runner import discover, in_lanes
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import random_id
from hueandcry.posts import queries, tasks
from hueandcry.posts.actions import page_is_up
from hueandcry.posts.delivering import deliver_one
from hueandcry.posts.models import Delivery
from tests.posts.conftest import LEASE, Desk
from tests.posts.helpers import Newsroom


@pytest.mark.slow
def test_an_emergency_passes_five_thousand_that_wait(desk: Desk) -> None:
    room = Newsroom.of(desk, mode="free")
    routine = room.draft("Routine.")
    Delivery.objects.bulk_create(
        Delivery(
            agency_id=desk.agency.pk,
            post=routine,
            account=desk.accounts[number % 2],
            part=2 + number,
            key=random_id(24),
            due_at=desk.clock.now() - timedelta(minutes=1),
        )
        for number in range(5000)
    )
    urgent = room.out("Leave the harbour now.", urgency=Urgency.EMERGENCY.value)
    begun = time.monotonic()
    (first,) = claim(queries.sendable(), limit=1, hold=LEASE)
    assert first.post_id == urgent.pk
    assert time.monotonic() - begun < 2


def test_an_emergency_needs_no_ten_seconds(desk: Desk) -> None:
    room = Newsroom.of(desk, mode="free")
    room.out("Leave the harbour now.", urgency=Urgency.EMERGENCY.value)
    desk.work()
    assert desk.channel.texts() == ["Leave the harbour now."]


def test_what_meets_another_on_its_account_keeps_its_place_and_is_not_counted_as_a_try(desk: Desk) -> None:
    first, second = desk.release("First"), desk.release("Leave now.", subject="appeal:2")
    (claimed,) = claim(queries.sendable(), limit=1, hold=LEASE)
    assert claimed.pk == first.pk
    Delivery.objects.filter(pk=second.pk).update(  # by another hand, in the same instant
        status=Delivery.Status.SENDING, frozen_request={}, tried_at=desk.clock.now()
    )
    due = claimed.due_at
    assert not deliver_one(delivery=claimed, by=system("delivery", agency_id=desk.agency.pk))
    first.refresh_from_db()
    assert (first.status, first.due_at, first.attempts, first.claimed_by) == ("queued", due, 0, "")
    assert not queries.sendable().filter(pk=first.pk).exists()  # no hand takes it up while the other is at it
    Delivery.objects.filter(pk=second.pk).update(status=Delivery.Status.FAILED, due_at=None)
    assert queries.sendable().filter(pk=first.pk).exists()


def test_emergencies_have_hands_of_their_own(desk: Desk) -> None:
    desk.release("Routine")
    desk.release(
        "Emergency", subject="appeal:2", account_ids=[desk.accounts[1].pk], urgency=Urgency.EMERGENCY
    )
    assert (tasks.deliver_emergencies(), tasks.deliver_emergencies()) == (1, 0)
    assert desk.channel.texts() == ["Emergency"]
    lanes = {item.name: name for name, mine in in_lanes(discover()) for item in mine}
    assert lanes["posts.deliver_emergencies"] != lanes["posts.deliver_due"]


def test_as_many_hands_are_called_as_deliveries_can_go(
    desk: Desk, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HUE_DELIVERY_THREADS = 4
    called: list[tuple[str, int, int]] = []

    def turn(self: Hands, *, waiting: Callable[[int], int], most: int) -> int:
        called.append((self.name, waiting(9), most))
        return 0

    monkeypatch.setattr(Hands, "turn", turn)
    for number in (1, 2, 3):
        subject = f"appeal:{number}"
        desk.announce(subject=subject, account_ids=[each.pk for each in desk.accounts])
        page_is_up(subject=subject, by=desk.by)
    desk.work()
    assert called == [("removal", 0, 4), ("delivery", 2, 4), ("video", 0, 2)]
