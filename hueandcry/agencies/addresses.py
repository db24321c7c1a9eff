"""Pure but for settings: addresses of an agency's pages, public ones and those of its desk."""

from __future__ import annotations

from django.conf import settings

from hueandcry.agencies.models import Agency

STANDARD_HTTP, STANDARD_HTTPS = 80, 443


def public_url(agency: Agency, path: str) -> str:
    """The whole address of a path on the agency's public site."""
    if settings.HUE_HTTPS:
        return f"https://{agency.public_host}{path}"
    port = settings.HUE_PUBLIC_PORT
    place = agency.public_host if port == STANDARD_HTTP else f"{agency.public_host}:{port}"
    return f"http://{place}{path}"


def desk_url(agency: Agency, path: str) -> str:
    """The whole address of a page of the agency's desk, for people who have to sign in there."""
    secure = settings.HUE_HTTPS
    port = settings.HUE_DESK_TLS_PORT if secure else settings.HUE_DESK_PORT
    plain = port == (STANDARD_HTTPS if secure else STANDARD_HTTP)
    place = agency.desk_host if plain else f"{agency.desk_host}:{port}"
    return f"{'https' if secure else 'http'}://{place}{path}"
