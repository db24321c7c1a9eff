"""Handing `/t/` to the public process: what it is told, what comes back, and what happens when it is not there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from front_harness import HOST, OTHER_HOST, BadAnswerError, Running, Wire, ask, request
from test_conformance import assert_secured

CANARY = "canary-9f3b"
AGENT = "DistinctiveBrowser/4711"


def relayed(app: Running) -> list[bytes]:
    return app.log.read_bytes().split(b"\n----\n")[:-1]


def test_a_tip_reaches_the_application_whole_and_only_with_what_it_needs(
    server: Running, app: Running
) -> None:
    body = CANARY.encode() * 5000
    answer = ask(
        server.port,
        "/t/new/ab%20c?x=%zz&y",
        f"User-Agent: {AGENT}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Referer: http://{HOST}/appeals/PE-1/",
        "Cookie: a=b",
        "X-Forwarded-For: 198.51.100.7",
        "Forwarded: for=198.51.100.7",
        "Accept-Language: cy, en",
        "Sec-Fetch-Site: same-origin",
        f"Origin: http://{HOST}",
        "X-Anything: else",
        method="POST",
        body=body,
    )
    assert (answer.status, answer.body) == (200, b"took %d bytes" % len(body))
    head, _, sent = relayed(app)[-1].partition(b"\n\n")
    assert sent == body
    first, *fields = head.decode().split("\r\n")
    assert first == "POST /t/new/ab%20c?x=%zz&y HTTP/1.1"
    assert {field.partition(":")[0].lower(): field.partition(": ")[2] for field in fields} == {
        "host": HOST,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(body)),
        "accept-language": "cy, en",
        "sec-fetch-site": "same-origin",
        "origin": f"http://{HOST}",
        "connection": "close",
    }


def test_the_application_is_told_the_host_that_counts(server: Running, app: Running) -> None:
    """In the absolute form the target's host wins, so that no two parts of the house serve different agencies."""
    assert ask(server.port, f"http://{HOST}/t/absolute", host=OTHER_HOST).status == 200
    assert f"\r\nHost: {HOST}\r\n".encode() in relayed(app)[-1]


def test_bodies_are_given_back_once_relayed(own: tuple[Running, Running]) -> None:
    front, app = own
    for _ in range(3):
        assert ask(front.port, "/t/new/a", method="POST", body=b"x" * 9000).status == 200
    app.stop()
    assert ask(front.port, "/t/new/a", method="POST", body=b"x" * 9000).status == 503
    assert json.loads(front.control("status"))["body_bytes"] == 0


def test_what_comes_back_carries_our_headers_and_no_cookie(server: Running, app: Running) -> None:
    answer = ask(server.port, "/t/new/a")
    assert_secured(answer)
    assert "set-cookie" not in answer.fields
    assert answer.fields.get("server") in (None, "nginx")
    assert answer.fields["cache-control"] == "no-store"
    moved = ask(server.port, "/t/moved", method="POST")
    assert (moved.status, moved.fields["location"]) == (303, "/t/there")


def test_a_fault_of_the_application_shows_the_other_ways_to_reach_us(server: Running, app: Running) -> None:
    answer = ask(server.port, "/t/error")
    assert (answer.status, b"555 0100" in answer.body) == (503, True)
    assert b"oops" not in answer.body
    assert_secured(answer)


def test_a_large_answer_is_passed_on_in_pieces(server: Running, app: Running) -> None:
    assert len(ask(server.port, "/t/large").body) == 32 * 65536
    with Wire(server.port) as wire:
        wire.send(request("/t/large", version="1.0"))
        answers = wire.rest()
    assert [len(answer.body) for answer in answers] == [32 * 65536]


