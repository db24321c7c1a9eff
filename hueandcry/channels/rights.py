"""Who may speak on which account now, and how freely: the dial, the holder, training, policies and brakes in one answer.

Asked by whoever writes (compose), by every action that lets a post go, and once more by the worker right before
it sends (posts/holding.py): a right that ends meanwhile stops what was scheduled while it stood.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hueandcry.agencies import brakes
from hueandcry.agencies.standing import standings_of
from hueandcry.channels.models import Account, Holder
from hueandcry.kernel.actor import Permission

M = Account.Mode
STRICTEST_FIRST = (M.DRAFT, M.TWO_PERSON, M.IN_LANE, M.FREE)
# One word for each reason, beside those of agencies/standing.py (no_role, no_course, lapsed, revoked, policy).
NOT_HOLDER, BRAKED, SUSPENDED = "not_holder", "braked", "suspended"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why somebody may not speak here now. code: one word for machines; sentence: for the person."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Right:
    """What one person may do on one account now.

    mode: an Account.Mode, how free they are there once nothing stands in the way; problems: all that does, so
    empty means they may.
    """

    mode: str
    problems: tuple[Problem, ...] = ()

    @property
    def may_speak(self) -> bool:
        """True if nothing stands in the way. What they write may still need somebody's approval: see mode."""
        return not self.problems

    @property
    def needs_approval(self) -> bool:
        """True if somebody else must approve what they write there, whatever it is about."""
        return self.mode in {M.DRAFT, M.TWO_PERSON}


def effective_mode(account_mode: str, holder_mode: str = "") -> str:
    """The strictest of the account's place on the dial and the person's own there ("": none of their own)."""
    given = [mode for mode in (account_mode, holder_mode) if mode]
    return min(given, key=lambda mode: STRICTEST_FIRST.index(M(mode)))


def right_of(*, person_id: int, account: Account) -> Right:
    """What this person may do on this account now."""
    return rights_of(person_id=person_id, accounts=[account])[account.pk]


def rights_of(*, person_id: int, accounts: Iterable[Account]) -> dict[int, Right]:
    """The same for many accounts of one agency at once, by account id; the number of queries does not grow with them."""
    rows = list(accounts)
    found = rights_of_many({person_id: rows})
    return {row.pk: found[person_id, row.pk] for row in rows}


def rights_of_many(wanted: Mapping[int, Collection[Account]]) -> dict[tuple[int, int], Right]:
    """The same for many people, each with accounts of one agency: by person id and account id. As few queries."""
    rows = list({row.pk: row for accounts in wanted.values() for row in accounts}.values())
    if not rows:
        return {}
    agency_id = rows[0].agency_id
    if any(row.agency_id != agency_id for row in rows):
        raise ValueError("rights_of is asked for the accounts of one agency")
    people = standings_of(person_ids=wanted.keys(), agency_id=agency_id)
    own = {number: [Problem(*item) for item in standing.problems] for number, standing in people.items()}
    held = _holders_of(rows)
    braked = brakes.in_force(agency_id=agency_id)
    return {
        (person_id, row.pk): _right(
            row,
            person_id=person_id,
            holders=held.get(row.pk, {}),
            # Whoever publishes appeals speaks for the agency itself: an author or an approver, not the steward of a station.
            speaks_for_agency=Permission.APPEAL_PUBLISH in people[person_id].permissions,
            own=own[person_id],
            braked=braked,
        )
        for person_id, accounts in wanted.items()
        for row in accounts
    }


def problems_of_topics(topics: Collection[str], *, agency_id: int) -> tuple[Problem, ...]:
    """What stands in the way of a post about these topics, whoever writes it: a brake on one of them."""
    braked = brakes.in_force(agency_id=agency_id)
    found = braked.on_topics(topics)
    return (Problem(BRAKED, braked.said(found)),) if found else ()


def _holders_of(rows: list[Account]) -> dict[int, dict[int, str]]:
    """Account id → who holds it now, as person id → their mode there."""
    found: dict[int, dict[int, str]] = {}
    for account_id, person_id, mode in Holder.objects.filter(
        account__in=rows, ended_at__isnull=True
    ).values_list("account_id", "person_id", "mode"):
        found.setdefault(account_id, {})[person_id] = mode
    return found


def _right(
    account: Account,
    *,
    person_id: int,
    holders: dict[int, str],
    speaks_for_agency: bool,
    own: list[Problem],
    braked: brakes.InForce,
) -> Right:
    """One account's answer, from what was asked for all of them at once."""
    problems = []
    if holders and person_id not in holders:
        problems.append(Problem(NOT_HOLDER, _("“%s” is held by somebody else.") % account.label))
    elif not holders and not speaks_for_agency:
        problems.append(
            Problem(NOT_HOLDER, _("Nobody holds “%s”, so authors of the agency speak there.") % account.label)
        )
    problems += own
    stops = braked.everything or braked.on_person(person_id) or braked.on_account(account.pk, account.unit_id)
    if stops:
        problems.append(Problem(BRAKED, braked.said(stops)))
    if account.status in Account.SILENT:
        problems.append(Problem(SUSPENDED, _("“%s” is not in use.") % account.label))
    return Right(effective_mode(account.mode, holders.get(person_id, "")), tuple(problems))


def held_by(person_id: int) -> list[Account]:
    """The accounts, of whichever agency, that this person holds now."""
    return list(Account.objects.filter(holders__person_id=person_id, holders__ended_at__isnull=True))
