"""What a channel takes and what it says is left: its own limits, its allowances, and when a credential ends.

All of it is kept with the account (Account.limits, Account.quotas), so that compose and the register ask no network.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hueandcry.channels.catalogue import connector_for
from hueandcry.channels.connector import Limits, Quota
from hueandcry.channels.models import Account
from hueandcry.kernel import clock

CREDENTIAL = "credential"  # among the quotas: when the credential ends
WARN_BEFORE, URGENT_BEFORE = timedelta(days=14), timedelta(days=3)
WORDS = {
    "units": _("Points for calls, of all its accounts together"),
    "uploads": _("Videos, of all its accounts together"),
    "posts": _("Posts"),
    "per cent": _("Per cent of the calls of this Page"),
}
MOST = 20  # allowances kept for one account; the oldest goes first


def limits_of(account: Account) -> Limits:
    """What this account's own server takes: what it said itself, else what its connector knows.

    Raises Invalid for a channel that is no longer in the catalogue.
    """
    if account.limits:
        return Limits.from_plain(account.limits)
    return connector_for(account.channel).limits


def quotas_of(account: Account) -> list[Quota]:
    """The allowances that are not whole again by now, the scarcest first."""
    found = [_quota(plain) for plain in account.quotas if plain["name"] != CREDENTIAL]
    standing = [quota for quota in found if quota.resets_at > clock.now()]
    return sorted(standing, key=lambda quota: (quota.left / quota.limit if quota.limit else 1, quota.name))


def words_of(quota: Quota) -> str:
    """The name of an allowance as staff read it; a channel's own name for it where we have none."""
    return str(WORDS.get(quota.name, quota.name))


def credential_ends(account: Account) -> datetime | None:
    """When the channel will no longer accept our credential, if it said so."""
    ends = [plain["resets_at"] for plain in account.quotas if plain["name"] == CREDENTIAL]
    return datetime.fromisoformat(ends[0]) if ends else None


def ending(*, agency_id: int | None = None) -> list[tuple[Account, timedelta]]:
    """Accounts in use whose credential ends within 14 days, soonest first, with the time left (below 0: it has ended).

    For the operator and the health page.
    """
    rows = Account.objects.exclude(status__in=Account.SILENT).exclude(quotas=[])
    if agency_id is not None:
        rows = rows.filter(agency_id=agency_id)
    found = [(row, ends - clock.now()) for row in rows if (ends := credential_ends(row)) is not None]
    return sorted(((row, left) for row, left in found if left <= WARN_BEFORE), key=lambda item: item[1])


def note(account_id: int, quota: Quota) -> None:
    """Keep what the channel said is left, in place of what it said before."""
    _change(account_id, lambda known: [*_without(known, quota.name), _plain(quota)])


def note_end(account_id: int, ends_at: datetime | None) -> None:
    """Keep when the credential ends; None: the channel does not say, or it does not end."""
    if ends_at is None:
        _change(account_id, lambda known: _without(known, CREDENTIAL))
    else:
        note(account_id, Quota(CREDENTIAL, 0, 0, ends_at))


def spend(account: Account, *, name: str, cost: int, size: int, whole_again: datetime) -> None:
    """Write down what a call cost, for a channel that does not say what is left.

    Such an allowance belongs to the agency's application at the channel, so all its accounts there share it.
    size: of the whole allowance; whole_again: when it begins anew.
    """

    def change(known: list[dict[str, Any]]) -> list[dict[str, Any]]:
        before = [_quota(plain) for plain in known if plain["name"] == name]
        left = before[0].left if before and before[0].resets_at == whole_again else size
        return [*_without(known, name), _plain(Quota(name, size, max(left - cost, 0), whole_again))]

    shared = Account.objects.filter(agency_id=account.agency_id, channel=account.channel)
    for number in shared.order_by("pk").values_list("pk", flat=True):
        _change(number, change)


@transaction.atomic
def _change(account_id: int, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    row = Account.objects.select_for_update().only("pk", "quotas").filter(pk=account_id).first()
    if row is not None and (after := change(row.quotas)[-MOST:]) != row.quotas:
        Account.objects.filter(pk=account_id).update(quotas=after)


def _without(known: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [plain for plain in known if plain["name"] != name]


def _plain(quota: Quota) -> dict[str, Any]:
    return {
        "name": quota.name[:40],
        "limit": quota.limit,
        "left": quota.left,
        "resets_at": quota.resets_at.isoformat(),
    }


def _quota(plain: dict[str, Any]) -> Quota:
    return Quota(plain["name"], plain["limit"], plain["left"], datetime.fromisoformat(plain["resets_at"]))
