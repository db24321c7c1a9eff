"""Who has passed which course, and for how long that gives them the right to post (R15)."""

from __future__ import annotations

import calendar
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency, Course, Membership, Person, Training
from hueandcry.agencies.roles import Role, permissions_of
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound

WARNED = (30, 7)  # days before it lapses
MORNING = time(8)  # when warnings fall due, where the agency is


class State(StrEnum):
    """How a person stands with the courses of their agency."""

    NONE = "none"
    IN_FORCE = "in_force"
    SOON = "soon"  # in force, and lapses within WARNED[0] days
    LAPSED = "lapsed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Trained:
    """One person's standing. training: the row that decides it, None for State.NONE."""

    state: State
    training: Training | None = None

    @property
    def in_force(self) -> bool:
        """True if they have a course in force."""
        return self.state in {State.IN_FORCE, State.SOON}


@dataclass(slots=True)
class PersonTraining:
    """A person as the page shows one. speaks: their roles let them write or approve posts."""

    person: Person
    roles: list[Role] = field(default_factory=list)
    speaks: bool = False
    trained: Trained = Trained(State.NONE)


def today(agency: Agency) -> date:
    """The day it is now where the agency is."""
    return clock.now().astimezone(ZoneInfo(agency.time_zone)).date()


def standing_of(rows: Collection[Training], *, day: date) -> Trained:
    """How a person stands on this day, from all that they ever passed in one agency."""
    good = [row for row in rows if row.revoked_at is None and row.passed_on <= day <= row.expires_on]
    if good:
        best = max(good, key=lambda row: (row.expires_on, row.pk))
        soon = best.expires_on - day <= timedelta(days=WARNED[0])
        return Trained(State.SOON if soon else State.IN_FORCE, best)
    if not rows:
        return Trained(State.NONE)
    last = max(rows, key=lambda row: row.pk)
    return Trained(State.REVOKED if last.revoked_at else State.LAPSED, last)


def trained(*, person_id: int, agency: Agency) -> Trained:
    """How this person stands now in this agency."""
    return all_trained(person_ids=[person_id], agency=agency)[person_id]


def all_trained(*, person_ids: Collection[int], agency: Agency) -> dict[int, Trained]:
    """The same for many people, in one query."""
    rows: dict[int, list[Training]] = {number: [] for number in person_ids}
    found = Training.objects.filter(agency=agency, person__in=person_ids)
    for row in found.select_related("course").order_by("pk"):
        rows[row.person_id].append(row)
    day = today(agency)
    return {number: standing_of(mine, day=day) for number, mine in rows.items()}


def courses(*, actor: Actor) -> list[Course]:
    """The courses that can be passed in the actor's agency, by name."""
    return list(Course.objects.filter(agency_id=actor.agency_id, retired_at__isnull=True).order_by("name"))


def get_course(*, actor: Actor, course_id: int) -> Course:
    """The course. Raises NotFound, also for another agency's."""
    row = Course.objects.filter(pk=course_id, agency_id=actor.agency_id).first()
    if row is None:
        raise NotFound(_("There is no such course."))
    return row


def people_trained(*, actor: Actor) -> list[PersonTraining]:
    """Everybody who holds a role in the actor's agency, by name, with how they stand. Raises NotAllowed."""
    actor.require(Permission.TRAINING_RECORD)
    agency = Agency.objects.get(pk=actor.agency_id)
    held = (
        Membership.objects.filter(agency=agency, ended_at__isnull=True)
        .select_related("person")
        .order_by("person__name", "person_id", "role")
    )
    lines: dict[int, PersonTraining] = {}
    for row in held:
        lines.setdefault(row.person_id, PersonTraining(row.person)).roles.append(Role(row.role))
    passed: dict[int, list[Training]] = {}
    for training in Training.objects.filter(agency=agency, person__in=lines).select_related("course"):
        passed.setdefault(training.person_id, []).append(training)
    day = today(agency)
    for number, line in lines.items():
        line.speaks = may_speak(line.roles)
        line.trained = standing_of(passed.get(number, []), day=day)
    return list(lines.values())


def history(*, actor: Actor, person_id: int) -> list[Training]:
    """All that a person of the agency ever passed there, the latest first.

    For whoever records training, and for the person. Raises NotAllowed.
    """
    if actor.ref != f"person:{person_id}":
        actor.require(Permission.TRAINING_RECORD)
    rows = Training.objects.filter(agency_id=actor.agency_id, person_id=person_id).select_related("course")
    return list(rows.order_by("-pk"))


def may_speak(roles: Collection[Role]) -> bool:
    """True if these roles let somebody write or approve what goes out, so that the training gate is about them."""
    given = permissions_of(set(roles))
    return bool(
        given
        & {
            Permission.POST_DRAFT,
            Permission.POST_APPROVE,
            Permission.APPEAL_DRAFT,
            Permission.APPEAL_APPROVE,
        }
    )


def would_lose(lines: Collection[PersonTraining]) -> list[PersonTraining]:
    """Of these, who could not post any more with the gate switched on: they may speak and have no course in force."""
    return [line for line in lines if line.speaks and not line.trained.in_force]


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def next_warning(expires_on: date, *, agency: Agency) -> datetime | None:
    """The next morning on which the person is warned that it lapses; None if there is none left."""
    zone = ZoneInfo(agency.time_zone)
    mornings = [datetime.combine(expires_on - timedelta(days=days), MORNING, tzinfo=zone) for days in WARNED]
    return next((moment for moment in mornings if moment > clock.now()), None)
