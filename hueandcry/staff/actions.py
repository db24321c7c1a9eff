"""Verbs of notes for colleagues: write, recall, take back into the feed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, NotAllowed
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record
from hueandcry.staff import queries
from hueandcry.staff.models import StaffNote
from hueandcry.staff.notes import Written

Body = dict[str, str | int | None]


@transaction.atomic
def write_note(*, written: Written, by: Actor) -> StaffNote:
    """Put a note on the staff feed. It goes nowhere else, and no post can be made of it.

    Its words are not on the record, so that they can be forgotten: the record says that there was one, of which kind,
    and who answers for the consent. Raises NotAllowed, Invalid.
    """
    by.require(Permission.STAFF_WRITE)
    words = written.checked(today=queries.today(by.agency_id))
    note = StaffNote.objects.create(
        agency_id=by.agency_id,
        kind=words.kind,
        title=words.title,
        text=words.text,
        named=words.named,
        until=words.until,
        consent_by=by.ref if words.consents else "",
        written_at=clock.now(),
        written_by=by.ref,
    )
    body: Body = {"kind": words.kind, "until": words.until.isoformat()}
    body |= {"consent": by.ref} if words.consents else {}
    record(by=by, verb="staff-note.write", subject=ref("staff-note", note.pk), body=body)
    return note


@transaction.atomic
def recall_note(*, note_id: int, by: Actor) -> StaffNote:
    """Take a note off the feed at once. For whoever wrote it, and for those who take posts down.

    Raises NotAllowed, NotFound; Conflict if it is off already.
    """
    note = _own(note_id, by)
    if note.recalled_at is not None:
        raise Conflict(_("This note is off the feed already."))
    StaffNote.objects.filter(pk=note.pk).update(recalled_at=clock.now(), recalled_by=by.ref)
    record(by=by, verb="staff-note.recall", subject=ref("staff-note", note.pk))
    note.refresh_from_db()
    return note


@transaction.atomic
def restore_note(*, note_id: int, by: Actor) -> StaffNote:
    """Put a recalled note back on the feed, while its words are there. Raises NotAllowed, NotFound, Conflict."""
    note = _own(note_id, by)
    if note.recalled_at is None or note.forgotten_at is not None:
        raise Conflict(_("This note cannot be put back. Write it again."))
    StaffNote.objects.filter(pk=note.pk).update(recalled_at=None, recalled_by="")
    record(by=by, verb="staff-note.restore", subject=ref("staff-note", note.pk))
    note.refresh_from_db()
    return note


def _own(note_id: int, by: Actor) -> StaffNote:
    """The note, for whoever wrote it or takes posts down. Raises NotAllowed, NotFound."""
    by.require(Permission.STAFF_READ)
    note = queries.get_note(actor=by, note_id=note_id)
    if note.written_by != by.ref and not by.may(Permission.POST_RECALL):
        raise NotAllowed(_("Only those who wrote it, or who take posts down, take it off the feed."))
    return note
