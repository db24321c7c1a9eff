"""Passkeys at the door: the questions a browser puts to one, and signing in with the answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hueandcry.agencies import own, passkeys, webauthn
from hueandcry.agencies.models import Sitting
from hueandcry.agencies.queries import passkeys as own_passkeys
from hueandcry.desk import guard
from hueandcry.desk.forms.session import SignInForm
from hueandcry.desk.fresh import fresh_sign_in
from hueandcry.desk.guard import DeskRequest, desk_view, open_view
from hueandcry.desk.passkey_cookie import drop_ticket, keep_ticket, ticket_of
from hueandcry.desk.sources import on_loopback, source_of
from hueandcry.desk.views.session import DEVICE, UNUSABLE, welcome
from hueandcry.kernel.errors import NotAllowed, NotFound, Unavailable
from hueandcry.ui.fields import add_refusal


@open_view
@require_POST
def ask_sign_in(request: HttpRequest) -> HttpResponse:
    """The question before sign-in: the same for everybody, whatever e-mail was typed."""
    party = passkeys.party_at(request.desk_host)  # type: ignore[attr-defined]
    question = passkeys.ask(purpose=passkeys.SIGN_IN)
    options = webauthn.options_to_ask(party, challenge=question.challenge)
    return keep_ticket(JsonResponse(options), question.ticket)


@open_view
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with the answer of a passkey; an e-mail that was typed must belong to it."""
    form = SignInForm(initial={name: request.POST.get(name, "")[:300] for name in ("email", "next")})
    try:
        person = passkeys.sign_in(
            answer=request.POST.get("passkey", ""),
            ticket=ticket_of(request),
            party=passkeys.party_at(request.desk_host),  # type: ignore[attr-defined]
            email=request.POST.get("email", ""),
            device=request.COOKIES.get(DEVICE, ""),
            source=source_of(request),
            on_loopback=on_loopback(request),
        )
        agency = guard.begin_session(request, person, way=Sitting.Way.PASSKEY)
    except NotFound:
        refusal: NotAllowed | Unavailable = NotAllowed(
            _("You hold no role in an agency of this desk. Ask your administrator.")
        )
    except (NotAllowed, Unavailable) as error:
        refusal = error
    else:
        path = request.POST.get("next", "")
        return drop_ticket(welcome(request, person, agency, next_path=path, way=Sitting.Way.PASSKEY))
    form = SignInForm({"email": form.initial["email"], "next": form.initial["next"]})
    form.errors.clear()
    add_refusal(form, refusal)
    return render(request, "desk/session/sign_in.html", {"form": form}, status=UNUSABLE)


@desk_view(None)
@require_POST
def ask_confirm(request: DeskRequest) -> HttpResponse:
    """The question before a sensitive act: only one's own passkeys may answer."""
    question = passkeys.ask(purpose=passkeys.CONFIRM, bound_to=str(request.sitting.pk))
    party = passkeys.party_at(request.desk_host)
    allowed = [item.credential_id for item in own_passkeys(actor=request.actor) if item.rp_id == party.rp_id]
    options = webauthn.options_to_ask(party, challenge=question.challenge, allowed=allowed)
    return keep_ticket(JsonResponse(options), question.ticket)


@desk_view(None)
@fresh_sign_in()
@require_POST
def ask_new(request: DeskRequest) -> HttpResponse:
    """The question that makes a passkey."""
    question = passkeys.ask(purpose=passkeys.MAKE, bound_to=str(request.sitting.pk))
    party = passkeys.party_at(request.desk_host)
    options = webauthn.options_to_make(
        party,
        challenge=question.challenge,
        handle=own.handle_of(by=request.actor),
        email=request.person.email,
        name=request.person.name,
        known=[item.credential_id for item in own_passkeys(actor=request.actor) if item.rp_id == party.rp_id],
    )
    return keep_ticket(JsonResponse(options), question.ticket)
