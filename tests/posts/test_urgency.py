"""Who goes first: an emergency passes a long queue, and many accounts are found quickly."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel.ids import random_id
from hueandcry.posts import queries
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
