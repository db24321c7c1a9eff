"""Pause and lift; and what was held back meanwhile."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies import brake_actions, brakes
from hueandcry.desk import held, lists_held, notices, paused
from hueandcry.desk.forms.brakes import BrakeForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.pausable import choices, name_of
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.posts import holding_actions
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "brake-applied": _lazy("Paused. What is due meanwhile is held back; taking posts down still works."),
        "brake-lifted": _lazy("Lifted. What was held back for less than a day goes out."),
        "held-sent": _lazy("Back in line. It goes out with the next round of the worker."),
        "held-dropped": _lazy("Dropped. It is never sent."),
        "held-changed": _lazy("Back in line. The worker changes it there with its next round."),
        "held-change-dropped": _lazy("Dropped. The post stays there as it stands."),
    }
)


@desk_view(Permission.BRAKE)
@require_safe
def page(request: DeskRequest) -> HttpResponse:
    """What is paused now, the form that pauses, and what is over. ?what=account:7 chooses it beforehand."""
    form = BrakeForm(choices=choices(request.actor), chosen=request.GET.get("what", "all"))
    return _page(request, form)


def _page(request: DeskRequest, form: BrakeForm, *, status: int = 200) -> HttpResponse:
    found = brakes.in_force(agency_id=request.actor.agency_id)
    context: dict[str, Any] = {
        "form": form,
        "now": [(row, brakes.what_is_paused(row)) for row in found.rows],
        "ended": [(row, brakes.what_is_paused(row)) for row in brakes.ended(actor=request.actor)],
        "own": request.actor.ref.removeprefix("person:"),
    }
    return render(request, "desk/rules/brakes.html", context, status=status)


@desk_view(Permission.BRAKE)
@require_POST
def apply(request: DeskRequest) -> HttpResponse:
    """Pause at once."""
    form = BrakeForm(request.POST, choices=choices(request.actor))
    if form.is_valid():
        scope, _colon, number = form.cleaned_data["what"].partition(":")
        try:
            row = brake_actions.apply_brake(
                scope=scope,
                scope_id=number,
                scope_name=name_of(request.actor, scope, number),
                reason=form.cleaned_data["reason"],
                until=form.until(),
                by=request.actor,
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            undo = reverse("brake-lift", args=[row.pk])
            return notices.redirect_saying(reverse("brakes"), "brake-applied", undo=undo)
    return _page(request, form, status=UNUSABLE)


@desk_view(Permission.BRAKE)
@require_POST
def lift(request: DeskRequest, brake_id: int) -> HttpResponse:
    """End a pause before its time."""
    brake_actions.lift_brake(brake_id=brake_id, by=request.actor)
    return notices.redirect_saying(reverse("brakes"), "brake-lifted")


@desk_view(None)
@require_safe
def strip(request: DeskRequest) -> HttpResponse:
    """The strip alone, asked for every second by every open page: without the frame, which asks much more."""
    context = {"paused": paused.lines(request.actor), "actor": request.actor}
    return HttpResponse(render_to_string("desk/rules/_paused.html", context))


@desk_view(Permission.POST_READ)
@require_safe
def held_back(request: DeskRequest) -> HttpResponse:
    """What is held back now, each with its reason and what can be done."""
    pager = held.page(request.actor, request.GET.get("page"))
    context = {
        "pager": pager,
        "rows": pager.object_list,
        "held_lists": lists_held.rows(request.actor),
    }
    return render(request, "desk/rules/held.html", context)


@desk_view(Permission.POST_READ)
@require_POST
def send_held(request: DeskRequest, delivery_id: int) -> HttpResponse:
    """Send it after all."""
    why = request.POST.get("reason", "")
    holding_actions.send_held(delivery_id=delivery_id, by=request.actor, reason=why)
    return notices.redirect_saying(reverse("held"), "held-sent")


@desk_view(Permission.POST_READ)
@require_POST
def drop_held(request: DeskRequest, delivery_id: int) -> HttpResponse:
    """Never send it."""
    holding_actions.drop_held(delivery_id=delivery_id, by=request.actor)
    return notices.redirect_saying(reverse("held"), "held-dropped")


@desk_view(Permission.POST_READ)
@require_POST
def make_held_change(request: DeskRequest, edit_id: int) -> HttpResponse:
    """Change it after all."""
    why = request.POST.get("reason", "")
    holding_actions.make_held_change(edit_id=edit_id, by=request.actor, reason=why)
    return notices.redirect_saying(reverse("held"), "held-changed")


@desk_view(Permission.POST_READ)
@require_POST
def drop_held_change(request: DeskRequest, edit_id: int) -> HttpResponse:
    """Leave the post there as it stands."""
    holding_actions.drop_held_change(edit_id=edit_id, by=request.actor)
    return notices.redirect_saying(reverse("held"), "held-change-dropped")
