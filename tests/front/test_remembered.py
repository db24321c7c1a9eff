"""A request seen before is answered without being read again: the answer is the same, and no boundary moves."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from front_harness import Running, Wire, ask, make_release, request, switch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.slow
APPEAL = request("/appeals/PE-1/")
OTHER = request("/appeals/PE-2/")


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[one:two] for one, two in pairwise(places)]


def bodies(port: int, parts: list[bytes], count: int) -> list[tuple[int, bytes]]:
    """What comes back for these bytes, each part read by the server before the next is sent."""
    found = []
    with Wire(port) as wire:
        for part in parts:
            wire.send(part)
            time.sleep(0.002)
        wire.half_close()  # no more is asked, so the server closes after its last answer
        for _ in range(count):
            answer = wire.read()
            if answer is None:
                break
            found.append((answer.status, answer.body))
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([APPEAL, OTHER]), min_size=1, max_size=4),
    st.lists(st.integers(0, 500), max_size=6),
)
def test_however_the_bytes_arrive_the_answers_are_the_same(
    front: Running, asked: list[bytes], cuts: list[int]
) -> None:
    alone = {known: bodies(front.port, [known], 1)[0] for known in (APPEAL, OTHER)}
    parts = pieces(b"".join(asked), cuts)
    assert bodies(front.port, parts, len(asked)) == [alone[each] for each in asked]


def test_a_letter_before_a_known_request_spoils_it(front: Running) -> None:
    """The method's first letter is held by the parser; what follows must not be taken for a request of its own."""
    assert [status for status, _ in bodies(front.port, [b"G", APPEAL], 2)] == [400]
    assert [status for status, _ in bodies(front.port, [APPEAL, b"GE", APPEAL], 3)] == [200, 400]


def test_a_known_request_inside_a_body_is_a_body(front: Running) -> None:
    head = request("/appeals/PE-1/", f"Content-Length: {len(OTHER)}")
    found = bodies(front.port, [head, OTHER, APPEAL], 3)
    alone = bodies(front.port, [APPEAL], 1)[0]
    assert found == [alone, alone], "two answers, and none for what stood in the body"


def test_other_headers_are_other_requests(front: Running) -> None:
    for _ in range(2):
        for line, status, keep in [
            ("Connection: close", 200, False),
            ("Accept-Encoding: gzip", 200, True),
            ('If-None-Match: "x"', 200, True),
        ]:
            with Wire(front.port) as wire:
                wire.send(request("/appeals/PE-1/", line))
                answer = wire.read()
                assert answer is not None
                assert (answer.status, "connection" not in answer.fields) == (status, keep)
                assert ("content-encoding" in answer.fields) == ("gzip" in line)
        assert ask(front.port, "/appeals/PE-1/", method="HEAD").body == b""
        assert ask(front.port, "/appeals/PE-1/", method="POST").status == 405


def test_what_is_remembered_goes_with_its_release(site: Path, run_front: Callable[..., Running]) -> None:
    front = run_front("--limit", "poll_s=3600")
    with Wire(front.port) as wire:
        for _ in range(3):
            wire.send(APPEAL)
            answer = wire.read()
            assert answer is not None
            assert answer.status == 200
        make_release(site, 2, gone=("/appeals/PE-1/",))
        switch(site, 2)
        assert front.control("reload") == "release 2"
        wire.send(APPEAL)
        answer = wire.read()
        assert answer is not None
        assert answer.status == 410


def test_the_date_goes_on(front: Running) -> None:
    dates = set()
    with Wire(front.port) as wire:
        end = time.monotonic() + 3
        while time.monotonic() < end and len(dates) < 2:
            wire.send(APPEAL)
            answer = wire.read()
            assert answer is not None
            dates.add(answer.fields["date"])
            time.sleep(0.1)
    assert len(dates) == 2
