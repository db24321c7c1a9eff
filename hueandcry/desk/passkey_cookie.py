"""The cookie in which a browser keeps the ticket of the question it was asked (agencies/passkeys.py)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from hueandcry.agencies.passkeys import GOOD_FOR

COOKIE = "__Secure-hue_passkey" if settings.SESSION_COOKIE_SECURE else "hue_passkey"
PATH = "/desk/"


def ticket_of(request: HttpRequest) -> str:
    """The ticket, or "" if there is none."""
    return request.COOKIES.get(COOKIE, "")


def keep_ticket(response: HttpResponse, ticket: str) -> HttpResponse:
    """Give the browser a ticket to bring back with the answer."""
    response.set_cookie(
        COOKIE,
        ticket,
        max_age=int(GOOD_FOR.total_seconds()),
        path=PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


def drop_ticket(response: HttpResponse) -> HttpResponse:
    """The question is answered."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response
