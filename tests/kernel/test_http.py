"""The window to other people's servers."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from hueandcry.kernel import clock, http
from hueandcry.kernel.http import AddressRefused, MayHaveArrived, NotSent, Server, allowed_address
from tests.servers.pds import free_port

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
Serve = Callable[[bytes], "Listener"]


class Listener:
    """Answers every request with the same bytes, then closes; keeps what it was sent."""

    def __init__(self, answer: bytes, *, wait: threading.Event | None = None) -> None:
        self.answer, self.wait = answer, wait
        self.heard: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self.socket.accept()
            except OSError:
                return
            with client, contextlib.suppress(OSError):  # the side under test may hang up first
                self.heard.append(client.recv(65536))
                if self.wait:
                    self.wait.wait(10)
                client.sendall(self.answer)


@pytest.fixture
def serve(settings: Any) -> Iterator[Callable[..., Listener]]:
    started = []

    def start(answer: bytes = OK, **options: Any) -> Listener:
        listener = Listener(answer, **options)
        started.append(listener)
        settings.HUE_ALLOW_PRIVATE = [item.address for item in started]
        return listener

    yield start
    for listener in started:
        listener.socket.close()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1",
        "https://localhost",
        "https://10.0.0.1",
        "https://169.254.169.254",
        "https://[::1]",
        "https://[::ffff:127.0.0.1]",
        "https://[fd00::1]",
        "https://[fec0::1]",
        "https://[64:ff9b::7f00:1]",
        "https://[64:ff9b:1::808:808]",
        "https://[::7f00:1]",
        "https://[2002:7f00:1::]",
        "https://0.0.0.0",
        "https://100.64.0.1",
        "https://2130706433",
        "https://user:pass@127.0.0.1",
        "ftp://127.0.0.1",
        "file:///etc/passwd",
        "https://127.0.0.1:99999",
        "nonsense",
        "",
    ],
)
def test_an_address_inside_our_network_is_refused(address: str, settings: Any) -> None:
    settings.HUE_ALLOW_PRIVATE = ["127.0.0.1:8002"]
    assert not allowed_address(address)
    with pytest.raises(AddressRefused):
        Server(address=address).call("GET", "/")


@pytest.mark.parametrize(
    "address",
    [
        f"https://{'a' * 64}.example",
        "https://a..b.example",
        "https://[abc",
        "https://8.8.8.8/\x01",
        "https://☃.example",
    ],
)
def test_what_no_address_can_be_is_refused_and_breaks_nothing(address: str) -> None:
    assert not allowed_address(address)
    with pytest.raises(AddressRefused):
        Server(address=address).call("GET", "/")


def test_an_address_is_allowed_by_host_and_port_and_not_by_host_alone(serve: Any) -> None:
    one = serve()
    assert Server(address=f"http://{one.address}").call("GET", "/").status == 200
    assert not allowed_address("http://127.0.0.1:1")


def test_a_public_address_needs_encryption() -> None:
    assert not allowed_address("http://8.8.8.8")
    assert allowed_address("https://8.8.8.8")
    assert allowed_address("https://[64:ff9b::808:808]")


def test_nobody_there_is_certainly_not_sent(settings: Any) -> None:
    gone = f"127.0.0.1:{free_port()}"
    settings.HUE_ALLOW_PRIVATE = [gone]
    with pytest.raises(NotSent) as failure:
        Server(address=f"http://{gone}").call("POST", "/")
    assert not isinstance(failure.value, AddressRefused)


@pytest.mark.slow
def test_silence_after_the_request_may_have_arrived(serve: Any) -> None:
    event = threading.Event()
    slow = serve(wait=event)
    with pytest.raises(MayHaveArrived):
        Server(address=f"http://{slow.address}", within=0.3).call("POST", "/", json={"a": 1})
    event.set()
    assert slow.heard


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}", b"nonsense\r\n\r\n"]
)
def test_half_an_answer_may_have_arrived(serve: Any, answer: bytes) -> None:
    with pytest.raises(MayHaveArrived):
        Server(address=f"http://{serve(answer).address}").call("POST", "/")


def test_an_answer_without_end_is_cut_off(serve: Any) -> None:
    endless = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" + b"x" * 4_000_000)
    with pytest.raises(MayHaveArrived):
        Server(address=f"http://{endless.address}").call("GET", "/")


def test_a_redirect_is_an_answer_and_is_not_followed(serve: Any) -> None:
    other = serve()
    first = serve(
        f"HTTP/1.1 302 Found\r\nLocation: http://{other.address}/\r\nContent-Length: 0\r\n\r\n".encode()
    )
    assert Server(address=f"http://{first.address}").call("GET", "/").status == 302
    assert other.heard == []


def test_a_failure_names_neither_query_nor_token(serve: Any) -> None:
    server = Server(address=f"http://{serve(b'').address}")
    with pytest.raises(MayHaveArrived) as failure:
        server.call(
            "POST", "/path", query={"q": "secret-query"}, headers={"Authorization": "Bearer secret-token"}
        )
    assert "secret" not in f"{failure.value}{failure.value!r}"
    assert "/path" in str(failure.value)


def test_no_call_begins_when_the_lease_is_about_to_end(serve: Any) -> None:
    server = serve()
    with pytest.raises(NotSent):
        Server(address=f"http://{server.address}", until=clock.now() + timedelta(seconds=0.5)).call(
            "POST", "/"
        )
    assert server.heard == []


@pytest.mark.slow
def test_no_call_outlives_the_lease(serve: Any) -> None:
    event = threading.Event()
    slow = serve(wait=event)
    begun = clock.now()
    with pytest.raises(MayHaveArrived):
        Server(address=f"http://{slow.address}", until=begun + timedelta(seconds=1.5)).call("POST", "/")
    assert clock.now() - begun < timedelta(seconds=1.5)
    event.set()


def test_a_body_that_is_taken_too_slowly_ends_with_its_time() -> None:
    body = http.Streamed(2, lambda: iter([b"a", b"b"]))
    begun = http._in_time(body, time.monotonic() + 60, "POST x")
    assert next(begun) == b"a"
    late = http._in_time(body, time.monotonic() - 1, "POST x")
    with pytest.raises(http.MayHaveArrived):
        next(late)


def test_the_servers_name_goes_with_the_request_to_the_checked_address(serve: Any, settings: Any) -> None:
    server = serve()
    port = server.address.rpartition(":")[2]
    settings.HUE_ALLOW_PRIVATE = [f"localhost:{port}"]
    assert Server(address=f"http://localhost:{port}").call("GET", "/").status == 200
    assert f"Host: localhost:{port}".encode() in server.heard[0]


def test_a_name_in_other_letters_is_looked_up_and_named_by_its_plain_form(
    serve: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve()
    host, port = server.address.split(":")
    asked: list[str] = []

    def found(name: str, *_more: Any, **_options: Any) -> list[Any]:
        asked.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, int(port)))]

    settings.HUE_ALLOW_PRIVATE = [f"xn--bcher-kva.example:{port}"]
    with monkeypatch.context() as patch:
        patch.setattr(http.socket, "getaddrinfo", found)
        addresses = http._resolve(f"http://bücher.example:{port}/", "GET")
    assert (addresses, asked) == ((f"xn--bcher-kva.example:{port}", [host]), ["xn--bcher-kva.example"])
    monkeypatch.setattr(http, "_resolve", lambda _url, _method: addresses)
    assert Server(address=f"http://bücher.example:{port}").call("GET", "/ä").status == 200
    assert f"Host: xn--bcher-kva.example:{port}".encode() in server.heard[0]


def test_a_credential_that_no_header_carries_is_certainly_not_sent(serve: Any) -> None:
    server = serve()
    with pytest.raises(NotSent):
        Server(address=f"http://{server.address}").call("GET", "/", headers={"Authorization": "Bearer tökén"})
    assert server.heard == []
