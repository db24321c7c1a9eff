"""Slips that could not be carried out: tried again a few times, then shown until somebody decides (aside_actions.py).

The row keeps the kind of failure; what a slip says stays in its sealed file. One that asks to leave a list is never
given up and never thrown away.
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
UNKNOWN = "Found"  # its file was there and nothing else was known of it
WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
HOLD = timedelta(minutes=1)
ROUND = 50
UNOPENED_FOR = timedelta(days=30)


def put(path: Path, said: dict[str, Any], failure: str) -> None:
    """Put a waiting slip aside; the row comes first, so that a killed worker loses neither."""
    log.warning("a slip was put aside: %s", failure)
    SlipAside.objects.get_or_create(
        name=path.name,
        defaults={
            "agency_id": _agency(said),
            "kind": str(said.get("kind", slips.kind_by_name(path.name)))[:10],
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
    """It failed again: later once more, or not before a person says so. Who wants to leave is never given up."""
    kind = str(said.get("kind", row.kind))[:10]
    waits = row.attempts if kind not in slips.LEAVING else min(row.attempts, len(WAITS) - 1)
    later = clock.now() + WAITS[waits] if waits < len(WAITS) else None
    whose = {"agency_id": _agency(said)} if row.agency_id is None else {}  # nobody could open it before
    settle(row, due_at=later, last_error=failure[:200], kind=kind, **whose)


def _agency(said: dict[str, Any]) -> int | None:
    """For which agency it is; None if it does not say, or there is no such agency."""
    number = said.get("agency")
    known = isinstance(number, int) and Agency.objects.filter(pk=number).exists()
    return number if known else None


def forget(row: SlipAside) -> None:
    """It was carried out."""
    SlipAside.objects.filter(pk=row.pk).delete()


def adopt() -> int:
    """Show what lies aside and no row knows of, as after a database was brought back from a copy. Returns how many.

    Safe to run twice.
    """
    names = slips.all_aside()
    known = set(SlipAside.objects.values_list("name", flat=True)) if names else set()
    lost = [name for name in names if name not in known][:ROUND]
    moment = clock.now()
    for name in lost:
        given = {"kind": slips.kind_by_name(name), "at": moment, "due_at": moment, "last_error": UNKNOWN}
        SlipAside.objects.get_or_create(name=name, defaults=given)
    return len(lost)


def forget_unopened() -> int:
    """Throw away what nobody could open for a month: whom it is from will never be known. Returns how many.

    What is known to ask to leave a list stays.
    """
    old = SlipAside.objects.filter(agency=None, at__lt=clock.now() - UNOPENED_FOR)
    old = old.exclude(kind__in=slips.LEAVING)
    rows = list(old[:ROUND])
    for row in rows:
        slips.lying_aside(row.name).unlink(missing_ok=True)
        forget(row)
    return len(rows)
