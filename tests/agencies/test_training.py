"""The training gate: courses, who passed them, when they lapse, who takes them away."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from hueandcry.agencies import shipped, tasks, training, training_actions
from hueandcry.agencies.models import Agency, Training
from hueandcry.agencies.roles import Role
from hueandcry.agencies.standing import standing_of
from hueandcry.agencies.training import State
from hueandcry.cli import init
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.records.models import Entry
from tests.factories import make_actor, make_agency
from tests.factories_rules import gate, make_course, number_of, train

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = NOW.date()


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock stands at the one moment in the list."""
    standing = [NOW]
    monkeypatch.setattr(clock, "now", lambda: standing[0])
    return standing


@pytest.fixture
def agency(db: None, moment: list[datetime]) -> Agency:
    return make_agency()


def codes(person: Actor) -> list[str]:
    found = standing_of(person_id=number_of(person), agency_id=person.agency_id)
    return [code for code, _sentence in found.problems]


def state(person: Actor) -> State:
    agency = Agency.objects.get(pk=person.agency_id)
    return training.trained(person_id=number_of(person), agency=agency).state


def test_the_shipped_course_has_twelve_units_on_three_days_each_with_a_test() -> None:
    units = shipped.syllabus()
    assert len(units) == 12
    assert {unit["title"][:5] for unit in units} == {"Day 1", "Day 2", "Day 3"}
    assert all(any(item.startswith("Test:") for item in unit["contents"]) for unit in units)
    assert shipped.parse_syllabus(shipped.write_syllabus(units)) == units


def test_without_the_gate_nobody_needs_a_course_and_with_it_everybody_does(agency: Agency) -> None:
    author, trained = make_actor(agency, Role.AUTHOR), make_actor(agency, Role.AUTHOR)
    assert codes(author) == []
    gate(agency, trained)
    assert (codes(author), codes(trained)) == (["no_course"], [])


def test_the_gate_needs_a_course_to_pass_and_only_an_administrator_switches_it(agency: Agency) -> None:
    admin, leader = make_actor(agency, Role.ADMINISTRATOR), make_actor(agency, Role.LEADER)
    with pytest.raises(Conflict):
        training_actions.require_training(on=True, by=admin)
    make_course(admin)
    with pytest.raises(NotAllowed):
        training_actions.require_training(on=True, by=leader)
    assert training_actions.require_training(on=True, by=admin).requires_training
    assert not training_actions.require_training(on=False, by=admin).requires_training
    verbs = list(Entry.objects.filter(verb__startswith="agency.").values_list("verb", flat=True))
    assert verbs[-2:] == ["agency.require-training", "agency.waive-training"]


def test_it_is_seen_beforehand_who_would_lose_the_right(agency: Agency) -> None:
    admin = make_actor(agency, Role.ADMINISTRATOR, name="Petra Solway")
    nora = make_actor(agency, Role.AUTHOR, name="Nora Vance")
    make_actor(agency, Role.STEWARD, name="Luis Amaro")
    make_actor(agency, Role.RECORD_KEEPER, name="Tomas Reyes")
    train(nora, course=make_course(admin), by=admin)
    lines = training.people_trained(actor=admin)
    assert [line.person.name for line in lines] == ["Luis Amaro", "Nora Vance", "Petra Solway", "Tomas Reyes"]
    assert [line.person.name for line in training.would_lose(lines)] == ["Luis Amaro"]


def test_a_course_lapses_after_its_months_and_is_in_force_on_its_last_day(
    agency: Agency, moment: list[datetime]
) -> None:
    author = make_actor(agency, Role.AUTHOR)
    admin, course = gate(agency)
    (row,) = train(author, course=course, by=admin)
    assert row.expires_on == date(2028, 11, 22)
    moment[0] = datetime(2028, 11, 22, 23, 0, tzinfo=UTC)
    assert (state(author), codes(author)) == (State.SOON, [])
    moment[0] = datetime(2028, 11, 23, 0, 30, tzinfo=UTC)
    assert (state(author), codes(author)) == (State.LAPSED, ["lapsed"])


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 22), 24, date(2028, 11, 22)),
        (date(2026, 11, 22), -24, date(2024, 11, 22)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, end: date) -> None:
    assert training.months_later(day, months) == end


def test_who_is_revoked_may_not_post_until_they_pass_again_after_that_day(
    agency: Agency, moment: list[datetime]
) -> None:
    author = make_actor(agency, Role.AUTHOR)
    admin, course = gate(agency, author)
    leader = make_actor(agency, Role.LEADER)
    assert (
        training_actions.revoke_training(person_id=number_of(author), reason="Named a victim", by=leader) == 1
    )
    assert (state(author), codes(author)) == (State.REVOKED, ["revoked"])
    with pytest.raises(Conflict):
        train(author, course=course, by=admin, passed_on=DAY - timedelta(days=1))
    moment[0] += timedelta(days=9)
    train(author, course=course, by=admin)
    assert codes(author) == []
    body = Entry.objects.get(verb="training.revoke").body.lines
    assert "Named a victim" in body


