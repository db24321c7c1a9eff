"""The contract of the connectors, and every fault, for the lists: what carries them fails, nobody is written to twice.

A list's connector hands a message over in our own tables, so nothing can fail there; the network of a list is what
carries the message to each person. So each case of tests/connectors/contract.py and each fault of
tests/connectors/faults.py is put to that, with two people on the list: the first one's hand-over fails.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from pytest_django import Settings

from hueandcry.channels.catalogue import connector_for
from hueandcry.channels.connector import Line, Outgoing, Publishes, Receipt, Refused, Unauthorised
from hueandcry.kernel import clock
from hueandcry.kernel.http import Server
from hueandcry.lists.models import Sending, Subscriber
from tests.connectors.contract import plays
from tests.lists.carriers import ENDS, end_of
from tests.lists.helpers import House, news, work

pytestmark = pytest.mark.slow
LINK = "https://port-ellery.example/appeals/PE-1/"
# Mode → what became of the first one's, in the end, and how often they have it; by the way it is carried.
HELD: dict[str, dict[str, tuple[str, int]]] = {
    "mail": {
        "drop_after": ("unknown", 1),
        "drop_before": ("unknown", 0),
        "error_after": ("returned", 1),
        "error_before": ("sent", 1),
        "slow": ("unknown", 1),
        "rate_limit": ("sent", 1),
        "refuse": ("returned", 0),
    },
    "kannel": {
        "drop_after": ("unknown", 1),
        "drop_before": ("unknown", 0),
        "error_after": ("unknown", 1),
        "error_before": ("unknown", 0),
        "slow": ("unknown", 1),
        "rate_limit": ("sent", 1),
        "refuse": ("returned", 0),
    },
    "push": {
        "drop_after": ("sent", 1),
        "drop_before": ("sent", 1),
        "error_after": ("sent", 1),
        "error_before": ("sent", 1),
        "slow": ("sent", 1),
        "rate_limit": ("sent", 1),
        "refuse": ("returned", 0),
    },
}
# What nobody knows is looked up there: by number, sender and words.
HELD["twilio"] = HELD["kannel"] | dict.fromkeys(("drop_after", "error_after", "slow"), ("sent", 1))


@pytest.fixture
def line(house: House) -> Line:
    """What the worker gives a list's connector; it calls nobody."""
    return Line(
        http=Server(address="https://lists.invalid"),
        secret={},
        session={},
        keep_session=lambda _session: None,
        picture=lambda _digest: b"",
        taken=lambda _remote_id: False,
    )


