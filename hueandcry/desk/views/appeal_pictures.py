"""Pictures of an appeal: shown, added one or many at a time, described, ordered, taken out and put back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.appeals import picture_actions, queries
from hueandcry.appeals.models import Appeal
from hueandcry.desk import notices
from hueandcry.desk.appeal_page import UNUSABLE, appeal_page, back
from hueandcry.desk.forms.appeals import DescribeForm, PictureForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Refusal
from hueandcry.kernel.files import MIME, Kind
from hueandcry.ui.fields import add_refusal

notices.add(
    {
        "picture-added": _lazy("The picture was added."),
        "picture-removed": _lazy("The picture was taken out."),
        "picture-restored": _lazy("The picture is back where it stood."),
        "picture-saved": _lazy("The words were saved."),
        "picture-moved": _lazy("The pictures are in this order now."),
    }
)


@desk_view(Permission.APPEAL_READ)
@require_safe
def media(request: DeskRequest, reference: str, name: str) -> HttpResponse:
    """A copy of a picture of this appeal, whatever its status; never the original."""
    copy = queries.may_show(actor=request.actor, reference=reference, public_name=name)
    return HttpResponse(blobs.read(copy.digest), content_type=MIME[Kind(copy.format)])


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def add(request: DeskRequest, reference: str) -> HttpResponse:
    """Add pictures in the order they came; if one is refused, what was typed stays and the others are kept.

    The editor's script sends them one by one and asks for JSON.
    """
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        files = request.FILES.getlist("picture")
        refusal = _add_all(request, found, files, form)
        if _wants_json(request):
            told = {"sentence": refusal.sentence} if refusal else {"before": found.revision - 1}
            return JsonResponse(told, status=UNUSABLE if refusal else 200)
        if refusal is None:
            return _back(request, found, "picture-added")
        add_refusal(form, refusal)
    elif (
        not request.FILES
        and int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    ):
        form.errors.clear()
        form.add_error(
            "picture", _("This picture has more than 40 megabytes. Save a smaller copy and choose that.")
        )
    if _wants_json(request):
        sentence = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return JsonResponse({"sentence": sentence}, status=UNUSABLE)
    return appeal_page(request, found, forms={"picture": form}, status=UNUSABLE)


def _add_all(request: DeskRequest, appeal: Appeal, files: list[Any], form: PictureForm) -> Refusal | None:
    """Add each file, and note the revision; returns the first refusal, naming the file if there were several."""
    words = {name: form.cleaned_data[name] if len(files) == 1 else "" for name in ("alt", "caption")}
    first = None
    for file in files:
        try:
            added = picture_actions.add_picture(
                appeal_id=appeal.pk, data=file.read(), file_name=file.name or "", by=request.actor, **words
            )
            appeal.revision = added.appeal.revision
        except Refusal as refusal:
            if first is None:
                first = refusal
                first.sentence = refusal.sentence if len(files) == 1 else f"{file.name}: {refusal.sentence}"
    return first


def _wants_json(request: DeskRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def describe(request: DeskRequest, reference: str, picture_id: int) -> HttpResponse:
    """Change what is written about a picture."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = DescribeForm(request.POST, prefix=f"picture-{picture_id}")
    if form.is_valid():
        described = picture_actions.describe_picture(
            appeal_id=found.pk, picture_id=picture_id, by=request.actor, **form.cleaned_data
        )
        return _back(request, described.appeal, "picture-saved")
    return appeal_page(request, found, forms={f"picture-{picture_id}": form}, status=UNUSABLE)


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def move(request: DeskRequest, reference: str, picture_id: int) -> HttpResponse:
    """Let a picture change places with the one before or after it."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    earlier = request.POST.get("to") == "earlier"
    moved = picture_actions.move_picture(
        appeal_id=found.pk, picture_id=picture_id, earlier=earlier, by=request.actor
    )
    return _back(request, moved, "picture-moved")


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def order(request: DeskRequest, reference: str) -> HttpResponse:
    """Bring the pictures into the order in which somebody dragged them: their ids, first to last."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    ids = [int(text) for text in request.POST.getlist("picture") if text.isdecimal() and len(text) < 16]  # noqa: PLR2004 - fits a column
    ordered = picture_actions.order_pictures(appeal_id=found.pk, picture_ids=ids, by=request.actor)
    return _back(request, ordered, "picture-moved")


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def remove(request: DeskRequest, reference: str, picture_id: int) -> HttpResponse:
    """Take a picture out; it can be put back."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    removed = picture_actions.remove_picture(appeal_id=found.pk, picture_id=picture_id, by=request.actor)
    undo = reverse("appeal-restore-picture", args=[found.reference, removed.pk])
    if request.POST.get("from") == "editor":
        undo += "?from=editor"
    return _back(request, removed.appeal, "picture-removed", undo=undo)


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def restore(request: DeskRequest, reference: str, removed_id: int) -> HttpResponse:
    """Put a picture back where it stood."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    restored = picture_actions.restore_picture(appeal_id=found.pk, removed_id=removed_id, by=request.actor)
    return _back(request, restored.appeal, "picture-restored")


def _back(request: DeskRequest, appeal: Appeal, word: str, *, undo: str = "") -> HttpResponse:
    """To where the person was: the appeal's page, or its editor, which is told the revision before the act."""
    if request.POST.get("from") == "editor":
        before = appeal.revision - 1
        address = f"{reverse('appeal-edit', args=[appeal.reference])}?before={before}#pictures"
        return notices.redirect_saying(address, word, undo=undo)
    return back(appeal, word, "pictures", undo=undo)
