"""What a page's script sends and gets: JSON with bytes in base64, and refusals as sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from hueandcry.desk.guard import DeskRequest
from hueandcry.kernel import wire
from hueandcry.kernel.errors import Invalid, Refusal

P = ParamSpec("P")


def unreadable() -> Invalid:
    """What the script sent is not what this version of the desk expects."""
    return Invalid(_("The page sent something we could not read. Reload it and try again."))


def sent(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that the script sent. Raises Invalid."""
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise unreadable() from error
    if not isinstance(found, dict):
        raise unreadable()
    return found


def value(request: HttpRequest, name: str, kind: type[Any]) -> Any:
    """One value of what was sent. Raises Invalid if it is not there or of another kind."""
    found = sent(request).get(name)
    if not isinstance(found, kind):
        raise unreadable()
    return found


def raw(text: object) -> bytes:
    """Bytes that came as base64. Raises Invalid."""
    try:
        return wire.as_bytes(text)
    except ValueError as error:
        raise unreadable() from error


def for_script(
    view: Callable[Concatenate[DeskRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Mark a view that a page's script calls: a refusal is its sentence and status as JSON, not a page.

    What a subclass of Refusal names in `for_script` goes with the sentence.
    """

    @wraps(view)
    def answered(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            told = {"sentence": refusal.sentence, **getattr(refusal, "for_script", {})}
            return JsonResponse(told, status=refusal.status)

    return answered
