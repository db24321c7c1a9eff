"""Courses, who has passed them, and the gate that asks for one before anybody posts (R15)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.agencies import training
from hueandcry.agencies.models import Agency, Course, Membership, Training
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

MOST_DAYS, MOST_MONTHS = 60, 120
LONGEST_REASON = 160


class OwnTraining(Conflict):
    """Nobody vouches for themselves."""


@transaction.atomic
def add_course(
    *, name: str, days: int, valid_months: int, syllabus: Sequence[dict[str, Any]], by: Actor
) -> Course:
    """A course that people can pass from now on. syllabus: as Course.syllabus.

    Raises NotAllowed, Invalid; Conflict if there is one of that name.
    """
    by.require(Permission.RULES_MANAGE)
    values = _checked(name=name, days=days, valid_months=valid_months, syllabus=syllabus)
    try:
        with transaction.atomic():
            course = Course.objects.create(agency_id=by.agency_id, created_at=clock.now(), **values)
    except IntegrityError:
        raise Conflict(_("There is a course of that name already.")) from None
    _note(course, "course.add", by=by)
    return course


@transaction.atomic
def change_course(
    *,
    course_id: int,
    name: str,
    days: int,
    valid_months: int,
    syllabus: Sequence[dict[str, Any]],
    by: Actor,
) -> Course:
    """Change a course for those who pass it from now on; what was passed keeps its end.

    Raises NotAllowed, NotFound, Invalid, Conflict.
    """
    by.require(Permission.RULES_MANAGE)
    course = _open_course(course_id, by=by)
    values = _checked(name=name, days=days, valid_months=valid_months, syllabus=syllabus)
    try:
        with transaction.atomic():
            Course.objects.filter(pk=course.pk).update(**values)
    except IntegrityError:
        raise Conflict(_("There is a course of that name already.")) from None
    course.refresh_from_db()
    _note(course, "course.change", by=by)
    return course


@transaction.atomic
def retire_course(*, course_id: int, by: Actor) -> None:
    """Nobody passes this course any more; what was passed stays in force to its end. Raises NotAllowed, NotFound, Conflict."""
    by.require(Permission.RULES_MANAGE)
    course = _open_course(course_id, by=by)
    Course.objects.filter(pk=course.pk).update(retired_at=clock.now())
    record(by=by, verb="course.retire", subject=ref("course", course.pk), body={"name": course.name})


@transaction.atomic
def record_training(
    *, person_ids: Collection[int], course_id: int, passed_on: date, by: Actor
) -> list[Training]:
    """Put on record that these people have passed the course; they may post from now on, until it lapses.

    passed_on: a day of the agency's calendar. Nobody records their own. Who was revoked must have passed again
    since. Raises NotAllowed, NotFound, Invalid, OwnTraining, Conflict.
    """
    by.require(Permission.TRAINING_RECORD)
    course = _open_course(course_id, by=by)
    agency = Agency.objects.get(pk=by.agency_id)
    if passed_on > training.today(agency):
        raise Invalid(_("A course is recorded once it is passed, not before."), field="passed_on")
    expires_on = training.months_later(passed_on, course.valid_months)
    if expires_on < training.today(agency):
        raise Invalid(_("Passed on that day it would have lapsed already."), field="passed_on")
    rows = [
        _record_one(
            Training(
                agency=agency,
                person_id=person_id,
                course=course,
                passed_on=passed_on,
                expires_on=expires_on,
                recorded_by=by.ref,
                recorded_at=clock.now(),
                due_at=training.next_warning(expires_on, agency=agency),
            ),
            by=by,
        )
        for person_id in sorted(set(person_ids))
    ]
    if not rows:
        raise Invalid(_("Choose who has passed it."), field="people")
    return rows


def _record_one(row: Training, *, by: Actor) -> Training:
    if by.ref == ref("person", row.person_id):
        raise OwnTraining(_("Somebody else must record your own training."))
    name = _member(row.person_id, by=by)
    revoked = Training.objects.filter(agency=row.agency, person_id=row.person_id, revoked_at__isnull=False)
    last = revoked.order_by("-revoked_at").values_list("revoked_at", flat=True).first()
    if last and row.passed_on < last.astimezone(ZoneInfo(row.agency.time_zone)).date():
        raise Conflict(
            _("The right of %s to post was revoked after that day. They must pass the course again.") % name
        )
    row.save(force_insert=True)
    record(
        by=by,
        verb="training.record",
        subject=ref("person", row.person_id),
        body={
            "name": name,
            "course": row.course.name,
            "passed_on": row.passed_on.isoformat(),
            "expires_on": row.expires_on.isoformat(),
        },
    )
    return row


@transaction.atomic
def revoke_training(*, person_id: int, reason: str, by: Actor) -> int:
    """Take away a person's right to post at once: every course of theirs that is in force. Returns how many.

    What they scheduled is held back. Raises NotAllowed, NotFound, Invalid; Conflict if none is in force.
    """
    by.require(Permission.TRAINING_RECORD)
    name = _member(person_id, by=by)
    words = " ".join(reason.split())
    if not words or len(words) > LONGEST_REASON:
        raise Invalid(
            _("Say in a few words why, at most %d characters. The person reads it.") % LONGEST_REASON,
            field="reason",
        )
    day = training.today(Agency.objects.get(pk=by.agency_id))
    ended = Training.objects.filter(
        agency_id=by.agency_id, person_id=person_id, revoked_at__isnull=True, expires_on__gte=day
    ).update(revoked_at=clock.now(), revoked_by=by.ref, revoked_reason=words, due_at=None)
    if not ended:
        raise Conflict(_("%s has no course in force that could be revoked.") % name)
    record(
        by=by,
        verb="training.revoke",
        subject=ref("person", person_id),
        body={"name": name, "reason": words},
    )
    return ended


@transaction.atomic
def require_training(*, on: bool, by: Actor) -> Agency:
    """Switch the gate: with it on, nobody posts without a course in force. Raises NotAllowed; Conflict without a course."""
    by.require(Permission.RULES_MANAGE)
    agency = Agency.objects.select_for_update().get(pk=by.agency_id)
    if agency.requires_training == on:
        return agency
    if on and not Course.objects.filter(agency=agency, retired_at__isnull=True).exists():
        raise Conflict(_("Add a course first, so that somebody can pass it."))
    Agency.objects.filter(pk=agency.pk).update(requires_training=on)
    agency.refresh_from_db()
    verb = "agency.require-training" if on else "agency.waive-training"
    record(by=by, verb=verb, subject=ref("agency", agency.pk))
    return agency


def _checked(
    *, name: str, days: int, valid_months: int, syllabus: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    words = " ".join(name.split())
    if not words or len(words) > 120:  # noqa: PLR2004 - the column's length
        raise Invalid(_("Give the course a name."), field="name")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(_("Between 1 and %d days.") % MOST_DAYS, field="days")
    if not 1 <= valid_months <= MOST_MONTHS:
        raise Invalid(_("Between 1 and %d months.") % MOST_MONTHS, field="valid_months")
    if not syllabus:
        raise Invalid(_("Say what the course teaches."), field="syllabus")
    return {"name": words, "days": days, "valid_months": valid_months, "syllabus": list(syllabus)}


def _open_course(course_id: int, *, by: Actor) -> Course:
    course = training.get_course(actor=by, course_id=course_id)
    if course.retired_at:
        raise Conflict(_("This course was retired: nobody passes it any more."))
    return course


def _member(person_id: int, *, by: Actor) -> str:
    held = Membership.objects.filter(person_id=person_id, agency_id=by.agency_id, ended_at__isnull=True)
    name = held.values_list("person__name", flat=True).first()
    if name is None:
        raise NotFound(_("There is no such person in this agency."))
    return name


def _note(course: Course, verb: str, *, by: Actor) -> None:
    body: dict[str, str | int | None] = {
        "name": course.name,
        "days": course.days,
        "valid_months": course.valid_months,
        "units": len(course.syllabus),
    }
    record(by=by, verb=verb, subject=ref("course", course.pk), body=body)
