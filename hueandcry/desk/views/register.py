"""What is changed in the register: facts, the dial, holders, stewards, the end of an account, passing on, profiles."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from hueandcry.agencies.units import units
from hueandcry.channels import (
    profile,
    profile_actions,
    profiling,
    queries,
    register_actions,
)
from hueandcry.channels.catalogue import CHANNELS
from hueandcry.channels.register import RegisterLine
from hueandcry.desk import account_page, notices, register_list
from hueandcry.desk.forms.register import (
    FactsForm,
    HandoverForm,
    HolderForm,
    ModeForm,
    ReasonForm,
    StewardForm,
    TemplateForm,
)
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound, Refusal
from hueandcry.requests import passing_actions
from hueandcry.requests import queries as requests
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
EXAMPLES = 3  # accounts that the page of the text shows it for
notices.add(
    {
        "account-saved": _lazy("Saved. The public directory shows it within a minute."),
        "account-mode": _lazy("The dial is set. It counts from the next post."),
        "account-holder": _lazy("They may post through it now, as far as the rules let them."),
        "account-holder-ended": _lazy("They may no longer post through it. It ended at once."),
        "account-appointed": _lazy("The steward is named."),
        "account-retired": _lazy("Retired. The public checker now says that it is no longer ours."),
        "accounts-handed-over": _lazy(
            "Passed on, with drafts, planned posts and requests. The leaver’s rights there ended at once."
        ),
        "profile-pushed": _lazy("The worker writes it there within a minute or two, then reads it back."),
        "profile-none": _lazy("None of these networks lets us write the page. Copy the text instead."),
        "profile-confirmed": _lazy(
            "Noted. The text counts as being there until it should say something else."
        ),
        "profile-written": _lazy(
            "Kept. Each account’s page is compared with it within minutes; nothing is pushed yet."
        ),
    }
)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def facts(request: DeskRequest, account_id: int) -> HttpResponse:
    """Save what the register says of an account."""
    form = FactsForm(request.POST, units=units(actor=request.actor))
    if form.is_valid():
        try:
            register_actions.change_account(account_id=account_id, by=request.actor, **form.facts())
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _back(account_id, "account-saved", tab="rules")
    return _page(request, account_id, "rules", facts_form=form, form=form)


@desk_view(Permission.RULES_MANAGE)
@require_POST
def mode(request: DeskRequest, account_id: int) -> HttpResponse:
    """Turn the dial, with a reason."""
    form = ModeForm(request.POST)
    if form.is_valid():
        try:
            register_actions.set_mode(account_id=account_id, by=request.actor, **form.cleaned_data)
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return _back(account_id, "account-mode", tab="rules")
    return _page(request, account_id, "rules", mode_form=form, form=form)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def add_holder(request: DeskRequest, account_id: int) -> HttpResponse:
    """Let one more person post through an account."""
    form = HolderForm(request.POST, people=queries.colleagues(actor=request.actor))
    if form.is_valid():
        given = form.cleaned_data
        try:
            register_actions.add_holder(
                account_id=account_id, person_id=given["person"], mode=given["mode"], by=request.actor
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return _back(account_id, "account-holder", tab="people")
    return _page(request, account_id, "people", holder_form=form, form=form)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def end_holder(request: DeskRequest, account_id: int, person_id: int) -> HttpResponse:
    """End that right."""
    register_actions.end_holder(account_id=account_id, person_id=person_id, by=request.actor)
    return _back(account_id, "account-holder-ended", tab="people")


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def appoint(request: DeskRequest, account_id: int) -> HttpResponse:
    """Name the steward or the second one."""
    form = StewardForm(request.POST, people=queries.colleagues(actor=request.actor))
    if form.is_valid():
        given = form.cleaned_data
        try:
            register_actions.appoint_steward(
                account_id=account_id, person_id=given["steward"], part=given["part"], by=request.actor
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return _back(account_id, "account-appointed", tab="people")
    return _page(request, account_id, "people", steward_form=form, form=form)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def retire(request: DeskRequest, account_id: int) -> HttpResponse:
    """Close an account for good."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        register_actions.retire_account(account_id=account_id, reason=reason, by=request.actor)
        return _back(account_id, "account-retired")
    return _page(request, account_id, "connection", reason_form=form, form=form)


