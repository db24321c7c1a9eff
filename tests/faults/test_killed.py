"""Kill -9 of each process in turn while people read and send: what they saw, and that it comes back by itself."""

from __future__ import annotations

import pytest

from tests.faults.visitors import Visitors
from tests.servers.house import House
from tests.servers.stack import kill_tree

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
OTHER_WAYS = "555 0199"  # the programme's telephone stands on the page that says the form is out of reach


def kill(house: House, name: str) -> None:
    """End a process and what it started, as an operating system without memory does."""
    process = house.stack.processes()[name]
    kill_tree(process)
    house.wait_until(
        f"{name} is started again", lambda: house.stack.processes().get(name, process) != process
    )


def test_front_killed(standing: House) -> None:
    with Visitors(standing) as people:
        kill(standing, "front")
        standing.wait_until("the appeal is back", lambda: standing.appeal() == 200)
        standing.wait_until("tips come in again", lambda: standing.send_tip(standing.ticket())[0] == 200)
    assert set(people.pages) <= {200, 0}
    assert people.longest < 60
    assert all("Traceback" not in page for page in people.said)


def test_public_killed(standing: House) -> None:
    with Visitors(standing) as people:
        kill(standing, "public")
        standing.wait_until("tips come in again", lambda: standing.send_tip(standing.ticket())[0] == 200)
    assert set(people.pages) == {200}, "no visitor of an appeal noticed anything"
    assert set(people.forms) <= {200, 503, 0}
    assert all('id="number"' in page or OTHER_WAYS in page for page in people.said)


def test_one_form_out_of_reach_says_how_else_to_reach_us(standing: House) -> None:
    ticket = standing.ticket()
    with standing.stack.dead("public"):
        status, page = standing.send_tip(ticket)
        assert (status, standing.appeal()) == (503, 200)
        assert OTHER_WAYS in page
    standing.wait_until("the same form is taken", lambda: standing.send_tip(ticket)[0] == 200)


def test_desk_killed(standing: House) -> None:
    officer = standing.officer
    with Visitors(standing) as people:
        kill(standing, "desk")
        standing.wait_until("the officer goes on", lambda: officer.get("/desk/")[0] == 200)
    assert (set(people.pages), set(people.forms)) == ({200}, {200}), "nobody outside noticed anything"


def test_worker_killed_while_it_sends(standing: House) -> None:
    assert standing.network is not None
    standing.wait_until("earlier announcements are up", lambda: not standing.deliveries("queued", "sending"))
    before = len(standing.network.posts())
    standing.network.fail("slow", times=1, seconds=2)
    with Visitors(standing) as people, standing.watching("sending") as until_it_sends:
        appeal = standing.publish()
        until_it_sends()
        kill(standing, "worker")
        standing.wait_until("the announcement is up", lambda: not standing.deliveries("sending", "queued"))
    assert (set(people.pages), set(people.forms)) == ({200}, {200}), "nobody outside noticed anything"
    assert standing.public(appeal["path"])[0] == 200, "publishing needs no worker"
    assert len(standing.network.posts()) == before + 1, "once, not twice"
