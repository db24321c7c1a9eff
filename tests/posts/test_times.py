"""Times in several places: summer time is computed where each place is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hueandcry.posts.times import PLACES, in_words

LONDON, NEW_YORK, SYDNEY, LIMA = "Europe/London", "America/New_York", "Australia/Sydney", "America/Lima"


@pytest.mark.parametrize(
    ("moment", "zones", "said"),
    [
        (datetime(2026, 6, 14, 18, 30, tzinfo=UTC), [LONDON, NEW_YORK], "19:30-20:30 BST, 14:30-15:30 EDT"),
        (datetime(2026, 12, 14, 18, 30, tzinfo=UTC), [LONDON, NEW_YORK], "18:30-19:30 GMT, 13:30-14:30 EST"),
        # between the two changes of the clocks the distance is another one
        (datetime(2026, 3, 20, 18, 30, tzinfo=UTC), [LONDON, NEW_YORK], "18:30-19:30 GMT, 14:30-15:30 EDT"),
        (
            datetime(2026, 6, 14, 18, 30, tzinfo=UTC),
            [LONDON, SYDNEY],
            "19:30-20:30 BST, 04:30-05:30 AEST (Mon)",
        ),
        (datetime(2026, 6, 14, 18, 30, tzinfo=UTC), [LIMA], "13:30-14:30 UTC-05:00"),
    ],
)
def test_a_time_is_said_as_each_place_has_it(moment: datetime, zones: list[str], said: str) -> None:
    assert in_words(moment, minutes=60, zones=zones) == said


def test_a_moment_is_one_time_and_every_place_has_a_zone() -> None:
    moment = datetime(2026, 6, 14, 18, 30, tzinfo=UTC)
    assert in_words(moment, minutes=0, zones=[LONDON, LONDON]) == "19:30 BST"
    assert in_words(moment, minutes=0, zones=[zone for zone, _name in PLACES]).count(",") == len(PLACES) - 1
