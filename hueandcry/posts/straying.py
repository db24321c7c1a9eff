"""How often posts leave the lane of an account, by account and by person, for leaders (R17).

Counted from what went out: a post that has a topic, on an account that has a lane. Where a topic of it is not in that
lane, somebody let it go after the warning. The lanes are those of now: what was outside and lies within by now is not
counted, nor is a repost, which shows what stands elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from hueandcry.agencies.queries import names_of
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.posts.content import out_of_lane
from hueandcry.posts.models import Delivery

LATELY = timedelta(days=90)
D = Delivery.Status


@dataclass(frozen=True, slots=True)
class Strays:
    """One line: so many of so many posts were outside. name: an account's, or a person's."""

    name: str
    outside: int
    posts: int


@dataclass(frozen=True, slots=True)
class Straying:
    """In all, by account and by person; the most outside first, those with none left out. Each post counts once in a line."""

    whole: Strays
    accounts: list[Strays]
    people: list[Strays]


def straying(*, actor: Actor) -> Straying:
    """What went out within 90 days. Two queries. Raises NotAllowed."""
    actor.require(Permission.BRAKE)
    sent = Delivery.objects.filter(
        agency_id=actor.agency_id,
        part=1,
        sent_at__gt=clock.now() - LATELY,
        status__in=[D.SENT, D.REMOVING, D.REMOVED],
        post__repost_of__isnull=True,
    )
    names = ("post_id", "post__topics", "post__author_ref", "account_id", "account__label", "account__topics")
    whole: dict[int, bool] = {}
    accounts: dict[tuple[str, int], dict[int, bool]] = defaultdict(dict)
    people: dict[str, dict[int, bool]] = defaultdict(dict)
    for post, topics, author, account_id, label, lane in sent.values_list(*names):
        if not topics or not lane:
            continue
        outside = bool(out_of_lane(topics=topics, lane=lane))
        for rows in (whole, accounts[label, account_id], people[author]):
            rows[post] = rows.get(post, False) or outside
    known = names_of(set(people))
    return Straying(
        whole=_counted("", whole),
        accounts=_most([_counted(label, rows) for (label, _id), rows in accounts.items()]),
        people=_most([_counted(known.get(ref, ref), rows) for ref, rows in people.items()]),
    )


def _counted(name: str, rows: dict[int, bool]) -> Strays:
    return Strays(name, sum(rows.values()), len(rows))


def _most(rows: list[Strays]) -> list[Strays]:
    found = [row for row in rows if row.outside]
    return sorted(found, key=lambda row: (-row.outside, row.posts, row.name.casefold()))
