"""Fixtures that start real servers once per test run. The root conftest loads this file as a plugin."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.servers import pds as pds_server
from tests.servers import simulated


@pytest.fixture(scope="session")
def pds() -> Iterator[pds_server.Pds]:
    """A real Bluesky server with an empty network, shared by the tests of this process.

    A machine that cannot have one skips its tests and says why; with HUE_TEST_NOTHING_SKIPPED=1 they fail.
    """
    try:
        server = pds_server.start()
    except pds_server.PdsMissing as reason:
        if os.environ.get("HUE_TEST_NOTHING_SKIPPED") == "1":
            raise
        pytest.skip(str(reason))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def simulated_network() -> Iterator[simulated.SimulatedNetwork]:
    """The simulated network as a process, shared by the tests of this process; faults cleared by its users."""
    network = simulated.start()
    yield network
    network.stop()
