"""Reads of the record. The tips ledger is shown only to those who may read tips."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.records.entry import Ledger
from hueandcry.records.models import Body, Entry, Position, Seal


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry as a line. position: None until it is numbered."""

    id: int
    position: int | None
    at: datetime
    agency_id: int
    actor: str
    verb: str
    subject: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry whole. body: field name → value; None if it was erased."""

    line: EntryLine
    body: dict[str, str | int | None] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LedgerState:
    """How far a ledger is numbered and sealed."""

    ledger: str
    entries: int
    sealed_size: int
    sealed_at: datetime | None


def _ledger_for(actor: Actor, ledger: Ledger) -> Ledger:
    actor.require(Permission.RECORD_READ if ledger is Ledger.MAIN else Permission.TIP_READ)
    return ledger


def _lines(rows: QuerySet[Entry], ledger: Ledger) -> list[EntryLine]:
    entries = list(rows)
    places = dict(
        Position.objects.using(ledger.database)
        .filter(entry_id__in=[entry.pk for entry in entries])
        .values_list("entry_id", "position")
    )
    return [EntryLine(e.pk, places.get(e.pk), e.at, e.agency_id, e.actor, e.verb, e.subject) for e in entries]


def entries(
    *,
    actor: Actor,
    ledger: Ledger = Ledger.MAIN,
    verb: str = "",
    subject: str = "",
    who: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[EntryLine]:
    """The actor's agency's entries, newest first; `before_id` pages on. Raises NotAllowed.

    verb: its beginning; who: a reference such as "person:12", or "system:" for all that no person started;
    since, until: from this moment, and before that one.
    """
    _ledger_for(actor, ledger)
    rows = Entry.objects.using(ledger.database).filter(agency_id=actor.agency_id).order_by("-id")
    if verb:
        rows = rows.filter(verb__startswith=verb)
    if subject:
        rows = rows.filter(subject=subject)
    if who:
        rows = rows.filter(actor__startswith=who) if who.endswith(":") else rows.filter(actor=who)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return _lines(rows[:limit], ledger)


def people_in(*, actor: Actor, ledger: Ledger = Ledger.MAIN) -> list[str]:
    """References of everybody who ever acted in this agency's record. Raises NotAllowed."""
    _ledger_for(actor, ledger)
    rows = Entry.objects.using(ledger.database).filter(agency_id=actor.agency_id).order_by("actor")
    return list(rows.values_list("actor", flat=True).distinct())


def entry(*, actor: Actor, entry_id: int, ledger: Ledger = Ledger.MAIN) -> EntryView:
    """One entry with its body. Raises NotAllowed; NotFound also for another agency's."""
    _ledger_for(actor, ledger)
    rows = Entry.objects.using(ledger.database).filter(pk=entry_id, agency_id=actor.agency_id)
    found = _lines(rows, ledger)
    if not found:
        raise NotFound(_("There is no such entry in this agency's record."))
    body = Body.objects.using(ledger.database).filter(entry_id=entry_id).first()
    if body is not None:
        return EntryView(found[0], body_values(body.lines))
    return EntryView(found[0], None if rows.get().body_marks else {})


def body_values(lines: str) -> dict[str, str | int | None]:
    """A body's lines as field name → value."""
    pairs = [json.loads(line) for line in lines.split("\n")]
    return {name.removeprefix("body."): value for name, value in pairs}


def entries_after(*, position: int, limit: int, ledger: Ledger = Ledger.MAIN) -> list[EntryLine]:
    """Numbered entries of all agencies after `position`, in order: for followers of the record only."""
    places = list(
        Position.objects.using(ledger.database)
        .filter(position__gt=position)
        .order_by("position")
        .values_list("position", "entry_id")[:limit]
    )
    rows = Entry.objects.using(ledger.database).in_bulk([entry_id for _place, entry_id in places])
    return [
        EntryLine(e.pk, place, e.at, e.agency_id, e.actor, e.verb, e.subject)
        for place, entry_id in places
        if (e := rows.get(entry_id))
    ]


def ledger_states() -> list[LedgerState]:
    """Size and latest seal of each ledger. Numbers only, so no actor is asked."""
    states = []
    for ledger in Ledger:
        last = Seal.objects.using(ledger.database).order_by("-size").first()
        size = Position.objects.using(ledger.database).aggregate(top=Max("position"))["top"] or 0
        states.append(
            LedgerState(ledger.value, size, last.size if last else 0, last.signed_at if last else None)
        )
    return states


def published_seals() -> list[dict[str, str | int]]:
    """The latest seal of each ledger, as the public site shows it."""
    shown: list[dict[str, str | int]] = []
    for ledger in Ledger:
        last = Seal.objects.using(ledger.database).order_by("-size").first()
        if last:
            shown.append(
                {
                    "ledger": ledger.value,
                    "size": last.size,
                    "root": bytes(last.root).hex(),
                    "signed_at": last.signed_at.isoformat(timespec="seconds"),
                    "text": last.note,
                    "public_key": last.public_key,
                }
            )
    return shown


def last_own_act(*, actor: Actor, before: datetime) -> datetime | None:
    """When the actor last did anything in this agency before a moment. Their own acts, so no permission is asked."""
    rows = Entry.objects.filter(agency_id=actor.agency_id, actor=actor.ref, at__lt=before)
    return rows.order_by("-id").values_list("at", flat=True).first()
