"""The two servers that the shared suites run against, and one public process behind both."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from front_harness import Running, make_release, start_app, start_front, start_nginx, switch

FIRST_PORT = 18100
PORTS_PER_WORKER = 12
SHARED_PORTS = 2  # taken for the whole session, never given out again
WITHDRAWN = ("/appeals/PE-9/", "/media/withdrawn.avif")
QUICK = ("--limit", "in_memory=1048576", "--limit", "head_s=1")


@pytest.fixture(scope="session")
def ports() -> Iterator[int]:
    """Free ports, counted up; each worker of a parallel run has its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
    first = FIRST_PORT + worker * PORTS_PER_WORKER

    def count() -> Iterator[int]:
        number = 0
        while True:
            yield first + number
            number = number + 1 if number + 1 < PORTS_PER_WORKER else SHARED_PORTS

    return count()


@pytest.fixture(scope="session")
def shared_ports(ports: Iterator[int]) -> tuple[int, int]:
    """The first two, for the servers that live as long as the session."""
    return next(ports), next(ports)


@pytest.fixture(scope="session")
def own_ports(ports: Iterator[int], shared_ports: tuple[int, int]) -> Iterator[int]:
    """The rest, for tests that start servers of their own."""
    return ports


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short folder (socket paths are limited to 108 characters) with a release and its withdrawn addresses."""
    folder = tmp_path_factory.mktemp("front")
    make_release(folder / "site", 1, gone=WITHDRAWN)
    switch(folder / "site", 1)
    return folder


@pytest.fixture(scope="session")
def app(shared: Path) -> Iterator[Running]:
    running = start_app(shared / "app.sock", shared / "app")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def _front(shared: Path, app: Running, shared_ports: tuple[int, int]) -> Iterator[Running]:
    socket = str(shared / "app.sock")
    running = start_front(shared / "site", shared / "run", shared_ports[0], *QUICK, "--relay-socket", socket)
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="session")
def _nginx(shared: Path, app: Running, shared_ports: tuple[int, int]) -> Iterator[Running]:
    if shutil.which("nginx") is None and not Path("/usr/sbin/nginx").exists():
        pytest.skip("nginx is not installed")
    running = start_nginx(shared / "site", shared / "nginx", shared_ports[1], shared / "app.sock")
    yield running
    running.stop()


@pytest.fixture(params=["front", pytest.param("nginx", marks=pytest.mark.nginx)])
def server(request: pytest.FixtureRequest) -> Running:
    """Each of the two in turn: what holds for one must hold for the other."""
    running: Running = request.getfixturevalue(f"_{request.param}")
    return running


@pytest.fixture
def front(request: pytest.FixtureRequest) -> Running:
    """The shared front alone."""
    running: Running = request.getfixturevalue("_front")
    return running


@pytest.fixture
def run_front(tmp_path: Path, own_ports: Iterator[int]) -> Iterator[Callable[..., Running]]:
    """Start a front of the test's own on `tmp_path/site`; stopped at the end."""
    started: list[Running] = []

    def start(*options: str, site: Path | None = None) -> Running:
        place = tmp_path / f"run{len(started)}"
        running = start_front(site or tmp_path / "site", place, next(own_ports), *options)
        started.append(running)
        return running

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def run_app(tmp_path: Path) -> Iterator[Callable[[], Running]]:
    """Start a public process of the test's own on `tmp_path/app.sock`."""
    started: list[Running] = []

    def start() -> Running:
        running = start_app(tmp_path / "app.sock", tmp_path / "app")
        started.append(running)
        return running

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with release 1 being served, for tests that switch."""
    make_release(tmp_path / "site", 1)
    switch(tmp_path / "site", 1)
    return tmp_path / "site"
