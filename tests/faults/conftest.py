"""One installation for all faults that can be mended; those of disk and clock make their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.house import House, house


@pytest.fixture(scope="session")
def home_of_faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("f") / "var", "faults", network=True, HUE_DELIVERY_LEASE="4") as made:
        yield made


@pytest.fixture
def standing(home_of_faults: House) -> Iterator[House]:
    """It answers everywhere before the fault, and everything acknowledged is there after it, and verifies."""
    answers_everywhere(home_of_faults)
    yield home_of_faults
    answers_everywhere(home_of_faults)
    assert home_of_faults.lost_tips() == set()
    assert "verify" in home_of_faults.stack.hue("records", "verify")


def answers_everywhere(made: House) -> None:
    """Public page, tip form and desk."""
    made.wait_until(
        "everything answers", lambda: made.appeal() == 200 and made.ticket() and made.desk_answers()
    )
