"""The agency's accounts: connect, renew the credential, suspend, take up again, name a steward."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hueandcry.channels import actions, queries
from hueandcry.channels.catalogue import channel_named
from hueandcry.channels.models import Account
from hueandcry.desk.forms.accounts import AccountForm, SecretForm, offered, secret_of
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422


@desk_view(Permission.ACCOUNT_MANAGE)
@require_safe
def accounts(request: DeskRequest) -> HttpResponse:
    """Every account of the agency, and the channels that can be connected."""
    context = {
        "lines": queries.accounts(actor=request.actor),
        "channels": offered(demonstration=request.agency.is_demo),
    }
    return render(request, "desk/accounts/accounts.html", context)


@desk_view(Permission.ACCOUNT_MANAGE)
def connect(request: DeskRequest, channel: str) -> HttpResponse:
    """Connect an account of ours on this channel."""
    if channel not in {item.name for item in offered(demonstration=request.agency.is_demo)}:
        raise NotFound(_("There is no such channel."))
    chosen = channel_named(channel)
    form = AccountForm(request.POST or None, channel=chosen)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            account = actions.register_account(
                channel=channel,
                handle=data["handle"],
                label=data["label"],
                server_url=data["server_url"],
                kind=data["kind"],
                secret=secret_of(form, channel, handle=data["handle"]),
                by=request.actor,
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("account", args=[account.pk]))
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/accounts/connect.html", {"form": form, "channel": chosen}, status=status)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_safe
def account(request: DeskRequest, account_id: int) -> HttpResponse:
    """One account: how it stands and what can be done."""
    return _page(request, queries.get_account(actor=request.actor, account_id=account_id))


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def rotate(request: DeskRequest, account_id: int) -> HttpResponse:
    """Replace the credential."""
    row = queries.get_account(actor=request.actor, account_id=account_id)
    form = SecretForm(request.POST, channel=row.channel)
    if form.is_valid():
        secret = secret_of(form, row.channel, handle=row.handle)
        actions.rotate_credential(account_id=account_id, secret=secret, by=request.actor)
        return HttpResponseRedirect(reverse("account", args=[account_id]))
    return _page(request, row, form=form, status=UNUSABLE)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def suspend(request: DeskRequest, account_id: int) -> HttpResponse:
    """Stop sending through this account."""
    actions.suspend_account(account_id=account_id, by=request.actor)
    return HttpResponseRedirect(reverse("account", args=[account_id]))


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def resume(request: DeskRequest, account_id: int) -> HttpResponse:
    """Use this account again."""
    actions.resume_account(account_id=account_id, by=request.actor)
    return HttpResponseRedirect(reverse("account", args=[account_id]))


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def become_steward(request: DeskRequest, account_id: int) -> HttpResponse:
    """Be answerable for this account."""
    actions.name_steward(
        account_id=account_id, person_ref=request.actor.ref, person_name=request.actor.name, by=request.actor
    )
    return HttpResponseRedirect(reverse("account", args=[account_id]))


def _page(
    request: DeskRequest, row: Account, *, form: SecretForm | None = None, status: int = 200
) -> HttpResponse:
    line = next(item for item in queries.accounts(actor=request.actor) if item.account.pk == row.pk)
    context = {"line": line, "form": form or SecretForm(channel=row.channel)}
    return render(request, "desk/accounts/account.html", context, status=status)
