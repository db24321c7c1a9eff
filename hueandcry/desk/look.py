"""How the desk looks for one agency: its colour as a small style sheet of its own."""

from __future__ import annotations

from django.urls import reverse

from hueandcry.agencies.models import Agency
from hueandcry.ui import theme


def address(agency: Agency) -> str:
    """Where the agency's own style rules are, or "" if it has chosen no colour."""
    if not theme.is_colour(agency.brand_colour):
        return ""
    return reverse("theme", args=[agency.brand_colour.removeprefix("#")])


def used_as(colour: str) -> str:
    """The colour that text in white stands on: the chosen one, darkened if need be until the contrast is 4.5."""
    return theme.readable(colour, on=("#ffffff",), towards="#000000")
