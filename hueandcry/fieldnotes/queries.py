"""Reads of notes from the scene."""

from __future__ import annotations

from hueandcry.fieldnotes.models import FieldNote
from hueandcry.kernel.actor import Actor


def note_of(*, actor: Actor, key: str) -> FieldNote | None:
    """The actor's own note under this key, if it was taken in."""
    rows = FieldNote.objects.filter(agency_id=actor.agency_id, person_ref=actor.ref, key=key)
    return rows.select_related("post").first()
