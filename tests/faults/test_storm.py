"""Small storms; the real ones are `make bench NAME=storm`. No bound on times here: a test machine has noise of its own."""

from __future__ import annotations

import pytest

from bench import storm
from tests.faults.visitors import Visitors
from tests.servers.house import House

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]


def test_a_storm_of_readers(standing: House) -> None:
    with Visitors(standing) as people:
        found = storm.rate(standing.stack.public_port, standing, per_second=20, seconds=5)
        appeal = standing.publish()
        assert standing.public(appeal["path"])[0] == 200
        standing.withdraw(appeal["id"])
        assert standing.public(appeal["path"])[0] == 410
    assert (found["asked"], found["unanswered"]) == (100, 0)
    assert (set(people.pages), set(people.forms)) == ({200}, {200})


@pytest.mark.parametrize(("kind", "count"), [("idle", 300), ("slow", 100), ("deaf", 30)])
def test_a_crowd_of_connections(standing: House, kind: str, count: int) -> None:
    found = storm.beside(standing.stack.public_port, standing, kind, count, 20, prefix=kind)
    assert found[f"{kind}_opened"] == count
    assert found[f"{kind}_unanswered"] == 0
    assert standing.send_tip(standing.ticket())[0] == 200
