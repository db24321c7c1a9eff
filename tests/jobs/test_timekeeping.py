"""A clock that is put is noticed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.jobs.timekeeping import Watch
from hueandcry.kernel import clock


@pytest.mark.parametrize(("hours", "said"), [(2, "forward by 7200"), (-2, "back by 7200")])
def test_a_clock_that_is_put_is_noticed_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, hours: int, said: str
) -> None:
    watch = Watch()
    assert watch.look() == timedelta(0)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=hours))
    assert abs(watch.look() - timedelta(hours=hours)) < timedelta(seconds=5)
    assert watch.look() == timedelta(0)
    assert said in caplog.text
