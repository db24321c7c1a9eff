"""The accounts as whoever runs the machine sees them: over all agencies, or one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hueandcry.channels.models import Account, ProfileCheck
from hueandcry.kernel import clock

UNCHECKED = timedelta(hours=26)  # each is checked by the worker at least once a day


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account in use. problem: why it needs its steward, or ""; unchecked: nobody has asked the channel for long."""

    id: int
    label: str
    problem: str
    registered_at: datetime
    unchecked: bool


def states(*, agency_id: int | None = None) -> list[AccountState]:
    """Accounts that are in use, of one agency or of all. For the operator and the health page."""
    rows = Account.objects.exclude(status__in=Account.SILENT)
    if agency_id is not None:
        rows = rows.filter(agency_id=agency_id)
    limit = clock.now() - UNCHECKED
    return [
        AccountState(
            id=row.pk,
            label=row.label,
            problem=row.problem if row.status == Account.Status.NEEDS_ATTENTION else "",
            registered_at=row.registered_at,
            unchecked=(row.checked_at or row.registered_at) < limit,
        )
        for row in rows.order_by("label", "pk")
    ]


def drifted(*, agency_id: int | None = None) -> list[str]:
    """Names of accounts whose own page says something else than it should. For the operator and the health page."""
    rows = ProfileCheck.objects.filter(state=ProfileCheck.State.DRIFT).exclude(
        account__status__in=Account.SILENT
    )
    if agency_id is not None:
        rows = rows.filter(agency_id=agency_id)
    return list(rows.order_by("account__label", "pk").values_list("account__label", flat=True))


def numbers() -> dict[str, int]:
    """How many accounts there are in each status."""
    found = dict.fromkeys(Account.Status.values, 0)
    for status in Account.objects.values_list("status", flat=True):
        found[status] += 1
    return found
