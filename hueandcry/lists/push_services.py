"""Which servers are push services of browsers. Only these are called: an address that a browser names proves nothing.

Pure but for the setting. Without such a list anybody could make our worker knock at servers of their choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings

HTTPS = 443


@dataclass(frozen=True, slots=True)
class Service:
    """One push service. host: its name, or "*.name" for every name below it; source, read_on: where that was read, and when."""

    host: str
    browsers: str
    source: str
    read_on: date


SERVICES = (
    Service(
        "fcm.googleapis.com",
        "Chrome, Brave, Opera, Vivaldi, Samsung Internet",
        "web.dev, The Web Push Protocol; pushpad.xyz, What are the browser push services",
        date(2026, 11, 22),
    ),
    Service(
        "*.push.services.mozilla.com",
        "Firefox",
        "pushpad.xyz, What is an endpoint (updates.push.services.mozilla.com)",
        date(2026, 11, 22),
    ),
    Service(
        "*.push.apple.com",
        "Safari",
        "developer.apple.com, Sending web push notifications in web apps and browsers",
        date(2026, 11, 22),
    ),
    Service(
        "*.notify.windows.com",
        "Edge",
        "learn.microsoft.com, WNS overview: a channel on any other domain is never to be called; names below it change",
        date(2026, 11, 22),
    ),
)


def is_known(endpoint: str) -> bool:
    """True if this address belongs to a push service: one of the table, over https, or one that the setting adds."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.scheme not in {"https", "http"}:
        return False
    added = settings.HUE_PUSH_SERVICES
    if f"{host}:{port}" in added:  # without https only where HUE_ALLOW_PRIVATE names it too (kernel/http.py)
        return True
    if parts.scheme != "https" or port not in {None, HTTPS}:
        return False
    return any(_fits(host, pattern) for pattern in (*(item.host for item in SERVICES), *added))


def _fits(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:]) and len(host) > len(pattern) - 1
    return host == pattern
