"""Series for tests."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from hueandcry.kernel.actor import Actor
from hueandcry.posts.content import Content
from hueandcry.series.actions import Plan, begin_series
from hueandcry.series.models import Series

TIP = "[This week’s advice]. Lock it, hide it, keep it."


def make_plan(**changes: Any) -> Plan:
    """Every Monday at nine, from 30 November 2026 on, a draft a week ahead."""
    given: dict[str, Any] = {
        "name": "Safety tip of the week",
        "every": "week",
        "first_on": date(2026, 11, 30),
        "at": time(9),
        "content": Content(text=TIP, kind="safety"),
        "ahead_days": 8,
    }
    return Plan(**{**given, **changes})


def make_series(by: Actor, **changes: Any) -> Series:
    """A series that somebody began."""
    return begin_series(plan=make_plan(**changes), by=by)
