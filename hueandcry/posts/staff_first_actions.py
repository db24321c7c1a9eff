"""The verb of "colleagues first": by how many minutes, for a whole agency."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.kernel.ids import ref
from hueandcry.posts.content import MOST_MINUTES
from hueandcry.posts.models import StaffFirst
from hueandcry.records.entry import record


@transaction.atomic
def set_staff_first(*, minutes: int, by: Actor) -> StaffFirst:
    """Say by how many minutes colleagues are first from now on, where a post says nothing else. 0: the same minute.

    What is let go already keeps its time. Raises NotAllowed, Invalid.
    """
    by.require(Permission.AGENCY_MANAGE)
    if not 0 <= minutes <= MOST_MINUTES:
        raise Invalid(_("Colleagues can be first by four hours at most."), field="minutes")
    row, _made = StaffFirst.objects.update_or_create(agency_id=by.agency_id, defaults={"minutes": minutes})
    record(
        by=by, verb="agency.set-staff-first", subject=ref("agency", by.agency_id), body={"minutes": minutes}
    )
    return row
