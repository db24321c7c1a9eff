"""The record: who did what to which thing, proof that nothing was changed, and bundles for strangers."""

from __future__ import annotations

from itertools import groupby
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.appeals.queries import appeal_by_reference
from hueandcry.desk import notices
from hueandcry.desk.forms.records import ExportForm, FilterForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.record_words import Teller
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.records import actions, queries, viewing
from hueandcry.records.entry import Ledger
from hueandcry.ui.fields import add_refusal

PAGE = 50
UNUSABLE = 422
FILTERS = ("who", "verb", "subject", "since", "until")

notices.add(
    {
        "record-check": _lazy(
            "The worker computes the whole record anew. The result stands here when it is done."
        ),
        "record-export": _lazy("The worker makes the bundle. It can be fetched here when it is done."),
    }
)


@desk_view(Permission.RECORD_READ)
@require_safe
def record(request: DeskRequest) -> HttpResponse:
    """The agency's record, newest first."""
    return _entries(request, Ledger.MAIN)


@desk_view(Permission.RECORD_READ)
@require_safe
def entry(request: DeskRequest, entry_id: int) -> HttpResponse:
    """One entry with its content and its proof."""
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
    refs = queries.people_in(actor=request.actor, ledger=ledger)
    people = sorted(names_of(set(refs)).items(), key=lambda pair: pair[1])
    form = FilterForm(request.GET, people=people)
    asked = form.cleaned_data if form.is_valid() else {}
    since, until = form.days(request.agency) if asked else (None, None)
    lines = queries.entries(
        actor=request.actor,
        ledger=ledger,
        who=asked.get("who", ""),
        verb=asked.get("verb", ""),
        subject=_thing(request, asked.get("subject", "")),
        since=since,
        until=until,
        before_id=asked.get("before"),
        limit=PAGE + 1,
    )
    shown = lines[:PAGE]
    home, detail = _addresses(ledger)
    context = {
        "form": form,
        "days": _by_day(request, shown),
        "detail": detail,
        "filtered": any(asked.get(name) for name in FILTERS),
        "older": _older(request, home, shown[-1].id) if len(lines) > PAGE else "",
        "newest": asked.get("before") is not None,
        **_state(request, ledger),
    }
    return render(request, "desk/records/record.html", context)


def _by_day(request: DeskRequest, lines: list[queries.EntryLine]) -> list[dict[str, Any]]:
    """The entries as sentences, under the day in the agency's zone on which they were made."""
    zone, teller = ZoneInfo(request.agency.time_zone), Teller(lines, agency_id=request.agency.pk)
    told = [
        {"line": line, "at": line.at.astimezone(zone), "who": teller.who(line), "did": teller.did(line)}
        for line in lines
    ]
    days = groupby(told, key=lambda item: item["at"].date())  # type: ignore[attr-defined]
    return [{"day": day, "items": list(items)} for day, items in days]


def _state(request: DeskRequest, ledger: Ledger) -> dict[str, Any]:
    """What every page of the record says of the whole: its seal, its last check, whether one is under way."""
    home, _detail = _addresses(ledger)
    tips = ledger is Ledger.TIPS
    return {
        "state": next(state for state in queries.ledger_states() if state.ledger == ledger.value),
        "check": viewing.last_check(actor=request.actor, ledger=ledger),
        "checking": viewing.check_under_way(ledger),
        "home": home,
        "tips": tips,
        "seals_address": reverse("tips-record-seals" if tips else "record-seals"),
        "check_address": reverse("tips-record-check" if tips else "record-check"),
        "state_address": reverse("tips-record-state" if tips else "record-state"),
    }


def _thing(request: DeskRequest, typed: str) -> str:
    """What was typed as the record names it: a reference of an appeal becomes "appeal:12"."""
    text = typed.strip()
    if not text or ":" in text or not request.actor.may(Permission.APPEAL_READ):
        return text
    try:
        return ref("appeal", appeal_by_reference(actor=request.actor, reference=text).pk)
    except NotFound:
        return text


def _older(request: DeskRequest, home: str, last_id: int) -> str:
    """The address of the next page: everything before the last entry shown."""
    kept = {name: str(request.GET[name]) for name in FILTERS if request.GET.get(name)}
    return f"{home}?{urlencode({**kept, 'before': str(last_id)})}"


