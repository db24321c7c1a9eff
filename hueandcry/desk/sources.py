"""Where a request comes from: used to slow down guessing and to keep demonstration people at home; never kept."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def source_of(request: HttpRequest) -> str:
    """The network address that asks, only for slowing down guesses.

    Behind a TLS front (HUE_HTTPS) it is the last address of X-Forwarded-For: the one our own front added.
    """
    if settings.HUE_HTTPS:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def on_loopback(request: HttpRequest) -> bool:
    """True if this machine asked itself by a loopback name, with no proxy between."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    named = host == "localhost" or host.endswith(".localhost")
    proxied = any(
        name in {"forwarded", "via", "x-real-ip"} or name.startswith("x-forwarded-")
        for name in map(str.lower, request.headers)
    )
    try:
        here = ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        here = False
    return named and here and not proxied
