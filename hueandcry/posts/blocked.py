"""Planned posts that will not go as things stand: why, and on which accounts (R15, R25). Asked ahead of their time.

The worker asks the same once more right before it sends (posts/holding.py); what is said here is what it would find.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hueandcry.channels.models import Account
from hueandcry.channels.rights import Right, rights_of_many
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.ids import person_number
from hueandcry.posts import reading
from hueandcry.posts.holding import Known, why_held, why_not_said
from hueandcry.posts.models import Delivery, Post


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a planned post will not go out. reasons: each sentence with the accounts it is about.

    whole: it goes nowhere; else the other accounts get it.
    """

    reasons: tuple[tuple[str, tuple[str, ...]], ...]
    whole: bool

    @property
    def first(self) -> str:
        """The first reason."""
        return self.reasons[0][0]


def blocked(posts: Iterable[Post], *, actor: Actor) -> dict[int, Blocked]:
    """Those of these posts that are planned and will not go as things stand now: post id → why.

    Rights are asked once for all who planned some of them, however many people and accounts there are.
    """
    planned = [row for row in posts if row.status == Post.Status.APPROVED]
    if not planned:
        return {}
    wanted = {number for row in planned for number in row.account_ids}
    accounts = {row.pk: row for row in reading.accounts_by_id(actor=actor, account_ids=wanted)}
    known = _Many()
    speakers: dict[str, set[int]] = defaultdict(set)
    for row in planned:
        speakers[row.submitted_by or row.author_ref].update(set(row.account_ids) & accounts.keys())
    known.ask({speaker: [accounts[number] for number in numbers] for speaker, numbers in speakers.items()})
    found = {row.pk: _why(row, accounts, known) for row in planned}
    return {number: why for number, why in found.items() if why is not None}


def going_nowhere(posts: Iterable[Post], *, actor: Actor) -> set[int]:
    """Those of these posts that nobody would get as things stand now: planned, or let go and not begun."""
    shown = list(posts)
    found = {number for number, why in blocked(shown, actor=actor).items() if why.whole}
    gone = [row.pk for row in shown if row.status == Post.Status.ANNOUNCED]
    if not gone:
        return found
    known = Known()
    held: dict[int, bool] = {}
    waiting = (Delivery.Status.QUEUED, Delivery.Status.HELD)
    rows = Delivery.objects.filter(agency_id=actor.agency_id, post_id__in=gone, part=1, status__in=waiting)
    for row in rows.select_related("account", "post"):
        held[row.post_id] = held.get(row.post_id, True) and bool(why_held(row, known=known))
    return found | {number for number, all_of_them in held.items() if all_of_them}


class _Many(Known):
    """Rights of many people on many accounts, asked at once."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[tuple[int, int], Right] = {}

    def ask(self, speakers: dict[str, list[Account]]) -> None:
        """speakers: who wants to speak, as a reference, and where."""
        people: dict[int, list[Account]] = {}
        for reference, accounts in speakers.items():
            if number := person_number(reference):
                people[number] = accounts
        self._asked = rights_of_many(people)

    def right(self, person_id: int, account: Account) -> Right:
        return self._asked.get((person_id, account.pk)) or super().right(person_id, account)


def _why(post: Post, accounts: dict[int, Account], known: Known) -> Blocked | None:
    speaker = post.submitted_by or post.author_ref
    reasons: dict[str, list[str]] = {}
    going = 0
    for number in post.account_ids:
        account = accounts.get(number)
        if account is None:
            continue
        said = why_not_said(post=post, account=account, speaker_ref=speaker, known=known)
        if not said and account.status in Account.SILENT:
            said = _("“%s” is not in use.") % account.label
        if said:
            reasons.setdefault(said, []).append(account.label)
        else:
            going += 1
    if not reasons:
        return None
    return Blocked(tuple((said, tuple(names)) for said, names in reasons.items()), whole=not going)
