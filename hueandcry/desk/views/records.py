"""The record: who did what to which thing, and how far it is sealed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.desk.forms.records import FilterForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.records import queries
from hueandcry.records.entry import Ledger

PAGE = 50


@desk_view(Permission.RECORD_READ)
@require_safe
def record(request: DeskRequest) -> HttpResponse:
    """The agency's record, newest first."""
    return _entries(request, Ledger.MAIN)


@desk_view(Permission.RECORD_READ)
@require_safe
def entry(request: DeskRequest, entry_id: int) -> HttpResponse:
    """One entry with its content."""
    return _entry(request, Ledger.MAIN, entry_id)


@desk_view(Permission.TIP_READ)
@require_safe
def tips_record(request: DeskRequest) -> HttpResponse:
    """The record beside the tips: hours, no content."""
    return _entries(request, Ledger.TIPS)


@desk_view(Permission.TIP_READ)
@require_safe
def tips_entry(request: DeskRequest, entry_id: int) -> HttpResponse:
    """One entry of the record beside the tips."""
    return _entry(request, Ledger.TIPS, entry_id)


def _entries(request: DeskRequest, ledger: Ledger) -> HttpResponse:
    form = FilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    lines = queries.entries(
        actor=request.actor,
        ledger=ledger,
        verb=asked.get("verb", ""),
        subject=asked.get("subject", ""),
        before_id=asked.get("before"),
        limit=PAGE + 1,
    )
    shown = lines[:PAGE]
    home, detail = _addresses(ledger)
    context = {
        "form": form,
        "lines": shown,
        "names": names_of({line.actor for line in shown}),
        "state": next(state for state in queries.ledger_states() if state.ledger == ledger.value),
        "home": home,
        "detail": detail,
        "tips": ledger is Ledger.TIPS,
        "filtered": any(asked.get(name) for name in ("verb", "subject")),
        "older": _older(home, asked, shown[-1].id) if len(lines) > PAGE else "",
        "newest": asked.get("before") is not None,
    }
    return render(request, "desk/records/record.html", context)


def _older(home: str, asked: dict[str, Any], last_id: int) -> str:
    """The address of the next page: everything before the last entry shown."""
    kept = {name: asked[name] for name in ("verb", "subject") if asked.get(name)}
    return f"{home}?{urlencode({**kept, 'before': last_id})}"


def _entry(request: DeskRequest, ledger: Ledger, entry_id: int) -> HttpResponse:
    view = queries.entry(actor=request.actor, entry_id=entry_id, ledger=ledger)
    home, _detail = _addresses(ledger)
    context = {
        "view": view,
        "line": view.line,
        "name": names_of({view.line.actor}).get(view.line.actor, ""),
        "home": home,
        "tips": ledger is Ledger.TIPS,
    }
    return render(request, "desk/records/entry.html", context)


def _addresses(ledger: Ledger) -> tuple[str, str]:
    """Address of the list, and route name of one entry."""
    if ledger is Ledger.TIPS:
        return reverse("tips-record"), "tips-record-entry"
    return reverse("record"), "record-entry"
