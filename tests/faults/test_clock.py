"""The clock put forward and back while everything runs."""

from __future__ import annotations

import shutil
import struct
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers.house import House, house
from tests.servers.stack import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("clock")]


class Clock:
    """The time of day of every process of an installation."""

    def __init__(self, folder: Path, compiler: str) -> None:
        self.offset, library = folder / "offset", folder / "other_clock.so"
        self.put(timedelta(0))
        source = ROOT / "tests" / "servers" / "other_clock.c"
        subprocess.run([compiler, "-x", "c", "-shared", "-fPIC", "-O2", "-o", library, source], check=True)
        self.variables = {"LD_PRELOAD": str(library), "HUE_TEST_CLOCK": str(self.offset)}

    def put(self, off: timedelta) -> None:
        """So far from the real time, from now on."""
        if not self.offset.exists():
            self.offset.write_bytes(struct.pack("=q", 0))
        with self.offset.open("r+b") as file:
            file.write(struct.pack("=q", int(off.total_seconds())))


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    compiler = shutil.which("cc") or shutil.which("g++")
    if compiler is None:
        pytest.skip("there is no compiler for the other clock (Debian: apt-get install g++)")
    return Clock(tmp_path_factory.mktemp("clock"), compiler)


@pytest.fixture(scope="module")
def by_clock(clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("other") / "var"
    with house(home, "clock", network=True, HUE_DELIVERY_LEASE="4", **clock.variables) as made:
        made.wait_until("everything answers", lambda: made.ticket() and made.desk_answers())
        yield made


def everything_works(made: House, ticket: str) -> None:
    """Reading, a form opened before the clock was touched and one opened after, publishing, sending, withdrawing."""
    assert made.network is not None
    assert made.appeal() == 200
    assert made.send_tip(ticket)[0] == 200, "a form opened before"
    assert made.send_tip(made.ticket())[0] == 200, "a form opened after"
    appeal = made.publish()
    assert made.public(appeal["path"])[0] == 200
    made.wait_until("the announcement is up", lambda: not made.deliveries("queued", "sending"))
    made.withdraw(appeal["id"])
    assert made.public(appeal["path"])[0] == 410
    assert made.lost_tips() == set()
    assert "verify" in made.stack.hue("records", "verify")


def test_clock_put_forward_and_back(by_clock: House, clock: Clock) -> None:
    tickets = [by_clock.ticket() for _ in range(2)]
    for off, said, ticket in [
        (timedelta(hours=2), "the clock was put forward by 7", tickets[0]),
        (timedelta(0), "the clock was put back by 7", tickets[1]),
    ]:
        clock.put(off)
        everything_works(by_clock, ticket)
        by_clock.wait_until("the worker has noticed it", lambda said=said: said in by_clock.log("worker"))
