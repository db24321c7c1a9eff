"""Lists of subscribers: how many, what they were told, who came back; open, close, add, remove, take a copy."""

from __future__ import annotations

import contextlib
import csv
import io

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hueandcry.agencies.addresses import public_url
from hueandcry.channels.actions import AlreadyRegistered, register_account
from hueandcry.channels.catalogue import OURSELVES, channel_named
from hueandcry.channels.models import Account
from hueandcry.desk import lists_held, notices, slips_aside
from hueandcry.desk.forms.lists import AddForm, ReasonForm
from hueandcry.desk.fresh import fresh_sign_in
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Refusal
from hueandcry.lists import actions, aside_actions, pause_actions, queries
from hueandcry.lists.choices import Medium
from hueandcry.lists.handing import ListOutbox, not_set_up
from hueandcry.lists.models import Subscriber
from hueandcry.lists.returned import returns
from hueandcry.lists.showing import shown
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
PAGE = 50
MESSAGES = 20
notices.add(
    {
        "list-opened": _lazy("Open. People can join; posts reach the list through its account."),
        "list-opened-mute": _lazy("Open, but nothing can be sent yet. What is missing stands on this page."),
        "list-closed": _lazy("Closed. Nobody can join, and nothing more is sent. Who is on it stays."),
        "subscriber-added": _lazy("Kept. They are asked themselves first; then they are on the list."),
        "subscriber-removed": _lazy("Taken off the list. The address is erased."),
        "subscriber-resumed": _lazy("On the list again."),
        "message-sent": _lazy("On its way to the rest."),
        "message-dropped": _lazy("Dropped. Nobody else gets it."),
        "slip-tried": _lazy("The worker tries it again within a few seconds."),
        "slip-dropped": _lazy("Thrown away."),
    }
)


@desk_view(Permission.LIST_MANAGE)
@require_safe
def lists(request: DeskRequest) -> HttpResponse:
    """Every list with how many are on it."""
    lines = [
        (
            line,
            ListOutbox(agency_id=request.agency.pk, medium=line.medium.value).trouble()
            if line.is_open
            else "",
        )
        for line in queries.lists(actor=request.actor)
    ]
    context = {
        "lines": lines,
        "address": public_url(request.agency, "/subscribe/"),
        "held_lists": lists_held.rows(request.actor),
        "aside": slips_aside.rows(request.actor),
    }
    return render(request, "desk/lists/lists.html", context)


@desk_view(Permission.LIST_MANAGE)
@require_safe
def one(request: DeskRequest, medium: str) -> HttpResponse:
    """One list: by level and area, what it was told, who is on it."""
    return _page(request, medium)


@desk_view(Permission.LIST_MANAGE)
@require_POST
def open_list(request: DeskRequest, medium: str) -> HttpResponse:
    """Let people join; the first time, with an account, so that posts can be sent to it."""
    actions.open_list(medium=medium, by=request.actor)
    label = channel_named(medium).label
    with contextlib.suppress(AlreadyRegistered):  # opened before: its account is there
        register_account(
            channel=medium,
            handle=request.agency.public_host,
            label=label,
            server_url=OURSELVES,
            secret={},
            kind=Account.Kind.ALERTS,
            is_public=False,
            by=request.actor,
        )
    said = "list-opened-mute" if not_set_up(medium) else "list-opened"
    return notices.redirect_saying(reverse("list", args=[medium]), said)


@desk_view(Permission.LIST_MANAGE)
@require_POST
def close_list(request: DeskRequest, medium: str) -> HttpResponse:
    """Nobody can join; nothing more is sent."""
    actions.close_list(medium=medium, by=request.actor)
    undo = reverse("list-open", args=[medium])
    return notices.redirect_saying(reverse("list", args=[medium]), "list-closed", undo=undo)


@desk_view(Permission.LIST_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: DeskRequest, medium: str) -> HttpResponse:
    """Put somebody on the list by hand."""
    line = queries.list_line(actor=request.actor, medium=medium)
    form = AddForm(request.POST or None, areas=queries.areas(request.agency.pk))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_subscriber(
                medium=medium,
                address=given["address"],
                choices=form.choices(),
                consent=given["consent"],
                by=request.actor,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("list", args=[medium]), "subscriber-added")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/lists/add.html", {"form": form, "line": line}, status=status)


