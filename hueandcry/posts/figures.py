"""Counts over all agencies for whoever runs the machine: no name, no text, so no actor is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from hueandcry.kernel import clock
from hueandcry.posts.models import Delivery


@dataclass(frozen=True, slots=True)
class Backlog:
    """Deliveries that are due. oldest: since when the longest waits, where the account can be used; None if none does."""

    due: int
    oldest: datetime | None
    unconfirmed: int


def backlog() -> Backlog:
    """What the worker should have done by now. A delivery whose account needs its steward is not among it."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=clock.now())
    rows = Delivery.objects.filter(free, due_at__lte=clock.now(), account__status="active")
    found = rows.aggregate(due=Count("pk"), oldest=Min("due_at"))
    unconfirmed = Delivery.objects.filter(status=Delivery.Status.UNCONFIRMED).count()
    return Backlog(due=found["due"], oldest=found["oldest"], unconfirmed=unconfirmed)


def by_channel() -> dict[tuple[str, str], int]:
    """How many deliveries there are by channel and state."""
    rows = Delivery.objects.values_list("account__channel", "status").annotate(Count("pk")).order_by()
    return {(channel, status): count for channel, status, count in rows}


def last_sent(account_id: int | None = None) -> dict[int, datetime]:
    """When something was last sent on each account, or on one, by its id."""
    rows = Delivery.objects.filter(sent_at__isnull=False)
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    return dict(rows.values_list("account_id").annotate(Max("sent_at")).order_by())
