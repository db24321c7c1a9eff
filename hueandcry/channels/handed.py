"""Reads of what was passed on."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.channels.models import Handover
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission

NEW = timedelta(days=30)  # that the public directory says who is new


def handovers(*, actor: Actor, account_id: int) -> list[Handover]:
    """How an account was passed on, the newest first. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = Handover.objects.filter(agency_id=actor.agency_id, account_id=account_id)
    return list(rows.order_by("-at", "-pk"))


def newly_passed_on(agency_id: int) -> dict[int, Handover]:
    """The last handover of each account that the public is told of: for the public site's build, so no actor."""
    rows = Handover.objects.filter(agency_id=agency_id, shown=True, at__gt=clock.now() - NEW)
    return {row.account_id: row for row in rows.order_by("at", "pk")}
