"""Who has passed which course: record, revoke, the gate, the courses themselves."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies import queries, shipped, training, training_actions
from hueandcry.agencies.models import Course
from hueandcry.agencies.training import State
from hueandcry.desk import notices
from hueandcry.desk.forms.training import CourseForm, RecordForm, RevokeForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
PAGE = 50
notices.add(
    {
        "training-recorded": _lazy("Recorded. They may post from now on."),
        "training-revoked": _lazy("Revoked. What they scheduled is held back."),
        "training-gate-on": _lazy("The gate is on: nobody posts without a course in force."),
        "training-gate-off": _lazy("The gate is off: a course is recorded, and nobody needs one to post."),
        "course-kept": _lazy("The course was saved."),
        "course-retired": _lazy("The course was retired. What was passed stays in force to its end."),
    }
)


def _labels() -> dict[str, str]:
    return {
        State.IN_FORCE.value: _("In force"),
        State.SOON.value: _("Lapses soon"),
        State.LAPSED.value: _("Lapsed"),
        State.REVOKED.value: _("Revoked"),
        State.NONE.value: _("No course"),
    }


@desk_view(Permission.TRAINING_RECORD)
@require_safe
def people(request: DeskRequest) -> HttpResponse:
    """Everybody in the agency, with the course that counts and when it lapses."""
    return _people_page(request)


def _people_page(request: DeskRequest, *, form: RecordForm | None = None, status: int = 200) -> HttpResponse:
    rows = training.people_trained(actor=request.actor)
    show, words = request.GET.get("show", ""), request.GET.get("q", "")[:80].strip()
    labels = _labels()
    views = {state: [row for row in rows if row.trained.state == state] for state in labels}
    fits = [row for row in views.get(show, rows) if words.casefold() in row.person.name.casefold()]
    courses = training.courses(actor=request.actor)
    context = {
        "pager": Paginator(fits, PAGE).get_page(request.GET.get("page")),
        "labels": labels,
        "tabs": [("", _("All"), len(rows)), *((s, labels[s], len(views[s])) for s in labels if views[s])],
        "show": show if show in views else "",
        "q": words,
        "courses": courses,
        "losing": len(training.would_lose(rows)),
        "form": form or RecordForm(courses=courses, day=training.today(request.agency)),
    }
    return render(request, "desk/training/people.html", context, status=status)


@desk_view(Permission.TRAINING_RECORD)
@require_POST
def record(request: DeskRequest) -> HttpResponse:
    """These people have passed this course."""
    courses = training.courses(actor=request.actor)
    form = RecordForm(request.POST, courses=courses, day=training.today(request.agency))
    if form.is_valid():
        chosen = [int(number) for number in request.POST.getlist("people") if number.isdigit()]
        try:
            training_actions.record_training(
                person_ids=chosen,
                course_id=form.cleaned_data["course"],
                passed_on=form.cleaned_data["passed_on"],
                by=request.actor,
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            back = reverse("training-person", args=chosen) if len(chosen) == 1 else reverse("training")
            return notices.redirect_saying(back, "training-recorded")
    return _people_page(request, form=form, status=UNUSABLE)


@desk_view(None)
@require_safe
def person(request: DeskRequest, person_id: int) -> HttpResponse:
    """All that one person ever passed, for whoever records training and for themselves."""
    return _person_page(request, person_id)


def _person_page(
    request: DeskRequest, person_id: int, *, form: RevokeForm | None = None, status: int = 200
) -> HttpResponse:
    rows = training.history(actor=request.actor, person_id=person_id)
    who = queries.get_person(person_id)
    member = {number.agency_id for number in queries.memberships_of(person_id)} if who else set()
    if who is None or request.agency.pk not in member:
        raise NotFound(_("There is no such person in this agency."))
    courses = training.courses(actor=request.actor)
    records = request.actor.may(Permission.TRAINING_RECORD)
    context = {
        "who": who,
        "rows": rows,
        "names": queries.names_of({item for row in rows for item in (row.recorded_by, row.revoked_by)}),
        "standing": training.trained(person_id=person_id, agency=request.agency),
        "labels": _labels(),
        "is_self": ref("person", person_id) == request.actor.ref,
        "records": records,
        "revoke": form or RevokeForm(),
        "form": RecordForm(courses=courses, day=training.today(request.agency)) if records else None,
    }
    return render(request, "desk/training/person.html", context, status=status)


@desk_view(Permission.TRAINING_RECORD)
@require_POST
def revoke(request: DeskRequest, person_id: int) -> HttpResponse:
    """Take away the right to post."""
    form = RevokeForm(request.POST)
    if form.is_valid():
        try:
            training_actions.revoke_training(
                person_id=person_id, reason=form.cleaned_data["reason"], by=request.actor
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("training-person", args=[person_id]), "training-revoked")
    return _person_page(request, person_id, form=form, status=UNUSABLE)


@desk_view(Permission.RULES_MANAGE)
def gate(request: DeskRequest) -> HttpResponse:
    """Switch the gate; the page shows first who could not post any more."""
    if request.method == "POST":
        wanted = request.POST.get("on", "")
        if wanted not in {"yes", "no"}:
            raise Invalid(_("Say whether the gate shall be on."))
        on = wanted == "yes"
        training_actions.require_training(on=on, by=request.actor)
        return notices.redirect_saying(reverse("training"), "training-gate-on" if on else "training-gate-off")
    rows = training.people_trained(actor=request.actor)
    context = {
        "losing": training.would_lose(rows),
        "speaking": sum(row.speaks for row in rows),
        "courses": training.courses(actor=request.actor),
        "labels": _labels(),
    }
    return render(request, "desk/training/gate.html", context)


@desk_view(Permission.TRAINING_RECORD)
@require_safe
def course(request: DeskRequest, course_id: int) -> HttpResponse:
    """One course: what it teaches."""
    row = training.get_course(actor=request.actor, course_id=course_id)
    return render(request, "desk/training/course.html", {"course": row})


@desk_view(Permission.RULES_MANAGE)
def new_course(request: DeskRequest) -> HttpResponse:
    """A course of one's own; the form begins with the shipped one."""
    start = {
        "name": shipped.course_name(),
        "days": shipped.COURSE_DAYS,
        "valid_months": shipped.COURSE_MONTHS,
        "syllabus": shipped.write_syllabus(shipped.syllabus()),
    }
    return _write_course(request, None, start)


