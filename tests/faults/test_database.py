"""The databases gone, or locked by somebody, while everything runs: nothing acknowledged is lost, no restart needed."""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import psycopg
import pytest

from tests.faults.visitors import Visitors
from tests.servers.house import House

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]
OTHER_WAYS = "555 0199"


def locked(house: House) -> sqlite3.Connection | psycopg.Connection[Any]:
    """Somebody's open transaction that lets nobody write a tip: the whole file, or PostgreSQL's table of tips."""
    url = house.stack.environment.get("HUE_DATABASE_URL")
    if url:
        there = psycopg.connect(f"{url}_tips")
        there.execute("LOCK TABLE tips_tip IN EXCLUSIVE MODE")
        return there
    file = sqlite3.connect(house.stack.home / "tips.sqlite3", isolation_level=None, check_same_thread=False)
    file.execute("BEGIN IMMEDIATE")
    return file


def test_databases_gone(standing: House) -> None:
    ticket, officer = standing.ticket(), standing.officer
    assert officer.get("/desk/")[0] == 200
    with standing.stack.databases_gone():
        with Visitors(standing) as people:
            status, page = standing.send_tip(ticket)
            desk_status, desk_page = officer.get("/desk/")
        assert set(people.pages) == {200}, "no visitor of an appeal noticed anything"
        assert status in {200, 503}
        assert 'id="number"' in page or OTHER_WAYS in page
        if standing.stack.environment.get(
            "HUE_DATABASE_URL"
        ):  # an open SQLite file stays open when it is moved
            assert (desk_status, "Nothing was saved" in desk_page) == (503, True)
        assert desk_status in {200, 503}
        assert "Traceback" not in page + desk_page
    standing.wait_until("the officer goes on", lambda: officer.get("/desk/")[0] == 200)
    standing.wait_until("the same form is taken", lambda: standing.send_tip(ticket)[0] == 200)
    standing.wait_until("the worker goes on", lambda: not standing.failing_sweeps())
    assert standing.publish()["done"]


def test_database_locked_for_a_moment(standing: House) -> None:
    """Somebody copies or repairs: what is sent meanwhile waits, and is kept."""
    ticket = standing.ticket()
    lock = locked(standing)
    timer = threading.Timer(3, lock.rollback)
    timer.start()
    try:
        assert standing.appeal() == 200
        status, page = standing.send_tip(ticket)
    finally:
        timer.join()
        lock.close()
    assert (status, 'id="number"' in page) == (200, True)


def test_database_locked_for_long(standing: House) -> None:
    """After twenty seconds the sender is told that nothing was kept, and how else to reach us."""
    ticket = standing.ticket()
    lock = locked(standing)
    try:
        status, page = standing.send_tip(ticket)
        assert (status, OTHER_WAYS in page, standing.appeal()) == (503, True, 200)
    finally:
        lock.rollback()
        lock.close()
    assert standing.send_tip(ticket)[0] == 200, "the same form, sent again"
