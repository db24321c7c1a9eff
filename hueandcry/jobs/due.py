"""Rows that are jobs: claim them by lease, finish them behind a fence.

A claim is one UPDATE by compare-and-swap, so it works alike on SQLite and PostgreSQL with any number of
workers. A worker that dies simply lets its lease run out; the row is then claimed again, and whoever
handles it must first ask what the dead one may have done (posts/recovery.py).
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q, QuerySet

from hueandcry.kernel import clock
from hueandcry.kernel.ids import random_id

SPARE = 15  # rows looked at beside those that are wanted


class Due(models.Model):
    """What makes a row a job. `due_at` null: nothing to do. attempts: how often it was claimed."""

    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=32, blank=True, default="")
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True


Row = TypeVar("Row", bound=Due)


def claim(rows: QuerySet[Row], *, limit: int, hold: timedelta) -> list[Row]:
    """Lease up to `limit` due rows for `hold`, oldest due first, and return those that were won.

    `rows` may be filtered and ordered by the caller. Each returned row carries its lease in
    `claimed_by`; pass the row to `settle` or `postpone` to finish. Where another worker wins a row in the same
    instant, one of the next is taken instead; nothing is returned only if there was nothing left to win.
    """
    moment = clock.now()
    free = _free(moment)
    waiting = rows.filter(free, due_at__lte=moment)
    ordered = waiting if waiting.query.order_by else waiting.order_by("due_at", "pk")
    won: list[Row] = []
    seen = list(ordered[: limit + SPARE])
    spare = seen[limit:]
    random.shuffle(spare)  # many threads see the same rows: where the first is lost, each tries another
    for row in (*seen[:limit], *spare):
        if len(won) == limit:
            break
        token = random_id()
        mine = (
            _table(row)
            .filter(free, pk=row.pk, due_at=row.due_at, claimed_by=row.claimed_by, attempts=row.attempts)
            .update(claimed_by=token, claimed_until=moment + hold, attempts=F("attempts") + 1)
        )
        if mine:
            row.claimed_by, row.claimed_until, row.attempts = token, moment + hold, row.attempts + 1
            won.append(row)
    return won


def claimable(rows: QuerySet[Row], *, most: int) -> int:
    """How many of these rows `claim` could lease now, counted up to `most`."""
    moment = clock.now()
    return rows.filter(_free(moment), due_at__lte=moment).order_by()[:most].count()


def extend(row: Due, *, hold: timedelta) -> bool:
    """Lengthen the lease of a claimed row to `hold` from now. Returns False if it was lost meanwhile."""
    until = clock.now() + hold
    mine = _table(row).filter(pk=row.pk, claimed_by=row.claimed_by).exclude(claimed_by="")
    if not mine.update(claimed_until=until):
        return False
    row.claimed_until = until
    return True


def settle(row: Due, **changes: Any) -> bool:
    """Finish a claimed row with these field changes; `due_at` becomes null unless it is given.

    Returns False, and changes nothing, if the lease was lost meanwhile: somebody else has it now.
    """
    changes = {"due_at": None, "last_error": "", **changes, "claimed_by": "", "claimed_until": None}
    won = _table(row).filter(pk=row.pk, claimed_by=row.claimed_by).exclude(claimed_by="").update(**changes)
    if won:
        for name, value in changes.items():
            setattr(row, name, value)
    return bool(won)


def postpone(row: Due, *, until: datetime, error: str = "") -> bool:
    """Give a claimed row back, due again at `until`. Returns False if the lease was lost."""
    return settle(row, due_at=until, last_error=error[:200])


def _free(moment: datetime) -> Q:
    return Q(claimed_until__isnull=True) | Q(claimed_until__lt=moment)


def _table(row: Due) -> QuerySet[Any]:
    return type(row)._default_manager.using(row._state.db)
