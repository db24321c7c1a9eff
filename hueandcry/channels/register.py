"""The register: every account with whoever answers for it, and what is not as it should be, as data.

Reads a fixed number of tables, however many accounts there are. When something was last posted is told by the
caller, since posts stand above this room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hueandcry.agencies.models import Membership
from hueandcry.channels import profile
from hueandcry.channels.facts import is_a_list
from hueandcry.channels.models import Account, Holder, ProfileCheck, Steward, Watch
from hueandcry.channels.queries import channel_label
from hueandcry.channels.quotas import WARN_BEFORE, credential_ends
from hueandcry.channels.scope import seen_by
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.kernel.text import plain

DORMANT = timedelta(days=90)  # without a post an account looks abandoned
UNCHECKED = timedelta(hours=26)  # the worker asks every network at least once a day


class Code(StrEnum):
    """What may be wrong with an account."""

    CREDENTIAL = "credential"
    OTHER = "other-account"
    ENDING = "ending"
    DRIFT = "drift"
    PARTS = "parts"
    BY_HAND = "by-hand"
    LINK = "link"
    PICTURE = "picture"
    BANNER = "banner"
    ALT = "picture-words"
    UNLISTED = "unlisted"
    NO_STEWARD = "no-steward"
    NO_SECOND = "no-second"
    NO_HOLDER = "no-holder"
    NO_UNIT = "no-unit"
    QUIET = "quiet"
    DORMANT = "dormant"
    UNCHECKED = "unchecked"
    CHECK = "check-overdue"

    @property
    def label(self) -> str:
        """The finding in two or three words, as a filter names it."""
        return str(LABELS[self])


LABELS = {
    Code.CREDENTIAL: gettext_lazy("Credential refused"),
    Code.OTHER: gettext_lazy("Opens another account"),
    Code.ENDING: gettext_lazy("Permission ends soon"),
    Code.DRIFT: gettext_lazy("Profile changed"),
    Code.PARTS: gettext_lazy("Profile lacks a part"),
    Code.BY_HAND: gettext_lazy("Profile not confirmed"),
    Code.LINK: gettext_lazy("No link to our site"),
    Code.PICTURE: gettext_lazy("No picture"),
    Code.BANNER: gettext_lazy("No banner"),
    Code.ALT: gettext_lazy("Picture not described"),
    Code.UNLISTED: gettext_lazy("Not in our directory"),
    Code.NO_STEWARD: gettext_lazy("No steward"),
    Code.NO_SECOND: gettext_lazy("No second steward"),
    Code.NO_HOLDER: gettext_lazy("No holder"),
    Code.NO_UNIT: gettext_lazy("No unit"),
    Code.QUIET: gettext_lazy("Quieter than its goal"),
    Code.DORMANT: gettext_lazy("Silent for three months"),
    Code.UNCHECKED: gettext_lazy("Network not asked"),
    Code.CHECK: gettext_lazy("Check overdue"),
}
URGENT = frozenset({Code.CREDENTIAL, Code.OTHER, Code.DRIFT, Code.PARTS, Code.DORMANT, Code.CHECK})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be. says: a sentence fit for staff; urgent: red, else amber."""

    code: Code
    says: str

    @property
    def urgent(self) -> bool:
        """True if it should not wait."""
        return self.code in URGENT


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """An account as the register shows it.

    channel, unit: in words; holders: (person's number, name, their mode); left: those of them who have left the agency.
    """

    account: Account
    channel: str
    unit: str
    steward: str
    second: str
    holders: tuple[tuple[int, str, str], ...]
    profile: ProfileCheck | None
    watch: Watch | None
    last_post: datetime | None
    findings: tuple[Finding, ...] = field(default=())
    left: frozenset[int] = frozenset()

    @property
    def health(self) -> str:
        """The worst of its findings: "good", "watch" or "wrong"; "" where nothing is asked of it any more."""
        if self.account.status in Account.SILENT:
            return ""
        if any(finding.urgent for finding in self.findings):
            return "wrong"
        return "watch" if self.findings else "good"

    @property
    def stewards(self) -> int:
        """How many answer for it: 0, 1 or 2."""
        return bool(self.steward) + bool(self.second)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of accounts is narrowed to; "" or None: anything. unit_ids: a unit and all that belongs to it."""

    words: str = ""
    channel: str = ""
    kind: str = ""
    mode: str = ""
    needs: str = ""
    unit_ids: frozenset[int] | None = None


def register(*, actor: Actor, last_posts: Mapping[int, datetime], today: date) -> list[RegisterLine]:
    """Every account of the agency by name, of a steward those of their station. last_posts: by account; today: where the agency is.

    Raises NotAllowed.
    """
    actor.require(Permission.POST_READ)
    lines, seen = lines_of(actor.agency_id, last_posts=last_posts, today=today), seen_by(actor)
    return lines if seen is None else [line for line in lines if line.account.pk in seen]


def register_line(
    *, actor: Actor, account_id: int, last_posts: Mapping[int, datetime], today: date
) -> RegisterLine:
    """One account of the register. Raises NotAllowed, NotFound (also for another agency's, or another station's)."""
    actor.require(Permission.POST_READ)
    found, seen = (
        lines_of(actor.agency_id, last_posts=last_posts, today=today, account_id=account_id),
        seen_by(actor),
    )
    if not found or (seen is not None and account_id not in seen):
        raise NotFound(_("There is no such account."))
    return found[0]


def lines_of(
    agency_id: int, *, last_posts: Mapping[int, datetime], today: date, account_id: int | None = None
) -> list[RegisterLine]:
    """The same for the worker and the operator, who are no actors. Five questions to the database."""
    rows = Account.objects.filter(agency_id=agency_id).select_related("unit")
    mine = {"agency_id": agency_id}
    if account_id is not None:
        rows, mine = rows.filter(pk=account_id), {**mine, "account_id": account_id}
    stewards = {
        (row.account_id, row.part): row.person_name
        for row in Steward.objects.filter(**mine, ended_at__isnull=True)
    }
    holders: dict[int, list[tuple[int, str, str]]] = {}
    left: set[int] = set()
    held = Holder.objects.filter(**mine, ended_at__isnull=True).select_related("person")
    for row in held.annotate(stays=Exists(_roles_of_holders())).order_by("person__name", "pk"):
        holders.setdefault(row.account_id, []).append((row.person_id, row.person.name, row.mode))
        left.update(set() if row.stays else {row.person_id})
    profiles = {row.account_id: row for row in ProfileCheck.objects.filter(**mine)}
    watches = {row.account_id: row for row in Watch.objects.filter(**mine)}
    lines = [
        RegisterLine(
            account=row,
            channel=channel_label(row.channel),
            unit=row.unit.name if row.unit else "",
            steward=stewards.get((row.pk, Steward.Part.FIRST), ""),
            second=stewards.get((row.pk, Steward.Part.SECOND), ""),
            holders=tuple(holders.get(row.pk, ())),
            profile=profiles.get(row.pk),
            watch=watches.get(row.pk),
            last_post=last_posts.get(row.pk),
            left=frozenset(left),
        )
        for row in rows.order_by("label", "pk")
    ]
    return [_with_findings(line, today=today) for line in lines]


def _roles_of_holders() -> QuerySet[Membership]:
    return Membership.objects.filter(
        person=OuterRef("person"), agency=OuterRef("agency"), ended_at__isnull=True
    )


def narrowed(lines: Iterable[RegisterLine], wanted: Wanted) -> list[RegisterLine]:
    """The lines that fit everything wanted. Pure. Each word must begin or stand inside a word of the account."""
    words = plain(wanted.words).split()
    return [
        line
        for line in lines
        if (not wanted.channel or line.account.channel == wanted.channel)
        and (not wanted.kind or line.account.kind == wanted.kind)
        and (not wanted.mode or line.account.mode == wanted.mode)
        and (wanted.unit_ids is None or line.account.unit_id in wanted.unit_ids)
        and _needs(line, wanted.needs)
        and all(word in _searched(line) for word in words)
    ]


def _needs(line: RegisterLine, needs: str) -> bool:
    if needs == "any":
        return bool(line.findings)
    if needs in Account.Status.values:
        return bool(line.account.status == needs)
    return not needs or any(finding.code == needs for finding in line.findings)


def _searched(line: RegisterLine) -> str:
    account = line.account
    people = " ".join([line.steward, line.second, *(name for _pk, name, _mode in line.holders)])
    topics = " ".join(map(str, account.topics))
    return plain(
        f"{account.label} @{account.handle} {line.channel} {line.unit} {account.face} {account.title} {people} {topics}"
    )


# --- findings ---------------------------------------------------------------------------------------


def _with_findings(line: RegisterLine, *, today: date) -> RegisterLine:
    if line.account.status in Account.SILENT:
        return line
    found = [*_of_connection(line), *_of_profile(line), *_of_people(line), *_of_use(line, today=today)]
    return RegisterLine(
        **{name: getattr(line, name) for name in line.__slots__ if name != "findings"}, findings=tuple(found)
    )


def _of_connection(line: RegisterLine) -> list[Finding]:
    account = line.account
    if account.status == Account.Status.NEEDS_ATTENTION:
        return [Finding(Code.OTHER if account.other_id else Code.CREDENTIAL, account.problem)]
    if (account.checked_at or account.registered_at) < clock.now() - UNCHECKED:
        return [Finding(Code.UNCHECKED, _("The network was not asked about it for more than a day."))]
    ends = credential_ends(account)
    if ends is None or ends - clock.now() > WARN_BEFORE:
        return []
    days = max((ends - clock.now()).days, 0)
    words = ngettext(
        "The network ends its permission in %d day. Connect it again.",
        "The network ends its permission in %d days. Connect it again.",
        days,
    )
    return [Finding(Code.ENDING, words % days)]


def _of_profile(line: RegisterLine) -> list[Finding]:
    return [*_of_directory(line.account), *_of_page(line.profile)]


def _of_directory(account: Account) -> list[Finding]:
    """The way from our site to the account, without which the other way proves nothing (R8)."""
    if account.is_public or account.audience != Account.Audience.PUBLIC or is_a_list(account.channel):
        return []
    return [
        Finding(Code.UNLISTED, _("Our directory does not name it: whoever asks is told that it is not ours."))
    ]


def _of_page(seen: ProfileCheck | None) -> list[Finding]:
    if seen is None:
        return []
    if seen.state == ProfileCheck.State.UNREADABLE and seen.wanted and not seen.confirmed_at:
        says = _("The network does not let us read its page: put the text there by hand, then say so.")
        return [Finding(Code.BY_HAND, says)]
    found = []
    if seen.state == ProfileCheck.State.DRIFT:
        found.append(Finding(Code.DRIFT, _("Its page on the network no longer says what it should.")))
    if seen.missing:
        parts = "; ".join(profile.Part(part).words for part in seen.missing)
        found.append(Finding(Code.PARTS, _("Its page does not say: %s.") % parts))
    if seen.links_back is False:
        found.append(
            Finding(Code.LINK, _("Its page does not lead to our site, so nobody can prove that it is ours."))
        )
    return [*found, *_of_looks(seen)]


def _of_looks(seen: ProfileCheck) -> list[Finding]:
    """What the page lacks for the eye, and for those who have it read to them; nothing where the network does not say."""
    found = []
    if seen.picture is False:
        found.append(Finding(Code.PICTURE, _("Its page has no picture of its own, so it looks abandoned.")))
    if seen.banner is False:
        found.append(Finding(Code.BANNER, _("Its page has no banner.")))
    if seen.described is False:
        says = _("The picture or the banner of its page has no alt text, so some readers do not get it.")
        found.append(Finding(Code.ALT, says))
    return found


def _of_people(line: RegisterLine) -> list[Finding]:
    found = []
    if not line.steward:
        found.append(Finding(Code.NO_STEWARD, _("Nobody answers for it.")))
    elif not line.second:
        found.append(Finding(Code.NO_SECOND, _("Nobody stands in for its steward.")))
    own = line.account.kind == Account.Kind.AGENCY
    if line.holders and all(number in line.left for number, _name, _mode in line.holders):
        names = ", ".join(name for _number, name, _mode in line.holders)
        says = _("%s has left, and nobody else is named who may post through it.") % names
        found.append(Finding(Code.NO_HOLDER, says))
    if not line.holders and not own:
        found.append(Finding(Code.NO_HOLDER, _("Nobody is named who may post through it.")))
    if line.account.unit_id is None and line.account.kind in {Account.Kind.STATION, Account.Kind.UNIT}:
        found.append(Finding(Code.NO_UNIT, _("It belongs to no station or unit.")))
    return found


def _of_use(line: RegisterLine, *, today: date) -> list[Finding]:
    found = []
    quiet = clock.now() - (line.last_post or line.account.registered_at)
    if quiet > DORMANT:
        found.append(Finding(Code.DORMANT, _("Nothing was posted for three months. Use it, or retire it.")))
    elif (goal := line.account.every_days) and quiet > timedelta(days=goal):
        days = quiet.days
        says = ngettext(
            "Nothing was posted for %(days)d day; its goal is every %(goal)d.",
            "Nothing was posted for %(days)d days; its goal is every %(goal)d.",
            days,
        )
        found.append(Finding(Code.QUIET, says % {"days": days, "goal": goal}))
    if line.watch and line.watch.next_on < today:
        found.append(Finding(Code.CHECK, _("Somebody should have looked in on it by now.")))
    return found
