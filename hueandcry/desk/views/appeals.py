"""Appeals: the list, one appeal, and its way from draft through approval."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from hueandcry.agencies.queries import names_of
from hueandcry.appeals import actions, queries
from hueandcry.appeals.checking import NeedsReason, Stopped
from hueandcry.appeals.models import Appeal, Status
from hueandcry.appeals.writing import NotReady
from hueandcry.desk import notices
from hueandcry.desk.appeal_page import UNUSABLE, ago, appeal_page, back
from hueandcry.desk.forms.appeals import NoteForm
from hueandcry.desk.guard import DeskRequest, desk_view
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid

notices.add(
    {
        "appeal-submitted": _lazy("Submitted. Somebody else must approve it now."),
        "appeal-taken-back": _lazy("It is a draft again."),
        "appeal-approved": _lazy("Approved. It can be published."),
        "appeal-unapproved": _lazy("The approval is taken back. It waits for approval again."),
        "appeal-returned": _lazy("Returned to its author."),
    }
)


@desk_view(Permission.APPEAL_READ)
@require_safe
def appeals(request: DeskRequest) -> HttpResponse:
    """The agency's appeals, by where they stand; `q` narrows by words of heading, place or reference."""
    wanted, words = request.GET.get("status", ""), request.GET.get("q", "").strip()[:80]
    chosen = wanted if wanted in Status.values else ""
    numbers = request.asked.appeal_counts
    tabs = [("", _("All"), sum(numbers[status] for status in Status.values))]
    tabs += [(status.value, str(status.label), numbers[status.value]) for status in Status]
    rows = queries.appeals(actor=request.actor, status=chosen, words=words)
    context = {"lines": _lines(request, rows), "tabs": tabs, "chosen": chosen, "words": words}
    return render(request, "desk/appeals/appeals.html", context)


def _lines(request: DeskRequest, rows: list[Appeal]) -> list[dict[str, Any]]:
    """Each appeal as a row: who waits for whom, and since when; the latest first."""
    day = request.asked.day
    names = names_of({ref for row in rows for ref in (row.author_ref, row.submitted_by, row.approved_by)})
    waiting = {line.appeal_id for line in request.asked.proposed}
    return [
        {
            "appeal": row,
            "review": queries.needs_review(row, day),
            "age": ago(_since(row)),
            "since": _since(row),
            "waits": _waits(request, row, names, line_waits=row.pk in waiting),
        }
        for row in sorted(rows, key=_since, reverse=True)
    ]


def _since(row: Appeal) -> Any:
    """When the appeal came to where it stands."""
    at = {
        Status.SUBMITTED: row.submitted_at,
        Status.APPROVED: row.approved_at,
        Status.PUBLISHED: row.changed_at,
        Status.RESOLVED: row.resolved_at,
        Status.WITHDRAWN: row.withdrawn_at,
    }
    return at.get(Status(row.status)) or row.edited_at or row.created_at


def _waits(request: DeskRequest, row: Appeal, names: dict[str, str], *, line_waits: bool) -> str:
    """One clause: who waits for whom."""
    author = names.get(row.author_ref, row.author_ref)
    if row.status == Status.DRAFT:
        return _("returned to %s") % author if row.return_note else _("%s writes it") % author
    if row.status == Status.SUBMITTED:
        by = names.get(row.submitted_by, row.submitted_by)
        mine = request.actor.may(Permission.APPEAL_APPROVE) and request.actor.ref not in row.writers
        return (_("%s waits for you") if mine else _("%s waits for an approver")) % by
    if row.status == Status.APPROVED:
        return _("approved by %s, waits to be published") % names.get(row.approved_by, row.approved_by)
    if row.status == Status.PUBLISHED and line_waits:
        return _("a line waits for you")
    return ""


@desk_view(Permission.APPEAL_READ)
@require_safe
def appeal(request: DeskRequest, reference: str) -> HttpResponse:
    """One appeal: everything in it, and what this person can do with it now."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    if found.reference != reference:
        return HttpResponseRedirect(reverse("appeal", args=[found.reference]))
    return appeal_page(request, found)


# --- approval ---------------------------------------------------------------------------------------


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def submit(request: DeskRequest, reference: str) -> HttpResponse:
    """Hand a draft to a second person; if something is missing the page says what."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    try:
        reason = request.POST.get("reason", "")[:1000]
        actions.submit_appeal(
            appeal_id=found.pk, revision=_revision(request), reason=reason, by=request.actor
        )
    except (NotReady, Stopped, NeedsReason) as refusal:
        return _not_ready(request, found, refusal)
    return back(found, "appeal-submitted", undo=reverse("appeal-take-back", args=[found.reference]))


@desk_view(Permission.APPEAL_DRAFT)
@require_POST
def take_back(request: DeskRequest, reference: str) -> HttpResponse:
    """Take a submitted appeal back to write on."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    actions.take_back_appeal(appeal_id=found.pk, by=request.actor)
    return back(found, "appeal-taken-back")


@desk_view(Permission.APPEAL_APPROVE)
@require_POST
def approve(request: DeskRequest, reference: str) -> HttpResponse:
    """Approve what is on the page; refused if it was changed since the page was opened."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    try:
        actions.approve_appeal(appeal_id=found.pk, revision=_revision(request), by=request.actor)
    except (NotReady, Stopped) as refusal:
        return _not_ready(request, found, refusal)
    return back(found, "appeal-approved", undo=reverse("appeal-take-back-approval", args=[found.reference]))


@desk_view(Permission.APPEAL_APPROVE)
@require_POST
def take_back_approval(request: DeskRequest, reference: str) -> HttpResponse:
    """Take one's own approval back while the appeal is not public."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    actions.take_back_approval(appeal_id=found.pk, by=request.actor)
    return back(found, "appeal-unapproved")


@desk_view(Permission.APPEAL_APPROVE)
@require_POST
def send_back(request: DeskRequest, reference: str) -> HttpResponse:
    """Return it to its author with a note."""
    found = queries.appeal_by_reference(actor=request.actor, reference=reference)
    form = NoteForm(request.POST)
    if form.is_valid():
        actions.return_appeal(appeal_id=found.pk, note=form.cleaned_data["note"], by=request.actor)
        return back(found, "appeal-returned")
    return appeal_page(request, found, forms={"note": form}, status=UNUSABLE)


def _revision(request: DeskRequest) -> int | None:
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None  # noqa: PLR2004 - fits a column


def _not_ready(request: DeskRequest, found: Appeal, refusal: Invalid) -> HttpResponse:
    form: Any = Form({})
    form.full_clean()
    for sentence in refusal.lacking.values() if isinstance(refusal, NotReady) else [refusal.sentence]:
        form.add_error(None, sentence)
    return appeal_page(request, found, forms={"step": form}, status=UNUSABLE)
