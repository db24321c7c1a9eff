"""What a person does with a slip that could not be carried out: have it tried again, or throw it away."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.lists import queries, slips
from hueandcry.lists.models import SlipAside
from hueandcry.records.entry import record


class NobodysSlip(Conflict):
    """It cannot be opened, so nobody knows which agency it is for."""


class WantsToLeave(Conflict):
    """Somebody asks to be taken off a list: that is never thrown away."""


@transaction.atomic
def try_slip(*, slip_id: int, by: Actor) -> SlipAside:
    """Have the worker try it again now. Raises NotAllowed, NotFound."""
    by.require(Permission.LIST_MANAGE)
    row = _one(slip_id, by=by)
    SlipAside.objects.filter(pk=row.pk).update(due_at=clock.now())
    record(by=by, verb="slip.try", subject=ref("slip", row.pk))
    return row


@transaction.atomic
def drop_slip(*, slip_id: int, by: Actor) -> None:
    """Throw it away for good, with what it asks. Raises NotAllowed, NotFound, NobodysSlip, WantsToLeave."""
    by.require(Permission.LIST_MANAGE)
    row = _one(slip_id, by=by)
    if row.kind in slips.LEAVING:
        raise WantsToLeave(
            _(
                "Somebody wants to be taken off a list. This cannot be thrown away: it is tried until it is done."
            )
        )
    if row.agency_id is None:
        raise NobodysSlip(
            _("Nobody can open this request, so nobody knows whose it is. It goes by itself after a month.")
        )
    record(by=by, verb="slip.drop", subject=ref("slip", row.pk), body={"kind": row.kind})
    SlipAside.objects.filter(pk=row.pk).delete()
    path = slips.lying_aside(row.name)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def _one(slip_id: int, *, by: Actor) -> SlipAside:
    row = queries.slips_aside(actor=by).filter(pk=slip_id).first()
    if row is None:
        raise NotFound(_("This request is not here any more: it was carried out or thrown away."))
    return row
