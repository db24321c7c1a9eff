"""The tip desk: sealed tips, opened in the officer's browser."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of, unlocking_passkeys
from hueandcry.desk import notices
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.desk.hours import age_words, hour_words
from hueandcry.desk.key_locks import locks_by_key
from hueandcry.desk.page_data import for_script, raw, sent, value
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict
from hueandcry.kernel.wire import as_text
from hueandcry.publicsite.queries import public_page
from hueandcry.tips import actions, queries
from hueandcry.tips.models import DeskKey, Tip
from hueandcry.tips.queries import PAGE, TipLine

FARTHEST = 1_000_000  # pages
ALL = "all"
SAID = {"new": "tip-back", "working": "tip-taken", "closed": "tip-closed"}
notices.add(
    {
        "tip-taken": _lazy("You have taken this tip."),
        "tip-back": _lazy("Put back among the new ones."),
        "tip-closed": _lazy("Closed."),
    }
)


class WentOn(Conflict):
    """A message has come since the officer opened the dialogue they are answering."""

    for_script = {"stale": True}


@desk_view(Permission.TIP_READ)
@require_safe
def tips(request: DeskRequest, number: str = "") -> HttpResponse:
    """The list, and one tip beside it. Opening it is for the browser."""
    actor = request.actor
    page = min(int(asked), FARTHEST) if (asked := request.GET.get("page", "1")[:9]).isdecimal() else 1
    chosen = queries.tip_line(actor=actor, number=number) if number else None
    status = request.GET.get("status", "")
    if status not in {*Tip.Status.values, ALL}:
        status = chosen.status if chosen else str(Tip.Status.NEW)
    lines = queries.tip_lines(actor=actor, status="" if status == ALL else status, page=page)
    counts = queries.counts(actor=actor)
    context = {
        "lines": _shown(request, lines),
        "chosen": _one(request, chosen) if chosen else None,
        "tabs": [
            (Tip.Status.NEW.value, _("New"), counts["new"]),
            (Tip.Status.WORKING.value, _("Working"), counts["working"]),
            (Tip.Status.CLOSED.value, _("Closed"), counts["closed"]),
            (ALL, _("All"), sum(counts.values())),
        ],
        "status": status,
        "page": page,
        "more": len(lines) == PAGE,
        "is_programme": request.agency.kind == "tip_programme",
        **_keys(request),
    }
    return render(request, "desk/tips/tips.html", context)


def _keys(request: DeskRequest) -> dict[str, Any]:
    """The officer's own keys with what unlocks them, and whether anybody can open what comes."""
    actor = request.actor
    locks = {
        key_id: [(row.credential_id, as_text(row.wrapped)) for row in rows]
        for key_id, rows in locks_by_key(actor).items()
    }
    mine = [
        (key, as_text(key.wrapped_private), locks.get(key.pk, [])) for key in queries.my_keys(actor=actor)
    ]
    waiting = (
        [
            key
            for key in queries.desk_keys(actor=actor)
            if key.person_ref == actor.ref and key.status == DeskKey.Status.WAITING
        ]
        if actor.may(Permission.TIP_KEYS) and not mine
        else []
    )
    return {
        "keys": mine,
        "waiting_key": bool(waiting),
        "has_locks": any(locks.values()),
        "passkeys": [item.credential_id for item in unlocking_passkeys(actor=actor)],
        "colleagues": queries.colleagues(actor=actor),
        "programme_has_keys": bool(queries.sealing_keys(actor.agency_id)),
    }


@desk_view(Permission.TIP_READ)
@require_POST
@for_script
def sealed(request: DeskRequest, number: str) -> HttpResponse:
    """The sealed tip as JSON for the page's script; that it was handed out is on the record."""
    found = actions.open_tip(number=number, by=request.actor)
    shown = found.as_json()
    for message in shown["messages"]:
        moment = datetime.fromisoformat(message["hour"])
        message["when"] = hour_words(moment, time_zone=request.agency.time_zone)
    names = {key.fingerprint: key.name for key in queries.sealing_keys(request.actor.agency_id)}
    sharers = sorted({names[name] for name in found.holders if name in names})
    return JsonResponse({**shown, "sharers": sharers, "line": _one(request, found.line)})


@desk_view(Permission.TIP_READ)
@require_safe
@for_script
def line(request: DeskRequest, number: str) -> HttpResponse:
    """What is no secret of a tip, as JSON: asked every so often while it is open."""
    found = queries.tip_line(actor=request.actor, number=number)
    return JsonResponse({"line": _one(request, found)})


@desk_view(Permission.TIP_READ)
@require_POST
@for_script
def read(request: DeskRequest, number: str) -> HttpResponse:
    """The browser has opened the messages up to a position."""
    position = value(request, "position", int)
    actions.mark_read(number=number, position=position, by=request.actor)
    return JsonResponse({})


