"""The register as a table: written out, and brought in after one has seen what each line would do."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.channels import import_actions, queries, table
from hueandcry.desk import notices, register_list
from hueandcry.desk.forms.register import TableForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
DOES = ("wrong", "change", "add", "same")
notices.add(
    {
        "table-in": _lazy("The table is in. New accounts wait for their credential."),
        "table-gone": _lazy("The table was discarded. Nothing of it was brought in."),
    }
)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_safe
def export(request: DeskRequest) -> HttpResponse:
    """The register, as it is narrowed in the address, as CSV."""
    emails = {each.name: each.email for each in queries.colleagues(actor=request.actor)}
    return _file(table.export(register_list.context(request)["lines"], emails=emails), "accounts.csv")


@desk_view(Permission.ACCOUNT_MANAGE)
@require_safe
def template(_request: DeskRequest) -> HttpResponse:
    """An empty table with an example line."""
    return _file(table.template(), "accounts-template.csv")


@desk_view(Permission.ACCOUNT_MANAGE)
def send(request: DeskRequest) -> HttpResponse:
    """Send a table; the next page says what it would do."""
    form = TableForm(request.POST or None, request.FILES or None) if request.method == "POST" else TableForm()
    if form.is_valid():
        try:
            sent = import_actions.send_table(data=form.cleaned_data["table"].read(), by=request.actor)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return HttpResponseRedirect(reverse("account-table", args=[sent.pk]))
    status = UNUSABLE if request.method == "POST" else 200
    context = {"form": form, "columns": table.COLUMNS}
    return render(request, "desk/accounts/send_table.html", context, status=status)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_safe
def look(request: DeskRequest, import_id: int) -> HttpResponse:
    """What each line of the table would do."""
    sent = queries.account_import(actor=request.actor, import_id=import_id)
    lines = table.plan(sent.text, actor=request.actor)
    counts = {does: sum(line.does == does for line in lines) for does in DOES}
    # Those that are wrong first, those that change nothing last.
    ordered = sorted(lines, key=lambda line: DOES.index(line.does))
    context = {"sent": sent, "lines": ordered, "counts": counts, "good": counts["add"] + counts["change"]}
    return render(request, "desk/accounts/table.html", context)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def bring_in(request: DeskRequest, import_id: int) -> HttpResponse:
    """Bring it in: all of it, or the good lines."""
    only_good = request.POST.get("only_good") == "yes"
    import_actions.bring_in(import_id=import_id, only_good=only_good, by=request.actor)
    return notices.redirect_saying(reverse("accounts"), "table-in")


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def discard(request: DeskRequest, import_id: int) -> HttpResponse:
    """Forget it."""
    import_actions.discard_table(import_id=import_id, by=request.actor)
    return notices.redirect_saying(reverse("account-table-send"), "table-gone")


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
