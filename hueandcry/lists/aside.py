"""Slips that could not be carried out: tried again a few times, then shown until somebody decides (aside_actions.py).

The row keeps the kind of failure; what a slip says stays in its sealed file.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

from hueandcry.agencies.models import Agency
from hueandcry.jobs.due import claim, settle
from hueandcry.kernel import clock
from hueandcry.lists import slips
from hueandcry.lists.models import SlipAside

log = logging.getLogger("hueandcry.lists")
CLOSED = "CannotOpen"  # sealed with another key, or damaged
WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
HOLD = timedelta(minutes=1)
ROUND = 50
UNOPENED_FOR = timedelta(days=30)


def put(path: Path, said: dict[str, Any], failure: str) -> None:
    """Put a waiting slip aside; the row comes first, so that a killed worker loses neither."""
    log.warning("a slip was put aside: %s", failure)
    agency_id = said.get("agency")
    known = Agency.objects.filter(pk=agency_id).exists() if isinstance(agency_id, int) else False
    SlipAside.objects.get_or_create(
        name=path.name,
        defaults={
            "agency_id": agency_id if known else None,
            "kind": str(said.get("kind", ""))[:10],
            "at": clock.now(),
            "due_at": clock.now() + WAITS[0],
            "last_error": failure[:200],
        },
    )
    slips.put_aside(path)


def take_due() -> list[SlipAside]:
    """Those to be tried again now, leased."""
    return claim(SlipAside.objects.all(), limit=ROUND, hold=HOLD)


def fail(row: SlipAside, said: dict[str, Any], failure: str) -> None:
    """It failed again: later once more, or not before a person says so."""
    later = clock.now() + WAITS[row.attempts] if row.attempts < len(WAITS) else None
    kind = str(said.get("kind", row.kind))[:10]
    settle(row, due_at=later, last_error=failure[:200], kind=kind)


def forget(row: SlipAside) -> None:
    """It was carried out."""
    SlipAside.objects.filter(pk=row.pk).delete()


def forget_unopened() -> int:
    """Throw away what nobody could open for a month: whom it is from will never be known. Returns how many."""
    old = SlipAside.objects.filter(agency=None, at__lt=clock.now() - UNOPENED_FOR)
    rows = list(old[:ROUND])
    for row in rows:
        slips.lying_aside(row.name).unlink(missing_ok=True)
        forget(row)
    return len(rows)
