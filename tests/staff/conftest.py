"""A desk whose clock stands (tests/posts), people of every part, and services on loopback that are told things."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from hueandcry.agencies.roles import Role
from hueandcry.kernel.actor import Actor
from hueandcry.staff import speaking
from hueandcry.staff.speaking import Outcome
from tests.factories import make_actor
from tests.lists.conftest import mail
from tests.posts.conftest import Desk, desk
from tests.posts.helpers import Newsroom

__all__ = ["desk", "mail"]


@dataclass
class Receiver:
    """A web service on loopback that keeps what it is told. answers: the status it gives; to: where it redirects."""

    port: int = 0
    answers: int = 200
    to: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@dataclass
class Told:
    """In place of the limited process: what was said, and how the coming ones end."""

    said: list[tuple[str, str]] = field(default_factory=list)
    next: list[Outcome | type[BaseException]] = field(default_factory=list)

    def tell(self, url: str, *, title: str, body: str) -> Outcome:
        """As speaking.tell."""
        how = self.next.pop(0) if self.next else Outcome.SENT
        if not isinstance(how, Outcome):
            raise how
        self.said.append((title, body))
        assert url.startswith("jsons://hooks.example/")
        return how


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A service of the agency's own, which the setting admits."""
    here = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            here.asked.append(self.path)
            here.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(here.answers)
            if here.to:
                self.send_header("Location", here.to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            here.asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    here.port = server.server_port
    settings.HUE_ALLOW_PRIVATE = [f"127.0.0.1:{here.port}"]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Nothing leaves this process, and no service is looked at; tests/staff/test_speaking.py does both for real."""
    there = Told()
    monkeypatch.setattr(speaking, "tell", there.tell)
    monkeypatch.setattr(speaking, "service_of", lambda _url: "Custom JSON")
    return there


@pytest.fixture
def room(desk: Desk) -> Newsroom:
    """Somebody who writes and somebody who approves; posts go in the writer's own right."""
    return Newsroom.of(desk, mode="free")


@pytest.fixture
def colleague(desk: Desk) -> Actor:
    return make_actor(desk.agency, Role.COLLEAGUE, name="Luis Amaro")
