"""Delivery under kill -9: the figure that the house promises."""

from __future__ import annotations

import pytest

from bench.delivery import run


@pytest.mark.slow
@pytest.mark.pds
@pytest.mark.usefixtures("pds")
def test_a_hundred_posts_and_ten_kills_double_nothing_and_lose_nothing() -> None:
    figures = run(posts=100, kills=10, with_peer=False, with_storm=False)
    assert figures["kills"] == 10
    assert (figures["doubled"], figures["lost"], figures["unconfirmed"], figures["unfinished"]) == (
        0,
        0,
        0,
        0,
    )
