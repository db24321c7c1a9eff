"""Series of posts, and days of awareness: what comes again and what is coming."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.desk import notices
from hueandcry.desk.forms.series import DayForm, SeriesForm, start_of
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Refusal
from hueandcry.posts import reading
from hueandcry.series import actions, queries
from hueandcry.series.models import Series
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
AHEAD = 21  # days; what the form begins with
YEAR = timedelta(days=365)
notices.add(
    {
        "series-begun": _lazy("It runs. Its drafts appear on the calendar within minutes; nothing goes out by itself."),
        "series-changed": _lazy("Kept. Drafts made before stay as they are."),
        "series-paused": _lazy("Paused. No draft is made until somebody takes it up again."),
        "series-resumed": _lazy("It runs again, from today on."),
        "series-ended": _lazy("Ended. The drafts that were made stay."),
        "day-added": _lazy("It is on the calendar."),
        "day-removed": _lazy("It is off the calendar."),
    }
)  # fmt: skip


@desk_view(Permission.POST_READ)
@require_safe
def all_series(request: DeskRequest) -> HttpResponse:
    """The agency's series, its own days, and the days of awareness of the coming year."""
    return _list(request, DayForm())


def _list(request: DeskRequest, day_form: DayForm) -> HttpResponse:
    today = request.asked.day
    rows = queries.all_series(actor=request.actor)
    context = {
        "lines": [{"it": row, "next": queries.next_dates(row, today=today)} for row in rows],
        "days": queries.awareness(actor=request.actor, agency=request.agency, begin=today, end=today + YEAR),
        "day_form": day_form,
        "writes": request.actor.may(Permission.POST_DRAFT),
    }
    status = UNUSABLE if day_form.is_bound else 200
    return render(request, "desk/series/series.html", context, status=status)


@desk_view(Permission.POST_DRAFT)
def new(request: DeskRequest) -> HttpResponse:
    """Begin a series."""
    start = {"ahead_days": AHEAD, "kind": "safety", "first_on": request.asked.day, "at": "09:00"}
    form = _form(request, start)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.begin_series(plan=form.plan(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _to(row, "series-begun")
    return _write(request, form, None)


@desk_view(Permission.POST_READ)
@require_safe
def one(request: DeskRequest, series_id: int) -> HttpResponse:
    """One series: its rule, its wording, and what came of its dates."""
    row = queries.get_series(actor=request.actor, series_id=series_id)
    context = {
        "series": row,
        "next": queries.next_dates(row, today=request.asked.day),
        "made": queries.made(actor=request.actor, series_id=row.pk),
        "accounts": reading.accounts_by_id(actor=request.actor, account_ids=row.wording["account_ids"]),
        "names": names_of({row.author_ref}),
        "writes": request.actor.may(Permission.POST_DRAFT),
    }
    return render(request, "desk/series/one.html", context)


@desk_view(Permission.POST_DRAFT)
def change(request: DeskRequest, series_id: int) -> HttpResponse:
    """Another wording or rule."""
    row = queries.get_series(actor=request.actor, series_id=series_id)
    form = _form(request, start_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_series(series_id=row.pk, plan=form.plan(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return _to(row, "series-changed")
    return _write(request, form, row)


@desk_view(Permission.POST_DRAFT)
@require_POST
def pause(request: DeskRequest, series_id: int) -> HttpResponse:
    """Make no more drafts for now."""
    return _to(actions.pause_series(series_id=series_id, by=request.actor), "series-paused")


@desk_view(Permission.POST_DRAFT)
@require_POST
def resume(request: DeskRequest, series_id: int) -> HttpResponse:
    """Make drafts again."""
    return _to(actions.resume_series(series_id=series_id, by=request.actor), "series-resumed")


@desk_view(Permission.POST_DRAFT)
@require_POST
def end(request: DeskRequest, series_id: int) -> HttpResponse:
    """End it for good."""
    return _to(actions.end_series(series_id=series_id, by=request.actor), "series-ended")


@desk_view(Permission.POST_DRAFT)
@require_POST
def add_day(request: DeskRequest) -> HttpResponse:
    """Keep a day of the agency's own."""
    form = DayForm(request.POST)
    if form.is_valid():
        try:
            actions.add_day(**form.cleaned_data, by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("series-all"), "day-added")
    return _list(request, form)


@desk_view(Permission.POST_DRAFT)
@require_POST
def remove_day(request: DeskRequest, day_id: int) -> HttpResponse:
    """Take one of the agency's own days off the calendar."""
    actions.remove_day(day_id=day_id, by=request.actor)
    return notices.redirect_saying(reverse("series-all"), "day-removed")


def _form(request: DeskRequest, start: dict[str, object]) -> SeriesForm:
    return SeriesForm(
        request.POST if request.method == "POST" else None,
        accounts=reading.own_accounts(actor=request.actor),
        language=request.agency.languages[0] if request.agency.languages else "en",
        initial=start,
    )


def _write(request: DeskRequest, form: SeriesForm, row: Series | None) -> HttpResponse:
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/series/write.html", {"form": form, "series": row}, status=status)


def _to(row: Series, said: str) -> HttpResponse:
    return notices.redirect_saying(reverse("series", args=[row.pk]), said)
