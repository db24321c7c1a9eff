"""The desk answers only under the host names of its agencies; to any other it says 421."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from hueandcry.agencies import queries
from hueandcry.ui.errors import error_page

KEPT = 10.0  # seconds that a known host stays known after it left the table


class KnownHost:
    """421 for a host that is no agency's desk. Names are asked anew on a miss, so a new agency works at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.hosts: set[str] = set()
        self.read_at = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on, or answer 421. Sets `request.desk_host`, and the frames of error pages."""
        request.error_base = request.fault_base = "desk/plain.html"  # type: ignore[attr-defined]
        host = host_of(request)
        if not self._knows(host):
            return error_page(request, status=421)
        request.desk_host = host  # type: ignore[attr-defined]
        return self.get_response(request)

    def _knows(self, host: str) -> bool:
        if host not in self.hosts or time.monotonic() - self.read_at > KEPT:
            self.hosts = queries.desk_hosts()
            self.read_at = time.monotonic()
        return host in self.hosts


def host_of(request: HttpRequest) -> str:
    """The host name asked for, lower case, without port; "" if it is not a host name at all."""
    try:
        name, _port = split_domain_port(request.get_host())
    except DisallowedHost:
        return ""
    return name.lower()
