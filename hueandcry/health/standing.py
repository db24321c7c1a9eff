"""How it stood when last looked at: for the lamp on every page, which cannot examine everything each time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from hueandcry.health import queries
from hueandcry.health.finding import Finding, Level
from hueandcry.kernel.actor import Actor

HOLDS = 60.0  # seconds after which the next page looks again


@dataclass(frozen=True, slots=True)
class Standing:
    """How many findings are wrong, and how many worth watching."""

    wrong: int
    watch: int


_kept: dict[int, tuple[float, Standing]] = {}  # by agency, in this process


def standing(*, actor: Actor) -> Standing:
    """For an administrator: at most a minute old. Raises NotAllowed."""
    kept = _kept.get(actor.agency_id)
    if kept and time.monotonic() - kept[0] < HOLDS:
        return kept[1]
    return keep(queries.findings(actor=actor), agency_id=actor.agency_id)


def keep(found: Iterable[Finding], *, agency_id: int) -> Standing:
    """Remember what an examination found; the page Health does too, so that lamp and page say the same."""
    levels = [finding.level for finding in found]
    now = Standing(levels.count(Level.WRONG), levels.count(Level.WATCH))
    _kept[agency_id] = (time.monotonic(), now)
    return now


def forget() -> None:
    """Look again next time."""
    _kept.clear()
