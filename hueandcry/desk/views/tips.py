"""The tip desk: sealed tips, opened in the officer's browser, and the keys that open them."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.desk.forms.tips import NewKeyForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid, Refusal
from hueandcry.tips import actions, queries
from hueandcry.tips.models import Tip
from hueandcry.tips.queries import PAGE, TipLine
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
FARTHEST = 1_000_000  # pages


@desk_view(Permission.TIP_READ)
@require_safe
def tips(request: DeskRequest, number: str = "") -> HttpResponse:
    """The list, and one tip beside it. Opening it is for the browser."""
    actor = request.actor
    status = request.GET.get("status", "")
    page = min(int(asked), FARTHEST) if (asked := request.GET.get("page", "1")[:9]).isdecimal() else 1
    lines = queries.tip_lines(actor=actor, status=status if status in Tip.Status.values else "", page=page)
    chosen = queries.tip_line(actor=actor, number=number) if number else None
    counts = queries.counts(actor=actor)
    context = {
        "lines": _shown(request, lines),
        "chosen": _shown(request, [chosen])[0] if chosen else None,
        "tabs": [("", _("All"), sum(counts.values()))]
        + [(value, label, counts[value]) for value, label in Tip.Status.choices],
        "status": status,
        "page": page,
        "more": len(lines) == PAGE,
        "keys": [(key, _text(bytes(key.wrapped_private))) for key in queries.my_keys(actor=actor)],
        "programme_has_keys": bool(queries.sealing_keys(actor.agency_id)),
        "recovery": queries.recovery_key(actor=actor),
        "is_programme": request.agency.kind == "tip_programme",
    }
    return render(request, "desk/tips/tips.html", context)


@desk_view(Permission.TIP_READ)
@require_POST
def sealed(request: DeskRequest, number: str) -> HttpResponse:
    """The sealed tip as JSON for the page's script; that it was handed out is on the record."""
    try:
        found = actions.open_tip(number=number, by=request.actor)
    except Refusal as refusal:
        return _refused(refusal)
    value = found.as_json()
    for message in value["messages"]:
        message["when"] = _hour(request, datetime.fromisoformat(message["hour"]))
    return JsonResponse({**value, "line": _shown(request, [found.line])[0]})


@desk_view(Permission.TIP_READ)
@require_POST
def read(request: DeskRequest, number: str) -> HttpResponse:
    """The browser has opened the messages up to a position."""
    try:
        position = _value(request, "position", int)
        actions.mark_read(number=number, position=position, by=request.actor)
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({})


@desk_view(Permission.TIP_ANSWER)
@require_POST
def reply(request: DeskRequest, number: str) -> HttpResponse:
    """An answer that the browser has sealed."""
    try:
        sealed_text = _bytes(_value(request, "sealed", str))
        actions.reply_to_tipster(number=number, sealed=sealed_text, by=request.actor)
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({})


@desk_view(Permission.TIP_KEYS)
@require_POST
def share(request: DeskRequest, number: str) -> HttpResponse:
    """The tip's seed, closed by the browser for colleagues' keys."""
    try:
        wraps = {str(name): _bytes(item) for name, item in _value(request, "wraps", dict).items()}
        shared = actions.share_tip(number=number, wraps=wraps, by=request.actor)
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"shared": shared})


@desk_view(Permission.TIP_ANSWER)
@require_POST
def status(request: DeskRequest, number: str) -> HttpResponse:
    """Take a tip, put it back, close it. A plain form too, for a page whose script did not load."""
    if request.content_type != "application/json":
        _change(request, number, request.POST.get("status", ""))
        return HttpResponseRedirect(reverse("tip", args=[number]))
    try:
        _change(request, number, _value(request, "status", str))
        line = queries.tip_line(actor=request.actor, number=number)
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"line": _shown(request, [line])[0]})


@desk_view(Permission.TIP_KEYS)
@require_safe
def keys(request: DeskRequest) -> HttpResponse:
    """The keys of the programme, and a form to make one's own."""
    return _keys_page(request, NewKeyForm())


@desk_view(Permission.TIP_KEYS)
@require_POST
def new_key(request: DeskRequest) -> HttpResponse:
    """Register the key that the browser has made."""
    form = NewKeyForm(request.POST)
    if not form.is_valid():
        return _keys_page(request, form, status=UNUSABLE)
    given = form.cleaned_data
    try:
        actions.register_desk_key(
            public_key=_bytes(given["public_key"]),
            wrapped_private=_bytes(given["wrapped_private"]),
            label=given["label"],
            by=request.actor,
        )
    except Refusal as refusal:
        add_refusal(form, refusal)
        return _keys_page(request, form, status=refusal.status)
    return HttpResponseRedirect(reverse("tip-keys"))


@desk_view(Permission.TIP_KEYS)
@require_POST
def retire_key(request: DeskRequest, key_id: int) -> HttpResponse:
    """Take one's own key out of use."""
    actions.retire_desk_key(key_id=key_id, by=request.actor)
    return HttpResponseRedirect(reverse("tip-keys"))


def _keys_page(request: DeskRequest, form: NewKeyForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "keys": queries.desk_keys(actor=request.actor),
        "counting": {key.fingerprint for key in queries.sealing_keys(request.actor.agency_id)},
        "recovery": queries.recovery_key(actor=request.actor),
    }
    return render(request, "desk/tips/keys.html", context, status=status)


def _change(request: DeskRequest, number: str, to: str) -> None:
    """Working is taking; everything else is a plain change of status."""
    if to == Tip.Status.WORKING:
        actions.take_tip(number=number, by=request.actor)
    else:
        actions.set_status(number=number, status=to, by=request.actor)


def _shown(request: DeskRequest, lines: list[TipLine]) -> list[dict[str, Any]]:
    """The values of lines as the page prints them. moves: the statuses that each can go to."""
    names = names_of({line.taken_by for line in lines})
    return [
        {
            **asdict(line),
            "hour": _hour(request, line.hour),
            "appeal_ref": line.appeal_ref or _("No appeal"),
            "taken_by": names.get(line.taken_by, _("nobody yet")),
            "moves": sorted(to.value for to in Tip.MOVES[Tip.Status(line.status)]),
        }
        for line in lines
    ]


def _hour(request: DeskRequest, moment: datetime) -> str:
    """An hour in the agency's zone, as "22 November 2026, 09:00–10:00": nothing finer is known."""
    begin = moment.astimezone(ZoneInfo(request.agency.time_zone))
    end = (moment + timedelta(hours=1)).astimezone(begin.tzinfo)
    return f"{format_date(begin, _('j F Y, H:i'))}–{format_date(end, _('H:i'))}"


def _value(request: DeskRequest, name: str, kind: type[Any]) -> Any:
    """One value of the request's JSON. Raises Invalid if it is not there or of another kind."""
    try:
        value = json.loads(request.body)[name]
    except (ValueError, KeyError, TypeError, RecursionError):
        value = None
    if not isinstance(value, kind):
        raise Invalid(_("The page sent something we could not read. Reload it and try again."))
    return value


def _bytes(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(_("The page sent something we could not read. Reload it and try again.")) from error


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _refused(refusal: Refusal) -> JsonResponse:
    """A refusal for the page's script: its sentence and status."""
    return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
