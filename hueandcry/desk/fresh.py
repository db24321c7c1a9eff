"""Ask again who it is before a sensitive act, if the last proof is older than ten minutes.

`@fresh_sign_in()` stands between `@desk_view(…)` and the view. Whoever proved it lately goes on at once.
Anybody else gets a page that asks for password and code, or a passkey, and carries the typed form along:
once they have answered, the act is done without typing it again. Files are not carried; a page that takes
files asks before it shows its form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hueandcry.agencies import auth, passkeys
from hueandcry.agencies.queries import passkeys as own_passkeys
from hueandcry.desk import guard
from hueandcry.desk.forms.session import ConfirmForm
from hueandcry.desk.guard import DeskRequest
from hueandcry.desk.passkey_cookie import drop_ticket, ticket_of
from hueandcry.desk.sources import source_of
from hueandcry.kernel import clock
from hueandcry.kernel.errors import NotAllowed, Unavailable
from hueandcry.ui.fields import add_refusal

P = ParamSpec("P")
MINUTES = 10
ASKED = "again-asked"  # field of the confirming form: the method of the act it stands before
OWN = ("csrfmiddlewaretoken", "again-")  # what is not part of the typed form
AGAIN = 401


def fresh_sign_in(
    *, minutes: int = MINUTES
) -> Callable[
    [Callable[Concatenate[DeskRequest, P], HttpResponse]],
    Callable[Concatenate[DeskRequest, P], HttpResponse],
]:
    """Let a view's act through only if the person proved who they are within so many minutes."""

    def mark(
        view: Callable[Concatenate[DeskRequest, P], HttpResponse],
    ) -> Callable[Concatenate[DeskRequest, P], HttpResponse]:
        @wraps(view)
        def asked(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if is_fresh(request, minutes=minutes) and ASKED not in request.POST:
                return view(request, *args, **kwargs)
            if request.content_type == "application/json":
                return _ask_script()
            form = ConfirmForm(request.POST if ASKED in request.POST else None, prefix="again")
            if not (form.is_bound and _proves(request, form)):
                return _ask(request, form)
            if request.POST[ASKED] == "GET":
                return drop_ticket(HttpResponseRedirect(request.get_full_path()))
            return drop_ticket(view(request, *args, **kwargs))

        return asked  # type: ignore[return-value]

    return mark


def is_fresh(request: DeskRequest, *, minutes: int = MINUTES) -> bool:
    """True if the person of this session proved who they are within so many minutes."""
    since = clock.now().timestamp() - float(request.session.get(guard.PROVED, 0))
    return 0 <= since < minutes * 60


def _proves(request: DeskRequest, form: ConfirmForm) -> bool:
    """Check the answer; the reason why not is then in the form."""
    if is_fresh(request):  # proved in another tab meanwhile
        return True
    if not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        if given["passkey"]:
            passkeys.confirm(
                person=request.person,
                answer=given["passkey"],
                ticket=ticket_of(request),
                party=passkeys.party_at(request.desk_host),
                sitting=str(request.sitting.pk),
                source=source_of(request),
            )
        else:
            auth.confirm(
                person=request.person,
                password=given["password"],
                code=given["code"],
                source=source_of(request),
            )
    except (NotAllowed, Unavailable) as refusal:
        add_refusal(form, refusal)
        return False
    guard.note_proof(request)
    return True


def _ask(request: DeskRequest, form: ConfirmForm) -> HttpResponse:
    carried = [
        (name, value) for name, values in request.POST.lists() if not name.startswith(OWN) for value in values
    ]
    context = {
        "form": form,
        "carried": carried,
        "act_address": request.get_full_path(),
        "act_method": request.POST.get(ASKED) or ("GET" if request.method in {"GET", "HEAD"} else "POST"),
        "has_passkey": any(item.suspended_at is None for item in own_passkeys(actor=request.actor)),
    }
    return render(request, "desk/session/confirm.html", context, status=AGAIN)


def _ask_script() -> JsonResponse:
    sentence = _("Confirm that it is you, then try again: open “Me” in another tab and confirm there.")
    return JsonResponse({"sentence": sentence, "confirm": "/desk/me/confirm/"}, status=AGAIN)