def test_revoking_needs_a_reason_and_a_course_in_force(agency: Agency) -> None:
    author = make_actor(agency, Role.AUTHOR)
    admin, _course = gate(agency, author)
    with pytest.raises(Invalid):
        training_actions.revoke_training(person_id=number_of(author), reason="  ", by=admin)
    training_actions.revoke_training(person_id=number_of(author), reason="x", by=admin)
    with pytest.raises(Conflict):
        training_actions.revoke_training(person_id=number_of(author), reason="x", by=admin)


def test_nobody_vouches_for_themselves_nor_for_strangers_nor_for_the_future(agency: Agency) -> None:
    admin, course = gate(agency)
    author, stranger = make_actor(agency, Role.AUTHOR), make_actor(make_agency(), Role.AUTHOR)
    with pytest.raises(training_actions.OwnTraining):
        train(admin, course=course, by=admin)
    with pytest.raises(NotFound):
        train(stranger, course=course, by=admin)
    with pytest.raises(Invalid):
        train(author, course=course, by=admin, passed_on=DAY + timedelta(days=1))
    with pytest.raises(Invalid):
        train(author, course=course, by=admin, passed_on=DAY - timedelta(days=900))
    with pytest.raises(NotAllowed):
        train(author, course=course, by=author)
    assert not Training.objects.exists()


def test_a_whole_class_is_recorded_together_or_not_at_all(agency: Agency) -> None:
    admin, course = gate(agency)
    class_ = [make_actor(agency, Role.STEWARD) for _n in range(3)]
    train(*class_, course=course, by=admin)
    assert [codes(person) for person in class_] == [[], [], []]
    assert Entry.objects.filter(verb="training.record").count() == 3
    with pytest.raises(Invalid):
        train(course=course, by=admin)


def test_a_retired_course_is_passed_no_more_and_stays_in_force_for_those_who_did(agency: Agency) -> None:
    author, late = make_actor(agency, Role.AUTHOR), make_actor(agency, Role.AUTHOR)
    admin, course = gate(agency, author)
    training_actions.retire_course(course_id=course.pk, by=admin)
    assert codes(author) == []
    with pytest.raises(Conflict):
        train(late, course=course, by=admin)


def test_another_agencys_course_is_no_course_here(agency: Agency) -> None:
    admin = make_actor(agency, Role.ADMINISTRATOR)
    _other, theirs = gate(make_agency())
    with pytest.raises(NotFound):
        train(make_actor(agency, Role.AUTHOR), course=theirs, by=admin)


def test_changing_a_course_leaves_what_was_passed_alone(agency: Agency) -> None:
    author = make_actor(agency, Role.AUTHOR)
    admin, course = gate(agency, author)
    values: dict[str, Any] = {"name": "Shorter", "days": 1, "valid_months": 1, "syllabus": course.syllabus}
    changed = training_actions.change_course(course_id=course.pk, **values, by=admin)
    assert (changed.name, changed.valid_months) == ("Shorter", 1)
    assert Training.objects.get().expires_on == date(2028, 11, 22)
    with pytest.raises(Invalid):
        training_actions.change_course(course_id=course.pk, **{**values, "syllabus": []}, by=admin)
    second = make_course(admin)
    with pytest.raises(Conflict):
        training_actions.change_course(course_id=second.pk, **values, by=admin)


def test_people_are_warned_thirty_and_seven_days_before(
    agency: Agency, moment: list[datetime], settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example"
    author = make_actor(agency, Role.AUTHOR)
    admin, course = gate(agency)
    (row,) = train(author, course=course, by=admin)
    seen = []
    for _day in range(40):
        if tasks.warn_of_lapses():
            seen.append((row.expires_on - moment[0].date()).days)
        moment[0] = max(moment[0] + timedelta(days=1), datetime(2028, 10, 20, 9, 30, tzinfo=UTC))
    assert seen == [30, 7]
    assert len(mail.outbox) == 2
    assert "lapses on 22 November 2028" in mail.outbox[0].subject
    assert Entry.objects.filter(verb="training.warn").count() == 2


def test_nobody_is_warned_of_what_was_renewed_or_revoked(agency: Agency, moment: list[datetime]) -> None:
    renewed, revoked = make_actor(agency, Role.AUTHOR), make_actor(agency, Role.AUTHOR)
    admin, course = gate(agency, renewed, revoked)
    training_actions.revoke_training(person_id=number_of(revoked), reason="x", by=admin)
    moment[0] = datetime(2028, 10, 1, 9, 30, tzinfo=UTC)
    train(renewed, course=course, by=admin)
    moment[0] = datetime(2028, 11, 10, 9, 30, tzinfo=UTC)
    tasks.warn_of_lapses()
    assert not Entry.objects.filter(verb="training.warn").exists()


@pytest.mark.parametrize(
    ("words", "gated"), [((), True), (("--no-require-training",), False), (("--require-training",), True)]
)
def test_a_new_agency_has_the_gate_on_unless_the_operator_says_otherwise(
    words: tuple[str, ...], *, gated: bool
) -> None:
    parser = argparse.ArgumentParser()
    init.add(parser.add_subparsers())
    assert parser.parse_args(["init", *words]).require_training is gated


def test_the_operator_can_set_an_agency_up_with_the_gate_on(agency: Agency) -> None:
    init.require_training(agency.pk)
    agency.refresh_from_db()
    assert agency.requires_training
    assert len(agency.courses.get().syllabus) == 12
