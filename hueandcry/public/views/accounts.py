"""Is this account real? One question, one answer; nothing of it is kept."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hueandcry.channels import intake
from hueandcry.public.guard import PublicRequest


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Whether what was pasted is one of the agency's accounts."""
    agency = cast("PublicRequest", request).agency
    verdict = intake.is_it_ours(asked=request.GET.get("q", ""), agency_id=agency.pk)
    context = {"agency": agency, "verdict": verdict, "asked": verdict.asked, "section": "accounts"}
    return render(request, "public/verify.html", context)
