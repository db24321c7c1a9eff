"""The real public side for tests and benchmarks: granian behind the static server, on a data directory of its own.

With HUE_DATABASE_URL set, two PostgreSQL databases are made for it and dropped again.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers import tables
from tests.servers.stack import databases, free_port

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 30


@dataclass
class PublicDoor:
    """A running public side. `seeds`: what seed_programme.py printed."""

    home: Path
    port: int
    environment: dict[str, str]
    seeds: dict[str, str]
    databases: list[str] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def connection(self, *, source: str = "127.0.0.1") -> http.client.HTTPConnection:
        """A client connection from a source address of the loopback net."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(source, 0))

    def run(self, code: str) -> str:
        """Run Python code with this data directory and Django set up; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def public_door(*, home: Path | None = None) -> Iterator[PublicDoor]:
    """Start it on a fresh data directory, and stop it again."""
    place = home or Path(tempfile.mkdtemp(prefix="hue-door-"))
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("HUE_", "DJANGO_", "PYTEST_"))
        },
        "HUE_HOME": str(place),
        "HUE_PROCESS": "public",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "hueandcry.settings.public",
    }
    try:
        with databases("door") as own, ExitStack() as running:
            environment |= own
            tables.lay(place)
            plain = urlsplit(own["HUE_DATABASE_URL"]).path.removeprefix("/") if own else ""
            names = [plain, f"{plain}_tips"] if own else []
            door = PublicDoor(place, free_port(), environment, {}, names)
            running.callback(_stop, door)
            door.seeds = json.loads(
                subprocess.run(
                    [sys.executable, "-m", "tests.servers.seed_programme"],
                    cwd=ROOT, env={**environment, "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker"},
                    stdout=subprocess.PIPE, check=True, timeout=120,
                ).stdout
            )  # fmt: skip
            _start(door)
            yield door
    finally:
        if home is None:
            shutil.rmtree(place, ignore_errors=True)


def _stop(door: PublicDoor) -> None:
    for process in reversed(door.processes):
        process.terminate()
    for process in door.processes:
        process.wait(timeout=20)


def _start(door: PublicDoor) -> None:
    """The two processes, with the options of `hue up` (cli/up.py)."""
    run = door.home / "run"
    granian = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--http", "1", "--workers", "1",
        "--log-level", "warning", "--no-access-log", "--uds", str(run / "public.sock"), "--uds-permissions", "0600",
        "--blocking-threads", "4", "--backlog", "4096", "--backpressure", "512", "hueandcry.wsgi:application",
    ]  # fmt: skip
    front = [
        sys.executable, "-m", "hueandcry.front", "--site", str(door.home / "site"), "--run", str(run),
        "--listen", f"127.0.0.1:{door.port}", "--relay-socket", str(run / "public.sock"),
        "--logs", str(door.home / "logs"),
    ]  # fmt: skip
    for name, command in (("public", granian), ("front", front)):
        with (door.home / "logs" / f"{name}.out").open("ab") as output:
            door.processes.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=door.environment, stdout=output, stderr=subprocess.STDOUT
                )
            )
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with closing(door.connection()) as client:
                client.request("GET", "/t/back", headers={"Host": f"localhost:{door.port}"})
                if client.getresponse().status == http.client.OK:
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise TimeoutError(
        (door.home / "logs" / "public.out").read_text() + (door.home / "logs" / "front.out").read_text()
    )
