"""Appeals: list, draft, one appeal with its pictures, approval."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hueandcry.appeals import actions, queries
from hueandcry.appeals.models import Appeal, Status
from hueandcry.appeals.writing import NotReady
from hueandcry.desk.appeal_page import UNUSABLE, appeal_page, back
from hueandcry.desk.forms.appeals import AppealForm, DescribeForm, NoteForm, PictureForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Conflict, Invalid, Refusal
from hueandcry.kernel.files import MIME, Kind
from hueandcry.ui.fields import add_refusal

REVIEW_AFTER = timedelta(days=28)  # offered in a new draft


@desk_view(Permission.APPEAL_READ)
@require_safe
def appeals(request: DeskRequest) -> HttpResponse:
    """The agency's appeals, by where they stand."""
    wanted = request.GET.get("status", "")
    chosen = wanted if wanted in Status.values else ""
    numbers = queries.counts(actor=request.actor)
    tabs = [("", _("All"), sum(numbers[status] for status in Status.values))]
    tabs += [(status.value, str(status.label), numbers[status.value]) for status in Status]
    day = queries.today(request.agency.pk)
    lines = [
        {"appeal": appeal, "review": queries.needs_review(appeal, day)}
        for appeal in queries.appeals(actor=request.actor, status=chosen)
    ]
    return render(request, "desk/appeals/appeals.html", {"lines": lines, "tabs": tabs, "chosen": chosen})


@desk_view(Permission.APPEAL_DRAFT)
def new(request: DeskRequest) -> HttpResponse:
    """Begin an appeal; pictures are added on its page."""
    initial = {"review_on": queries.today(request.agency.pk) + REVIEW_AFTER}
    form = AppealForm(request.POST or None, agency=request.agency, with_reference=True, initial=initial)
    if form.is_valid():
        try:
            appeal = actions.draft_appeal(
                content=form.content(), reference=form.cleaned_data["reference"], by=request.actor
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return back(appeal, "drafted")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/appeals/edit.html", {"form": form}, status=status)


@desk_view(Permission.APPEAL_READ)
@require_safe
def appeal(request: DeskRequest, reference: str) -> HttpResponse:
    """One appeal: everything in it, and what this person can do with it now."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    if found.reference != reference:
        return HttpResponseRedirect(reverse("appeal", args=[found.reference]))
    return appeal_page(request, found)


@desk_view(Permission.APPEAL_DRAFT)
def edit(request: DeskRequest, reference: str) -> HttpResponse:
    """Write an appeal anew. If it was submitted, it is a draft again afterwards."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    content = queries.content_of(found).fields()
    initial = {**content, "revision": found.revision}
    form = AppealForm(request.POST or None, agency=request.agency, with_reference=False, initial=initial)
    if form.is_valid():
        try:
            actions.edit_appeal(
                appeal_id=found.pk,
                content=form.content(),
                revision=form.cleaned_data["revision"],
                by=request.actor,
            )
        except (Invalid, Conflict) as refusal:
            add_refusal(form, refusal)
        else:
            return back(found, "saved")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/appeals/edit.html", {"form": form, "appeal": found}, status=status)


# --- pictures ---------------------------------------------------------------------------------------


@desk_view(Permission.APPEAL_READ)
@require_safe
def media(request: DeskRequest, reference: str, name: str) -> HttpResponse:
    """A copy of a picture of this appeal, whatever its status; never the original."""
    copy = queries.may_show(actor=request.actor, reference=reference, public_name=name)
    return HttpResponse(blobs.read(copy.digest), content_type=MIME[Kind(copy.format)])


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def add_picture(request: DeskRequest, reference: str) -> HttpResponse:
    """Add a picture; if it is refused, what was typed stays."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["picture"]
        words = {name: form.cleaned_data[name] for name in ("alt", "caption")}
        try:
            actions.add_picture(
                appeal_id=found.pk, data=file.read(), file_name=file.name or "", by=request.actor, **words
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return back(found, "picture-added", "pictures")
    elif (
        not request.FILES
        and int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    ):
        form.errors.clear()
        form.add_error(
            "picture", _("This picture has more than 40 megabytes. Save a smaller copy and choose that.")
        )
    return appeal_page(request, found, forms={"picture": form}, status=UNUSABLE)


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def describe_picture(request: DeskRequest, reference: str, picture_id: int) -> HttpResponse:
    """Change what is written about a picture."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = DescribeForm(request.POST, prefix=f"picture-{picture_id}")
    if form.is_valid():
        actions.describe_picture(
            appeal_id=found.pk, picture_id=picture_id, by=request.actor, **form.cleaned_data
        )
        return back(found, "saved", "pictures")
    return appeal_page(request, found, forms={f"picture-{picture_id}": form}, status=UNUSABLE)


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def move_picture(request: DeskRequest, reference: str, picture_id: int) -> HttpResponse:
    """Let a picture change places with the one before or after it."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    earlier = request.POST.get("to") == "earlier"
    actions.move_picture(appeal_id=found.pk, picture_id=picture_id, earlier=earlier, by=request.actor)
    return back(found, "saved", "pictures")


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def remove_picture(request: DeskRequest, reference: str, picture_id: int) -> HttpResponse:
    """Take a picture out."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    actions.remove_picture(appeal_id=found.pk, picture_id=picture_id, by=request.actor)
    return back(found, "picture-removed", "pictures")


# --- approval ---------------------------------------------------------------------------------------


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def submit(request: DeskRequest, reference: str) -> HttpResponse:
    """Hand a draft to a second person; if something is missing the page says what."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    try:
        actions.submit_appeal(appeal_id=found.pk, revision=_revision(request), by=request.actor)
    except NotReady as gaps:
        return _not_ready(request, found, gaps)
    return back(found, "submitted")


@desk_view(Permission.APPEAL_APPROVE)
@require_POST
def approve(request: DeskRequest, reference: str) -> HttpResponse:
    """Approve what is on the page; refused if it was changed since the page was opened."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    try:
        actions.approve_appeal(appeal_id=found.pk, revision=_revision(request), by=request.actor)
    except NotReady as gaps:
        return _not_ready(request, found, gaps)
    return back(found, "approved")


@desk_view(Permission.APPEAL_APPROVE)
@require_POST
def send_back(request: DeskRequest, reference: str) -> HttpResponse:
    """Return it to its author with a note."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = NoteForm(request.POST)
    if form.is_valid():
        actions.return_appeal(appeal_id=found.pk, note=form.cleaned_data["note"], by=request.actor)
        return back(found, "returned")
    return appeal_page(request, found, forms={"note": form}, status=UNUSABLE)


def _revision(request: DeskRequest) -> int | None:
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004 - fits a column


def _not_ready(request: DeskRequest, found: Appeal, gaps: NotReady) -> HttpResponse:
    form: Any = Form({})
    form.full_clean()
    for sentence in gaps.lacking.values():
        form.add_error(None, sentence)
    return appeal_page(request, found, forms={"step": form}, status=UNUSABLE)
