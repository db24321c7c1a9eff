"""One installation for the tests of this folder that need a running one, behind both web servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deploy import web_servers
from tests.deploy.house import House
from tests.deploy.web_servers import WebServer
from tests.servers.stack import Stack, databases


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Public, desk and worker as the units start them."""
    place = tmp_path_factory.mktemp("house")
    with databases("house", bare=True) as environment, Stack(place / "data", environment) as stack:
        made = House(stack, place)
        try:
            made.prepare(postgres=bool(environment))
            made.start("hue-public@", "a")
            made.start("hue-desk@", "a")
            made.start("hue-worker")
            yield made
        finally:
            made.stop_all()


@pytest.fixture(
    scope="package",
    params=[
        pytest.param("nginx", marks=pytest.mark.nginx),
        pytest.param("caddy", marks=pytest.mark.caddy),
    ],
)
def web(
    request: pytest.FixtureRequest, house: House, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WebServer]:
    """Each web server in turn: what holds for one must hold for the other."""
    name: str = request.param
    if not web_servers.found(name):
        pytest.skip(f"{name} is not installed")
    running = web_servers.start(name, house, tmp_path_factory.mktemp(name) / name)
    yield running
    running.stop()
