"""The staff feed: what the public is told, first or at the same minute, what to say if asked, and notes for colleagues."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hueandcry.desk import notices
from hueandcry.desk.forms.staff import NoteForm
from hueandcry.desk.guard import DeskRequest, desk_view, wants_fragment
from hueandcry.desk.staff_feed import before_of, lines_of
from hueandcry.kernel.actor import Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.staff import actions, queries
from hueandcry.ui.fields import add_refusal

UNUSABLE = 422
notices.add(
    {
        "staff-note-written": _lazy("On the staff feed. Only colleagues see it."),
        "staff-note-recalled": _lazy("Taken off the feed."),
        "staff-note-restored": _lazy("On the feed again."),
    }
)


@desk_view(Permission.STAFF_READ)
@require_safe
def feed(request: DeskRequest) -> HttpResponse:
    """The feed, newest first. before: what stands there longer than since this moment."""
    before = before_of(request)
    entries, more = queries.feed(actor=request.actor, before=before)
    context = {
        "lines": lines_of(request, entries),
        "older": entries[-1].at.isoformat() if more else "",
        "before": before,
    }
    part = wants_fragment(request)
    return render(request, "desk/staff/_feed.html" if part else "desk/staff/feed.html", context)


@desk_view(Permission.STAFF_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """Write a note for colleagues."""
    given = request.POST if request.method == "POST" else None
    form = NoteForm(given, today=queries.today(request.agency.pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_note(written=form.written(), by=request.actor)
        except Invalid as refusal:
            add_refusal(form, refusal)
        else:
            return notices.redirect_saying(reverse("staff"), "staff-note-written")
    status = UNUSABLE if form.is_bound else 200
    return render(request, "desk/staff/write.html", {"form": form}, status=status)


@desk_view(Permission.STAFF_READ)
@require_POST
def recall(request: DeskRequest, note_id: int) -> HttpResponse:
    """Take a note off the feed; it can be taken back for a minute."""
    actions.recall_note(note_id=note_id, by=request.actor)
    undo = reverse("staff-note-restore", args=[note_id])
    return notices.redirect_saying(reverse("staff"), "staff-note-recalled", undo=undo)


@desk_view(Permission.STAFF_READ)
@require_POST
def restore(request: DeskRequest, note_id: int) -> HttpResponse:
    """Put a recalled note back."""
    actions.restore_note(note_id=note_id, by=request.actor)
    return notices.redirect_saying(reverse("staff"), "staff-note-restored")
