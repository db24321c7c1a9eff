"""Hours of tips in words: whole hours, in the agency's zone, never finer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hueandcry.desk.hours import age_words, hour_words
from hueandcry.kernel import clock

NOW = datetime(2026, 6, 14, 13, 40, tzinfo=UTC)  # 14:40 in London


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("moment", "hour", "age"),
    [
        (datetime(2026, 6, 14, 13, tzinfo=UTC), "today, between 14 and 15 h", "this hour"),
        (datetime(2026, 6, 14, 11, tzinfo=UTC), "today, between 12 and 13 h", "2 h ago"),
        (datetime(2026, 6, 13, 22, tzinfo=UTC), "yesterday, between 23 and 24 h", "yesterday"),
        (datetime(2026, 6, 13, 23, tzinfo=UTC), "today, between 0 and 1 h", "14 h ago"),
        (datetime(2026, 6, 11, 9, tzinfo=UTC), "11 June 2026, between 10 and 11 h", "3 days ago"),
        (datetime(2026, 5, 12, 8, tzinfo=UTC), "12 May 2026, between 9 and 10 h", "12 May 2026"),
        (datetime(2026, 6, 14, 14, tzinfo=UTC), "today, between 15 and 16 h", "this hour"),
    ],
)
def test_an_hour_is_said_as_people_say_it(moment: datetime, hour: str, age: str) -> None:
    assert hour_words(moment, time_zone="Europe/London") == hour
    assert age_words(moment, time_zone="Europe/London") == age