@desk_view(Permission.TIP_ANSWER)
@require_POST
@for_script
def reply(request: DeskRequest, number: str) -> HttpResponse:
    """An answer that the browser has sealed. after: the last message its writer has seen, if they want to know."""
    sealed_text = raw(value(request, "sealed", str))
    _nothing_new(request, number)
    pair = value(request, "generation", int) if "generation" in sent(request) else None
    actions.reply_to_tipster(number=number, sealed=sealed_text, generation=pair, by=request.actor)
    return JsonResponse({})


@desk_view(Permission.TIP_KEYS)
@require_POST
@for_script
def share(request: DeskRequest, number: str) -> HttpResponse:
    """The tip's seed, closed by the browser for colleagues' keys."""
    wraps = {name: raw(item) for name, item in value(request, "wraps", dict).items()}
    shared = actions.share_tip(number=number, wraps=wraps, by=request.actor)
    return JsonResponse({"shared": shared})


@desk_view(Permission.TIP_KEYS)
@require_POST
@for_script
def assign(request: DeskRequest, number: str) -> HttpResponse:
    """Give the tip to a colleague, whose keys the browser has closed it for."""
    wraps = {name: raw(item) for name, item in value(request, "wraps", dict).items()}
    to_ref, only = value(request, "to", str), value(request, "only", bool)
    actions.assign_tip(number=number, to_ref=to_ref, wraps=wraps, only=only, by=request.actor)
    found = queries.tip_line(actor=request.actor, number=number)
    return JsonResponse({"line": _one(request, found)})


@desk_view(Permission.TIP_ANSWER)
@require_POST
def status(request: DeskRequest, number: str) -> HttpResponse:
    """Take a tip, put it back, close it. A plain form too, for a page whose script did not load."""
    if request.content_type != "application/json":
        to = request.POST.get("status", "")
        before = _change(request, number, to)
        undo = f"{reverse('tip-status', args=[number])}?status={before}" if before else ""
        return notices.redirect_saying(reverse("tip", args=[number]), SAID[to], undo=undo)
    return _status_by_script(request, number)


@for_script
def _status_by_script(request: DeskRequest, number: str) -> HttpResponse:
    before = _change(request, number, value(request, "status", str))
    found = queries.tip_line(actor=request.actor, number=number)
    return JsonResponse({"line": _one(request, found), "undo": before})


def _change(request: DeskRequest, number: str, to: str) -> str:
    """Working is taking; everything else is a plain change of status. Returns the status that undoes it.

    That is "" where undoing would take the tip from the colleague who had it.
    """
    by = request.actor
    before = queries.tip_line(actor=by, number=number)
    if to == Tip.Status.WORKING:
        actions.take_tip(number=number, by=by)
    else:
        if (before.status, to) == (Tip.Status.CLOSED, Tip.Status.NEW):  # undoing: closed tips open as taken
            actions.take_tip(number=number, by=by)
        actions.set_status(number=number, status=to, by=by)
    return before.status if before.taken_by in {"", by.ref} else ""


def _nothing_new(request: DeskRequest, number: str) -> None:
    """Raises WentOn if messages have come after the one that the page says was seen last."""
    seen = sent(request).get("after")
    if not isinstance(seen, int) or isinstance(seen, bool):
        return
    if queries.tip_line(actor=request.actor, number=number).messages > seen:
        raise WentOn(_("The dialogue went on while you were writing. Your text is still here."))


def _shown(request: DeskRequest, lines: list[TipLine]) -> list[dict[str, Any]]:
    """The values of lines as the page prints them. moves: the statuses that each can go to."""
    names = names_of({line.taken_by for line in lines})
    zone = request.agency.time_zone
    return [
        {
            **asdict(line),
            "hour": hour_words(line.hour, time_zone=zone),
            "age": age_words(line.hour, time_zone=zone),
            "appeal_ref": line.appeal_ref or _("No appeal"),
            "about": _about(line),
            "taken_by": names.get(line.taken_by, "") or _("nobody yet"),
            "is_taken": bool(line.taken_by),
            "is_mine": line.taken_by == request.actor.ref,
            "moves": sorted(to.value for to in Tip.MOVES[Tip.Status(line.status)]),
        }
        for line in lines
    ]


def _one(request: DeskRequest, line: TipLine) -> dict[str, Any]:
    """The values of the tip in the panel: with the public page of its appeal, if there is one."""
    page = public_page(reference=line.appeal_ref, programme_id=request.actor.agency_id)
    more = {"appeal_title": page.title if page else "", "appeal_at": page.address if page else ""}
    return {**_shown(request, [line])[0], **more}


def _about(line: TipLine) -> str:
    """The second line of a row: "PE-2416 · 2 messages"."""
    messages = ngettext("%(n)d message", "%(n)d messages", line.messages) % {"n": line.messages}
    return f"{line.appeal_ref or _('No appeal')} · {messages}"
