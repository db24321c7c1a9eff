"""Pure but for settings: public addresses of an agency's pages."""

from __future__ import annotations

from django.conf import settings

from hueandcry.agencies.models import Agency

STANDARD_HTTP = 80


def public_url(agency: Agency, path: str) -> str:
    """The whole address of a path on the agency's public site."""
    if settings.HUE_HTTPS:
        return f"https://{agency.public_host}{path}"
    port = settings.HUE_PUBLIC_PORT
    place = agency.public_host if port == STANDARD_HTTP else f"{agency.public_host}:{port}"
    return f"http://{place}{path}"
