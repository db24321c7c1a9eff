"""Pure but for settings: public addresses of an agency's pages."""

from __future__ import annotations

from hueandcry.agencies.addresses import public_url

__all__ = ["appeal_path", "public_url", "tip_path"]


def appeal_path(reference: str) -> str:
    """Path of an appeal's page: /appeals/PE-2418/."""
    return f"/appeals/{reference}/"


def tip_path(landing_code: str) -> str:
    """Path of the tip form that an appeal leads to."""
    return f"/t/new/{landing_code}"
