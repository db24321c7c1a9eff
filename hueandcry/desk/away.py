"""While you were away: what others did with the agency's appeals since this person's last act here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from hueandcry.desk.guard import DeskRequest
from hueandcry.desk.line import Line
from hueandcry.kernel.actor import Permission
from hueandcry.records.queries import last_own_act

KEY = "away"  # of the session: [sitting, seconds since the epoch or None]


@dataclass(frozen=True, slots=True)
class Away:
    """since: the person's last act before this sitting; lines: what happened from then on."""

    since: datetime
    lines: list[Line]


def while_away(request: DeskRequest) -> Away | None:
    """What to read first, or None on somebody's first day or when nothing happened."""
    since = _since(request)
    if since is None or not request.actor.may(Permission.APPEAL_READ):
        return None
    lines = [line for line in _lines(request, since) if line.count]
    return Away(since, lines) if lines else None


def _since(request: DeskRequest) -> datetime | None:
    """Asked of the record once in a sitting."""
    kept: list[Any] | None = request.session.get(KEY)
    marks = [request.sitting.pk, request.agency.pk]
    if kept is None or kept[:2] != marks:
        last = last_own_act(actor=request.actor, before=request.sitting.begun_at)
        kept = [*marks, last.isoformat() if last else None]
        request.session[KEY] = kept
    return datetime.fromisoformat(kept[2]) if kept[2] else None


def _lines(request: DeskRequest, since: datetime) -> list[Line]:
    rows = request.asked.appeals
    me = request.actor.ref

    def after(moment: datetime | None) -> bool:
        return moment is not None and moment > since

    public = sum(after(row.published_at) and row.published_by != me for row in rows)
    approved = sum(after(row.approved_at) and row.author_ref == me for row in rows)
    returned = sum(bool(row.return_note) and row.status == "draft" and row.author_ref == me for row in rows)
    resolved = sum(after(row.resolved_at) for row in rows)
    down = sum(after(row.withdrawn_at) and row.withdrawn_by != me for row in rows)
    shown = [
        (public, ngettext("appeal went public", "appeals went public", public), "published"),
        (approved, ngettext("of yours was approved", "of yours were approved", approved), "approved"),
        (
            returned,
            ngettext("of yours came back with a note", "of yours came back with a note", returned),
            "draft",
        ),
        (resolved, ngettext("appeal was resolved", "appeals were resolved", resolved), "resolved"),
        (down, ngettext("appeal was taken down", "appeals were taken down", down), "withdrawn"),
    ]
    home = reverse("appeals")
    return [Line(words, f"{home}?status={status}", count) for count, words, status in shown]
