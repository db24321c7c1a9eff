"""Odd, broken and malicious requests, the same against the front and against nginx with the shipped configuration."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
from front_harness import HOST, BadAnswerError, Running, Wire, ask
from hostile_cases import CASES, CHUNKED, NEXT, Case, get, post
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("HUE_FUZZ_EXAMPLES", "120"))
ROBOTS = b"User-agent: *\nAllow: /\n"
PLAIN_ANSWERS = "nginx still answers HTTP/0.9, which has no head: the one answer that is not well-formed"


def converse(server: Running, data: bytes) -> list[int]:
    """Send everything, half-close, and read every answer up to the close."""
    with Wire(server.port) as wire:
        with suppress(ConnectionError):  # refused before all was sent
            wire.send(data)
        with suppress(OSError):
            wire.half_close()
        return [answer.status for answer in wire.rest()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_odd_request_gets_its_status_and_nothing_else(server: Running, case: Case) -> None:
    assert converse(server, case.data) == list(case.expected(server.name))


def test_every_difference_between_the_two_is_explained() -> None:
    assert [case.name for case in CASES if (case.nginx is not None) != bool(case.why)] == []


def test_both_servers_are_alive_and_right_after_all_that(server: Running) -> None:
    assert ask(server.port, "/robots.txt").body == ROBOTS


def test_old_http_without_version_gets_no_page(server: Running) -> None:
    """HTTP/0.9: the front answers 505 with a head; nginx 1.22 answers without one."""
    if server.name == "nginx":
        with pytest.raises(BadAnswerError):  # PLAIN_ANSWERS
            converse(server, b"GET /\r\n\r\n")
    else:
        assert converse(server, b"GET /\r\n\r\n") == [505]


def test_what_the_application_sees_are_whole_requests_only(server: Running, app: Running) -> None:
    """Each body that could hide a second request is either refused or handed over as a body."""
    hidden = b"GET /t/hidden HTTP/1.1\r\nHost: evil\r\n\r\n"
    before = app.log.stat().st_size if app.log.exists() else 0
    for data in (
        post(b"Content-Length: %d\r\n" % len(hidden), hidden),
        post(b"Content-Length: 4\r\n" + CHUNKED, b"0\r\n\r\n" + hidden),
        post(CHUNKED + b"Content-Length: 4\r\n", b"0\r\n\r\n" + hidden),
        post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n", b"0\r\n\r\n" + hidden),
        post(CHUNKED, b"%x\r\n%s\r\n0\r\n\r\n" % (len(hidden), hidden)),
        get(b"Content-Length: %d\r\n" % len(hidden), b"/t/get") + hidden,
    ):
        converse(server, data)
    seen = app.log.read_bytes()[before:].split(b"\n----\n")[:-1]
    lines = sorted(one.split(b"\r\n")[0] for one in seen)
    assert lines == [b"GET /t/get HTTP/1.1", b"POST /t/new/a HTTP/1.1", b"POST /t/new/a HTTP/1.1"]
    assert all(
        one.count(b"transfer-encoding") == 0 and b"evil" not in one.partition(b"\n\n")[0] for one in seen
    )


SEEDS = [
    get(),
    get(b'Accept-Encoding: gzip, br\r\nIf-None-Match: "x"\r\nConnection: keep-alive\r\n', b"/appeals/PE-1/"),
    get(b'Range: bytes=0-9\r\nIf-Range: "x"\r\n', b"/media/van.0a1b.avif"),
    get(target=b"/a/./b/%2e%2e/../robots.txt?x=%41"),
    post(b"Content-Type: text/plain\r\nContent-Length: 5\r\n", b"hello") + NEXT,
    post(CHUNKED + b"Expect: 100-continue\r\n", b"5\r\nhello\r\n0\r\n\r\n") + NEXT,
    b"HEAD / HTTP/1.0\r\nHost: " + HOST.encode() + b"\r\nConnection: keep-alive\r\n\r\n",
]
PIECES = [
    *(bytes([byte]) for byte in b'\0\r\n\t :,;/.%?#\x7f\xff019aZ-+"=\\'),
    b"\r\n", b"\r\n\r\n", b"\r\n ", b"HTTP/1.1", b"%2e", b"%00", b"Host: a\r\n", b"Content-Length: 1\r\n", CHUNKED,
    b"0\r\n\r\n", b"Connection: close\r\n", b"Upgrade: x\r\nConnection: upgrade\r\n", b"Range: bytes=-1\r\n",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """One of the good requests with up to six places cut, doubled or overwritten."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        to = min(len(data), at + draw(st.integers(0, 12)))
        piece = draw(st.sampled_from(PIECES) | st.just(data[at:to] * 2))
        data = data[:at] + piece + data[to:]
    return data


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="HUE_FUZZ_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=mutated())
def test_a_mutated_request_gets_a_well_formed_answer_or_a_close(server: Running, data: bytes) -> None:
    head_asked = b"HEAD" in data  # whether bodies follow cannot then be told from outside
    try:
        if head_asked:
            with Wire(server.port) as wire:
                wire.send(data)
                wire.half_close()
                wire.read(head_only=True)
        else:
            assert all(100 <= status < 600 for status in converse(server, data))
    except BadAnswerError as error:
        if server.name != "nginx" or "<" not in str(error):  # PLAIN_ANSWERS
            raise
    answer = ask(server.port, "/robots.txt")
    assert (answer.status, answer.body) == (200, ROBOTS)
