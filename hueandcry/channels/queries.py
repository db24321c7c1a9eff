"""Reads of accounts. Nothing here opens a credential."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _

from hueandcry.channels.catalogue import CHANNELS
from hueandcry.channels.models import Account, Steward
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account as a list shows it. channel: its label; steward: a name, empty if nobody is named."""

    account: Account
    channel: str
    steward: str


def get_account(*, actor: Actor, account_id: int) -> Account:
    """The account. Raises NotFound, also for another agency's."""
    account = Account.objects.filter(pk=account_id, agency_id=actor.agency_id).first()
    if account is None:
        raise NotFound(_("There is no such account."))
    return account


def accounts(*, actor: Actor) -> list[AccountLine]:
    """Every account of the agency, with its steward."""
    rows = list(Account.objects.filter(agency_id=actor.agency_id).order_by("channel", "label", "pk"))
    stewards = dict(
        Steward.objects.filter(account__in=rows, ended_at__isnull=True).values_list(
            "account_id", "person_name"
        )
    )
    return [AccountLine(row, channel_label(row.channel), stewards.get(row.pk, "")) for row in rows]


def announcing_accounts(*, actor: Actor, account_ids: list[int] | None = None) -> list[Account]:
    """The accounts that an announcement goes to: all public ones in use, or those chosen among them.

    An account that needs attention is in use: its delivery waits for the steward. Raises NotFound if a
    chosen one is not the agency's or is not in use.
    """
    rows = Account.objects.filter(agency_id=actor.agency_id, is_public=True).exclude(
        status=Account.Status.SUSPENDED
    )
    if account_ids is None:
        return list(rows.order_by("pk"))
    chosen = list(rows.filter(pk__in=account_ids).order_by("pk"))
    if len(chosen) != len(set(account_ids)):
        raise NotFound(_("One of the chosen accounts is not in use."))
    return chosen


@dataclass(frozen=True, slots=True)
class PublicAccount:
    """An account as anybody may know it. profile: its page on the network, or ""; in_use: we speak there now."""

    name: str
    handle: str
    channel: str
    kind: str
    profile: str
    in_use: bool


def public_accounts(agency_id: int) -> list[PublicAccount]:
    """The accounts that an agency announces on, by name: for the public directory, so no actor is asked."""
    rows = Account.objects.filter(agency_id=agency_id, is_public=True).order_by("label", "pk")
    return [
        PublicAccount(
            name=row.label,
            handle=row.handle,
            channel=channel_label(row.channel),
            kind=row.kind,
            profile=_profile(row),
            in_use=row.status != Account.Status.SUSPENDED,
        )
        for row in rows
    ]


def _profile(account: Account) -> str:
    pattern = CHANNELS[account.channel].profile if account.channel in CHANNELS else ""
    return pattern.format(server=account.server_url, handle=quote(account.handle, safe=""))


def labels_of(account_ids: Collection[int], *, agency_id: int) -> dict[int, str]:
    """Labels of this agency's accounts by id, for pages that name them."""
    return dict(Account.objects.filter(pk__in=account_ids, agency_id=agency_id).values_list("pk", "label"))


def channel_label(name: str) -> str:
    """The channel's name as shown."""
    return CHANNELS[name].label if name in CHANNELS else name
