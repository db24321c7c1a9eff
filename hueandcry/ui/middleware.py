"""Turns the six refusals into pages. Outermost on both doors."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from hueandcry.kernel.errors import Refusal
from hueandcry.ui import errors

Answer = Callable[[HttpRequest], HttpResponse]


class Refusals:
    """A refusal raised by a view becomes its page with its status; so does Http404.

    Every other exception goes on to handler500 (ui/errors.py), whose page says an id and nothing else.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; give a bare 405 its page."""
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:  # noqa: PLR2004 - Django's require_POST answers empty
            page = errors.error_page(request, status=405)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this for what a view raised."""
        if isinstance(exception, Refusal):
            return errors.refused(request, exception)
        if isinstance(exception, Http404):
            return errors.not_found(request)
        return None