def test_a_body_too_large_is_refused_before_it_is_sent(server: Running, app: Running) -> None:
    before = len(relayed(app)) if app.log.exists() else 0
    with Wire(server.port) as wire:
        wire.send(request("/t/new/a", f"Content-Length: {512 * 1024 + 1}", method="POST"))
        answer = wire.read()
    assert answer is not None
    assert answer.status == 413
    assert_secured(answer)
    with Wire(server.port) as wire:
        chunk = b"8000\r\n" + b"z" * 32768 + b"\r\n"
        wire.send(request("/t/new/a", "Transfer-Encoding: chunked", method="POST"))
        for _ in range(17):
            wire.send(chunk)
        answer = wire.read()
    assert answer is not None
    assert answer.status == 413
    assert ask(server.port, "/t/new/a", method="POST", body=b"z" * 512 * 1024).status == 200
    assert len(relayed(app)) == before + 1


@pytest.fixture
def own(
    site: Path, run_front: Callable[..., Running], run_app: Callable[[], Running]
) -> tuple[Running, Running]:
    """A front and an application of the test's own, which it may kill."""
    app = run_app()
    return run_front("--relay-socket", str(site.parent / "app.sock")), app


def test_a_dead_application_leaves_the_site_and_a_page_with_other_ways(own: tuple[Running, Running]) -> None:
    front, app = own
    assert ask(front.port, "/t/new/a").status == 200
    app.stop()
    for method in ("GET", "POST"):
        answer = ask(front.port, "/t/new/a", method=method)
        assert (answer.status, b"555 0100" in answer.body) == (503, True)
        assert answer.fields["retry-after"] == "60"
        assert answer.fields["cache-control"] == "no-store"
        assert_secured(answer)
    assert ask(front.port, "/appeals/PE-1/").status == 200


def test_an_application_that_comes_back_is_used_again(
    own: tuple[Running, Running], run_app: Callable[[], Running]
) -> None:
    front, app = own
    app.stop()
    assert ask(front.port, "/t/new/a").status == 503
    run_app()
    assert ask(front.port, "/t/new/a").status == 200


def test_a_question_about_an_account_is_relayed_and_the_page_of_the_list_is_a_file(
    server: Running, app: Running
) -> None:
    before = len(relayed(app)) if app.log.exists() else 0
    assert b"The whole list" in ask(server.port, "/accounts/verify/").body
    assert len(relayed(app)) == before if before else True
    answer = ask(server.port, "/accounts/verify/?q=%40pe-traffic")
    assert (answer.status, b"The whole list" in answer.body) == (200, False)
    assert relayed(app)[-1].startswith(b"GET /accounts/verify/?q=%40pe-traffic HTTP/1.1")
    assert_secured(answer)


def test_where_nobody_can_answer_the_question_the_whole_list_is_shown(own: tuple[Running, Running]) -> None:
    front, app = own
    app.stop()
    answer = ask(front.port, "/accounts/verify/?q=%40pe-traffic")
    assert (answer.status, b"The whole list" in answer.body) == (200, True)
    assert_secured(answer)
    assert ask(front.port, "/accounts/verify/?q=a", method="POST").status == 405


@pytest.mark.parametrize("target", ["/t/die-at-once", "/t/die-in-the-middle", "/t/garbage"])
def test_an_application_that_fails_before_its_answer_is_whole_gives_the_page(
    own: tuple[Running, Running], target: str
) -> None:
    front, _app = own
    answer = ask(front.port, target)
    assert (answer.status, b"555 0100" in answer.body) == (503, True)


def test_a_large_answer_broken_off_does_not_look_whole(own: tuple[Running, Running]) -> None:
    front, _app = own
    with pytest.raises((BadAnswerError, ConnectionError)):
        ask(front.port, "/t/die-late")
    assert ask(front.port, "/").status == 200


def test_an_old_client_is_told_by_a_reset_that_the_answer_was_broken_off(
    own: tuple[Running, Running],
) -> None:
    """HTTP/1.0 has no other sign: a clean close would make the part look whole."""
    front, _app = own

    def read_all(wire: Wire) -> None:
        while wire.socket.recv(65536):
            pass

    with Wire(front.port) as wire:
        wire.send(request("/t/die-late", version="1.0"))
        with pytest.raises(ConnectionError):
            read_all(wire)


