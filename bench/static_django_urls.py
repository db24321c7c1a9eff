"""View and address of the peer of benchmark `static`."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils import translation

from hueandcry.agencies.queries import agencies
from hueandcry.appeals import queries as appeals
from hueandcry.publicsite import pages


def show(request: HttpRequest, ref: str) -> HttpResponse:
    """The appeal's page, from the rows as they are now."""
    host = request.headers["Host"].partition(":")[0]
    agency = next(each for each in agencies() if each.public_host == host and each.kind == each.Kind.AGENCY)
    for item in appeals.published(agency.pk):
        if item.appeal.reference == ref:
            with translation.override(agency.languages[0]):
                context = {"agency": agency, **pages.appeal_context(agency, item)}
                return HttpResponse(render_to_string("publicsite/appeal.html", context).lstrip())
    raise Http404


urlpatterns = [path("appeals/<str:ref>/", show)]
