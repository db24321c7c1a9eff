"""Signing in and out, changing agency, and taking up an invitation."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies import actions, auth, own, queries
from hueandcry.agencies.models import Agency, Person, Sitting
from hueandcry.desk import guard
from hueandcry.desk.forms.session import JoinForm, SignInForm
from hueandcry.desk.guard import DeskRequest, desk_view, open_view
from hueandcry.desk.sources import on_loopback, source_of
from hueandcry.kernel.errors import Invalid, NotAllowed, NotFound, Unavailable
from hueandcry.ui import qr
from hueandcry.ui.fields import add_refusal

DEVICE = "hue_device"
DEVICE_AGE = 365 * 24 * 3600  # seconds
UNUSABLE = 422


@open_view
@require_safe
def start(_request: HttpRequest) -> HttpResponse:
    """The bare host name leads to Today."""
    return HttpResponseRedirect(reverse("today"))


@open_view
def sign_in(request: HttpRequest) -> HttpResponse:
    """One form: e-mail, password and code together."""
    if hasattr(request, "actor"):
        return HttpResponseRedirect(guard.own_path(request.GET.get("next", "")))
    if request.method != "POST":
        form = SignInForm(initial={"next": request.GET.get("next", "")})
        return render(request, "desk/session/sign_in.html", {"form": form})
    form = SignInForm(request.POST)
    if form.is_valid():
        answer = _try_sign_in(request, form)
        if answer is not None:
            return answer
    return render(request, "desk/session/sign_in.html", {"form": form}, status=UNUSABLE)


def _try_sign_in(request: HttpRequest, form: SignInForm) -> HttpResponse | None:
    """The way on, or None with the reason in the form."""
    data, device = form.cleaned_data, request.COOKIES.get(DEVICE, "")
    try:
        person = auth.sign_in(
            email=data["email"],
            password=data["password"],
            code=data["code"],
            device=device,
            source=source_of(request),
            on_loopback=on_loopback(request),
        )
        agency = guard.begin_session(request, person)
    except NotFound:
        form.add_error(None, _("You hold no role in an agency of this desk. Ask your administrator."))
        return None
    except (NotAllowed, Unavailable) as refusal:
        add_refusal(form, refusal)
        return None
    return welcome(request, person, agency, next_path=data["next"], way=Sitting.Way.CODE)


def welcome(
    request: HttpRequest, person: Person, agency: Agency, *, next_path: str, way: str
) -> HttpResponse:
    """The answer to a sign-in that held: recorded, a fresh form token, this browser remembered."""
    actions.note_sign_in(person=person, agency_id=agency.pk, way=way)
    rotate_token(request)
    device = request.COOKIES.get(DEVICE, "")
    response = HttpResponseRedirect(guard.own_path(next_path))
    response.set_cookie(
        DEVICE,
        auth.remember_device(person=person, device=device),
        max_age=DEVICE_AGE,
        path=reverse("sign-in"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response


@desk_view(None)
@require_POST
def sign_out(request: DeskRequest) -> HttpResponse:
    """End the session and ask the browser to forget what it kept."""
    own.leave_sitting(sitting_id=request.sitting.pk)
    request.session.flush()
    response = HttpResponseRedirect(reverse("sign-in"))
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@desk_view(None)
@require_POST
def switch_agency(request: DeskRequest) -> HttpResponse:
    """Act for another of one's agencies."""
    try:
        guard.switch_agency(request, int(request.POST.get("agency", "")))
    except ValueError:
        raise NotFound from None
    rotate_token(request)  # a form still open in another tab was for the other agency: it is refused
    return HttpResponseRedirect(reverse("today"))


@open_view
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Take up an invitation: choose a password, set up the code app, keep the recovery codes.

    Every opening of the link offers another secret for the code app, so that nobody through whose hands
    the link went knows the one that is taken.
    """
    invitation = queries.open_invitation(token)
    offered = _offered(request.POST.get("offered", ""))
    form = JoinForm(
        {**request.POST.dict(), "offered": offered} if request.POST else None, initial={"offered": offered}
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                codes = actions.join(token=token, **form.cleaned_data)
            except Invalid as refusal:
                add_refusal(form, refusal)
            else:
                return render(request, "desk/session/joined.html", {"codes": codes, "invitation": invitation})
        status = UNUSABLE
    context = {
        "form": form,
        "invitation": invitation,
        "token": token,
        "offered": offered,
        "secret": _spaced(auth.open_totp(auth.read_offer(offered))),
    }
    return render(request, "desk/session/join.html", context, status=status)


@open_view
@require_safe
def join_code(request: HttpRequest, token: str) -> HttpResponse:
    """The QR code of the second factor as a picture from this host, so that img-src stays 'self'."""
    invitation = queries.open_invitation(token)
    sealed = auth.read_offer(request.GET.get("offered", ""))
    address = auth.totp_address(
        secret_text=auth.open_totp(sealed), email=invitation.person.email, agency=invitation.agency.short_name
    )
    return HttpResponse(qr.png(address), content_type="image/png")


def _offered(text: str) -> str:
    """The secret that the page came with, or a fresh one if it came with none of ours."""
    try:
        auth.read_offer(text)
    except Invalid:
        return auth.offer_totp()
    return text


def _spaced(text: str) -> str:
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))
