"""Today, the daily round, and the parts of the frame that refresh themselves."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from hueandcry.desk import away, find, notices
from hueandcry.desk import round as rounds
from hueandcry.desk import today as lines
from hueandcry.desk.context import RailItem, rail
from hueandcry.desk.guard import DeskRequest, desk_view, own_path, wants_fragment
from hueandcry.kernel import clock

PAGE = 50  # lines of the search page
notices.add({"round-nothing": _("Nothing needs you now, so there is no round to walk.")})


@desk_view(None)
@require_safe
def today(request: DeskRequest) -> HttpResponse:
    """The first page after sign-in."""
    asked = request.asked
    needs, walk = lines.needs_you(asked), rounds.current(request)
    context = {
        "now": clock.now(),
        "summary": lines.summary(asked, needs),
        "needs": needs,
        "out": lines.going_out(asked),
        "watch": lines.watch(asked),
        "away": away.while_away(request),
        "figures": lines.figures(asked),
        "ended": walk if walk and walk.ended else None,
    }
    return render(request, "desk/home/today.html", context)


@desk_view(None)
@require_safe
def search(request: DeskRequest) -> HttpResponse:
    """Search or do: a page of its own, or the list under the field of the top bar."""
    typed = request.GET.get("q", "")[:200]
    part = wants_fragment(request)
    groups = rail(request.asked, "")
    rooms = [_as_found(item) for group in groups if not group["views"] for item in group["items"]]
    rooms += [_as_view(item) for group in groups if group["views"] for item in group["items"] if typed]
    found = find.find(request.actor, typed, rooms, most=find.MOST if part else PAGE)
    page = "desk/find/_found.html" if part else "desk/find/find.html"
    return render(request, page, {"found": found, "q": typed})


def _as_found(item: RailItem) -> find.Found:
    return find.Found(item.label, str(_("Go to")), item.address, item.icon, keys=item.keys)


def _as_view(item: RailItem) -> find.Found:
    return find.Found(f"{_('Appeals')}: {item.label}", str(_("Go to")), item.address, "speakerphone")


@desk_view(None)
@require_safe
def pulse(request: DeskRequest) -> HttpResponse:
    """Rail and phone bar of the page at ?at=…, with their counts as they are now."""
    request.shown_at = own_path(request.GET.get("at", ""))
    return render(request, "desk/_pulse.html")


# --- the round --------------------------------------------------------------------------------------


@desk_view(None)
@require_safe
def round_page(request: DeskRequest) -> HttpResponse:
    """The round as it stands: what is done, what is now, what comes."""
    return render(request, "desk/round/round.html", {"walk": rounds.current(request)})


@desk_view(None)
@require_POST
def round_start(request: DeskRequest) -> HttpResponse:
    """Begin, and go to the first thing."""
    if not rounds.begin(request):
        return notices.redirect_saying(reverse("today"), "round-nothing")
    return _to_now(request)


@desk_view(None)
@require_POST
def round_next(request: DeskRequest) -> HttpResponse:
    """Leave this one, settled or not, and go to the next."""
    rounds.go_on(request)
    return _to_now(request)


@desk_view(None)
@require_POST
def round_stop(request: DeskRequest) -> HttpResponse:
    """End the round here."""
    rounds.stop(request)
    return HttpResponseRedirect(reverse("round"))


@desk_view(None)
@require_POST
def round_forget(request: DeskRequest) -> HttpResponse:
    """The last line was read."""
    rounds.forget(request)
    return HttpResponseRedirect(reverse("today"))


def _to_now(request: DeskRequest) -> HttpResponse:
    walk = rounds.current(request)
    return HttpResponseRedirect(walk.now.address if walk and walk.now else reverse("round"))
