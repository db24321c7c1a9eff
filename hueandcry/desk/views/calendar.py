"""The calendar: what is planned and what went out, by month, week or list."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from hueandcry.desk.calendar_page import VIEWS, Day, Span, add_coming, days_of, last_day, moments, span_of
from hueandcry.desk.forms.compose import PlanForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.posts import blocked, reading
from hueandcry.posts.models import Post
from hueandcry.series import queries as series
from hueandcry.series.queries import State

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
    _furnish(request, days, posts)
    context = {
        "view": view,
        "views": VIEWS,
        "day": day,
        "span": span,
        "today": today,
        "days": days,
        "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
        "meetings": sum(bool(entry.meets) for item in days for entry in item.entries),
        **_coming(request, days, span, posts, month=day if view == "month" else None),
    }
    context["empty"] = all(item.bare for item in days)
    return render(request, "desk/calendar/calendar.html", context)


def _furnish(request: DeskRequest, days: list[Day], posts: list[Post]) -> None:
    """What stops a post, and the form that moves it."""
    stopped = blocked.blocked(posts, actor=request.actor)
    for item in days:
        for entry in item.entries:
            entry.blocked = stopped.get(entry.post.pk)
        for entry in item.first:  # the others stand in their week
            if entry.movable:
                initial = {"scheduled_at": entry.post.scheduled_at}
                entry.post.plan_form = PlanForm(  # type: ignore[attr-defined]
                    prefix="plan", agency=request.agency, initial=initial, auto_id=f"p{entry.post.pk}-%s"
                )


def _coming(
    request: DeskRequest, days: list[Day], span: Span, posts: list[Post], *, month: date | None
) -> dict[str, Any]:
    """Series and days of awareness, written on their days; what lasts for weeks, and how many dates came to nothing.

    month: of which alone the long ones are told, where the view shows days of its neighbours too.
    """
    actor, agency, begin, end = request.actor, request.agency, span.begin, last_day(span)
    slots = series.slots(actor=actor, agency=agency, begin=begin, end=end)
    observed = series.awareness(actor=actor, agency=agency, begin=begin, end=end)
    names = series.names_by_post(actor=request.actor, post_ids=[post.pk for post in posts])
    add_coming(days, slots=slots, observed=observed, names=names)
    return {
        "season": [each for each in observed if each.long and (month is None or each.touches(month))],
        "gaps": sum(slot.state == State.GAP for slot in slots),
    }


def _day(text: str) -> date | None:
    try:
        day = parse_date(text) if len(text) == 10 else None  # noqa: PLR2004 - 2026-11-22
    except ValueError:
        return None
    return day if day and YEARS[0] < day.year < YEARS[1] else None
