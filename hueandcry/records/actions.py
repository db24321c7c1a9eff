"""What may be done to the record: erase the body of entries about a thing, with a reason."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.records.entry import record
from hueandcry.records.models import Body


@transaction.atomic
def erase_bodies(*, subject: str, reason: str, by: Actor) -> int:
    """Destroy content and salts of all entries about `subject` in the actor's agency; the tree still verifies.

    Returns how many bodies were erased. Raises NotAllowed, Invalid without a reason.
    """
    by.require(Permission.RECORD_ERASE)
    if not reason.strip():
        raise Invalid(_("Say why this content is erased. The reason is kept."), field="reason")
    bodies = Body.objects.filter(entry__subject=subject, entry__agency_id=by.agency_id).exclude(
        entry__verb="record.erase"
    )
    entry_ids = sorted(bodies.values_list("entry_id", flat=True))
    bodies.delete()
    for entry_id in entry_ids:
        record(
            by=by,
            verb="record.erase",
            subject=f"entry:{entry_id}",
            body={"reason": reason.strip(), "about": subject},
        )
    return len(entry_ids)