@pytest.fixture(params=ENDS)
def silent(
    request: pytest.FixtureRequest, house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """A far end that does not listen yet."""
    with end_of(request.param, house, settings, monkeypatch) as end:
        yield end


@pytest.fixture
def end(silent: Any, line: Line) -> Any:
    """A far end that works."""
    silent.listen()
    line.outbox = silent.house.outbox(silent.medium)
    return silent


def connector_of(end: Any) -> Publishes:
    return connector_for(end.medium)


def publish(end: Any, line: Line, post: Outgoing) -> Receipt:
    receipt = connector_of(end).publish(line, post)
    assert isinstance(receipt, Receipt)
    return receipt


def statuses() -> list[str]:
    return list(Sending.objects.order_by("pk").values_list("status", flat=True))


def later(patch: pytest.MonkeyPatch) -> None:
    """A quarter of an hour passes: whatever waits may be tried again."""
    moment = clock.now() + timedelta(minutes=15)
    patch.setattr(clock, "now", lambda: moment)


class ListContract:
    """The cases of tests/connectors/contract.py that have a meaning for a list."""

    def test_a_message_reaches_everybody_once_and_the_receipt_says_how_many(
        self, end: Any, line: Line
    ) -> None:
        post = news("Harbour Bridge is closed: Café, 17:40.")
        assert connector_of(end).find(line, post, "") is None
        receipt = publish(end, line, post)
        assert receipt.evidence == {"people": "2"}
        work()
        assert publish(end, line, post).remote_id == receipt.remote_id
        work()
        for person in end.people:
            (got,) = end.got(person)
            assert "Harbour Bridge is closed: Café, 17:40." in got
            assert LINK in got
        thawed = Outgoing.from_plain(json.loads(json.dumps(post.plain())))
        found = connector_of(end).find(line, thawed, "")
        assert isinstance(found, Receipt)
        assert (found.remote_id, found.evidence) == (receipt.remote_id, {"people": "2"})
        assert statuses() == ["sent", "sent"]

    def test_what_is_taken_down_goes_to_nobody_more_and_taking_down_again_is_quiet(
        self, end: Any, line: Line
    ) -> None:
        post = news()
        receipt = publish(end, line, post)
        for _time in range(2):
            connector_of(end).delete(line, post, receipt.remote_id)
        work()
        assert [end.got(person) for person in end.people] == [[], []]
        assert connector_of(end).find(line, post, receipt.remote_id) is None
        with pytest.raises(Refused):
            publish(end, line, post)

    def test_a_carrier_that_is_not_set_is_told_from_every_other_failure(self, end: Any, line: Line) -> None:
        end.unset()
        with pytest.raises(Unauthorised):
            publish(end, line, news())
        with pytest.raises(Unauthorised):
            connector_of(end).health(line)

    def test_an_account_that_is_no_list_is_refused(self, end: Any, line: Line) -> None:
        with pytest.raises(Refused):
            publish(end, replace(line, outbox=None), news())

    def test_the_longest_text_is_taken_whole(self, end: Any, line: Line) -> None:
        limits = connector_of(end).limits
        longest = "The bridge is closed. " * (limits.characters // 22)
        longest = longest[: limits.size - 200] if limits.size else longest
        publish(end, line, news(longest.strip(), link=""))
        work()
        got = " ".join(end.got(end.people[0])[0].split())
        assert longest.strip() in got
        assert limits.source
        assert limits.read_on.year >= 2026


class ListFaults:
    """The matrix."""

    @plays("up", *HELD["mail"])
    def test_putting_up(self, end: Any, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whatever becomes of the first one's, the other has it, nobody has it twice, what is unknown says so."""
        for mode, (status, copies) in HELD[_name(end)].items():
            post = news(f"Harbour Bridge is closed ({mode}).")
            with monkeypatch.context() as patch:
                end.fail(mode, patch)
                publish(end, line, post)
                work(1)
            later(monkeypatch)
            work()
            first, other = end.people
            rows = Sending.objects.filter(message__key=post.key).order_by("pk")
            assert list(rows.values_list("status", flat=True)) == [status, "sent"], mode
            until(partial(has, end, first, mode, copies))
            assert having(end, other, mode) == 1, mode
        assert set(Subscriber.objects.values_list("status", flat=True)) == {"active"}

    @plays("up", "expired_token")
    def test_a_carrier_that_does_not_accept_us_any_more_gets_it_once_it_does(
        self, end: Any, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        end.refuse_us()
        publish(end, line, news())
        work(1)
        assert statuses() == ["queued", "queued"]
        assert not [got for person in end.people for got in end.got(person)]
        end.accept_us()
        later(monkeypatch)
        work()
        assert statuses() == ["sent", "sent"]
        assert [len(end.got(person)) for person in end.people] == [1, 1]

    def test_a_carrier_that_does_not_listen_gets_it_once_it_does(
        self, silent: Any, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        line.outbox = silent.house.outbox(silent.medium)
        publish(silent, line, news())
        work(1)
        assert statuses() == ["queued", "queued"]
        silent.listen()
        later(monkeypatch)
        work()
        assert statuses() == ["sent", "sent"]
        assert [len(silent.got(person)) for person in silent.people] == [1, 1]


class TestLists(ListContract, ListFaults):
    channels = frozenset(end.medium for end in ENDS.values())


def _name(end: Any) -> str:
    return next(name for name, kind in ENDS.items() if type(end) is kind)


def having(end: Any, person: str, mode: str) -> int:
    """How often somebody has the message of this mode."""
    return sum(f"({mode})" in got for got in end.got(person))


def has(end: Any, person: str, mode: str, copies: int) -> bool:
    return having(end, person, mode) == copies


def until(done: Callable[[], bool]) -> None:
    """A slow end may have taken it a moment later."""
    deadline = time.monotonic() + 30
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)
