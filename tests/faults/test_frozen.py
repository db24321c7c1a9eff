"""A process that hangs instead of dying, and a network that is away."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

import pytest

from tests.servers.house import House

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
A_MINUTE_LATER = """
from datetime import timedelta
from django.db.models import F
from hueandcry.jobs.models import Heartbeat
Heartbeat.objects.update(ran_at=F("ran_at") - timedelta(minutes=2))
"""
NOW = """
from django.db.models import F
from hueandcry.kernel import clock
from hueandcry.posts.models import Delivery
Delivery.objects.filter(due_at__isnull=False).update(due_at=clock.now())
"""


def test_worker_frozen_while_it_sends(standing: House) -> None:
    assert standing.network is not None
    standing.wait_until("earlier announcements are up", lambda: not standing.deliveries("queued", "sending"))
    before = len(standing.network.posts())
    worker = standing.stack.processes()["worker"]
    standing.network.fail("slow", times=1, seconds=2)
    try:
        with standing.watching("sending") as until_it_sends:
            appeal = standing.publish()
            until_it_sends()
        os.kill(worker, signal.SIGSTOP)
        assert standing.public(appeal["path"])[0] == 200
        assert standing.withdraw(standing.publish()["id"])["done"], "withdrawing needs no worker"
        standing.run(A_MINUTE_LATER)  # instead of waiting for it
        assert "quiet" in standing.officer.get("/desk/")[1]
        assert standing.findings().get("worker") == "wrong"
        standing.wait_until(  # a second worker takes over as soon as the lease of the first has run out
            "a second worker has finished it",
            lambda: standing.stack.hue("work", "--once") and not standing.deliveries("sending"),
        )
    finally:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGCONT)
    standing.wait_until("the worker goes on by itself", lambda: "worker" not in standing.findings())
    assert sum(appeal["path"] in post["text"] + str(post) for post in standing.network.posts()) == 1, (
        "once, not twice"
    )
    assert len(standing.network.posts()) <= before + 1


def test_network_away(standing: House) -> None:
    network = standing.network
    assert network is not None
    network.process.kill()
    network.process.wait()
    try:
        appeal = standing.publish()
        assert standing.public(appeal["path"])[0] == 200, "publishing needs no network"
        standing.wait_until("the worker has tried", lambda: standing.tries() > 0)
        assert standing.deliveries("queued", "sending"), "it waits, and is not given up"
    finally:
        network.start_again()
    standing.run(NOW)  # instead of waiting for the next try
    standing.wait_until("it is up", lambda: not standing.deliveries("queued", "sending"))
    assert sum(appeal["path"] in str(post) for post in network.posts()) == 1, "once, not twice"
