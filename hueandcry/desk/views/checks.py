"""The rota: today's accounts to look in on, one after the other."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.channels import check_actions, queries
from hueandcry.channels import checks as rota
from hueandcry.channels.models import Account, Look
from hueandcry.desk import notices, register_list
from hueandcry.desk.forms.register import PlanForm
from hueandcry.desk.guard import DeskRequest, desk_view, own_path
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid, NotFound
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "check-fine": _lazy("Noted as fine."),
        "check-note": _lazy("Your note is on the record and on the account’s page."),
        "checks-planned": _lazy("The rota stands. The first accounts are due today."),
        "check-ended": _lazy("Taken off the rota."),
    }
)


@desk_view(Permission.ACCOUNT_CHECK)
@require_safe
def checks(request: DeskRequest) -> HttpResponse:
    """What is due today, overdue first, and what was seen last."""
    return _page(request)


@desk_view(Permission.ACCOUNT_CHECK)
@require_POST
def note(request: DeskRequest, account_id: int) -> HttpResponse:
    """Fine, or a note."""
    outcome, words = request.POST.get("outcome", ""), request.POST.get("note", "")
    try:
        check_actions.note_look(
            account_id=account_id, outcome=outcome, note=words, today=request.asked.day, by=request.actor
        )
    except Invalid as refusal:
        return _page(request, refused=(account_id, refusal.sentence, words), status=UNUSABLE)
    said = "check-fine" if outcome == Look.Outcome.FINE else "check-note"
    back = request.POST.get("back", "")
    return notices.redirect_saying(own_path(back) if back else reverse("checks"), said)


@desk_view(Permission.ACCOUNT_MANAGE)
def plan(request: DeskRequest) -> HttpResponse:
    """Put every account in use on the rota."""
    form = PlanForm(request.POST or None, people=queries.colleagues(actor=request.actor))
    lines = [line for line in register_list.lines(request) if line.account.status not in Account.SILENT]
    if request.method == "POST" and form.is_valid():
        try:
            check_actions.plan_checks(
                account_ids=[line.account.pk for line in lines],
                every_days=form.cleaned_data["every_days"],
                checker_ids=form.cleaned_data["checkers"],
                today=request.asked.day,
                by=request.actor,
            )
        except (Invalid, NotFound) as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("checks"), "checks-planned")
    context = {"form": form, "accounts_count": len(lines), "on_rota": sum(bool(line.watch) for line in lines)}
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/checks/plan.html", context, status=status)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def end(request: DeskRequest, account_id: int) -> HttpResponse:
    """Take an account off the rota."""
    check_actions.end_checks(account_id=account_id, by=request.actor)
    return notices.redirect_saying(f"{reverse('account', args=[account_id])}?tab=checks", "check-ended")


def _page(
    request: DeskRequest, *, refused: tuple[int, str, str] | None = None, status: int = 200
) -> HttpResponse:
    day = request.asked.day
    due = rota.due_checks(actor=request.actor, today=day)
    context = {
        "due": due,
        "late": sum(line.days_late > 0 for line in due),
        "coming": rota.coming_checks(actor=request.actor, today=day),
        "on_rota": rota.watched(actor=request.actor),
        "looks": rota.looks(actor=request.actor),
        "refused": refused,
        "manages": request.actor.may(Permission.ACCOUNT_MANAGE),
    }
    return render(request, "desk/checks/checks.html", context, status=status)