def test_a_silent_application_gives_the_page_after_a_while(
    site: Path, run_front: Callable[..., Running], run_app: Callable[[], Running]
) -> None:
    run_app()
    front = run_front("--relay-socket", str(site.parent / "app.sock"), "--limit", "first_byte_s=0.1")
    assert ask(front.port, "/t/slow").status == 503


def test_relays_wait_their_turn_and_files_do_not_wait_with_them(
    site: Path, run_front: Callable[..., Running], run_app: Callable[[], Running]
) -> None:
    run_app()
    front = run_front("--relay-socket", str(site.parent / "app.sock"), "--limit", "relays=4")
    statuses: list[int] = []
    askers = [
        threading.Thread(target=lambda: statuses.append(ask(front.port, "/t/slow").status)) for _ in range(16)
    ]
    for asker in askers:
        asker.start()
    time.sleep(0.2)
    started = time.monotonic()
    assert ask(front.port, "/appeals/PE-1/").status == 200
    assert time.monotonic() - started < 0.2
    for asker in askers:
        asker.join(10)
    assert statuses == [200] * 16


def test_beyond_the_queue_the_form_is_busy_and_says_when_to_come_back(
    site: Path, run_front: Callable[..., Running], run_app: Callable[[], Running]
) -> None:
    run_app()
    front = run_front(
        "--relay-socket", str(site.parent / "app.sock"), "--limit", "relays=1", "--limit", "waiting=1"
    )
    with Wire(front.port) as first, Wire(front.port) as second, Wire(front.port) as third:
        for wire in (first, second, third):
            wire.send(request("/t/slow"))
            time.sleep(0.05)
        answers = [wire.read() for wire in (first, second, third)]
    assert [answer and answer.status for answer in answers] == [200, 200, 503]
    assert answers[2] is not None
    assert "retry-after" in answers[2].fields


def test_nothing_a_person_sends_is_written_down_anywhere(
    own: tuple[Running, Running], tmp_path: Path
) -> None:
    """The text, the path and the user agent, also through every kind of failure."""
    front, app = own
    agent = f"User-Agent: {AGENT}"
    ask(front.port, f"/t/new/{CANARY}", agent, method="POST", body=CANARY.encode())
    seen = app.log.read_bytes()
    app.stop()
    app.log.unlink()
    for target, method, body in (
        (f"/t/new/{CANARY}", "POST", CANARY * 100),
        (f"/t/new/{CANARY}", "PUT", ""),
        (f"/{CANARY}", "GET", ""),
        (f"/t/%00{CANARY}", "GET", ""),
        (f"/t/{CANARY}", "POST", CANARY * 60_000),
        (f"/t/{CANARY * 1000}", "GET", ""),
    ):
        with Wire(front.port) as wire:
            wire.send(request(target, agent, f"Content-Length: {len(body)}", method=method))
            try:
                wire.send(body.encode())
            except ConnectionError:  # refused before the body
                continue
            wire.read()
    with Wire(front.port) as wire:
        wire.send(f"GET /t/{CANARY} HTTP/1.1\r\nHost: {HOST}\r\n{agent}\0\r\n\r\n".encode())
        wire.read()
    front.stop()
    assert AGENT.encode() not in seen
    assert b"127.0.0.1" not in seen
    log = front.log.read_text()
    assert "out of reach" in log
    assert "127.0.0.1" not in log
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        assert CANARY.encode() not in path.read_bytes(), path
        assert AGENT.encode() not in path.read_bytes(), path


@pytest.mark.nginx
def test_nginx_writes_nothing_down_either(request: pytest.FixtureRequest, app: Running) -> None:
    nginx: Running = request.getfixturevalue("_nginx")
    for method in ("GET", "POST"):
        ask(nginx.port, f"/t/new/{CANARY}", f"User-Agent: {AGENT}", method=method)
        ask(nginx.port, f"/{CANARY}", f"User-Agent: {AGENT}", method=method)
    for path in [path for path in nginx.run.rglob("*") if path.is_file()]:
        data = path.read_bytes()
        assert CANARY.encode() not in data, path
        assert AGENT.encode() not in data, path
