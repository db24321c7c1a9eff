"""Messages to lists that are held back, as pages list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.lists import queries
from hueandcry.lists.models import Message


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """One message. waiting: people who do not have it, None: not known before it is prepared; reason: empty once it waits for a person; sends, drops: the actor may."""

    id: int
    list: str
    title: str
    since: datetime
    waiting: int | None
    reason: str
    sends: bool
    drops: bool


def rows(actor: Actor) -> list[HeldMessage]:
    """Everything of the agency's lists that is held back, the first handed over first. Raises NotAllowed."""
    return [
        HeldMessage(
            id=row.pk,
            list=row.list.get_medium_display(),
            title=row.title or row.text,
            since=row.held_at,
            waiting=None if row.status == Message.Status.SPREADING else waiting,
            reason=row.held_why,
            sends=not row.held_why and actor.may(Permission.POST_APPROVE),
            drops=actor.may(Permission.POST_RECALL),
        )
        for row, waiting in queries.held_messages(actor=actor)
        if row.held_at
    ]
