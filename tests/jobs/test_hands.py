"""Hands of a sweep: nobody waits for the slowest, nothing is counted twice, each row is ended before they stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Event, Lock

import pytest

from hueandcry.jobs import hands
from hueandcry.jobs.hands import Hands

MOST = 3
LONG = 60.0  # seconds: far more than is needed, so that a busy machine fails nothing


class Pile:
    """Rows to handle; `held` ones are at it until they are let go."""

    def __init__(self, *rows: str) -> None:
        self.rows, self.at_it, self.most_at_it = list(rows), 0, 0
        self.let_go, self.lock = Event(), Lock()
        self.done: list[str] = []

    def waiting(self, most: int) -> int:
        """As `claimable` does."""
        with self.lock:
            return min(most, len(self.rows))

    def one(self) -> bool:
        """Take a row and handle it."""
        with self.lock:
            if not self.rows:
                return False
            row = self.rows.pop(0)
            self.at_it += 1
            self.most_at_it = max(self.most_at_it, self.at_it)
        try:
            if row.startswith("held"):
                assert self.let_go.wait(LONG)
            if row == "broken":
                raise OSError("no disk")
            with self.lock:
                self.done.append(row)
        finally:
            with self.lock:
                self.at_it -= 1
        return True


@pytest.fixture
def made() -> Iterator[Callable[[Pile], Hands]]:
    """Hands for a pile; in the end they let go of everything."""
    piles: list[Pile] = []

    def make(pile: Pile) -> Hands:
        piles.append(pile)
        return Hands("test", pile.one)

    try:
        yield make
    finally:
        for pile in piles:
            pile.let_go.set()
        hands.NAMES.pop("test").stop()


def turns(one: Hands, pile: Pile, until: Callable[[], bool]) -> int:
    """The sweep's turns until something holds; how many rows they told of."""
    end, told = time.monotonic() + LONG, 0
    while not until():
        assert time.monotonic() < end
        told += one.turn(waiting=pile.waiting, most=MOST)
    return told


def test_what_comes_later_does_not_wait_for_the_slowest(made: Callable[[Pile], Hands]) -> None:
    pile = Pile("held", "a")
    one = made(pile)
    turns(one, pile, lambda: pile.done == ["a"])
    pile.rows.append("emergency")
    turns(one, pile, lambda: pile.done == ["a", "emergency"])
    assert pile.at_it == 1  # the slow one is still at it
    pile.let_go.set()
    turns(one, pile, lambda: "held" in pile.done)


def test_a_turn_comes_back_while_everybody_is_busy(made: Callable[[Pile], Hands]) -> None:
    pile = Pile(*["held"] * (MOST + 1))
    one = made(pile)
    for _ in range(3):
        assert one.turn(waiting=pile.waiting, most=MOST) == 0
    assert pile.rows == ["held"]
    pile.let_go.set()
    one.finish()
    assert pile.most_at_it == MOST


def test_every_row_is_counted_once(made: Callable[[Pile], Hands]) -> None:
    pile = Pile(*[str(number) for number in range(500)])
    one = made(pile)
    told = turns(one, pile, lambda: len(pile.done) == 500)
    assert told + one.finish() == 500
    assert one.finish() == one.turn(waiting=pile.waiting, most=MOST) == 0


def test_no_hand_is_called_where_nothing_waits(made: Callable[[Pile], Hands]) -> None:
    pile = Pile()
    pile.one = lambda: pytest.fail("nothing waits")  # type: ignore[method-assign]
    assert made(pile).turn(waiting=pile.waiting, most=MOST) == 0


def test_what_a_hand_raises_reaches_the_sweep_and_the_rest_goes_on(made: Callable[[Pile], Hands]) -> None:
    pile = Pile("broken", "a", "b")
    one = made(pile)
    with pytest.raises(OSError, match="no disk"):
        turns(one, pile, lambda: False)
    one.finish()
    pile.rows.append("c")
    turns(one, pile, lambda: sorted(pile.done) == ["a", "b", "c"])


def test_stopping_ends_the_rows_in_hand_and_begins_no_other(made: Callable[[Pile], Hands]) -> None:
    pile = Pile(*["held"] * MOST, "never")
    one = made(pile)
    turns(one, pile, lambda: pile.at_it == MOST)
    one.let_go()
    pile.let_go.set()
    hands.stop_all()
    assert (len(pile.done), pile.rows) == (MOST, ["never"])
    turns(one, pile, lambda: "never" in pile.done)  # a worker that is started again in this process
