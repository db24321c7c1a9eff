"""Practice mode: write, be checked, and see it stand on accounts that are nowhere."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from hueandcry.channels.queries import channel_label
from hueandcry.desk import notices
from hueandcry.desk.forms.practice import PracticeForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.kernel.ids import ref
from hueandcry.posts import checking
from hueandcry.posts.kinds import kind_named
from hueandcry.practice import actions, queries
from hueandcry.practice.models import PracticePost
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "practice-kept": _lazy("Kept and checked. Nobody else sees it."),
        "practice-sent": _lazy("It stands on the practice accounts: here, and nowhere else."),
    }
)


@desk_view(Permission.POST_READ)
@require_safe
def practice(request: DeskRequest) -> HttpResponse:
    """What this person wrote for practice; `of=all` for whoever records training: what everybody sent."""
    teaches = request.actor.may(Permission.TRAINING_RECORD)
    everybody = teaches and request.GET.get("of") == "all"
    context = {
        "rows": queries.practice_posts(actor=request.actor, everybody=everybody),
        "teaches": teaches,
        "everybody": everybody,
        "writes": request.actor.may(Permission.POST_DRAFT),
        "only": queries.only_practice(actor=request.actor),
    }
    return render(request, "desk/practice/practice.html", context)


@desk_view(Permission.POST_DRAFT)
def new(request: DeskRequest) -> HttpResponse:
    """Begin a practice post."""
    known = queries.networks(actor=request.actor)
    start = {"kind": "news", "networks": known}
    form = PracticeForm(request.POST or None, networks=known, initial=start)
    if request.method == "POST":
        return _sent(request, form, None)
    return _write(request, form, None)


@desk_view(Permission.POST_READ)
def one(request: DeskRequest, practice_id: int) -> HttpResponse:
    """One practice post: to go on writing, or as it stands on the practice accounts."""
    row = queries.get_practice(actor=request.actor, practice_id=practice_id)
    if row.sent_at is not None or ref("person", row.person_id) != request.actor.ref:
        return _stands(request, row)
    start = {"kind": row.kind, "text": row.text, "link": row.link, "networks": row.networks}
    known = queries.networks(actor=request.actor)
    form = PracticeForm(request.POST or None, networks=known, initial=start)
    if request.method == "POST":
        return _sent(request, form, row)
    return _write(request, form, row)


def _sent(request: DeskRequest, form: PracticeForm, row: PracticePost | None) -> HttpResponse:
    """Keep it first, then do what the button says."""
    if not form.is_valid():
        return _write(request, form, row, status=UNUSABLE)
    try:
        number = row.pk if row else None
        row = actions.keep_practice(words=form.words(), practice_id=number, by=request.actor)
        if request.POST.get("do") == "go":
            actions.send_practice(practice_id=row.pk, by=request.actor)
            return notices.redirect_saying(reverse("practice-post", args=[row.pk]), "practice-sent")
    except Invalid as refusal:
        add_refusal(form, refusal)
        return _write(request, form, row, status=UNUSABLE)
    return notices.redirect_saying(reverse("practice-post", args=[row.pk]), "practice-kept")


def _write(
    request: DeskRequest, form: PracticeForm, row: PracticePost | None, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "row": row,
        "address": reverse("practice-post", args=[row.pk]) if row else reverse("practice-new"),
        "only": queries.only_practice(actor=request.actor),
        "template": kind_named(str(form["kind"].value() or "news")).template,
        **_look(row),
    }
    return render(request, "desk/practice/write.html", context, status=status)


def _stands(request: DeskRequest, row: PracticePost) -> HttpResponse:
    if request.method == "POST":
        return HttpResponseRedirect(reverse("practice-post", args=[row.pk]))
    return render(request, "desk/practice/post.html", {"row": row, **_look(row)})


def _look(row: PracticePost | None) -> dict[str, object]:
    """What the checks find and how it would stand, for the page."""
    sheet = queries.sheet_of(row) if row else queries.Sheet([], [])
    tones = {checking.STOP: "stop", checking.WARN: "amber"}
    return {
        "written": bool(sheet.previews or sheet.findings),
        "findings": [{"it": item, "tone": tones.get(item.level, "plain")} for item in sheet.findings],
        "previews": [{"it": item, "channel": channel_label(item.channel)} for item in sheet.previews],
        "duties": kind_named(row.kind).duties if row else (),
    }