@desk_view(Permission.LIST_MANAGE)
@fresh_sign_in()
@require_POST
def export(request: DeskRequest, medium: str) -> HttpResponse:
    """The list as a file of the agency's own."""
    file = io.StringIO()
    csv.writer(file).writerows(actions.export_list(medium=medium, by=request.actor))
    answer = HttpResponse(file.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{medium}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@desk_view(Permission.LIST_MANAGE)
@require_POST
def remove(request: DeskRequest, subscriber_id: int) -> HttpResponse:
    """Take somebody off for good."""
    who = queries.get_subscriber(actor=request.actor, subscriber_id=subscriber_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, who.list.medium, form=form, about=who.pk, status=UNUSABLE)
    actions.remove_subscriber(
        subscriber_id=subscriber_id, reason=form.cleaned_data["reason"], by=request.actor
    )
    return notices.redirect_saying(reverse("list", args=[who.list.medium]), "subscriber-removed")


@desk_view(Permission.LIST_MANAGE)
@require_POST
def resume(request: DeskRequest, subscriber_id: int) -> HttpResponse:
    """Write again to somebody whose messages came back."""
    who = actions.resume_subscriber(subscriber_id=subscriber_id, by=request.actor)
    return notices.redirect_saying(reverse("list", args=[who.list.medium]), "subscriber-resumed")


@desk_view(Permission.POST_APPROVE)
@require_POST
def send_rest(request: DeskRequest, message_id: int) -> HttpResponse:
    """Let a message that was held back go to the rest of its list."""
    pause_actions.send_rest(message_id=message_id, by=request.actor)
    return notices.redirect_saying(reverse("held"), "message-sent")


@desk_view(Permission.POST_RECALL)
@require_POST
def drop_rest(request: DeskRequest, message_id: int) -> HttpResponse:
    """Send a message that was held back to nobody more."""
    pause_actions.drop_rest(message_id=message_id, by=request.actor)
    return notices.redirect_saying(reverse("held"), "message-dropped")


@desk_view(Permission.LIST_MANAGE)
@require_POST
def try_slip(request: DeskRequest, slip_id: int) -> HttpResponse:
    """Have a request of the public tried again."""
    aside_actions.try_slip(slip_id=slip_id, by=request.actor)
    return notices.redirect_saying(reverse("lists"), "slip-tried")


@desk_view(Permission.LIST_MANAGE)
@require_POST
def drop_slip(request: DeskRequest, slip_id: int) -> HttpResponse:
    """Throw a request of the public away."""
    aside_actions.drop_slip(slip_id=slip_id, by=request.actor)
    return notices.redirect_saying(reverse("lists"), "slip-dropped")


def _page(
    request: DeskRequest, medium: str, *, form: ReasonForm | None = None, about: int = 0, status: int = 200
) -> HttpResponse:
    actor = request.actor
    line = queries.list_line(actor=actor, medium=medium)
    context: dict[str, object] = {
        "line": line,
        "by_hand": line.medium != Medium.PUSH,
        "missing": not_set_up(medium),
    }
    if line.row is not None and line.medium == Medium.EMAIL:
        context["returns"] = returns(actor=actor)
    if line.row is not None:
        show = request.GET.get("show", "")
        pager = Paginator(queries.subscribers(actor=actor, medium=medium, status=show), PAGE).get_page(
            request.GET.get("page")
        )
        names = dict(queries.areas(request.agency.pk))
        lines = [(item, _reason_of(item.row, form, about)) for item in shown(pager.object_list, names=names)]
        context |= {
            "pager": pager,
            "lines": lines,
            "failed": form,
            "show": show,
            "tabs": [
                ("", _("All"), line.active + line.waiting + line.paused),
                *((value, label, getattr(line, value)) for value, label in Subscriber.Status.choices),
            ],
            "spread": queries.spread(actor=actor, medium=medium),
            "messages": queries.messages(actor=actor, medium=medium)[:MESSAGES],
            "trouble": ListOutbox(agency_id=request.agency.pk, medium=medium).trouble()
            if line.is_open
            else "",
        }
    return render(request, "desk/lists/list.html", context, status=status)


def _reason_of(row: Subscriber, form: ReasonForm | None, about: int) -> ReasonForm:
    """The form beside one subscriber; the one that was sent, with its error."""
    if form is not None and row.pk == about:
        return form
    return ReasonForm(auto_id=f"id_{row.pk}_%s")
