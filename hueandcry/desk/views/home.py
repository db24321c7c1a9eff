"""Today: what needs this person, in plain sentences, each with its link."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.today import needs_you, watch
from hueandcry.kernel import clock


@desk_view(None)
@require_safe
def today(request: DeskRequest) -> HttpResponse:
    """The first page after sign-in."""
    context = {"now": clock.now(), "needs": needs_you(request.actor), "watch": watch(request.actor)}
    return render(request, "desk/home/today.html", context)
