"""Clients that are slow, silent, too many or never read: they cost little and do not stop the others."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from front_harness import HOST, Running, Wire, ask, request

pytestmark = pytest.mark.slow  # waiting is what these are about


def memory(running: Running) -> int:
    """Resident memory in bytes."""
    for line in Path(f"/proc/{running.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError


def connections(running: Running) -> int:
    return int(json.loads(running.control("status"))["connections"])


def test_a_head_that_does_not_end_is_ended(server: Running) -> None:
    """The tests' configuration waits one second instead of ten. nginx closes, the front says 408 first."""
    started = time.monotonic()
    with Wire(server.port) as wire:
        wire.send(b"GET / HTTP/1.1\r\nHost: " + HOST.encode())
        for _ in range(4):
            time.sleep(0.2)
            wire.send(b"x")
        answer = wire.read()
    assert time.monotonic() - started < 4
    assert answer is None or (server.name == "front" and answer.status == 408)


def test_slow_senders_do_not_stop_the_others(server: Running) -> None:
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(server.port)) for _ in range(200)]
        for wire in wires:
            wire.send(b"GET /appeals/PE-1/ HTTP/1.1\r\nHo")
        worst = 0.0
        for _ in range(20):
            started = time.monotonic()
            assert ask(server.port, "/appeals/PE-1/").status == 200
            worst = max(worst, time.monotonic() - started)
    assert worst < 0.5


def test_clients_that_never_read_cost_little_and_stop_nobody(
    site: Path, run_front: Callable[..., Running]
) -> None:
    front = run_front()
    ask(front.port, "/")
    before = memory(front)
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(front.port, buffer=4096)) for _ in range(40)]
        for wire in wires:
            wire.socket.setblocking(False)
            flood = request("/media/van.0a1b.avif") * 4000
            try:
                while True:
                    wire.socket.send(flood)
            except BlockingIOError:
                pass
        time.sleep(0.3)
        started = time.monotonic()
        assert ask(front.port, "/appeals/PE-1/").status == 200
        assert time.monotonic() - started < 0.5
        assert memory(front) - before < 40 * 512 * 1024
    end = time.monotonic() + 5
    while connections(front) and time.monotonic() < end:
        time.sleep(0.05)
    assert connections(front) == 0


def test_a_reader_that_takes_nothing_is_let_go_and_a_slow_one_is_not(
    site: Path, run_front: Callable[..., Running]
) -> None:
    front = run_front("--limit", "stall_s=0.8", "--limit", "in_memory=65536")
    with Wire(front.port, buffer=4096) as never, Wire(front.port, buffer=65536) as slow:
        never.send(request("/media/large.0a1b.mp4"))
        slow.send(request("/media/large.0a1b.mp4"))
        end = time.monotonic() + 2.5
        while time.monotonic() < end:
            slow.data += slow.socket.recv(32768)
            time.sleep(0.05)
        assert connections(front) == 1
        answer = slow.read()
    assert answer is not None
    assert len(answer.body) == 3 * 1024 * 1024


def test_an_idle_connection_is_closed(site: Path, run_front: Callable[..., Running]) -> None:
    front = run_front("--limit", "idle_s=0.3")
    with Wire(front.port) as wire, Wire(front.port) as silent:
        wire.send(request("/"))
        assert wire.read() is not None
        assert wire.closed()
        assert silent.closed()


def test_too_many_connections_are_refused_politely_and_idle_ones_make_room(
    site: Path, run_front: Callable[..., Running]
) -> None:
    front = run_front("--limit", "connections=20", "--limit", "crowded_idle_s=0.5")
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(front.port)) for _ in range(20)]
        time.sleep(0.1)
        with Wire(front.port) as one_more:
            answer = one_more.read()
            assert answer is not None
            assert answer.status == 503
        time.sleep(1.2)
        assert ask(front.port, "/").status == 200
        assert wires[0].closed()


def test_a_body_that_trickles_is_ended_and_counted_out(site: Path, run_front: Callable[..., Running]) -> None:
    front = run_front("--limit", "body_grace_s=0.5", "--limit", "body_rate=100000")
    with Wire(front.port) as wire:
        wire.send(request("/t/new/a", "Content-Length: 1000", method="POST") + b"abc")
        answer = wire.read()
    assert answer is not None
    assert answer.status == 408
    assert json.loads(front.control("status"))["body_bytes"] == 0


def test_all_bodies_together_are_bounded(site: Path, run_front: Callable[..., Running]) -> None:
    front = run_front("--limit", "bodies=100000")
    with ExitStack() as stack:
        wires = [stack.enter_context(Wire(front.port)) for _ in range(3)]
        for wire in wires[:2]:
            wire.send(request("/t/new/a", "Content-Length: 100001", method="POST") + b"x" * 100_000)
            time.sleep(0.1)
        wires[2].send(request("/t/new/a", "Content-Length: 5", method="POST") + b"hello")
        answer = wires[2].read()
        assert answer is not None
        assert answer.status == 503
        assert ask(front.port, "/").status == 200
    end = time.monotonic() + 5
    while json.loads(front.control("status"))["body_bytes"] and time.monotonic() < end:
        time.sleep(0.05)
    assert json.loads(front.control("status"))["body_bytes"] == 0


def test_connections_cut_at_any_moment_leave_nothing_behind(
    site: Path, run_front: Callable[..., Running]
) -> None:
    front = run_front("--limit", "in_memory=65536")
    whole = (
        request("/t/new/a", "Content-Length: 50000", method="POST")
        + b"x" * 50_000
        + request("/media/large.0a1b.mp4")
    )
    for size in range(1, len(whole), 1500):
        with Wire(front.port) as wire:
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # reset on close
            wire.send(whole[:size])
    end = time.monotonic() + 3
    while connections(front) and time.monotonic() < end:
        time.sleep(0.05)
    status = json.loads(front.control("status"))
    assert (status["connections"], status["relays"], status["waiting"], status["body_bytes"]) == (0, 0, 0, 0)
    assert ask(front.port, "/").status == 200
    assert "Error" not in front.log.read_text()


def test_a_slow_reader_that_asked_for_close_gets_the_whole_file(
    site: Path, run_front: Callable[..., Running]
) -> None:
    """The last, small write must not be taken for sent when it is only handed over."""
    last = 3 * 1024 * 1024 - 60_000
    front = run_front("--limit", "linger_s=0.05", "--limit", "in_memory=65536", "--limit", f"chunk={last}")
    with Wire(front.port, buffer=16384) as wire:
        wire.send(request("/media/large.0a1b.mp4", "Connection: close"))
        while len(wire.data) < 2_850_000:
            wire.data += wire.socket.recv(65536)
        while piece := wire.socket.recv(4096):
            wire.data += piece
            time.sleep(0.03)
        answer = wire.read()
    assert answer is not None
    assert len(answer.body) == 3 * 1024 * 1024
