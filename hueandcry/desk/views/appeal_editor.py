"""The editor of an appeal: words are kept as they are typed, the page is shown as it will look, nobody overwrites anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.appeals import actions, queries, word_actions
from hueandcry.appeals.announcing import network_previews
from hueandcry.appeals.models import Appeal, Status, WorkingCopy
from hueandcry.desk import notices
from hueandcry.desk.appeal_changes import compare_texts
from hueandcry.desk.appeal_page import UNUSABLE, ago, back, picture_rows
from hueandcry.desk.appeal_preview import as_typed, preview, style
from hueandcry.desk.forms.appeals import AppealForm, PictureForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.ui.fields import add_refusal

REVIEW_AFTER = timedelta(days=28)  # offered in a new draft
CLASH = 409

notices.add(
    {
        "appeal-drafted": _lazy("The draft is kept. Add pictures below, then submit it on its own page."),
        "appeal-saved": _lazy("Saved."),
        "appeal-discarded": _lazy("What was typed and not saved is gone."),
    }
)


@desk_view(Permission.APPEAL_DRAFT)
def new(request: DeskRequest) -> HttpResponse:
    """Begin an appeal; pictures are added once it is kept."""
    initial: dict[str, Any] = {"review_on": request.asked.day + REVIEW_AFTER}
    kept = queries.working_copy(actor=request.actor, appeal=None)
    initial |= kept.words if kept else {}
    form = AppealForm(request.POST or None, agency=request.agency, with_reference=True, initial=initial)
    if form.is_valid():
        try:
            appeal = actions.draft_appeal(
                content=form.content(), reference=form.cleaned_data["reference"], by=request.actor
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return HttpResponseRedirect(_editor(appeal, "appeal-drafted"))
    return _page(request, form, None, kept, status=UNUSABLE if form.is_bound else 200)


@desk_view(Permission.APPEAL_DRAFT)
def edit(request: DeskRequest, reference: str) -> HttpResponse:
    """Write an appeal anew. If it was submitted, it is a draft again afterwards.

    Words that this person typed before and did not save are there again. If somebody else saved meanwhile,
    both texts are shown, and saving again keeps the ones on the screen.
    """
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    kept = queries.working_copy(actor=request.actor, appeal=found)
    stored = queries.content_of(found).fields()
    initial = {**stored, **(kept.words if kept else {})}
    initial["revision"] = kept.revision if kept else found.revision
    form = AppealForm(request.POST or None, agency=request.agency, with_reference=False, initial=initial)
    if not form.is_bound:
        if kept and kept.revision != found.revision:
            return _both(
                request, found, AppealForm(_words_of(kept), agency=request.agency, with_reference=False)
            )
        return _page(request, form, found, kept)
    if form.is_valid():
        given = form.cleaned_data["revision"]
        try:
            actions.edit_appeal(appeal_id=found.pk, content=form.content(), revision=given, by=request.actor)
        except (Invalid, Conflict) as refusal:
            now = queries.fresh(found)
            if isinstance(refusal, Conflict) and given != now.revision and now.status in WRITING:
                return _both(request, now, form)
            add_refusal(form, refusal)
        else:
            return back(found, "appeal-saved")
    return _page(request, form, found, None, status=UNUSABLE)


WRITING = {Status.DRAFT, Status.SUBMITTED, Status.APPROVED}


def _editor(appeal: Appeal, word: str) -> str:
    return notices.redirect_saying(reverse("appeal-edit", args=[appeal.reference]), word).url


def _words_of(kept: WorkingCopy) -> dict[str, str]:
    """Kept words as a browser would send them: a box that was not ticked is not there."""
    return {name: value for name, value in kept.words.items() if name != "shows_people" or value}


def _page(
    request: DeskRequest,
    form: AppealForm,
    appeal: Appeal | None,
    kept: WorkingCopy | None,
    *,
    status: int = 200,
) -> HttpResponse:
    shown = as_typed(
        form if form.is_bound else AppealForm(_as_sent(form), agency=request.agency, with_reference=False),
        agency=request.agency,
        appeal=appeal,
    )
    return _shown(request, form, appeal, shown, {"kept": kept}, status=status)


def _shown(
    request: DeskRequest,
    form: AppealForm,
    appeal: Appeal | None,
    typed: Appeal,
    more: dict[str, Any],
    *,
    status: int,
) -> HttpResponse:
    """The editor. typed: the appeal as the words on the screen make it; more: what only one of its faces shows."""
    before = request.GET.get("before", "")  # the revision before this person's own act on the pictures
    context = {
        "form": form,
        "appeal": appeal,
        "before": before if before.isdecimal() else "",
        "previews": network_previews(typed, actor=request.actor),
        "pictures": picture_rows(appeal) if appeal else [],
        "picture_form": PictureForm(),
        "can_write": True,
        **more,
    }
    return render(request, "desk/appeals/edit.html", context, status=status)


def _as_sent(form: AppealForm) -> dict[str, Any]:
    """The values of an unbound form as a browser would send them."""
    sent = {name: form[name].value() for name in form.fields}
    return {
        name: form.fields[name].widget.format_value(value)
        if hasattr(form.fields[name].widget, "format_value") and name not in {"kind", "shows_people"}
        else value
        for name, value in sent.items()
        if value not in {None, "", False}
    }


def _who(request: DeskRequest, appeal: Appeal) -> str:
    """Who saved the appeal last, as this person calls them."""
    if appeal.edited_by == request.actor.ref:
        return _("You, on another page,")
    return names_of({appeal.edited_by}).get(appeal.edited_by, _("Somebody"))


def _both(request: DeskRequest, appeal: Appeal, form: AppealForm) -> HttpResponse:
    """Somebody else saved meanwhile: both texts. What is on the screen is kept, and saving it again wins.

    Also words that were kept in the middle of this person's own act on the pictures; `before` tells the editor so.
    """
    mine = as_typed(form, agency=request.agency, appeal=appeal)
    theirs = queries.content_of(appeal).for_record()
    data = {**{name: form.data.get(name) for name in form.data}, "revision": str(appeal.revision)}
    again = AppealForm(data, agency=request.agency, with_reference=False)
    more = {
        "who": _who(request, appeal),
        "ago": ago(appeal.edited_at),
        "lines": compare_texts(theirs, queries.content_of(mine).for_record(), agency=request.agency),
    }
    return _shown(request, again, appeal, mine, more, status=CLASH)


# --- words as they are typed ------------------------------------------------------------------------


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def keep_new(request: DeskRequest) -> HttpResponse:
    """Keep the words of an appeal that is not there yet."""
    return _keep(request, None)


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def keep(request: DeskRequest, reference: str) -> HttpResponse:
    """Keep the words of an appeal as they are typed; the answer says when, and whether somebody else saved."""
    return _keep(request, queries.appeal_by_reference(actor=request.actor, reference=reference))


def _keep(request: DeskRequest, appeal: Appeal | None) -> HttpResponse:
    given = request.POST.get("revision", "")
    revision = int(given) if given.isdecimal() and len(given) < 10 else 0  # noqa: PLR2004 - fits a column
    words = {name: str(value) for name, value in request.POST.items()}
    words.setdefault("shows_people", "")
    kept, now = word_actions.keep_words(
        appeal_id=appeal.pk if appeal else None, words=words, revision=revision, by=request.actor
    )
    told: dict[str, Any] = {"kept": _time(request, kept)}
    if now is not None and now.revision != revision:
        words = {"name": _who(request, now), "ago": ago(now.edited_at)}
        told["changed"] = _("%(name)s changed this %(ago)s ago.") % words
        told["revision"] = now.revision
    return JsonResponse(told)


def _time(request: DeskRequest, kept: WorkingCopy) -> str:
    return f"{kept.kept_at.astimezone(ZoneInfo(request.agency.time_zone)):%H:%M:%S}"


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def discard_new(request: DeskRequest) -> HttpResponse:
    """Forget what was typed for a new appeal."""
    word_actions.discard_words(appeal_id=None, by=request.actor)
    return notices.redirect_saying(reverse("appeals"), "appeal-discarded")


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def discard(request: DeskRequest, reference: str) -> HttpResponse:
    """Forget what was typed and not saved."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    word_actions.discard_words(appeal_id=found.pk, by=request.actor)
    return back(found, "appeal-discarded")


