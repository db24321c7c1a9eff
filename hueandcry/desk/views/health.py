"""How the installation stands, for administrators: what `hue doctor` says, as a page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.health import queries, standing
from hueandcry.health.finding import Level
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission


@desk_view(Permission.AGENCY_MANAGE)
@require_safe
def health(request: DeskRequest) -> HttpResponse:
    """Every finding, worst first. Looked at now: opening the page is the examination."""
    found = queries.findings(actor=request.actor)
    standing.keep(found, agency_id=request.actor.agency_id)
    context = {
        "now": clock.now(),
        "attention": [finding for finding in found if finding.level != Level.GOOD],
        "well": [finding for finding in found if finding.level == Level.GOOD],
    }
    return render(request, "desk/health/health.html", context)
