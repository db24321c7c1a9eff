"""Reads of accounts. Nothing here opens a credential."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.translation import gettext as _

from hueandcry.agencies.models import Person
from hueandcry.channels.catalogue import CHANNELS, OURSELVES
from hueandcry.channels.models import Account, AccountImport, Holder, ProfileTemplate, Steward, Voice, Watch
from hueandcry.channels.quotas import limits_of
from hueandcry.channels.scope import seen_by
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.ids import person_number
from hueandcry.lists.naming import sender


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
    """Every account of the agency, of a steward of a station those they watch, each with its steward."""
    mine, seen = Account.objects.filter(agency_id=actor.agency_id), seen_by(actor)
    if seen is not None:
        mine = mine.filter(pk__in=seen)
    rows = list(mine.select_related("unit").order_by("channel", "label", "pk"))
    stewards = dict(
        Steward.objects.filter(
            agency_id=actor.agency_id, part=Steward.Part.FIRST, ended_at__isnull=True
        ).values_list("account_id", "person_name")
    )
    return [AccountLine(row, channel_label(row.channel), stewards.get(row.pk, "")) for row in rows]


def announcing_accounts(*, actor: Actor, account_ids: list[int] | None = None) -> list[Account]:
    """The accounts that an announcement goes to: all public ones in use, or those chosen among them.

    An account that needs attention is in use: its delivery waits for the steward. One that takes videos only is not
    among them unless it is chosen. Raises NotFound if a chosen one is not the agency's or is not in use.
    """
    rows = Account.objects.filter(agency_id=actor.agency_id, is_public=True).exclude(
        status__in=Account.SILENT
    )
    if account_ids is None:
        return [row for row in rows.order_by("pk") if not _needs_video(row)]
    chosen = list(rows.filter(pk__in=account_ids).order_by("pk"))
    if len(chosen) != len(set(account_ids)):
        raise NotFound(_("One of the chosen accounts is not in use."))
    return chosen


def _needs_video(account: Account) -> bool:
    return account.channel in CHANNELS and limits_of(account).needs_video


def profile_address(account: Account) -> str:
    """Where anybody sees an account, or "" where the channel has no such page."""
    pattern = CHANNELS[account.channel].profile if account.channel in CHANNELS else ""
    return pattern.format(server=account.server_url, handle=quote(account.handle, safe=""))


def name_there(channel: str, handle: str) -> str:
    """An account's name as people know it: "@handle"; of a list the sender of its messages, or the host name of our site."""
    if channel in CHANNELS and CHANNELS[channel].server == OURSELVES:
        return sender(channel) or handle
    return f"@{handle}"


def labels_of(account_ids: Collection[int], *, agency_id: int) -> dict[int, str]:
    """Labels of this agency's accounts by id, for pages that name them."""
    return dict(Account.objects.filter(pk__in=account_ids, agency_id=agency_id).values_list("pk", "label"))


def channel_label(name: str) -> str:
    """The channel's name as shown."""
    return CHANNELS[name].label if name in CHANNELS else name


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the agency whom an account can be given to."""

    id: int
    name: str
    email: str


def colleagues(*, actor: Actor) -> list[Colleague]:
    """Everybody who has joined and holds a role in the agency, by name. Raises NotAllowed."""
    actor.require(Permission.ACCOUNT_MANAGE)
    held = {"memberships__agency_id": actor.agency_id, "memberships__ended_at__isnull": True}
    rows = Person.objects.filter(**held, joined_at__isnull=False).distinct().order_by("name", "pk")
    return [Colleague(*row) for row in rows.values_list("pk", "name", "email")]


def with_accounts(*, actor: Actor) -> list[Colleague]:
    """Everybody who holds, answers for or checks an account now, also if they hold no role any more.

    Raises NotAllowed.
    """
    actor.require(Permission.ACCOUNT_MANAGE)
    mine = {"agency_id": actor.agency_id}
    numbers = set(Holder.objects.filter(**mine, ended_at__isnull=True).values_list("person_id", flat=True))
    named = [
        *Steward.objects.filter(**mine, ended_at__isnull=True).values_list("person_ref", flat=True),
        *Watch.objects.filter(**mine).values_list("checker_ref", flat=True),
    ]
    numbers.update(number for each in named if (number := person_number(each)))
    rows = Person.objects.filter(pk__in=numbers).order_by("name", "pk")
    return [Colleague(*row) for row in rows.values_list("pk", "name", "email")]


def template_of(*, actor: Actor) -> ProfileTemplate | None:
    """The text for the agency's accounts, or None if nobody has written one. Raises NotAllowed."""
    actor.require(Permission.POST_READ)
    return ProfileTemplate.objects.filter(agency_id=actor.agency_id).first()


def own_page(*, actor: Actor) -> Voice | None:
    """What the actor's own public page says, shown or not; None if they have never written one."""
    rows = Voice.objects.filter(agency_id=actor.agency_id, person_id=person_number(actor.ref))
    return rows.select_related("unit").first()


def account_import(*, actor: Actor, import_id: int) -> AccountImport:
    """A table that the actor has sent. Raises NotAllowed, NotFound, also for a colleague's."""
    actor.require(Permission.ACCOUNT_MANAGE)
    found = AccountImport.objects.filter(pk=import_id, agency_id=actor.agency_id, by_ref=actor.ref).first()
    if found is None:
        raise NotFound(_("This table was brought in already, or discarded."))
    return found
