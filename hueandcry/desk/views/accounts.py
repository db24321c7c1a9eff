"""The register of accounts and each account's page; connecting, credential, suspending, stewardship taken by oneself."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.channels import actions, moving_actions, queries
from hueandcry.channels.catalogue import channel_named, sign_in_for
from hueandcry.desk import account_page, notices, register_list
from hueandcry.desk.forms.accounts import AccountForm, SecretForm, offered, secret_of
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "account-connected": _lazy(
            "Connected. The worker tries it within a minute; this page then says how it went."
        ),
        "account-credential": _lazy(
            "The credential was replaced. Nothing is sent until the worker has tried it, within a minute."
        ),
        "account-suspended": _lazy("Suspended. Nothing more is sent through it."),
        "account-resumed": _lazy(
            "In use again. What waited for less than a day is sent; older posts are held back."
        ),
        "account-steward": _lazy("You are the steward now."),
        "account-moved": _lazy(
            "Noted: this is the account now. What waited for it for less than a day is sent."
        ),
    }
)


@desk_view(Permission.POST_READ)
@require_safe
def accounts(request: DeskRequest) -> HttpResponse:
    """Every account of the agency on one page, narrowed by what is asked for."""
    context = register_list.context(request)
    context["channels"] = offered(demonstration=request.agency.is_demo)
    return render(request, "desk/accounts/accounts.html", context)


@desk_view(Permission.ACCOUNT_MANAGE)
def connect(request: DeskRequest, channel: str) -> HttpResponse:
    """Connect an account of ours on this channel."""
    if channel not in {item.name for item in offered(demonstration=request.agency.is_demo)}:
        raise NotFound(_("There is no such channel."))
    chosen = channel_named(channel)
    if request.method != "POST" and "by" not in request.GET and sign_in_for(channel):
        return redirect("connect", channel)  # one signs in at the network itself; typing it is the other way
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
            return notices.redirect_saying(reverse("account", args=[account.pk]), "account-connected")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/accounts/connect.html", {"form": form, "channel": chosen}, status=status)


@desk_view(Permission.POST_READ)
@require_safe
def account(request: DeskRequest, account_id: int) -> HttpResponse:
    """One account: how it stands, and on its tabs what can be done."""
    return _page(request, account_id)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def rotate(request: DeskRequest, account_id: int) -> HttpResponse:
    """Replace the credential."""
    row = queries.get_account(actor=request.actor, account_id=account_id)
    form = SecretForm(request.POST, channel=row.channel)
    if form.is_valid():
        secret = secret_of(form, row.channel, handle=row.handle)
        actions.rotate_credential(account_id=account_id, secret=secret, by=request.actor)
        return notices.redirect_saying(reverse("account", args=[account_id]), "account-credential")
    return _page(request, account_id, tab="connection", status=UNUSABLE, secret_form=form, form=form)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def suspend(request: DeskRequest, account_id: int) -> HttpResponse:
    """Stop sending through this account."""
    actions.suspend_account(account_id=account_id, by=request.actor)
    undo = reverse("account-resume", args=[account_id])
    return notices.redirect_saying(reverse("account", args=[account_id]), "account-suspended", undo=undo)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def resume(request: DeskRequest, account_id: int) -> HttpResponse:
    """Use this account again."""
    actions.resume_account(account_id=account_id, by=request.actor)
    undo = reverse("account-suspend", args=[account_id])
    return notices.redirect_saying(reverse("account", args=[account_id]), "account-resumed", undo=undo)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def moved(request: DeskRequest, account_id: int) -> HttpResponse:
    """The other account that the sign-in opens is ours now; `opens` is the one that the page showed."""
    moving_actions.confirm_moved(account_id=account_id, opens=request.POST.get("opens", ""), by=request.actor)
    return notices.redirect_saying(reverse("account", args=[account_id]), "account-moved")


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def become_steward(request: DeskRequest, account_id: int) -> HttpResponse:
    """Be answerable for this account."""
    actions.name_steward(
        account_id=account_id, person_ref=request.actor.ref, person_name=request.actor.name, by=request.actor
    )
    return notices.redirect_saying(reverse("account", args=[account_id]), "account-steward")


def _page(
    request: DeskRequest, account_id: int, *, tab: str = "", status: int = 200, **forms: Any
) -> HttpResponse:
    context = account_page.context(request, account_id, tab=tab, **forms)
    return render(request, "desk/accounts/account.html", context, status=status)
