"""Staff notices: where the agency is told things, what became of them, and by how many minutes colleagues are first."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hueandcry.desk import notices
from hueandcry.desk.forms.staff import AddressForm, FirstForm, ToldForm, initial_of
from hueandcry.desk.fresh import fresh_sign_in
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Refusal
from hueandcry.posts.staff_first import minutes_of
from hueandcry.posts.staff_first_actions import set_staff_first
from hueandcry.staff import notice_actions as actions
from hueandcry.staff import queries
from hueandcry.staff.models import Notice, NoticeAddress
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "staff-first-set": _lazy("Kept. It counts for what is let go from now on."),
        "notices-seen": _lazy("Noted. They leave Today and stay in the list."),
        "notice-address-added": _lazy("Kept and sealed. Send a try to see whether it arrives."),
        "notice-address-changed": _lazy("Saved."),
        "notice-address-tried": _lazy("A try is on its way. What became of it stands below in a moment."),
        "notice-address-stopped": _lazy("Nothing more is told there."),
        "notice-address-resumed": _lazy("It is told things again, from now on."),
    }
)


@desk_view(Permission.AGENCY_MANAGE)
@require_safe
def notices_page(request: DeskRequest) -> HttpResponse:
    """Every address with what became of its last notice, and the head start of colleagues."""
    rows = queries.addresses(actor=request.actor)
    last = queries.last_of(actor=request.actor, address_ids=[row.pk for row in rows])
    context = {
        "lines": [(row, _kinds(row), last.get(row.pk)) for row in rows if row.stopped_at is None],
        "stopped": [row for row in rows if row.stopped_at is not None and bytes(row.sealed)],
        "latest": queries.latest(actor=request.actor),
        "not_out": queries.not_out(actor=request.actor),
        "first_form": FirstForm(initial={"minutes": minutes_of(request.agency.pk)}),
    }
    return render(request, "desk/staff/notices.html", context)


@desk_view(Permission.AGENCY_MANAGE)
@require_POST
def first(request: DeskRequest) -> HttpResponse:
    """Set by how many minutes colleagues are first."""
    form = FirstForm(request.POST)
    minutes = form.cleaned_data["minutes"] if form.is_valid() else -1  # the action says what is wrong
    set_staff_first(minutes=minutes, by=request.actor)
    return notices.redirect_saying(reverse("staff-notices"), "staff-first-set")


@desk_view(Permission.AGENCY_MANAGE)
@require_POST
def seen(request: DeskRequest) -> HttpResponse:
    """Say that one knows what did not arrive; `shown` is what the page showed, not what failed since then."""
    given = request.POST.get("shown", "").split()
    shown = {int(text) for text in given if text.isdecimal() and len(text) < 16}  # noqa: PLR2004 - fits a column
    actions.see_notices(shown=shown, by=request.actor)
    return notices.redirect_saying(reverse("staff-notices"), "notices-seen")


@desk_view(Permission.AGENCY_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in()
def new(request: DeskRequest) -> HttpResponse:
    """Add an address."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.add_address(url=form.cleaned_data["url"], told=form.told(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(_page_of(row), "notice-address-added")
    return _form_page(request, form, None)


@desk_view(Permission.AGENCY_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: DeskRequest, address_id: int) -> HttpResponse:
    """One address: what it is told, and what became of that. The address itself is never shown."""
    row = queries.get_address(actor=request.actor, address_id=address_id)
    form = ToldForm(request.POST if request.method == "POST" else None, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_address(address_id=row.pk, told=form.told(), by=request.actor)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(_page_of(row), "notice-address-changed")
    return _form_page(request, form, row)


@desk_view(Permission.AGENCY_MANAGE)
@require_POST
def try_it(request: DeskRequest, address_id: int) -> HttpResponse:
    """Send a try."""
    row = actions.try_address(address_id=address_id, by=request.actor).address
    return notices.redirect_saying(f"{_page_of(row)}#latest", "notice-address-tried")


@desk_view(Permission.AGENCY_MANAGE)
@require_POST
def stop(request: DeskRequest, address_id: int) -> HttpResponse:
    """Tell an address nothing more; it can be taken back."""
    actions.stop_address(address_id=address_id, by=request.actor)
    undo = reverse("notice-address-resume", args=[address_id])
    return notices.redirect_saying(reverse("staff-notices"), "notice-address-stopped", undo=undo)


@desk_view(Permission.AGENCY_MANAGE)
@require_POST
def resume(request: DeskRequest, address_id: int) -> HttpResponse:
    """Tell a stopped address things again."""
    row = actions.resume_address(address_id=address_id, by=request.actor)
    return notices.redirect_saying(_page_of(row), "notice-address-resumed")


def _page_of(row: NoticeAddress) -> str:
    return reverse("notice-address", args=[row.pk])


def _kinds(row: NoticeAddress) -> list[str]:
    """What it is told, in words."""
    return [str(kind.label) for kind in Notice.CHOICES if kind.value in row.kinds]


def _form_page(request: DeskRequest, form: ToldForm, row: NoticeAddress | None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "row": row}
    if row is not None:
        latest = queries.latest(actor=request.actor, address_id=row.pk, limit=20)
        moving = any(
            item.status == Notice.Status.WAITING and item.kind == Notice.Kind.TEST for item in latest
        )
        context |= {"latest": latest, "moving": moving}
    return render(request, "desk/staff/address.html", context, status=UNUSABLE if form.is_bound else 200)
