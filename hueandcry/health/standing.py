"""How it stands: for the lamp on every page, which must neither wait for a disk or a network nor examine anything.

The worker looks once a minute and notes it (tasks.py). Whether the worker itself runs is asked on each page: it could
not tell of its own silence.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from hueandcry.agencies.queries import agencies
from hueandcry.health import noted, queries, rooms
from hueandcry.health.finding import Finding
from hueandcry.health.noted import Noted, Standing
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission

HOLDS = 60.0  # seconds that what the page Health has found goes before what was noted

_kept: dict[int, tuple[float, Standing]] = {}  # by agency, in this process


def standing(*, actor: Actor) -> Standing:
    """For an administrator: what Health found in the last minute, or what the worker noted. Raises NotAllowed."""
    actor.require(Permission.AGENCY_MANAGE)
    kept = _kept.get(actor.agency_id)
    if kept and time.monotonic() - kept[0] < HOLDS:
        return kept[1]
    found = noted.last()
    before = found.of(actor.agency_id) if found else Standing()
    return before + noted.count(rooms.worker())


def keep(found: Iterable[Finding], *, agency_id: int) -> None:
    """Remember what the page Health has found, so that the lamp says the same as the page."""
    _kept[agency_id] = (time.monotonic(), noted.count(found))


def forget() -> None:
    """Forget what the page Health has found."""
    _kept.clear()


def note() -> None:
    """Look at everything but the worker, for every agency, and note it. Raises OSError if it cannot be noted."""
    common = noted.count(queries.examine_common())
    accounts = {agency.pk: noted.count(queries.examine_accounts(agency.pk)) for agency in agencies()}
    noted.keep(Noted(clock.now(), common, accounts))
