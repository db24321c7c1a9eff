"""What the desk adds to the page of a refusal: who can do it, the way back, and what was typed.

Nothing of a refused form is lost: its longer texts stand on the page, to be copied. Fields that could hold a
secret are never shown again.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.agencies.queries import names_of, refs_holding
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotAllowed, Refusal

LONG = 20  # characters: anything shorter is typed again as fast as copied
NAMED = 3  # people
SECRET = re.compile(r"pass|secret|token|code|key|seal|wrap|credential|offered|revision", re.IGNORECASE)
LOST = {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.LOCKED, HTTPStatus.SERVICE_UNAVAILABLE}


def more(request: HttpRequest, status: int, refusal: Refusal | None) -> dict[str, Any]:
    """Template values `who`, `back` and `kept` for the error page of somebody signed in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {
        "who": who_can(actor, refusal) if isinstance(refusal, NotAllowed) else "",
        "back": way_back(request),
        "kept": typed(request) if status in LOST or status == HTTPStatus.FORBIDDEN else [],
    }


def who_can(actor: Actor, refusal: NotAllowed) -> str:
    """A sentence that names those who may do what was refused; empty if it needs no permission."""
    if not refusal.permission:
        return ""
    refs = refs_holding(Permission(refusal.permission), agency_id=actor.agency_id)
    names = sorted(names_of(refs).values())
    if not names:
        return _("Nobody in this agency can do it now. An administrator can give somebody the role.")
    shown = ", ".join(names[:NAMED])
    if len(names) > NAMED:
        more = len(names) - NAMED
        said = ngettext(
            "%(names)s and %(more)d other person can do it.", "%(names)s and %(more)d others can do it.", more
        )
        return said % {"names": shown, "more": more}
    return _("%s can do it.") % shown


def way_back(request: HttpRequest) -> str:
    """The page the person came from, if it is one of this desk and not this one."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host() or not came.path.startswith("/desk/"):
        return ""
    return "" if came.path == request.path and request.method == "GET" else came.path


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The longer texts of a form that was refused: field name and text."""
    if request.method != "POST" or request.content_type == "application/json":
        return []
    return [
        (name.rpartition("-")[2].replace("_", " "), text)
        for name, text in request.POST.items()
        if isinstance(text, str) and len(text) >= LONG and not SECRET.search(name)
    ]
