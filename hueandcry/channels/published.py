"""Accounts as anybody may know them: for the public directory and its checker, so no actor is asked.

Only accounts that everybody can read are here. A suspended one is ours and not in use now; a retired one was ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from hueandcry.agencies.models import Membership
from hueandcry.channels.handed import newly_passed_on
from hueandcry.channels.models import Account, Holder, Voice
from hueandcry.channels.queries import channel_label, name_there, profile_address


@dataclass(frozen=True, slots=True)
class PublicAccount:
    """An account as anybody may know it.

    network: the channel's name in addresses; profile: its page on the network, or ""; status: "in use", "not in use"
    or "retired"; unit_id: its station or unit, if that is public too; voice: address of the page of its face, or of who holds it, or "";
    new_since: ISO date since which `face` is new, or "".
    """

    id: int
    name: str
    handle: str
    channel: str
    network: str
    server: str
    kind: str
    profile: str
    status: str
    is_main: bool
    face: str
    title: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    unit_id: int | None
    unit: str
    voice: str
    new_since: str

    @property
    def there(self) -> str:
        """The account's name as people know it."""
        return name_there(self.network, self.handle)

    @property
    def in_use(self) -> bool:
        """True if the agency speaks there now."""
        return self.status == IN_USE


IN_USE, NOT_IN_USE, RETIRED = "in use", "not in use", "retired"
STATUS = {Account.Status.SUSPENDED: NOT_IN_USE, Account.Status.RETIRED: RETIRED}


@dataclass(frozen=True, slots=True)
class PublicVoice:
    """A person whom the public may follow. account_ids: the public accounts they hold."""

    slug: str
    name: str
    title: str
    about: str
    reach: str
    unit_id: int | None
    account_ids: tuple[int, ...]
    person_id: int


def public_accounts(agency_id: int) -> list[PublicAccount]:
    """Every account of an agency that everybody can read, by name, those that were retired among them."""
    rows = Account.objects.filter(agency_id=agency_id, is_public=True, audience=Account.Audience.PUBLIC)
    rows = rows.exclude(kind=Account.Kind.INTERNAL).select_related("unit").order_by("label", "pk")
    held, new = _holders(agency_id), newly_passed_on(agency_id)
    pages = {row.person_id: row for row in _voices(agency_id)}
    return [
        PublicAccount(
            id=row.pk,
            name=row.label,
            handle=row.handle,
            channel=channel_label(row.channel),
            network=row.channel,
            server=row.server_url,
            kind=row.kind,
            profile=profile_address(row),
            status=STATUS.get(Account.Status(row.status), IN_USE),
            is_main=row.is_main,
            face=row.face,
            title=row.title,
            topics=tuple(map(str, row.topics)),
            languages=tuple(map(str, row.languages)),
            unit_id=row.unit_id,
            unit=row.unit.name if row.unit else "",
            voice=_voice_of(row, [pages[number] for number in held.get(row.pk, ()) if number in pages]),
            new_since=new[row.pk].at.date().isoformat() if row.pk in new else "",
        )
        for row in rows
    ]


def _voice_of(account: Account, holders: list[Voice]) -> str:
    """Whose page belongs beside an account: that of its face; without a face, of who holds it the longest; or "".

    A face keeps its rank before the name, so the name is looked for at its end.
    """
    face = account.face.strip().casefold()
    mine = [each for each in holders if not face or face.endswith(each.name.strip().casefold())]
    return mine[0].slug if mine else ""


def public_voices(agency_id: int) -> list[PublicVoice]:
    """Everybody who shows a page of their own, by name."""
    held = _holders(agency_id)
    rows = _voices(agency_id).order_by("name", "pk")
    return [
        PublicVoice(
            slug=row.slug,
            name=row.name,
            title=row.title,
            about=row.about,
            reach=row.reach,
            unit_id=row.unit_id,
            account_ids=tuple(number for number, people in held.items() if row.person_id in people),
            person_id=row.person_id,
        )
        for row in rows
    ]


def _voices(agency_id: int) -> QuerySet[Voice]:
    """The pages that people show, of those who still work there."""
    here = Membership.objects.filter(agency_id=agency_id, ended_at__isnull=True)
    return Voice.objects.filter(agency_id=agency_id, shown_at__isnull=False, person__in=here.values("person"))


def _holders(agency_id: int) -> dict[int, list[int]]:
    """Account → the people who hold it, the longest first."""
    found: dict[int, list[int]] = {}
    rows = Holder.objects.filter(agency_id=agency_id, ended_at__isnull=True).order_by("begun_at", "pk")
    for account_id, person_id in rows.values_list("account_id", "person_id"):
        found.setdefault(account_id, []).append(person_id)
    return found
