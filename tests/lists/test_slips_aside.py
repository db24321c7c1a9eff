"""A slip that cannot be carried out keeps nobody waiting, and is not lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from hueandcry.agencies.roles import Role
from hueandcry.desk import slips_aside
from hueandcry.kernel import clock
from hueandcry.kernel.errors import NotFound
from hueandcry.lists import aside, aside_actions, slips, taking, tasks, vault
from hueandcry.lists.models import SlipAside, Subscriber
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.lists.helpers import House

pytestmark = pytest.mark.slow
Later = Callable[[timedelta], None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """The clock goes on."""

    def go_on(by: timedelta) -> None:
        moment = clock.now() + by
        monkeypatch.setattr(clock, "now", lambda: moment)

    return go_on


def broken(house: House, kind: str = "ask") -> None:
    """A slip with half a letter in its address: it opens, and cannot be carried out."""
    said = {"medium": "email_list", "address": "\ud800@harbour.example", "choices": {}}
    slips.drop(agency_id=house.agency.pk, kind=kind, said=said)


def test_one_that_fails_is_put_aside_and_the_rest_go_on(house: House) -> None:
    house.opened()
    broken(house)
    house.ask("ada@harbour.example")
    assert tasks.take_slips() == 2
    assert Subscriber.objects.count() == 1
    row = SlipAside.objects.get()
    assert (row.agency_id, row.kind, row.last_error) == (house.agency.pk, "ask", "UnicodeEncodeError")
    assert list(slips.waiting()) == []
    assert slips.lying_aside(row.name).exists()
    assert tasks.take_slips() == 0


def test_it_is_tried_a_few_times_more_and_then_waits_for_a_person(house: House, later: Later) -> None:
    house.opened()
    broken(house)
    tasks.take_slips()
    tries = 0
    for wait in aside.WAITS:
        assert tasks.take_slips() == 0  # not before its time
        later(wait + timedelta(seconds=1))
        tries += tasks.take_slips()
    assert tries == len(aside.WAITS)
    later(timedelta(days=60))
    assert tasks.take_slips() == 0
    tasks.forget_old()
    row = SlipAside.objects.get()
    assert row.due_at is None
    aside_actions.try_slip(slip_id=row.pk, by=house.keeper)
    assert tasks.take_slips() == 1
    assert SlipAside.objects.get().due_at is None


def test_what_could_not_be_opened_is_carried_out_once_the_key_is_back(
    house: House, settings: Settings, tmp_path: Path, later: Later
) -> None:
    house.opened()
    house.ask("ada@harbour.example")
    ours, settings.HUE_KEYS = settings.HUE_KEYS, tmp_path / "others"
    vault.make_key()
    tasks.take_slips()
    assert not Subscriber.objects.exists()
    assert SlipAside.objects.get().agency_id is None
    settings.HUE_KEYS = ours
    later(timedelta(minutes=2))
    tasks.take_slips()
    assert Subscriber.objects.count() == 1
    assert not SlipAside.objects.exists()
    assert list((slips.folder() / slips.ASIDE).iterdir()) == []


def test_what_nobody_can_open_goes_after_a_month(
    house: House, settings: Settings, tmp_path: Path, later: Later
) -> None:
    house.opened()
    house.ask("ada@harbour.example")
    settings.HUE_KEYS = tmp_path / "others"
    vault.make_key()
    tasks.take_slips()
    later(timedelta(days=29))
    tasks.forget_old()
    with pytest.raises(aside_actions.NobodysSlip):
        aside_actions.drop_slip(slip_id=SlipAside.objects.get().pk, by=house.keeper)
    later(timedelta(days=2))
    tasks.forget_old()
    assert not SlipAside.objects.exists()
    assert list((slips.folder() / slips.ASIDE).iterdir()) == []


def test_a_worker_killed_halfway_loses_nothing(house: House, later: Later) -> None:
    house.opened()
    broken(house)
    (path,) = slips.waiting()
    tasks.take_slips()
    slips.lying_aside(path.name).rename(path)  # as if it was killed between the row and the move
    assert tasks.take_slips() == 1
    assert SlipAside.objects.count() == 1
    slips.lying_aside(path.name).unlink()  # as if it was killed after it was carried out
    later(timedelta(minutes=2))
    tasks.take_slips()
    assert not SlipAside.objects.exists()


def test_a_person_throws_one_away_and_it_stands_on_the_record(
    house: House, django_capture_on_commit_callbacks: Any
) -> None:
    house.opened()
    broken(house, kind="join")
    tasks.take_slips()
    row = SlipAside.objects.get()
    stranger = make_actor(make_agency(name="Far Point Police"), Role.ADMINISTRATOR)
    with pytest.raises(NotFound):
        aside_actions.drop_slip(slip_id=row.pk, by=stranger)
    with django_capture_on_commit_callbacks(execute=True):
        aside_actions.drop_slip(slip_id=row.pk, by=house.keeper)
    assert not slips.lying_aside(row.name).exists()
    assert Entry.objects.filter(verb="slip.drop", subject=f"slip:{row.pk}").exists()


@pytest.mark.parametrize("kind", ["leave", "stop"])
def test_a_wish_to_leave_is_never_thrown_away_and_never_given_up(
    house: House, later: Later, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.opened()
    slips.drop(agency_id=house.agency.pk, kind=kind, said={"medium": "email_list", "address": "a@b.example"})

    def away(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(taking, "_leave", away)
    tasks.take_slips()
    with pytest.raises(aside_actions.WantsToLeave):
        aside_actions.drop_slip(slip_id=SlipAside.objects.get().pk, by=house.keeper)
    assert [row.drops for row in slips_aside.rows(house.keeper)] == [False]
    for _try in range(len(aside.WAITS) + 2):
        later(aside.WAITS[-1] + timedelta(seconds=1))
        assert tasks.take_slips() == 1
    assert SlipAside.objects.get().due_at is not None
    monkeypatch.undo()
    aside_actions.try_slip(slip_id=SlipAside.objects.get().pk, by=house.keeper)
    tasks.take_slips()
    assert not SlipAside.objects.exists()


def test_a_wish_to_leave_that_nobody_can_open_is_kept_for_longer_than_a_month(
    house: House, settings: Settings, tmp_path: Path, later: Later
) -> None:
    house.opened()
    slips.drop(agency_id=house.agency.pk, kind="leave", said={"subscriber": 1})
    settings.HUE_KEYS = tmp_path / "others"
    vault.make_key()
    tasks.take_slips()
    later(timedelta(days=60))
    tasks.forget_old()
    row = SlipAside.objects.get()
    assert (row.agency_id, row.kind) == (None, "leave")
    with pytest.raises(aside_actions.WantsToLeave):
        aside_actions.drop_slip(slip_id=row.pk, by=house.keeper)


def test_a_slip_that_lies_aside_without_a_row_is_shown_and_carried_out(house: House) -> None:
    house.opened()
    broken(house)
    tasks.take_slips()
    SlipAside.objects.all().delete()  # as after a database was brought back from a copy
    assert slips_aside.rows(house.keeper) == []
    tasks.forget_old()
    (row,) = slips_aside.rows(house.keeper)
    assert not row.drops
    tasks.take_slips()
    found = SlipAside.objects.get()
    assert (found.agency_id, found.last_error) == (house.agency.pk, "UnicodeEncodeError")