@desk_view(Permission.ACCOUNT_MANAGE)
def hand_over(request: DeskRequest) -> HttpResponse:
    """Pass all that one person has of accounts, unsent posts and requests to the next, in one step."""
    people = queries.colleagues(actor=request.actor)
    leavers = requests.leavers(actor=request.actor)
    initial = {"leaver": request.GET.get("from", "")}
    form = HandoverForm(request.POST or None, initial=initial, leavers=leavers, people=people)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            passing_actions.pass_on_everything(
                from_id=given["leaver"],
                to_id=given["successor"],
                note=given["note"],
                shown=given["shown"],
                by=request.actor,
            )
        except (Invalid, Conflict, NotFound) as refusal:
            add_refusal(form, _named(refusal))
        else:
            return notices.redirect_saying(reverse("accounts"), "accounts-handed-over")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/accounts/handover.html", {"form": form, "leavers": leavers}, status=status)


# --- profiles ---------------------------------------------------------------------------------------


@desk_view(Permission.ACCOUNT_MANAGE)
def template(request: DeskRequest) -> HttpResponse:
    """The text for every account's own page, with what it gives for a few of them."""
    kept = queries.template_of(actor=request.actor)
    initial = kept.text if kept else profile.default_template()
    form = TemplateForm(request.POST or None, initial={"text": initial})
    if request.method == "POST" and form.is_valid():
        try:
            profile_actions.write_template(text=form.cleaned_data["text"], by=request.actor)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("profile-template"), "profile-written")
    text = request.POST.get("text", "") or initial
    every = register_list.lines(request)
    context = {
        "form": form,
        "kept": kept,
        "gaps": list(profile.GAPS.items()),
        "examples": _examples(request, every, text),
        "writable": len(_writable(every)),
        "changed": sum(bool(line.profile and line.profile.state == "drift") for line in every),
        "accounts_count": len(every),
    }
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/accounts/profile.html", context, status=status)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def push_all(request: DeskRequest) -> HttpResponse:
    """Write the text on every account's page that takes it."""
    numbers = [line.account.pk for line in _writable(register_list.lines(request))]
    asked = profile_actions.push_profiles(account_ids=numbers, by=request.actor)
    said = "profile-pushed" if asked else "profile-none"
    return notices.redirect_saying(reverse("profile-template"), said)


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def push(request: DeskRequest, account_id: int) -> HttpResponse:
    """Write the text on one account's page."""
    asked = profile_actions.push_profiles(account_ids=[account_id], by=request.actor)
    return _back(account_id, "profile-pushed" if asked else "profile-none", tab="profile")


@desk_view(Permission.ACCOUNT_MANAGE)
@require_POST
def confirm(request: DeskRequest, account_id: int) -> HttpResponse:
    """Somebody has put the text there by hand."""
    profile_actions.confirm_profile(account_id=account_id, by=request.actor)
    return _back(account_id, "profile-confirmed", tab="profile")


def _writable(every: list[RegisterLine]) -> list[RegisterLine]:
    return [
        line
        for line in every
        if line.account.status not in line.account.SILENT
        and line.account.channel in CHANNELS
        and profiling.can_push(line.account.channel)
    ]


def _examples(request: DeskRequest, every: list[RegisterLine], text: str) -> list[dict[str, Any]]:
    """The text for an account of each network, the one with the most to say first."""
    found: dict[str, RegisterLine] = {}
    for line in sorted(every, key=lambda each: -len(each.account.face)):
        found.setdefault(line.channel, line)
    return [
        {
            "line": line,
            "text": profiling.wanted_text(line.account, request.agency, text),
            "room": profiling.room_of(line.account.channel),
        }
        for line in list(found.values())[:EXAMPLES]
    ]


def _named(refusal: Refusal) -> Refusal:
    """The refusal, beside the field of this form."""
    refusal.field = {"from": "leaver", "to": "successor", "person": "successor"}.get(
        refusal.field, refusal.field
    )
    return refusal


def _back(account_id: int, said: str, *, tab: str = "") -> HttpResponse:
    address = reverse("account", args=[account_id])
    return notices.redirect_saying(f"{address}?tab={tab}" if tab else address, said)


def _page(request: DeskRequest, account_id: int, tab: str, **forms: Any) -> HttpResponse:
    context = account_page.context(request, account_id, tab=tab, **forms)
    return render(request, "desk/accounts/account.html", context, status=UNUSABLE)