# --- as it will look --------------------------------------------------------------------------------


@desk_view(Permission.APPEAL_DRAFT)
def preview_new(request: DeskRequest) -> HttpResponse:
    """A new appeal as the public would see it."""
    return _preview(request, None)


@desk_view(Permission.APPEAL_READ)
def preview_one(request: DeskRequest, reference: str) -> HttpResponse:
    """The public page: of what stands in the form that was sent, or of the appeal as it is kept.

    mine: with the words that this person typed and did not save. frame: it stands in a frame.
    """
    return _preview(request, queries.appeal_by_reference(actor=request.actor, reference=reference))


def _preview(request: DeskRequest, appeal: Appeal | None) -> HttpResponse:
    framed = "frame" in request.GET
    typed: Any = request.POST
    if request.method != "POST":
        mine = appeal is None or ("mine" in request.GET and request.actor.may(Permission.APPEAL_DRAFT))
        kept = queries.working_copy(actor=request.actor, appeal=appeal) if mine else None
        if appeal is not None and kept is None:
            return preview(queries.fresh(appeal), agency=request.agency, framed=framed)
        typed = _words_of(kept) if kept else {}
    form = AppealForm(typed, agency=request.agency, with_reference=False)
    return preview(as_typed(form, agency=request.agency, appeal=appeal), agency=request.agency, framed=framed)


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def networks_new(request: DeskRequest) -> HttpResponse:
    """What each account would say of a new appeal."""
    return _networks(request, None)


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def networks(request: DeskRequest, reference: str) -> HttpResponse:
    """What each account would say, with its own count: a part of the editor."""
    return _networks(request, queries.appeal_by_reference(actor=request.actor, reference=reference))


def _networks(request: DeskRequest, appeal: Appeal | None) -> HttpResponse:
    form = AppealForm(request.POST, agency=request.agency, with_reference=False)
    shown = as_typed(form, agency=request.agency, appeal=appeal)
    context = {"previews": network_previews(shown, actor=request.actor)}
    return render(request, "desk/appeals/_previews.html", context)


@desk_view(Permission.APPEAL_READ)
@require_safe
def preview_style(request: DeskRequest) -> HttpResponse:
    """The public style sheet in the agency's colour, for the frame."""
    return style(request.agency)
