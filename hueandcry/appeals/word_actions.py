"""Words that somebody is typing: kept apart from the appeal until they are saved (ADR 0022).

They change nothing that anybody else sees, so they are not on the record; saving them is.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from hueandcry.appeals import queries
from hueandcry.appeals.content import LONGEST
from hueandcry.appeals.models import Appeal, WorkingCopy
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission

OTHERS = {
    "kind": 20,
    "reference": 20,
    "happened_from": 40,
    "happened_to": 40,
    "shows_people": 5,
    "review_on": 20,
}
SPARE = 4  # times the longest text: what is too long is refused on saving, not lost while it is typed


@transaction.atomic
def keep_words(
    *, appeal_id: int | None, words: Mapping[str, str], revision: int, by: Actor
) -> tuple[WorkingCopy, Appeal | None]:
    """Keep what was typed, as typed. appeal_id: None for a new appeal; revision: the one it was begun from.

    Returns what was kept and the appeal as it is now, whose revision tells whether somebody changed it
    meanwhile. Raises NotAllowed, NotFound.
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = None if appeal_id is None else queries.get_appeal(actor=by, appeal_id=appeal_id)
    kept, _made = WorkingCopy.objects.update_or_create(
        agency_id=by.agency_id,
        appeal=appeal,
        person_ref=by.ref,
        defaults={"words": _ours(words), "revision": revision, "kept_at": clock.now()},
    )
    return kept, appeal


@transaction.atomic
def discard_words(*, appeal_id: int | None, by: Actor) -> None:
    """Forget what was typed and not saved. Raises NotAllowed, NotFound."""
    by.require(Permission.APPEAL_DRAFT)
    appeal = None if appeal_id is None else queries.get_appeal(actor=by, appeal_id=appeal_id)
    WorkingCopy.objects.filter(agency_id=by.agency_id, appeal=appeal, person_ref=by.ref).delete()


def _ours(words: Mapping[str, str]) -> dict[str, str]:
    """Only the fields of an appeal, none endless, and without the one sign that PostgreSQL cannot keep."""
    most = {name: size * SPARE for name, size in LONGEST.items()} | OTHERS
    return {name: words[name].replace("\0", "")[:size] for name, size in most.items() if name in words}
