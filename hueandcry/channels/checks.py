"""Reads of the rota: whose turn it is to look in on which account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hueandcry.channels.models import Account, Look, Watch
from hueandcry.channels.queries import channel_label, name_there, profile_address
from hueandcry.kernel.actor import Actor, Permission

LATEST = 20  # looks shown


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One look that is due. address: the account's page on the network, or ""; days_late: 0 if it is due today."""

    account: Account
    channel: str
    address: str
    watch: Watch
    days_late: int
    mine: bool

    @property
    def there(self) -> str:
        """The account's name as people know it."""
        return name_there(self.account.channel, self.account.handle)


def due_checks(*, actor: Actor, today: date) -> list[CheckLine]:
    """Looks due today or before, one's own first, then those for anybody, then others'; the latest first in each.

    Raises NotAllowed.
    """
    actor.require(Permission.ACCOUNT_CHECK)
    rows = Watch.objects.filter(agency_id=actor.agency_id, next_on__lte=today)
    rows = rows.exclude(account__status__in=Account.SILENT).select_related("account__unit")
    lines = [
        CheckLine(
            account=row.account,
            channel=channel_label(row.account.channel),
            address=profile_address(row.account),
            watch=row,
            days_late=(today - row.next_on).days,
            mine=row.checker_ref == actor.ref,
        )
        for row in rows
    ]
    return sorted(
        lines,
        key=lambda line: (not line.mine, bool(line.watch.checker_ref), -line.days_late, line.account.label),
    )


def coming_checks(*, actor: Actor, today: date, days: int = 7) -> dict[date, int]:
    """How many looks fall on each of the coming days. Raises NotAllowed."""
    actor.require(Permission.ACCOUNT_CHECK)
    last = today + timedelta(days=days)
    rows = Watch.objects.filter(agency_id=actor.agency_id, next_on__gt=today, next_on__lte=last)
    found: dict[date, int] = {}
    for day in rows.exclude(account__status__in=Account.SILENT).values_list("next_on", flat=True):
        found[day] = found.get(day, 0) + 1
    return dict(sorted(found.items()))


def watched(*, actor: Actor) -> int:
    """How many accounts are on the rota. Raises NotAllowed."""
    actor.require(Permission.ACCOUNT_CHECK)
    return Watch.objects.filter(agency_id=actor.agency_id).exclude(account__status__in=Account.SILENT).count()


def looks(*, actor: Actor, account_id: int | None = None) -> list[Look]:
    """What was seen lately, the newest first. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    rows = Look.objects.filter(agency_id=actor.agency_id).select_related("account")
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    return list(rows.order_by("-at", "-pk")[:LATEST])
