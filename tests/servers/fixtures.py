"""Fixtures that start real servers once per test run. The root conftest loads this file as a plugin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import pds as pds_server
from tests.servers import simulated


@pytest.fixture(scope="session")
def pds() -> Iterator[pds_server.Pds]:
    """A real Bluesky server with an empty network, shared by the tests of this process."""
    server = pds_server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def simulated_network() -> Iterator[simulated.SimulatedNetwork]:
    """The simulated network as a process, shared by the tests of this process; faults cleared by its users."""
    network = simulated.start()
    yield network
    network.stop()
