"""Organisations to which people can turn for help: listed, approved, looked at again, said in a post."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.answers import partner_actions as actions
from hueandcry.answers import partners as queries
from hueandcry.answers.models import Partner
from hueandcry.channels.scope import acts_on_all
from hueandcry.desk import notices
from hueandcry.desk.forms.partners import PartnerForm, start_of
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, Refusal
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "partner-added": _lazy("Listed. Everybody reads it once somebody else has approved it."),
        "partner-checked": _lazy("Noted that it is right. It is shown until the new day."),
        "partner-changed": _lazy("Saved. The new words are shown once somebody else has approved them."),
        "partner-approved": _lazy("Approved. Everybody can read it within seconds."),
        "partner-retired": _lazy("Taken out. It is off the public site within seconds."),
        "partner-restored": _lazy("It is listed again."),
    }
)


@desk_view(Permission.POST_READ)
@require_safe
def partners(request: DeskRequest) -> HttpResponse:
    """The list: each with where it stands and what can be done."""
    lines = queries.partners(actor=request.actor)
    writes = request.actor.may(Permission.POST_DRAFT) and acts_on_all(request.actor)
    refs = {ref for line in lines for ref in (line.partner.checked_by, line.partner.approved_by) if ref}
    context = {
        "lines": lines,
        "names": names_of(refs),
        "writes": writes,
        "approves": request.actor.may(Permission.POST_APPROVE),
    }
    return render(request, "desk/answers/partners.html", context)


@desk_view(Permission.POST_DRAFT)
def new(request: DeskRequest) -> HttpResponse:
    """List one more."""
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_partner(facts=form.facts(), by=request.actor)
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return _to("partner-added")
    return _page(request, form, None)


@desk_view(Permission.POST_DRAFT)
def change(request: DeskRequest, partner_id: int) -> HttpResponse:
    """Look again: whether it is right, what is different, until when it is shown."""
    row = queries.get_partner(actor=request.actor, partner_id=partner_id)
    form = PartnerForm(request.POST or None, initial=start_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            after = actions.change_partner(partner_id=partner_id, facts=form.facts(), by=request.actor)
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return _to("partner-checked" if after.approved_at else "partner-changed")
    return _page(request, form, row)


@desk_view(Permission.POST_APPROVE)
@require_POST
def approve(request: DeskRequest, partner_id: int) -> HttpResponse:
    """Let everybody read the words that were shown."""
    actions.approve_partner(partner_id=partner_id, seen=request.POST.get("seen", ""), by=request.actor)
    return _to("partner-approved")


@desk_view(Permission.POST_DRAFT)
@require_POST
def retire(request: DeskRequest, partner_id: int) -> HttpResponse:
    """Take it out."""
    actions.retire_partner(partner_id=partner_id, by=request.actor)
    return _to("partner-retired", undo=reverse("partner-restore", args=[partner_id]))


@desk_view(Permission.POST_DRAFT)
@require_POST
def restore(request: DeskRequest, partner_id: int) -> HttpResponse:
    """Take it back."""
    actions.restore_partner(partner_id=partner_id, by=request.actor)
    return _to("partner-restored", undo=reverse("partner-retire", args=[partner_id]))


@desk_view(Permission.POST_DRAFT)
@require_POST
def use(request: DeskRequest, partner_id: int) -> HttpResponse:
    """What a post says of it, for the page where somebody writes."""
    try:
        text = queries.words_of(actor=request.actor, partner_id=partner_id)
    except Refusal as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=refusal.status)
    return JsonResponse({"text": text})


def _to(word: str, *, undo: str = "") -> HttpResponse:
    return notices.redirect_saying(reverse("partners"), word, undo=undo)


def _page(request: DeskRequest, form: PartnerForm, row: Partner | None) -> HttpResponse:
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/answers/partner.html", {"form": form, "partner": row}, status=status)
