"""Second looks: what was drawn, what was found, how often we misstep, and the proof that the lots were fair."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.desk import notices, post_changes
from hueandcry.desk.ages import age
from hueandcry.desk.compose_page import picture_rows
from hueandcry.desk.forms.looks import LookForm, ShareForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.looks import actions, queries
from hueandcry.looks.models import SecondLook
from hueandcry.posts import reading
from hueandcry.posts.kinds import kind_named
from hueandcry.posts.straying import straying
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "look-noted": _lazy("Noted. Thank you for looking."),
        "look-share": _lazy("Saved. It counts for what goes out from now on."),
    }
)


@desk_view(Permission.POST_READ)
@require_safe
def looks(request: DeskRequest) -> HttpResponse:
    """What waits for a second look, what was found, the measured rates, and the draws. `proof`: work one out again."""
    return _page(request)


@desk_view(Permission.RULES_MANAGE)
@require_POST
def share(request: DeskRequest) -> HttpResponse:
    """How many in a hundred are drawn from now on."""
    form = ShareForm(request.POST)
    if form.is_valid():
        actions.set_share(percent=form.cleaned_data["percent"], by=request.actor)
        return notices.redirect_saying(reverse("second-looks"), "look-share")
    return _page(request, form, status=UNUSABLE)


@desk_view(Permission.POST_APPROVE)
def look(request: DeskRequest, look_id: int) -> HttpResponse:
    """One post that was drawn: read it, and say what you found."""
    row = queries.get_look(actor=request.actor, look_id=look_id)
    form = LookForm(request.POST or None, initial={"verdict": row.verdict, "note": row.note})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.note_look(look_id=look_id, verdict=given["verdict"], note=given["note"], by=request.actor)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("second-looks"), "look-noted")
    return _one(request, row, form)


def _one(request: DeskRequest, row: SecondLook, form: BaseForm) -> HttpResponse:
    post = row.post
    accounts = reading.accounts_by_id(actor=request.actor, account_ids=post.account_ids)
    context = {
        "it": row,
        "post": post,
        "late": queries.is_late(row),
        "texts": [post.text, *post.thread],
        "changed": post_changes.one(post, row.change, accounts) if row.change else None,
        "pictures": picture_rows(post),
        "accounts": accounts,
        "kind": kind_named(post.kind).label,
        "names": names_of({post.author_ref, row.looked_by}),
        "own": request.actor.ref in reading.barred_from(post, row.change),
        "others": row.looked_by not in {"", request.actor.ref},
        "form": form,
    }
    return render(request, "desk/looks/look.html", context, status=UNUSABLE if form.errors else 200)


def _page(request: DeskRequest, form: ShareForm | None = None, *, status: int = 200) -> HttpResponse:
    actor, percent = request.actor, queries.percent_of(request.agency.pk)
    waits = request.asked.looks_waiting
    taken = queries.taken(actor=actor)
    found = queries.figures(actor=actor)
    proved = request.GET.get("proof", "")
    context: dict[str, Any] = {
        "percent": percent,
        "waiting": [{"it": row, "late": queries.is_late(row), "age": age(row.due_at)} for row in waits],
        "taken": taken,
        "names": names_of({row.looked_by for row in taken}),
        "figures": found,
        "tables": [
            ("kind", [(kind_named(name).label, rate) for name, rate in found.kinds]),
            ("account", found.accounts),
            ("month", found.months),
        ],
        "draws": queries.draws(actor=actor),
        "share_form": form or ShareForm(initial={"percent": percent}),
        "sets": actor.may(Permission.RULES_MANAGE),
        "wrong": form,
        "straying": straying(actor=actor) if actor.may(Permission.BRAKE) else None,
    }
    if proved.isdecimal() and len(proved) <= 15:  # noqa: PLR2004 - fits a column
        context["proof"] = queries.proof_of(actor=actor, draw_id=int(proved))
        context["proved"] = int(proved)
    return render(request, "desk/looks/looks.html", context, status=status)
