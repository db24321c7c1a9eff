"""The agency's accounts: connect, renew the credential, suspend, take up again, name a steward."""

from __future__ import annotations

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.channels import actions, queries
from hueandcry.channels.catalogue import channel_named
from hueandcry.channels.models import Account
from hueandcry.desk import notices
from hueandcry.desk.forms.accounts import AccountForm, SecretForm, offered, secret_of
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
PAGE = 50
# Views of the list: value, label, which lines.
SHOWS: tuple[tuple[str, Promise, Callable[[queries.AccountLine], bool]], ...] = (
    ("needs_attention", _lazy("Needs attention"), lambda line: line.account.status == "needs_attention"),
    ("active", _lazy("In use"), lambda line: line.account.status == "active"),
    ("suspended", _lazy("Suspended"), lambda line: line.account.status == "suspended"),
    ("no-steward", _lazy("No steward"), lambda line: not line.steward),
)
notices.add(
    {
        "account-connected": _lazy(
            "Connected. The worker tries it within a minute; this page then says how it went."
        ),
        "account-credential": _lazy("The credential was replaced. The worker tries it within a minute."),
        "account-suspended": _lazy("Suspended. Nothing more is sent through it."),
        "account-resumed": _lazy("In use again. What waited for it is sent."),
        "account-steward": _lazy("You are the steward now."),
    }
)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_safe
def accounts(request: DeskRequest) -> HttpResponse:
    """Every account of the agency by where it stands, and the channels that can be connected."""
    rows = queries.accounts(actor=request.actor)
    show, words = request.GET.get("show", ""), request.GET.get("q", "")[:80].strip()
    views = {name: [line for line in rows if test(line)] for name, _label, test in SHOWS}
    chosen = views.get(show, rows)
    lines = [line for line in chosen if words.casefold() in _searched(line)]
    pager = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    context = {
        "pager": pager,
        "tabs": [
            ("", _("All"), len(rows)),
            *((name, str(label), len(views[name])) for name, label, _t in SHOWS),
        ],
        "show": show if show in views else "",
        "q": words,
        "any": bool(rows),
        "channels": offered(demonstration=request.agency.is_demo),
    }
    return render(request, "desk/accounts/accounts.html", context)


def _searched(line: queries.AccountLine) -> str:
    account = line.account
    return f"{account.label} {account.handle} {line.channel} {line.steward}".casefold()


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
            return notices.redirect_saying(reverse("account", args=[account.pk]), "account-connected")
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
        return notices.redirect_saying(reverse("account", args=[account_id]), "account-credential")
    return _page(request, row, form=form, status=UNUSABLE)


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
def become_steward(request: DeskRequest, account_id: int) -> HttpResponse:
    """Be answerable for this account."""
    actions.name_steward(
        account_id=account_id, person_ref=request.actor.ref, person_name=request.actor.name, by=request.actor
    )
    return notices.redirect_saying(reverse("account", args=[account_id]), "account-steward")


def _page(
    request: DeskRequest, row: Account, *, form: SecretForm | None = None, status: int = 200
) -> HttpResponse:
    line = next(item for item in queries.accounts(actor=request.actor) if item.account.pk == row.pk)
    context = {"line": line, "form": form or SecretForm(channel=row.channel)}
    return render(request, "desk/accounts/account.html", context, status=status)