def _entry(request: DeskRequest, ledger: Ledger, entry_id: int) -> HttpResponse:
    view = queries.entry(actor=request.actor, entry_id=entry_id, ledger=ledger)
    teller = Teller([view.line], agency_id=request.agency.pk)
    may_read = request.actor.may(Permission.APPEAL_READ)
    context = {
        "view": view,
        "line": view.line,
        "content": teller.content(view.body or {}, agency=request.agency),
        "about": teller.what(view.line.subject),
        "appeal": teller.appeal(view.line.subject) if may_read else "",
        "who": teller.who(view.line),
        "did": teller.did(view.line),
        "proof": viewing.proof(actor=request.actor, entry_id=entry_id, ledger=ledger),
        **_state(request, ledger),
    }
    return render(request, "desk/records/entry.html", context)


def _addresses(ledger: Ledger) -> tuple[str, str]:
    """Address of the list, and route name of one entry."""
    if ledger is Ledger.TIPS:
        return reverse("tips-record"), "tips-record-entry"
    return reverse("record"), "record-entry"


# --- seals and checks -------------------------------------------------------------------------------


@desk_view(Permission.RECORD_READ)
@require_safe
def seals(request: DeskRequest) -> HttpResponse:
    """The latest seals, and how a stranger checks."""
    return _seals(request, Ledger.MAIN)


@desk_view(Permission.TIP_READ)
@require_safe
def tips_seals(request: DeskRequest) -> HttpResponse:
    """The latest seals of the record beside the tips."""
    return _seals(request, Ledger.TIPS)


def _seals(request: DeskRequest, ledger: Ledger) -> HttpResponse:
    context = {"seals": viewing.seals(actor=request.actor, ledger=ledger), **_state(request, ledger)}
    return render(request, "desk/records/seals.html", context)


@desk_view(Permission.RECORD_READ)
@require_POST
def check(request: DeskRequest) -> HttpResponse:
    """Let the worker compute the whole record anew."""
    actions.ask_for_check(by=request.actor)
    return notices.redirect_saying(reverse("record"), "record-check")


@desk_view(Permission.TIP_READ)
@require_POST
def tips_check(request: DeskRequest) -> HttpResponse:
    """Let the worker compute the record beside the tips anew."""
    actions.ask_for_check(ledger=Ledger.TIPS, by=request.actor)
    return notices.redirect_saying(reverse("tips-record"), "record-check")


@desk_view(Permission.RECORD_READ)
@require_safe
def state(request: DeskRequest) -> HttpResponse:
    """The part of the page that says how far it is sealed and checked."""
    return render(request, "desk/records/_state.html", _state(request, Ledger.MAIN))


@desk_view(Permission.TIP_READ)
@require_safe
def tips_state(request: DeskRequest) -> HttpResponse:
    """The same of the record beside the tips."""
    return render(request, "desk/records/_state.html", _state(request, Ledger.TIPS))


# --- exports ----------------------------------------------------------------------------------------


@desk_view(Permission.RECORD_READ)
def export(request: DeskRequest) -> HttpResponse:
    """Ask for a bundle, see how far it is, fetch it."""
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.ask_for_export(
                subject=_thing(request, form.cleaned_data["subject"]),
                with_content=form.cleaned_data["with_content"],
                by=request.actor,
            )
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("record-export"), "record-export")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/records/export.html", {"form": form, **_runs(request)}, status=status)


@desk_view(Permission.RECORD_READ)
@require_safe
def exports(request: DeskRequest) -> HttpResponse:
    """The list of bundles: a part of the page that asks for itself again while one is being made."""
    return render(request, "desk/records/_exports.html", _runs(request))


def _runs(request: DeskRequest) -> dict[str, Any]:
    runs = viewing.exports(actor=request.actor)
    names = names_of({run.asked_by for run in runs})
    return {"runs": runs, "names": names, "refresh": any(run.finished_at is None for run in runs)}


@desk_view(Permission.RECORD_READ)
@require_safe
def bundle(request: DeskRequest, run_id: int) -> HttpResponse:
    """The bundle as a file, streamed: it can be large."""
    path = viewing.bundle(actor=request.actor, run_id=run_id)
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=f"record-{run_id}.zip")
    return cast("HttpResponse", answer)
