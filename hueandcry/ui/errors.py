"""Pages for refusals and faults: what happened and what to do, never what an exception said."""

from __future__ import annotations

import errno
import logging
import sys
from http import HTTPStatus

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Refusal
from hueandcry.kernel.ids import random_id

log = logging.getLogger(__name__)


def _words(status: int) -> tuple[str, str]:
    """Heading and advice for a status."""
    words = {
        400: (_("We could not read that request"), _("Go back, reload the page and try again.")),
        403: (_("You may not do this"), ""),
        404: (_("There is no such page"), _("Check the address, or go back to the start page.")),
        405: (_("That does not work here"), _("Go back and use the buttons of the page.")),
        409: (
            _("Somebody changed this first"),
            _("Nothing was saved. Go back to see how it is now."),
        ),
        413: (_("That is too large to send"), _("Nothing was saved. Send less, or smaller pictures.")),
        421: (_("Wrong address"), _("This server does not answer under that name.")),
        422: (
            _("Something has to be put right"),
            _("Go back: what you typed is still there in most browsers."),
        ),
        423: (_("A hold stands in the way"), ""),
        503: (_("Not possible at this moment"), _("Try again in a few minutes.")),
    }
    return words.get(status, (_("Something went wrong on our side"), _("Try again in a few minutes.")))


def error_page(
    request: HttpRequest, *, status: int, sentence: str = "", fault: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    """The page for `status`; `sentence` is shown as it is, so give only what was written to be shown.

    The frame is `request.error_base`, set by the desk; without it, that of the public side. A fault
    uses `request.fault_base` and asks no database, which may be what failed. What the desk adds (who can do
    it, what was typed) comes from `request.error_help`, a function of status and refusal.
    """
    heading, advice = _words(status)
    broken = bool(fault) or status == HTTPStatus.INTERNAL_SERVER_ERROR
    more = None if broken else getattr(request, "error_help", None)
    context = {
        **(more(status, refusal) if more else {}),
        "heading": heading,
        "sentence": sentence,
        "advice": advice,
        "fault": fault,
        "agency": getattr(request, "agency", None),
        "error_base": getattr(request, "fault_base" if broken else "error_base", "ui/public_base.html"),
    }
    text = render_to_string("ui/error.html", context, request=None if broken else request)
    response = HttpResponse(text, status=status)
    response["Cache-Control"] = "no-store"
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of one of the six refusals, with its own status and sentence."""
    return error_page(request, status=refusal.status, sentence=refusal.sentence, refusal=refusal)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400 of both doors; 413 for a body over the limit. A session that could not be saved is a fault of ours."""
    if isinstance(exception, SessionInterrupted) and _cannot_write(exception):
        return fault(request)
    return error_page(request, status=413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """handler403 of both doors."""
    return error_page(request, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """handler404 of both doors. The address asked for is not repeated."""
    return error_page(request, status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """handler500 of both doors: logs where it broke under a random id and shows that id.

    Called by Django while the exception is being handled. The log formatter keeps the class of the
    exception and the places, never its message. At the desk a database or disk that fails is said to be that
    (503); on the public side the status stays 500, in whose place the server before it shows the other ways to reach us.
    """
    number = random_id(10)
    error = sys.exc_info()[1]
    log.error("fault %s", number, exc_info=True)  # noqa: LOG014 - Django calls this inside its except block
    if not _cannot_write(error):
        return error_page(request, status=500, fault=number)
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()  # SQLite opened while the disk was read-only would stay so for good
    if hasattr(request, "fault_base"):
        sentence = _("The database or the disk does not answer. Nothing was saved.")
        return error_page(request, status=503, sentence=sentence, fault=number)
    return error_page(request, status=500, fault=number)


def _cannot_write(error: BaseException | None) -> bool:
    """True if it is not our code that failed, first of all, but what it stands on."""
    no_room = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        if isinstance(error, OSError) and error.errno in no_room:
            return True
        error = error.__context__
    return False
