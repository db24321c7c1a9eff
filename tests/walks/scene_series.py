"""Series and days of the scene: two series, one paused, and a day of the agency's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hueandcry.kernel import clock
from hueandcry.series.actions import add_day, pause_series
from hueandcry.series.models import Series
from tests.factories_series import make_series


def some(scene: Any) -> int:
    """A series of the scene."""
    force = scene.programme.force
    if row := Series.objects.filter(agency=force).order_by("pk").first():
        return row.pk
    by, today = scene.actor(scene.approver, force), clock.now().date()
    row = make_series(by, first_on=today + timedelta(days=1))
    paused = make_series(by, name="Bicycles in spring", every="year", first_on=today + timedelta(days=3))
    pause_series(series_id=paused.pk, by=by)
    add_day(name="Open day at Harbour station", on=date(2026, 6, 6), days=2, yearly=True, by=by)
    return row.pk


def _at(end: str = "") -> Callable[[Any], str]:
    return lambda scene: f"/desk/calendar/series/{some(scene)}/{end}"


Example = tuple[str, Callable[[Any], str]]
EXAMPLES: dict[str, Example] = {
    "desk/calendar/series/": ("approver", lambda s: f"/desk/calendar/series/?{some(s)}"),
    "desk/calendar/series/new/": ("approver", lambda _s: "/desk/calendar/series/new/"),
    "desk/calendar/series/<int:series_id>/": ("approver", _at()),
    "desk/calendar/series/<int:series_id>/change/": ("approver", _at("change/")),
}
