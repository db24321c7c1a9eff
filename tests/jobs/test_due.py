"""Due rows: claimed once, given back when a worker dies, finished behind a fence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, models

from hueandcry.jobs.due import Due, claim, postpone, settle
from hueandcry.kernel import clock

pytestmark = pytest.mark.django_db


class Errand(Due):
    """A job for these tests only."""

    name = models.CharField(max_length=20)

    class Meta:
        app_label = "errands"  # not an installed room: no migration is missed


@pytest.fixture(autouse=True)
def _table(db: None) -> None:
    # Without foreign keys SQLite may alter tables inside the test's transaction.
    with (
        connection.schema_editor(atomic=False)
        if connection.vendor == "postgresql"
        else connection.cursor() as editor
    ):
        if connection.vendor == "postgresql":
            editor.create_model(Errand)
        else:
            editor.execute(
                "CREATE TABLE errands_errand (id integer PRIMARY KEY AUTOINCREMENT, name text, due_at datetime NULL,"
                " attempts integer, claimed_by text, claimed_until datetime NULL, last_error text)"
            )


def make(name: str, *, minutes: float = -1) -> Errand:
    return Errand.objects.create(name=name, due_at=clock.now() + timedelta(minutes=minutes))


def take(limit: int = 10) -> list[Errand]:
    return claim(Errand.objects.all(), limit=limit, hold=timedelta(minutes=2))


def test_what_is_due_is_claimed_once_oldest_first() -> None:
    make("second", minutes=-1)
    make("first", minutes=-5)
    make("later", minutes=5)
    assert [row.name for row in take()] == ["first", "second"]
    assert take() == []


def test_a_dead_workers_row_is_claimed_again_after_its_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a")
    first = take()[0]
    later = clock.now() + timedelta(minutes=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    second = take()[0]
    assert second.attempts == 2
    assert not settle(first)
    assert settle(second)
    assert take() == []


def test_a_row_given_back_is_due_at_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    make("a")
    row = take()[0]
    assert postpone(row, until=clock.now() + timedelta(minutes=10), error="the network is down")
    assert take() == []
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    again = take()[0]
    assert (again.last_error, again.attempts) == ("the network is down", 2)


def test_two_workers_that_saw_the_same_row_do_not_both_win() -> None:
    make("a")
    one = Errand.objects.get()
    winner = take()[0]
    assert one.claimed_by == ""
    assert not settle(one, name="stolen")
    assert settle(winner, name="done")
    assert Errand.objects.get().name == "done"
