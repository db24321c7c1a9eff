"""Connect an account by signing in at its network: the steps before, the way there, and what came back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from hueandcry.channels import authorising, queries
from hueandcry.channels.catalogue import Channel, channel_named, sign_in_for
from hueandcry.channels.connector import Application
from hueandcry.channels.models import Account
from hueandcry.desk import notices
from hueandcry.desk.forms.accounts import offered
from hueandcry.desk.forms.connect import BeginForm
from hueandcry.desk.guard import DeskRequest, desk_view, open_view
from hueandcry.desk.sign_in_steps import steps_of
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.ui.fields import add_refusal

ATTEMPT = "connecting"  # key of the session
UNUSABLE = 422
TYPED = (
    "label",
    "kind",
    "server_url",
    "client_id",
)  # fields of the form that may be filled in by the address
BROUGHT = ("code", "state", "error")  # what a network may send back with the browser
notices.add(
    {
        "account-signed-in": _lazy("Connected. The worker tries it within a minute."),
        "account-again": _lazy("Connected again. What waited for it is sent."),
    }
)


@desk_view(Permission.ACCOUNT_MANAGE)
def begin(request: DeskRequest, channel: str) -> HttpResponse:
    """What to do at the network first, and what to call the account here."""
    names = {item.name for item in offered(demonstration=request.agency.is_demo)}
    if channel not in names or sign_in_for(channel) is None:
        raise NotFound(_("There is no such channel."))
    return _begin(request, channel_named(channel))


@desk_view(Permission.ACCOUNT_MANAGE)
def again(request: DeskRequest, account_id: int) -> HttpResponse:
    """The same for an account that is connected already, when the network no longer accepts us."""
    account = queries.get_account(actor=request.actor, account_id=account_id)
    if sign_in_for(account.channel) is None:
        raise NotFound(_("There is no such channel."))
    return _begin(request, channel_named(account.channel), account=account)


@open_view
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Where a network sends the browser. The session's cookie does not come along from another site, so go on from here.

    Shows nothing of anybody; what it was sent is looked at by the next page, which asks who it is.
    """
    brought = {name: request.GET[name][:2000] for name in BROUGHT if name in request.GET}
    return render(
        request, "desk/connect/back.html", {"next": f"{reverse('connect-finish')}?{urlencode(brought)}"}
    )


@desk_view(Permission.ACCOUNT_MANAGE)
@require_safe
def finish(request: DeskRequest) -> HttpResponse:
    """Keep the permission that was given, or say what is missing. The attempt is over either way."""
    sealed = request.session.pop(ATTEMPT, "")
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    try:
        attempt = authorising.attempt_of(sealed=sealed, state=state, by=request.actor)
    except NotFound as refusal:
        return _came_to_nothing(request, None, refusal.sentence)
    if not code:
        words = _(
            "The network sent you back without a permission: it was declined there. Nothing was changed."
        )
        return _came_to_nothing(request, attempt, words)
    try:
        account = authorising.finish(attempt=attempt, code=code, by=request.actor)
    except (authorising.SignInFailed, Conflict, Invalid) as refusal:
        return _came_to_nothing(request, attempt, refusal.sentence)
    word = "account-again" if attempt.account_id else "account-signed-in"
    return notices.redirect_saying(reverse("account", args=[account.pk]), word)


def _begin(request: DeskRequest, channel: Channel, *, account: Account | None = None) -> HttpResponse:
    server = account.server_url if account else channel.server
    known = authorising.application_of(actor=request.actor, channel=channel.name, server_url=server)
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        channel=channel,
        known=known is not None,
        again=account is not None,
        demonstration=request.agency.is_demo,
        typed=_practice(request, channel)
        | {name: request.GET[name][:300] for name in TYPED if name in request.GET},
    )
    back_to = request.build_absolute_uri(reverse("connect-back"))
    context = {
        "channel": channel,
        "account": account,
        "form": form,
        "steps": steps_of(channel.name),
        "back_to": back_to,
        "known_from": known[1] if known else "",
        "practice": request.agency.is_demo,
        "itself": authorising.registers_itself(channel.name),
    }
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        typed = Application(data.get("client_id", ""), data.get("client_secret", ""))
        try:
            address, request.session[ATTEMPT] = authorising.begin(
                channel=channel.name,
                server_url=data.get("server_url") or server,
                label=data.get("label", ""),
                kind=data.get("kind", ""),
                back=back_to,
                by=request.actor,
                application=typed,
                account_id=account.pk if account else None,
            )
        except (Invalid, authorising.SignInFailed) as refusal:
            add_refusal(form, refusal)
        else:
            return render(request, "desk/connect/go.html", {**context, "address": address})
    return render(request, "desk/connect/begin.html", context, status=UNUSABLE if form.is_bound else 200)


def _practice(request: DeskRequest, channel: Channel) -> dict[str, str]:
    """In a demonstration the network is the simulated one, where everybody knows the application (simnet/consent.py)."""
    if not request.agency.is_demo:
        return {}
    return {
        "server_url": f"http://127.0.0.1:{settings.HUE_SIMNET_PORT}/{channel.name}",
        "client_id": "simulated",
    }


def _came_to_nothing(
    request: DeskRequest, attempt: authorising.Attempt | None, sentence: str
) -> HttpResponse:
    """What the network said, and the way to begin again."""
    where = reverse("accounts")
    if attempt and attempt.account_id:
        where = reverse("account-again", args=[int(attempt.account_id)])
    elif attempt:  # what was typed stands there again, but for the secret
        typed = urlencode({name: getattr(attempt, name) for name in TYPED})
        where = f"{reverse('connect', args=[attempt.channel])}?{typed}"
    context = {"sentence": sentence, "again": where, "channel": attempt and channel_named(attempt.channel)}
    return render(request, "desk/connect/nothing.html", context, status=409)
