"""The calendar: what is planned and what went out, by month, week or list."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from hueandcry.desk.calendar_page import VIEWS, days_of, moments, span_of
from hueandcry.desk.forms.compose import PlanForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.posts import blocked, reading

YEARS = (2000, 2100)


@desk_view(Permission.POST_READ)
@require_safe
def calendar(request: DeskRequest) -> HttpResponse:
    """`view`: month, week or list; `day`: one of its days."""
    view = request.GET.get("view", "month")
    view = view if view in VIEWS else "month"
    today, zone = request.asked.day, ZoneInfo(request.agency.time_zone)
    day = _day(request.GET.get("day", "")) or today
    span = span_of(view, day)
    begin, end = moments(span, zone)
    posts = reading.planned(actor=request.actor, begin=begin, end=end)
    may_move = request.actor.may(Permission.POST_DRAFT)
    days = days_of(
        posts,
        span=span,
        zone=zone,
        today=today,
        month=day.month,
        may_move=may_move,
        fold=view == "month",
    )
    stopped = blocked.blocked(posts, actor=request.actor)
    for item in days:
        for entry in item.entries:
            entry.blocked = stopped.get(entry.post.pk)
            if entry.movable:
                initial = {"scheduled_at": entry.post.scheduled_at}
                entry.post.plan_form = PlanForm(  # type: ignore[attr-defined]
                    prefix="plan", agency=request.agency, initial=initial, auto_id=f"p{entry.post.pk}-%s"
                )
    context = {
        "view": view,
        "views": VIEWS,
        "day": day,
        "span": span,
        "today": today,
        "days": days,
        "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
        "meetings": sum(bool(entry.meets) for item in days for entry in item.entries),
        "empty": not posts,
    }
    return render(request, "desk/calendar/calendar.html", context)


def _day(text: str) -> date | None:
    try:
        day = parse_date(text) if len(text) == 10 else None  # noqa: PLR2004 - 2026-11-22
    except ValueError:
        return None
    return day if day and YEARS[0] < day.year < YEARS[1] else None
