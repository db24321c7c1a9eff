"""The simulated networks for benchmarks: one process, many accounts, an answer after so many seconds."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from hueandcry.channels.catalogue import CHANNELS
from hueandcry.simnet.networks import names as simulated
from hueandcry.simnet.store import Store
from hueandcry.simnet.world import World
from tests.servers.pds import free_port

ROOT = Path(__file__).resolve().parents[1]
SECRET = {"simulated": "secret", "mastodon": "token"}  # how each connector names what opens an account


class Network:
    """A running simulated network. accounts: as bench/delivery_control.py wants them."""

    def __init__(self, accounts: int, *, networks: tuple[str, ...] = ("simulated",)) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="hue-bench-simnet-")
        self.port = free_port()
        self.networks = networks
        store = Store(Path(self.folder.name))
        self.accounts = [self._account(store, networks[n % len(networks)], n) for n in range(accounts)]
        store.close()
        command = [sys.executable, "-m", "hueandcry.simnet", "--home", self.folder.name]
        self.process = subprocess.Popen([*command, "--listen", self.address], cwd=ROOT)
        self._until_it_answers()

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"

    def _account(self, store: Store, network: str, number: int) -> dict[str, Any]:
        handle = f"ellery{number}"
        plain = network == "simulated"
        secret = (store if plain else World(store, network)).add_account(handle, f"Port Ellery {number}")
        server = f"http://{self.address}" + ("" if plain else f"/{network}")
        return {"channel": network, "handle": handle, "server": server, "secret": {SECRET[network]: secret}}

    def answer_after(self, seconds: float) -> None:
        """Every post is answered so late from now on."""
        for network in self.networks:
            path = "/api/faults" if network == "simulated" else f"/{network}/_faults"
            self._call(path, {"mode": "slow", "times": 0, "seconds": seconds})

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)
        self.folder.cleanup()

    def _until_it_answers(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://{self.address}/", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        self.stop()
        raise RuntimeError("the simulated network did not start")

    def _call(self, path: str, body: dict[str, Any]) -> None:
        request = urllib.request.Request(
            f"http://{self.address}{path}", json.dumps(body).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=10):
            pass


def standing() -> tuple[str, ...]:
    """The simulated networks that a benchmark may use."""
    return ("simulated", *(name for name in simulated() if name in SECRET and name in CHANNELS))
