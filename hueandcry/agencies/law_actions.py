"""Under which law an agency's drafts are checked (R18)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.given import one_line
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

LONGEST_REASON = 1000


@transaction.atomic
def choose_law_pack(*, name: str, there: Collection[str], reason: str, by: Actor) -> Agency:
    """Check every draft by another law pack from now on. there: the packs of this installation (preflight/packs.py).

    What is approved already goes out as it was checked. Raises NotAllowed, Invalid for an unknown pack or without a
    reason; Conflict if it is the one in use.
    """
    by.require(Permission.RULES_MANAGE)
    agency = Agency.objects.select_for_update().get(pk=by.agency_id)
    words = one_line(reason)
    if name not in there:
        raise Invalid(_("There is no such law pack."), field="name")
    if not words or len(words) > LONGEST_REASON:
        raise Invalid(_("Say why, in at most 1,000 characters. It stays on the record."), field="reason")
    if agency.law_pack == name:
        raise Conflict(_("This law pack is in use already."))
    body: dict[str, str | int | None] = {"from": agency.law_pack, "to": name, "reason": words}
    Agency.objects.filter(pk=agency.pk).update(law_pack=name)
    record(by=by, verb="agency.law-pack", subject=ref("agency", agency.pk), body=body)
    agency.refresh_from_db()
    return agency
