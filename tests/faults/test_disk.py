"""The disk full, and the disk read-only, while everything runs."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import RawIOBase
from pathlib import Path

import pytest

from tests.servers.house import House, house

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("disk")]
OTHER_WAYS = "555 0199"
SIZE = 64 * 1024 * 1024


def mount(*arguments: str) -> bool:
    """True if the system let us."""
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk of its own. Needs root, since a full disk cannot be had otherwise."""
    place = tmp_path_factory.mktemp("disk")
    if os.geteuid() != 0 or not mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)):
        pytest.skip("only root may mount a small disk to fill it")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture(scope="module")
def on_disk(disk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(disk / "var", "disk", HUE_RUN=str(tmp_path_factory.mktemp("run"))) as made:
        made.wait_until("everything answers", lambda: made.ticket() and made.desk_answers())
        yield made


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Not one byte left."""
    filler = disk / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            for size in (1024 * 1024, 512):
                write_until_full(file, size)
        yield
    finally:
        filler.unlink()


def write_until_full(file: RawIOBase, size: int) -> None:
    """In pieces of so many bytes."""
    while True:
        try:
            file.write(bytes(size))
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            return


@contextmanager
def read_only(made: House, disk: Path) -> Iterator[None]:
    """As a system leaves a disk that it no longer trusts: everything that had a file open for writing ends first."""
    before = set(made.stack.processes().values())
    with made.stack.dead("public", "front", "desk", "worker"):
        made.wait_until("no file is open for writing", lambda: mount("-o", "remount,ro", str(disk)))
    try:
        made.wait_until(
            "all is started again", lambda: len(set(made.stack.processes().values()) - before) == 4
        )
        made.wait_until(
            "public site and desk answer", lambda: made.appeal() and made.desk("/desk/sign-in/")[0]
        )
        yield
    finally:
        assert mount("-o", "remount,rw", str(disk))


def test_disk_full(on_disk: House, disk: Path) -> None:
    ticket = on_disk.ticket()
    assert on_disk.officer.get("/desk/")[0] == 200
    with full(disk):
        assert on_disk.appeal() == 200, "no visitor of an appeal notices anything"
        kept = nothing_false(on_disk, ticket)
        assert "disk" in on_disk.findings()
    goes_on(on_disk, ticket, kept=kept)


def nothing_false(made: House, ticket: str) -> bool:
    """What cannot be kept is not said to be kept; True if it was kept after all. The desk says the same in its words."""
    if made.stack.environment.get("HUE_DATABASE_URL"):
        return made.send_tip(ticket)[0] == 200  # the database stands elsewhere
    status, page = made.send_tip(ticket)
    assert (status, 'id="number"' in page) in {(200, True), (503, False)}
    assert status == 200 or OTHER_WAYS in page
    for _ in range(3):  # a database may have had a little room left of its own
        desk_status, desk_page = made.officer.get("/desk/agency/", {"agency": "1"}, patience=15)
        assert desk_status in {302, 303, 503}
        assert desk_status != 503 or "Nothing was saved" in desk_page
        assert "Traceback" not in page + desk_page
    return status == 200


def goes_on(made: House, ticket: str, *, kept: bool) -> None:
    """Without a restart of anything."""
    if not kept:
        made.wait_until("the same form is taken", lambda: made.send_tip(ticket)[0] == 200)
    made.wait_until("the officer goes on", lambda: made.officer.get("/desk/")[0] == 200)
    made.wait_until("the worker goes on", lambda: not made.failing_sweeps())
    assert made.publish()["done"]
    assert made.lost_tips() == set()
    assert "verify" in made.stack.hue("records", "verify")


def test_publishing_on_a_full_disk_leaves_what_stood(on_disk: House, disk: Path) -> None:
    with full(disk), suppress(AssertionError):  # it is refused where even the tables have no room
        on_disk.publish()
    assert on_disk.appeal() == 200
    goes_on(on_disk, "", kept=True)


def test_disk_read_only(on_disk: House, disk: Path) -> None:
    ticket = on_disk.ticket()
    assert on_disk.officer.get("/desk/")[0] == 200
    with read_only(on_disk, disk):
        assert on_disk.appeal() == 200
        kept = nothing_false(on_disk, ticket)
    goes_on(on_disk, ticket, kept=kept)
