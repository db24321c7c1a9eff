"""The guard of the public door: which host, where from, how much; and what every answer carries.

It looks at the host name, the size and whether the form is our own, and at nothing that tells one person from
another. Nothing here or behind it writes a request to a log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, cast

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils import translation

from hueandcry.agencies import queries
from hueandcry.kernel import headers
from hueandcry.ui.errors import error_page

STEP = 8 * 1024  # bytes: pages come in multiples of this, so that their length says little


class House(Protocol):
    """What the public door asks of an agency; its tables stay out of reach."""

    @property
    def pk(self) -> int: ...  # noqa: D102 - the agency's number

    @property
    def time_zone(self) -> str: ...  # noqa: D102 - its IANA name

    @property
    def short_name(self) -> str: ...  # noqa: D102 - as in front of a text message

    @property
    def phone(self) -> str: ...  # noqa: D102 - for the public


class Asked(House, Protocol):
    """The agency whose site was asked for."""

    @property
    def tip_programme(self) -> House | None: ...  # noqa: D102 - who receives its tips


class PublicRequest(HttpRequest):
    """A request under an agency's public host name; its `programme` receives the tips, if it has one."""

    agency: House
    programme: House | None


class Guard:
    """Refuses what does not belong here, then adds the headers to whatever the answer is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """421, 413 or 403 with a page, or the view's own answer; always with the same headers."""
        agency = queries.agency_for_public_host(host_name(request))
        first = agency.languages[0] if agency and agency.languages else settings.LANGUAGE_CODE
        with translation.override(first):  # as the agency's site speaks (publicsite/pages.py)
            refused = refuse(cast("PublicRequest", request), agency)
            response = refused if refused is not None else self.get_response(request)
        scripted = getattr(response, "has_our_script", False)  # set by the one view that needs it
        for name, value in headers.SECURITY:
            response[name] = value
        if scripted:
            response["Content-Security-Policy"] = headers.SCRIPTED_POLICY
        response["Cache-Control"] = headers.NEVER
        response["X-Robots-Tag"] = "noindex, nofollow"
        pad(response)
        return response


def refuse(request: PublicRequest, agency: Asked | None) -> HttpResponse | None:
    """The refusal this request gets before any view sees it, or None. Sets agency and programme."""
    if agency is None:
        return error_page(request, status=421)
    request.agency, request.programme = agency, agency.tip_programme
    if int(request.META.get("CONTENT_LENGTH") or 0) > (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
        return error_page(request, status=413)
    if request.method == "POST" and not is_our_form(request):
        return error_page(request, status=403)
    if (request.content_params or {}).get("charset", "utf-8").lower() != "utf-8":  # UTF-7 makes half letters
        return error_page(request, status=400)
    return None


def host_name(request: HttpRequest) -> str:
    """The host name asked for, lower case, without port; "" if it is not a host name at all."""
    try:
        name, _port = split_domain_port(request.get_host())
    except DisallowedHost:
        return ""
    return name.lower()


def is_our_form(request: HttpRequest) -> bool:
    """True unless the browser says that another site sent the form.

    Sec-Fetch-Site decides where the browser sends it. Otherwise Origin does; under our referrer policy it
    is "null" for our own forms too (Fetch standard, "serializing a request origin"), so null may pass:
    without cookies and sessions a forged form gains nothing that its author could not send directly.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin", "null")
    return origin == "null" or origin.partition("://")[2] == request.get_host()


def pad(response: HttpResponse) -> None:
    """Fill a page up with line ends to the next multiple of 8 KiB. It travels uncompressed, so this holds."""
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return
    response.content += b"\n" * (-len(response.content) % STEP)
    response["Content-Length"] = str(len(response.content))
