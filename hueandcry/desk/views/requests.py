"""The request box: what units ask the desk to say, and what the desk makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.agencies.units import units
from hueandcry.assets.preparing import PictureRefused
from hueandcry.desk import notices
from hueandcry.desk.ages import age
from hueandcry.desk.forms.requests import DeclineForm, MoreForm, QuestionForm, RequestForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid, Refusal
from hueandcry.requests import actions, queries, work_actions
from hueandcry.requests.models import UnitRequest
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
S = UnitRequest.Status
notices.add(
    {
        "request-sent": _lazy("Sent. The desk has it, and this page says what becomes of it."),
        "request-said": _lazy("Sent to the desk."),
        "request-taken-back": _lazy("Taken back. Nothing is posted."),
        "request-sent-again": _lazy("Sent again."),
        "request-taken": _lazy("It is yours. The unit sees that somebody works on it."),
        "request-given-back": _lazy("Anybody at the desk can take it now."),
        "request-asked": _lazy("Asked. You are told when they answer."),
        "request-declined": _lazy("Declined. The unit reads the reason."),
        "request-reopened": _lazy("It is open again, and yours."),
        "request-drafted": _lazy(
            "A draft with its words and pictures. Choose the accounts and put it into words."
        ),
    }
)


@desk_view(Permission.REQUEST_SEND)
@require_safe
def requests(request: DeskRequest) -> HttpResponse:
    """What this person sent; for those who work on requests, everything of the agency by where it stands."""
    works = request.actor.may(Permission.REQUEST_WORK)
    show = request.GET.get("show", "")
    tabs = _tabs(request) if works else []
    if show not in {value for value, _label, _count in tabs}:
        show = ""
    rows = _shown(request, show) if works else queries.sent_by(actor=request.actor)
    standings = queries.standings(rows)
    names = names_of({ref for row in rows for ref in (row.sender_ref, row.taken_by) if ref})
    context = {
        "lines": [
            {
                "it": row,
                "standing": standings[row.pk],
                "late": queries.is_late(row),
                "age": age(row.sent_at),
                "who": names.get(row.sender_ref, row.sender_ref),
                "by": names.get(row.taken_by, ""),
            }
            for row in rows
        ],
        "tabs": tabs,
        "show": show,
        "works": works,
    }
    return render(request, "desk/requests/requests.html", context)


def _tabs(request: DeskRequest) -> list[tuple[str, Any, int]]:
    """Where requests stand, with how many there are; the last: what this person sent."""
    numbers = queries.counts(actor=request.actor)
    return [
        ("", _("Open"), sum(numbers[state] for state in UnitRequest.OPEN)),
        ("drafted", _("With a post"), numbers[S.DRAFTED]),
        ("ended", _("Declined or taken back"), numbers[S.DECLINED] + numbers[S.WITHDRAWN]),
        ("sent", _("Sent by you"), len(queries.sent_by(actor=request.actor))),
    ]


def _shown(request: DeskRequest, show: str) -> list[UnitRequest]:
    if show == "sent":
        return queries.sent_by(actor=request.actor)
    statuses = {"drafted": (S.DRAFTED,), "ended": (S.DECLINED, S.WITHDRAWN)}.get(show, UnitRequest.OPEN)
    return queries.requests(actor=request.actor, statuses=statuses)


@desk_view(Permission.REQUEST_SEND)
def new(request: DeskRequest) -> HttpResponse:
    """Send a request."""
    tree = units(actor=request.actor)
    start = {"unit": queries.last_unit(actor=request.actor)}
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = RequestForm(*given, agency=request.agency, units=tree, initial=start)
    if request.method == "POST" and form.is_valid():
        alts = form.alt_lines()
        files = request.FILES.getlist("pictures")
        sent = [
            actions.Sent(file.read(), file.name or "", alts[place] if place < len(alts) else "")
            for place, file in enumerate(files)
        ]
        try:
            row = actions.send_request(wish=form.wish(), pictures=sent, by=request.actor)
        except Refusal as refusal:
            add_refusal(form, _beside(refusal))
        else:
            return notices.redirect_saying(reverse("request", args=[row.pk]), "request-sent")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/requests/new.html", {"form": form}, status=status)


def _beside(refusal: Refusal) -> Refusal:
    """A picture that was refused is said beside the field it came from."""
    if isinstance(refusal, PictureRefused):
        refusal.field = "pictures"
    return refusal


@desk_view(Permission.REQUEST_SEND)
@require_safe
def one(request: DeskRequest, request_id: int) -> HttpResponse:
    """One request: what is asked, how it stands, and what this person can do with it now."""
    return _page(request, queries.get_request(actor=request.actor, request_id=request_id))


@desk_view(Permission.REQUEST_SEND)
@require_safe
def media(request: DeskRequest, request_id: int, name: str) -> HttpResponse:
    """A copy of a picture of a request; never the original."""
    copy = queries.copy_of(actor=request.actor, request_id=request_id, name=name)
    return HttpResponse(blobs.read(copy.digest), content_type="image/jpeg")


@desk_view(Permission.REQUEST_SEND)
@require_POST
def say(request: DeskRequest, request_id: int) -> HttpResponse:
    """Answer the desk, or say more."""

    def act(form: BaseForm) -> None:
        actions.say_more(request_id=request_id, text=form.cleaned_data["text"], by=request.actor)

    return _act(
        request, request_id, MoreForm(request.POST, prefix="more"), act, name="more", word="request-said"
    )


@desk_view(Permission.REQUEST_SEND)
@require_POST
def withdraw(request: DeskRequest, request_id: int) -> HttpResponse:
    """Take it back."""
    actions.withdraw_request(request_id=request_id, by=request.actor)
    return _back(request_id, "request-taken-back", undo="request-again")


@desk_view(Permission.REQUEST_SEND)
@require_POST
def again(request: DeskRequest, request_id: int) -> HttpResponse:
    """Send it again."""
    actions.send_again(request_id=request_id, by=request.actor)
    return _back(request_id, "request-sent-again", undo="request-withdraw")


@desk_view(Permission.REQUEST_WORK)
@require_POST
def take(request: DeskRequest, request_id: int) -> HttpResponse:
    """Work on it."""
    work_actions.take_request(request_id=request_id, by=request.actor)
    return _back(request_id, "request-taken", undo="request-give-back")


@desk_view(Permission.REQUEST_WORK)
@require_POST
def give_back(request: DeskRequest, request_id: int) -> HttpResponse:
    """Let somebody else take it."""
    work_actions.give_back_request(request_id=request_id, by=request.actor)
    return _back(request_id, "request-given-back", undo="request-take")


@desk_view(Permission.REQUEST_WORK)
@require_POST
def ask(request: DeskRequest, request_id: int) -> HttpResponse:
    """Ask the unit something."""

    def act(form: BaseForm) -> None:
        work_actions.ask_back(request_id=request_id, text=form.cleaned_data["text"], by=request.actor)

    return _act(
        request, request_id, QuestionForm(request.POST, prefix="ask"), act, name="ask", word="request-asked"
    )


@desk_view(Permission.REQUEST_WORK)
@require_POST
def decline(request: DeskRequest, request_id: int) -> HttpResponse:
    """Say no, and why."""

    def act(form: BaseForm) -> None:
        work_actions.decline_request(
            request_id=request_id, reason=form.cleaned_data["reason"], by=request.actor
        )

    form = DeclineForm(request.POST, prefix="decline")
    return _act(
        request, request_id, form, act, name="decline", word="request-declined", undo="request-reopen"
    )


@desk_view(Permission.REQUEST_WORK)
@require_POST
def reopen(request: DeskRequest, request_id: int) -> HttpResponse:
    """Work on it after all."""
    work_actions.reopen_request(request_id=request_id, by=request.actor)
    return _back(request_id, "request-reopened")


@desk_view(Permission.REQUEST_WORK)
@require_POST
def draft(request: DeskRequest, request_id: int) -> HttpResponse:
    """Make a post of it, and go on writing there."""
    post = work_actions.draft_from_request(request_id=request_id, by=request.actor)
    return notices.redirect_saying(reverse("compose-edit", args=[post.pk]), "request-drafted")


def _act(
    request: DeskRequest,
    request_id: int,
    form: BaseForm,
    act: Callable[[BaseForm], None],
    *,
    name: str,
    word: str,
    undo: str = "",
) -> HttpResponse:
    """Do what a form asks for; what was typed stays on the page if it is refused."""
    row = queries.get_request(actor=request.actor, request_id=request_id)
    if form.is_valid():
        try:
            act(form)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return _back(request_id, word, undo=undo)
    return _page(request, row, {name: form}, status=UNUSABLE)


def _back(request_id: int, word: str, *, undo: str = "") -> HttpResponse:
    way_back = reverse(undo, args=[request_id]) if undo else ""
    return notices.redirect_saying(reverse("request", args=[request_id]), word, undo=way_back)


def _page(
    request: DeskRequest, row: UnitRequest, forms: dict[str, BaseForm] | None = None, *, status: int = 200
) -> HttpResponse:
    given = forms or {}
    notes = queries.notes_of(row)
    works = request.actor.may(Permission.REQUEST_WORK)
    mine = row.sender_ref == request.actor.ref
    is_open = row.status in UnitRequest.OPEN
    context = {
        "it": row,
        "standing": queries.standings([row])[row.pk],
        "late": queries.is_late(row),
        "notes": notes,
        "names": names_of({row.sender_ref, row.taken_by, *(note.by_ref for note in notes)}),
        "pictures": [
            {"it": item, "address": reverse("request-media", args=[row.pk, item.small.public_name])}
            for item in queries.pictures_of(row)
        ],
        "wrong": next(iter(given.values()), None),
        "works": works,
        "mine": mine,
        "is_open": is_open,
        "can_draft": works and queries.can_draft(row),
        "can_decline": works and (is_open or queries.was_thrown_away(row)),
        "can_see_post": row.post_id and request.actor.may(Permission.POST_READ),
        "more_form": given.get("more") or MoreForm(prefix="more"),
        "ask_form": given.get("ask") or QuestionForm(prefix="ask"),
        "decline_form": given.get("decline") or DeclineForm(prefix="decline"),
    }
    return render(request, "desk/requests/request.html", context, status=status)
