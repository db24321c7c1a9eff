"""“Me”: a person's own ways to sign in, open sessions, and keys of the keyboard."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies import own, passkeys, queries
from hueandcry.desk import guard, notices
from hueandcry.desk.forms.session import PasskeyForm, PasswordForm
from hueandcry.desk.fresh import fresh_sign_in
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.passkey_cookie import drop_ticket, ticket_of
from hueandcry.desk.sources import source_of
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, Unavailable
from hueandcry.tips.key_actions import remove_key_lock
from hueandcry.tips.queries import key_locks
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "me-passkey": _lazy("Passkey added. You can sign in with it from now on."),
        "me-passkey-gone": _lazy("Passkey removed. It no longer signs in."),
        "me-renamed": _lazy("Renamed."),
        "me-password": _lazy("Password changed. Every other session of yours has ended."),
        "me-ended": _lazy("Session ended."),
        "me-all-ended": _lazy("Every other session has ended."),
        "me-keys": _lazy("Saved."),
        "me-confirmed": _lazy("Confirmed. Go back and try again."),
    }
)


@desk_view(None)
@require_safe
def me(request: DeskRequest) -> HttpResponse:
    """All of it on one page."""
    held = queries.memberships_of(request.person.pk)
    context = {
        "passkeys": queries.passkeys(actor=request.actor),
        "sittings": queries.sittings(actor=request.actor),
        "this_sitting": request.sitting.pk,
        "codes_left": len(request.person.recovery_digests),
        "held": [item for item in held if item.agency_id == request.agency.pk],
    }
    return render(request, "desk/me/me.html", context)


@desk_view(None)
@fresh_sign_in()
@require_safe
def confirm(request: DeskRequest) -> HttpResponse:
    """Prove who one is and come back: for scripts that were refused until then."""
    if path := request.GET.get("next", ""):
        return HttpResponseRedirect(guard.own_path(path))
    return notices.redirect_saying(reverse("me"), "me-confirmed")


@desk_view(None)
@fresh_sign_in()
def new_passkey(request: DeskRequest) -> HttpResponse:
    """Name a passkey and make it; the script of the page talks to the device."""
    form = PasskeyForm(request.POST or None, initial={"label": guard.browser_of(request)})
    if request.method == "POST" and form.is_valid():
        try:
            own.add_passkey(
                answer=form.cleaned_data["answer"],
                ticket=ticket_of(request),
                party=passkeys.party_at(request.desk_host),
                sitting=str(request.sitting.pk),
                label=form.cleaned_data["label"],
                by=request.actor,
            )
        except (Conflict, Invalid, NotAllowed) as refusal:
            add_refusal(form, refusal)
        else:
            return drop_ticket(notices.redirect_saying(reverse("me"), "me-passkey"))
    return render(request, "desk/me/passkey.html", {"form": form}, status=UNUSABLE if form.is_bound else 200)


@desk_view(None)
@require_POST
def rename_passkey(request: DeskRequest, passkey_id: int) -> HttpResponse:
    """Give a passkey another name."""
    own.rename_passkey(passkey_id=passkey_id, label=request.POST.get("label", ""), by=request.actor)
    return notices.redirect_saying(reverse("me"), "me-renamed")


@desk_view(None)
@fresh_sign_in()
@require_POST
def remove_passkey(request: DeskRequest, passkey_id: int) -> HttpResponse:
    """Forget a passkey, and what it could unlock at the tip desk of this programme."""
    credential = own.remove_passkey(passkey_id=passkey_id, by=request.actor)
    if request.actor.may(Permission.TIP_KEYS):
        for lock in key_locks(actor=request.actor):
            if lock.credential_id == credential:
                remove_key_lock(lock_id=lock.pk, by=request.actor)
    return notices.redirect_saying(reverse("me"), "me-passkey-gone")


@desk_view(None)
def password(request: DeskRequest) -> HttpResponse:
    """Choose another password; the other sessions end, this one goes on."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            epoch = own.change_password(
                old=given["old"],
                code=given["code"],
                new=given["password"],
                source=source_of(request),
                sitting_id=request.sitting.pk,
                by=request.actor,
            )
        except (Conflict, Invalid, NotAllowed, Unavailable) as refusal:
            add_refusal(form, refusal)
        else:
            request.session.cycle_key()
            request.session[guard.EPOCH] = epoch
            guard.note_proof(request)
            return notices.redirect_saying(reverse("me"), "me-password")
    return render(request, "desk/me/password.html", {"form": form}, status=UNUSABLE if form.is_bound else 200)


@desk_view(None)
@fresh_sign_in()
@require_POST
def codes(request: DeskRequest) -> HttpResponse:
    """Ten new recovery codes, shown this once."""
    return render(request, "desk/me/codes.html", {"codes": own.renew_recovery_codes(by=request.actor)})


@desk_view(None)
@require_POST
def end_sitting(request: DeskRequest, sitting_id: int) -> HttpResponse:
    """End one of one's own sessions elsewhere."""
    if sitting_id == request.sitting.pk:
        raise Conflict(_("This is the session you are in. Use “Sign out” for it."))
    own.end_sitting(sitting_id=sitting_id, by=request.actor)
    return notices.redirect_saying(reverse("me"), "me-ended")


@desk_view(None)
@require_POST
def end_others(request: DeskRequest) -> HttpResponse:
    """End every session but this one."""
    own.end_other_sittings(sitting_id=request.sitting.pk, by=request.actor)
    return notices.redirect_saying(reverse("me"), "me-all-ended")


@desk_view(None)
@require_POST
def single_keys(request: DeskRequest) -> HttpResponse:
    """Single-letter keys on or off."""
    own.set_single_keys(on=request.POST.get("on") == "yes", by=request.actor)
    return notices.redirect_saying(reverse("me"), "me-keys")
