"""A new version takes over while people read appeals and send tips: nobody is turned away, nothing is lost."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.deploy.house import House, ask
from tests.deploy.web_servers import WebServer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("deploy")]
OWN = {"Origin": "https://localhost", "Sec-Fetch-Site": "same-origin"}


class Crowd:
    """Twenty requests a second: an appeal, the tip form and, every few, a tip. failed: what somebody was refused."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.failed: list[str] = []
        self.done = {"appeal": 0, "form": 0, "tip": 0, "desk": 0}
        self.filed: list[tuple[str, str]] = []  # number and code
        self.slowest = 0.0
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.walk, args=(n,)) for n in range(4)]

    def walk(self, number: int) -> None:
        turn = number
        while not self.ended.is_set():
            begun = time.monotonic()
            what = ("appeal", "form", "desk", "tip" if turn % 3 == 0 else "appeal")[turn % 4]
            try:
                getattr(self, what)()
                self.done[what] += 1
            except (AssertionError, OSError) as error:
                self.failed.append(f"{what}: {type(error).__name__} {error}"[:200])
            self.slowest = max(self.slowest, time.monotonic() - begun)
            turn += 1
            self.ended.wait(max(0.0, 0.2 - (time.monotonic() - begun)))

    def appeal(self) -> None:
        assert ask(self.port, "/appeals/PE-1001/").status == 200

    def desk(self) -> None:
        answer = ask(self.port, "/desk/sign-in/", host="desk.localhost")
        assert answer.status == 200, answer.status

    def form(self) -> str:
        answer = ask(self.port, "/t/new/start")
        assert answer.status == 200, answer.status
        found = re.search(r'name="ticket" value="([^"]+)"', answer.body)
        assert found
        return found[1]

    def tip(self) -> None:
        body = urlencode({"ticket": self.form(), "text": "Seen during the change."})
        answer = ask(self.port, "/t/new/start", method="POST", body=body, fields=OWN)
        assert answer.status == 200, answer.status
        found = re.search(r"\d{3}-\d{3}-\d{4}", answer.body)
        assert found
        code = re.search(r"[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{3}-[0-9a-z]{3}", answer.body)
        assert code
        self.filed.append((found[0], code[0]))


@pytest.fixture
def crowd(web: WebServer) -> Iterator[Crowd]:
    made = Crowd(web.tls)
    for thread in made.threads:
        thread.start()
    yield made
    made.ended.set()
    for thread in made.threads:
        thread.join()


def test_each_process_is_replaced_and_nobody_is_turned_away(crowd: Crowd, house: House) -> None:
    """The steps of docs/operations.md, "Upgrade", in their order."""
    time.sleep(1)
    for old, new in (("a", "b"), ("b", "a")):
        for unit in ("hue-public@", "hue-desk@"):
            house.start(unit, new)
            house.stop(unit, old)
        house.stop("hue-worker")
        house.start("hue-worker")
    time.sleep(1)
    crowd.ended.set()
    for thread in crowd.threads:
        thread.join()
    assert crowd.failed == []
    assert min(crowd.done.values()) > 0, crowd.done
    assert len(set(crowd.filed)) == crowd.done["tip"]
    for number, code in crowd.filed:
        back = ask(
            crowd.port, "/t/back", method="POST", body=urlencode({"number": number, "code": code}), fields=OWN
        )
        assert "Seen during the change." in back.body, number


def test_a_second_instance_on_the_same_socket_is_refused(house: House) -> None:
    said = house.stack.hue(
        "serve", "desk", "--socket", str(house.run / "desk-a.sock"), fails=True, HUE_RUN=str(house.run)
    )
    assert "answers on" in said


def test_what_never_answers_does_not_take_over(house: House) -> None:
    before = (house.run / "desk.sock").readlink()
    (house.run / "other").mkdir(exist_ok=True)
    said = house.stack.hue(
        "hand-over", str(house.run / "other" / "desk-b.sock"), str(house.run / "desk.sock"), fails=True
    )
    assert "same folder" in said
    assert (house.run / "desk.sock").readlink() == before
