"""The page for a form whose token does not fit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from hueandcry.ui.errors import error_page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Nothing was done. Usually the page had been open since before the last sign-in."""
    sentence = _(
        "This page was opened before you last signed in or changed agency, or cookies are off. Nothing was saved."
    )
    return error_page(request, status=403, sentence=sentence)
