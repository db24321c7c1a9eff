"""Courses, policies and brakes that tests need, built through actions."""

from __future__ import annotations

from datetime import date, timedelta

from hueandcry.agencies import (
    acknowledging,
    brake_actions,
    policy_actions,
    shipped,
    training,
    training_actions,
)
from hueandcry.agencies.models import Agency, Brake, Course, Policy, PolicyVersion, Training
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from tests.factories import make_actor

QUIZ = [
    {"ask": "Guilty?", "answers": ["Yes", "A court decides"], "right": 1, "because": "Only a court."},
    {"ask": "A readable plate?", "answers": ["Cover it", "Post it"], "right": 0, "because": ""},
]


def number_of(actor: Actor) -> int:
    """The person's id."""
    return int(actor.ref.partition(":")[2])


def make_course(by: Actor, *, name: str = "Speaking for the agency", valid_months: int = 24) -> Course:
    """The shipped course."""
    return training_actions.add_course(
        name=name, days=3, valid_months=valid_months, syllabus=shipped.syllabus(), by=by
    )


def train(*people: Actor, course: Course, by: Actor, passed_on: date | None = None) -> list[Training]:
    """Record that these people passed it, today unless another day is given."""
    agency = Agency.objects.get(pk=by.agency_id)
    return training_actions.record_training(
        person_ids=[number_of(person) for person in people],
        course_id=course.pk,
        passed_on=passed_on or training.today(agency),
        by=by,
    )


def gate(agency: Agency, *trained: Actor) -> tuple[Actor, Course]:
    """The gate switched on, with these people trained. Returns an administrator and the course."""
    admin = make_actor(agency, Role.ADMINISTRATOR, name="Petra Solway")
    course = make_course(admin)
    if trained:
        train(*trained, course=course, by=admin)
    training_actions.require_training(on=True, by=admin)
    return admin, course


def make_policy(by: Actor, *, title: str = "Official use") -> PolicyVersion:
    """A policy whose first wording is in force."""
    policy = policy_actions.draft_policy(
        layer=Policy.Layer.AGENCY, title=title, text="Think first.", questions=QUIZ, by=by
    )
    return policy_actions.put_in_force(policy_id=policy.pk, by=by)


def acknowledge(version: PolicyVersion, *people: Actor) -> None:
    """These people answer everything right."""
    for person in people:
        acknowledging.acknowledge_policy(
            policy_id=version.policy_id,
            number=version.number,
            answers=[question["right"] for question in version.questions],
            by=person,
        )


def brake(
    by: Actor,
    scope: str = "all",
    scope_id: object = "",
    *,
    hours: float = 2,
    name: str = "",
    reason: str = "Wait",
) -> Brake:
    """A pause from now on."""
    return brake_actions.apply_brake(
        scope=scope,
        scope_id=str(scope_id),
        scope_name=name,
        reason=reason,
        until=clock.now() + timedelta(hours=hours),
        by=by,
    )
