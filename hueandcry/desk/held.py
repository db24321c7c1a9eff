"""What is held back, as a page lists it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hueandcry.agencies.queries import names_of
from hueandcry.kernel.actor import Actor
from hueandcry.posts import holding


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One delivery. reason: empty once nothing stands in its way and it waits for a person; sends, drops: the actor may."""

    id: int
    text: str
    account: str
    author: str
    since: datetime
    reason: str
    sends: bool
    drops: bool


def rows(actor: Actor) -> list[HeldRow]:
    """Everything of the agency that is held back, the first held first."""
    found = list(holding.held().filter(agency_id=actor.agency_id))
    names = names_of({row.post.author_ref for row in found})
    return [
        HeldRow(
            id=row.pk,
            text=row.post.text,
            account=row.account.label,
            author=names.get(row.post.author_ref, ""),
            since=holding.held_since(row),
            reason=row.last_error,
            sends=not row.last_error and actor.may(holding.releasing(row.post)),
            drops=row.post.author_ref == actor.ref or actor.may(holding.dropping(row.post)),
        )
        for row in found
    ]
