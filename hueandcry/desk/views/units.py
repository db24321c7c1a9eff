"""The agency's parts: divisions, stations, units."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies import unit_actions
from hueandcry.agencies.models import Unit
from hueandcry.agencies.units import get_unit, units, within
from hueandcry.desk import notices, register_list
from hueandcry.desk.forms.register import UnitForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "unit-added": _lazy("Added. Give it accounts on their pages, under Rules."),
        "unit-saved": _lazy("Saved. The public site shows it within a minute."),
        "unit-closed": _lazy("Closed. Its accounts stay and ask for another unit."),
        "unit-reopened": _lazy("Open again."),
    }
)


@desk_view(Permission.AGENCY_MANAGE)
@require_safe
def all_units(request: DeskRequest) -> HttpResponse:
    """The tree, with how many accounts each part has."""
    tree = units(actor=request.actor, closed=True)
    numbers: dict[int | None, int] = {}
    for line in register_list.lines(request):
        numbers[line.account.unit_id] = numbers.get(line.account.unit_id, 0) + 1
    lines = [
        {"line": line, "indent": "– " * line.depth, "accounts": numbers.get(line.unit.pk, 0)} for line in tree
    ]
    return render(request, "desk/units/units.html", {"lines": lines, "without": numbers.get(None, 0)})


@desk_view(Permission.AGENCY_MANAGE)
def new(request: DeskRequest) -> HttpResponse:
    """Add a part."""
    form = UnitForm(request.POST or None, units=units(actor=request.actor))
    if request.method == "POST" and form.is_valid():
        try:
            unit_actions.add_unit(by=request.actor, **form.words())
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("units"), "unit-added")
    return _form_page(request, form)


@desk_view(Permission.AGENCY_MANAGE)
def unit(request: DeskRequest, unit_id: int) -> HttpResponse:
    """Change a part."""
    row = get_unit(actor=request.actor, unit_id=unit_id)
    tree = units(actor=request.actor)
    inside = within(row.pk, tree)
    initial = {field: getattr(row, field) for field in UnitForm.base_fields if hasattr(row, field)}
    initial |= {"parent": row.parent_id or "", "languages": ", ".join(row.languages)}
    others = [line for line in tree if line.unit.pk not in inside]
    form = UnitForm(request.POST or None, units=others, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            unit_actions.edit_unit(unit_id=unit_id, by=request.actor, **form.words())
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("units"), "unit-saved")
    return _form_page(request, form, row=row)


@desk_view(Permission.AGENCY_MANAGE)
@require_POST
def close(request: DeskRequest, unit_id: int) -> HttpResponse:
    """Close a part."""
    unit_actions.close_unit(unit_id=unit_id, by=request.actor)
    undo = reverse("unit-reopen", args=[unit_id])
    return notices.redirect_saying(reverse("units"), "unit-closed", undo=undo)


@desk_view(Permission.AGENCY_MANAGE)
@require_POST
def reopen(request: DeskRequest, unit_id: int) -> HttpResponse:
    """Open it again."""
    unit_actions.reopen_unit(unit_id=unit_id, by=request.actor)
    undo = reverse("unit-close", args=[unit_id])
    return notices.redirect_saying(reverse("units"), "unit-reopened", undo=undo)


def _form_page(request: DeskRequest, form: UnitForm, *, row: Unit | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "unit": row}
    return render(request, "desk/units/unit.html", context, status=UNUSABLE if form.is_bound else 200)
