"""What the worker found when it last looked, in HUE_HOME/stamps/standing.json: how many findings, not which."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from hueandcry.health.finding import Finding, Level
from hueandcry.kernel import clock
from hueandcry.kernel.wholefiles import replace_file

STALE = timedelta(
    minutes=20
)  # the worker looks once a minute, but a network that is away can hold it up for some


@dataclass(frozen=True, slots=True)
class Standing:
    """How many findings are wrong, and how many worth watching."""

    wrong: int = 0
    watch: int = 0

    def __add__(self, other: Standing) -> Standing:
        return Standing(self.wrong + other.wrong, self.watch + other.watch)


@dataclass(frozen=True, slots=True)
class Noted:
    """How it stood at a moment. common: for everybody; accounts: agency → what its accounts add."""

    at: datetime
    common: Standing
    accounts: dict[int, Standing] = field(default_factory=dict)

    @property
    def is_stale(self) -> bool:
        """True if nobody has looked for too long."""
        return clock.now() - self.at > STALE

    def of(self, agency_id: int) -> Standing:
        """What an administrator of this agency is told."""
        return self.common + self.accounts.get(agency_id, Standing())


def count(found: Iterable[Finding]) -> Standing:
    """Findings as numbers."""
    levels = [finding.level for finding in found]
    return Standing(levels.count(Level.WRONG), levels.count(Level.WATCH))


def keep(found: Noted) -> None:
    """Write it in the place of what was noted before. Raises OSError."""
    value = {
        "at": found.at.isoformat(timespec="seconds"),
        "common": _plain(found.common),
        "accounts": {str(agency_id): _plain(each) for agency_id, each in found.accounts.items()},
    }
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(place, json.dumps(value).encode(), lasting=False)


def last() -> Noted | None:
    """What was noted last; None if nothing was, or if it cannot be read."""
    try:
        value = json.loads(_place().read_text(encoding="utf-8"))
        accounts = {int(name): Standing(**each) for name, each in value["accounts"].items()}
        at = datetime.fromisoformat(value["at"])
        return Noted(at, Standing(**value["common"]), accounts) if at.tzinfo else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _plain(standing: Standing) -> dict[str, Any]:
    return {"wrong": standing.wrong, "watch": standing.watch}


def _place() -> Path:
    return Path(settings.HUE_HOME) / "stamps" / "standing.json"