@desk_view(Permission.RULES_MANAGE)
def edit_course(request: DeskRequest, course_id: int) -> HttpResponse:
    """Change a course for those who pass it from now on."""
    row = training.get_course(actor=request.actor, course_id=course_id)
    start = {
        "name": row.name,
        "days": row.days,
        "valid_months": row.valid_months,
        "syllabus": shipped.write_syllabus(row.syllabus),
    }
    return _write_course(request, row, start)


def _write_course(request: DeskRequest, row: Course | None, start: dict[str, Any]) -> HttpResponse:
    form = CourseForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            values: dict[str, Any] = {
                **form.cleaned_data,
                "syllabus": shipped.parse_syllabus(form.cleaned_data["syllabus"]),
            }
            if row is None:
                kept = training_actions.add_course(**values, by=request.actor)
            else:
                kept = training_actions.change_course(course_id=row.pk, **values, by=request.actor)
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("course", args=[kept.pk]), "course-kept")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/training/write.html", {"form": form, "course": row}, status=status)


@desk_view(Permission.RULES_MANAGE)
@require_POST
def retire_course(request: DeskRequest, course_id: int) -> HttpResponse:
    """Nobody passes it any more."""
    training_actions.retire_course(course_id=course_id, by=request.actor)
    return notices.redirect_saying(reverse("training"), "course-retired")
