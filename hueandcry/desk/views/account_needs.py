"""What needs doing about the accounts: the findings of the register, put together, each with its step (R9)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hueandcry.channels import audit, table
from hueandcry.channels.register import Code
from hueandcry.desk import register_list
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission

SHOWN = 8  # accounts under one finding; the register shows them all
AT_ONCE = {
    Code.DRIFT: ("profile-template", Permission.ACCOUNT_MANAGE),
    Code.PARTS: ("profile-template", Permission.ACCOUNT_MANAGE),
    Code.CHECK: ("checks", Permission.ACCOUNT_CHECK),
}


@desk_view(Permission.POST_READ)
@require_safe
def needs(request: DeskRequest) -> HttpResponse:
    """Every finding with its accounts, what should not wait first."""
    lines = register_list.lines(request)
    found = audit.needs_of(lines)
    context = {
        "needs": [_group(need, request) for need in found],
        "accounts_count": sum(bool(line.health) for line in lines),
        "needing": sum(bool(line.findings) for line in lines),
        "unknown": audit.unknown_in(lines),
    }
    return render(request, "desk/accounts/needs.html", context)


@desk_view(Permission.POST_READ)
@require_safe
def as_table(request: DeskRequest) -> HttpResponse:
    """The same as a table (CSV)."""
    rows = audit.as_rows(audit.needs_of(register_list.lines(request)))
    disposition = {"Content-Disposition": 'attachment; filename="accounts-needs.csv"'}
    return HttpResponse(table.written(rows), content_type="text/csv; charset=utf-8", headers=disposition)


def _group(need: audit.Need, request: DeskRequest) -> dict[str, object]:
    """A finding as the page shows it. at_once: where this person takes the step for all of them, if there is such a place."""
    manages = request.actor.may(Permission.ACCOUNT_MANAGE)
    tab = f"?tab={need.tab}" if need.tab and (manages or need.tab != "connection") else ""
    place, needed = AT_ONCE.get(need.code, ("", Permission.ACCOUNT_MANAGE))
    return {
        "need": need,
        "rows": [
            {"line": line, "address": reverse("account", args=[line.account.pk]) + tab, "says": finding.says}
            for line, finding in need.lines[:SHOWN]
        ],
        "more": max(0, len(need.lines) - SHOWN),
        "all": f"{reverse('accounts')}?show={need.code}",
        "at_once": reverse(place) if place and request.actor.may(needed) else "",
    }
