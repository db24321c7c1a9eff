"""Notes for colleagues and addresses for notices, built without asking a service."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.staff import queries, vault
from hueandcry.staff.actions import write_note
from hueandcry.staff.models import Notice, NoticeAddress, StaffNote
from hueandcry.staff.notes import Written


def make_note(
    by: Actor,
    *,
    kind: str = "retirement",
    title: str = "Sgt Imogen Castellane retires",
    text: str = "Cake at three in the mess.",
    named: str = "Imogen Castellane",
) -> StaffNote:
    """A note for a week."""
    day = queries.today(by.agency_id) + timedelta(days=7)
    words = Written(kind, title, text, day, named, kind == "health")
    return write_note(written=words, by=by)


def make_address(
    agency_id: int, *, label: str = "Press team", url: str = "jsons://hooks.example/x"
) -> NoticeAddress:
    """An address that is told everything, as it lies in its row."""
    return NoticeAddress.objects.create(
        agency_id=agency_id,
        label=label,
        service="Slack",
        sealed=vault.close(agency_id, url),
        kinds=[kind.value for kind in Notice.CHOICES],
        since=clock.now(),
        added_by="person:1",
    )
