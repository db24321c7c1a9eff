"""Switching releases: nothing lost, nothing old after the acknowledgement, a broken release changes nothing."""

from __future__ import annotations

import json
import shutil
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from front_harness import FOLDER, Running, Wire, ask, make_release, request, start_front, switch

pytestmark = pytest.mark.slow  # releases are written and switched, servers started and stopped

STILL = ("--limit", "poll_s=3600")  # nobody looks at `current` unless told


def test_a_withdrawn_address_answers_410_as_soon_as_reload_is_acknowledged(
    site: Path, run_front: Callable[..., Running]
) -> None:
    front = run_front(*STILL)
    assert ask(front.port, "/appeals/PE-1/").status == 200
    make_release(site, 2, gone=("/appeals/PE-1/", "/media/van.0a1b.avif"))
    switch(site, 2)
    assert ask(front.port, "/appeals/PE-1/").status == 200
    started = time.monotonic()
    assert front.control("reload") == "release 2"
    assert time.monotonic() - started < 1
    for target in ("/appeals/PE-1/", "/appeals/PE-1", "/media/van.0a1b.avif"):
        assert ask(front.port, target).status == 410
    assert ask(front.port, "/appeals/PE-2/").status == 200


def test_a_switch_nobody_told_us_about_is_noticed(site: Path, run_front: Callable[..., Running]) -> None:
    front = run_front()
    make_release(site, 2, gone=("/appeals/PE-1/",))
    switch(site, 2)
    end = time.monotonic() + 2
    while time.monotonic() < end and ask(front.port, "/appeals/PE-1/").status != 410:
        time.sleep(0.02)
    assert ask(front.port, "/appeals/PE-1/").status == 410


class Reader(threading.Thread):
    """Asks for the appeal again and again on kept-alive connections; notes when each was sent and what came."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.seen: list[tuple[float, bytes]] = []
        self.errors: list[str] = []
        self.stop = False

    def run(self) -> None:
        with Wire(self.port) as wire:
            while not self.stop:
                sent = time.monotonic()
                wire.send(request("/appeals/PE-1/"))
                answer = wire.read()
                if answer is None or answer.status != 200:
                    self.errors.append(str(answer and answer.status))
                    return
                self.seen.append((sent, answer.body.partition(b"<title>")[2].partition(b"<")[0]))


def test_a_switch_under_load_loses_no_request_and_shows_nothing_old_afterwards(
    site: Path, run_front: Callable[..., Running]
) -> None:
    front = run_front(*STILL)
    readers = [Reader(front.port) for _ in range(6)]
    for reader in readers:
        reader.start()
    told: list[tuple[float, bytes]] = [(0.0, b"Appeal PE-1")]
    for number in range(2, 9):
        make_release(site, number, title=f"Version {number}")
        switch(site, number)
        assert front.control("reload") == f"release {number}"
        told.append((time.monotonic(), f"Version {number}".encode()))
        time.sleep(0.05)
    for reader in readers:
        reader.stop = True
        reader.join(5)
    assert [error for reader in readers for error in reader.errors] == []
    assert sum(len(reader.seen) for reader in readers) > 200
    order = {title: position for position, (_, title) in enumerate(told)}
    for reader in readers:
        for sent, title in reader.seen:
            newest = max(position for position, (at, _) in enumerate(told) if at < sent)
            assert order[title] >= newest, "an old answer after the reload was acknowledged"


@pytest.mark.parametrize("fault", ["no table", "no folder", "no page", "no release"])
def test_a_broken_release_keeps_the_old_one_and_says_so(
    site: Path, run_front: Callable[..., Running], fault: str
) -> None:
    front = run_front("--limit", "retry_s=0.1")
    broken = make_release(site, 2, gone=("/appeals/PE-1/",))
    if fault == "no table":
        (broken / "site.json").write_text("{")
    elif fault == "no folder":
        shutil.rmtree(broken / FOLDER)
    elif fault == "no page":
        (broken / FOLDER / "_410/index.html").unlink()
    else:
        shutil.rmtree(broken)
    switch(site, 2)
    answer = front.control("reload")
    assert answer.startswith("broken ")
    assert answer.endswith("Still serving release 1.")
    assert ask(front.port, "/appeals/PE-1/").status == 200
    assert json.loads(front.control("status"))["release"] == 1
    assert front.log.read_text().count("cannot be served") == 1
    shutil.rmtree(broken, ignore_errors=True)
    make_release(site, 3)
    switch(site, 3)
    assert front.control("reload") == "release 3"


def test_without_any_release_it_waits_for_the_first(
    tmp_path: Path, run_front: Callable[..., Running]
) -> None:
    front = run_front("--limit", "retry_s=0.1")
    assert ask(front.port, "/").status == 503
    make_release(tmp_path / "site", 1)
    switch(tmp_path / "site", 1)
    assert front.control("reload") == "release 1"
    assert ask(front.port, "/").status == 200


def test_a_large_file_under_way_is_finished_from_the_old_release(
    site: Path, run_front: Callable[..., Running]
) -> None:
    front = run_front(*STILL, "--limit", "in_memory=65536", "--limit", "chunk=65536")
    with Wire(front.port, buffer=8192) as wire:
        wire.send(request("/media/large.0a1b.mp4"))
        time.sleep(0.1)
        make_release(site, 2, gone=("/media/large.0a1b.mp4",))
        switch(site, 2)
        assert front.control("reload") == "release 2"
        shutil.rmtree(site / "releases/1")
        answer = wire.read()
    assert answer is not None
    assert len(answer.body) == 3 * 1024 * 1024
    assert ask(front.port, "/media/large.0a1b.mp4").status == 410


def test_the_control_socket_is_the_owners_alone_and_there_is_one_server(
    site: Path, run_front: Callable[..., Running], own_ports: Iterator[int]
) -> None:
    front = run_front()
    assert stat.S_IMODE((front.run / "front.sock").stat().st_mode) == 0o600
    assert front.control("what").startswith("unknown")
    with pytest.raises(RuntimeError, match="ended with 1"):
        start_front(site, front.run, next(own_ports))
    assert "Another static server" in front.log.read_text()
    assert front.control("reload") == "release 1"
    front.stop()
    assert not (front.run / "front.sock").exists()


def test_a_control_socket_left_by_a_killed_server_is_replaced(
    site: Path, run_front: Callable[..., Running]
) -> None:
    front = run_front()
    front.process.kill()
    front.process.wait(5)
    assert (front.run / "front.sock").exists()
    again = start_front(site, front.run, front.port)
    try:
        assert again.control("reload") == "release 1"
    finally:
        again.stop()


def test_term_finishes_what_is_under_way(site: Path, run_front: Callable[..., Running]) -> None:
    front = run_front("--limit", "in_memory=65536")
    with Wire(front.port, buffer=8192) as busy, Wire(front.port) as idle:
        idle.send(request("/"))
        assert idle.read() is not None
        busy.send(request("/media/large.0a1b.mp4"))
        time.sleep(0.1)
        front.process.terminate()
        assert idle.closed()
        answer = busy.read()
    assert answer is not None
    assert len(answer.body) == 3 * 1024 * 1024
    assert front.process.wait(5) == 0
