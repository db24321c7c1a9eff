"""The simulated networks for benchmarks: one process, many accounts, faults at random, an answer after so many seconds."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from hueandcry.channels.catalogue import CHANNELS
from hueandcry.simnet.joining import join
from hueandcry.simnet.networks import names
from hueandcry.simnet.store import Store
from hueandcry.simnet.world import FAULTS, UPLOAD, World
from tests.servers.pds import free_port

ROOT = Path(__file__).resolve().parents[1]
PLAIN = "simulated"
STEADY = {"mastodon", "facebook"}  # tokens there end for good, so no fault ends them here
TEXTS = ("bluesky", "mastodon", "facebook", "x", "webhook")  # the lists speak with no network
UPLOADS = ("mastodon", "youtube")  # they fail on the way of a file too


class Network:
    """A running process of simulated networks. accounts: as bench/delivery_control.py wants them."""

    def __init__(self, accounts: int, *, networks: tuple[str, ...] = (PLAIN,)) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="hue-bench-simnet-")
        self.port, self.networks = free_port(), networks
        self.store = Store(Path(self.folder.name))
        self.accounts = [self._account(networks[n % len(networks)], n) for n in range(accounts)]
        command = [sys.executable, "-m", "hueandcry.simnet", "--home", self.folder.name]
        self.process = subprocess.Popen([*command, "--listen", self.address], cwd=ROOT)
        self._until_it_answers()

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"

    def world(self, network: str) -> World:
        """One network, to arrange things and to see what stands."""
        return World(self.store, network, root=f"http://{self.address}/{network}")

    def _account(self, network: str, number: int) -> dict[str, Any]:
        handle, name = f"ellery{number}", f"Port Ellery {number}"
        if network == PLAIN:
            return self._known(network, handle, {"secret": self.store.add_account(handle, name)})
        joined = join(self.world(network), handle, name)
        return self._known(network, handle, joined.secret, joined.path)

    def joined_again(self, network: str, handle: str) -> dict[str, str]:
        """A new secret of an account, as a connector wants it."""
        if network == PLAIN:
            return {"secret": self.store.add_account(handle, handle)}
        return join(self.world(network), handle, handle).secret

    def _known(self, network: str, handle: str, secret: dict[str, str], path: str = "") -> dict[str, Any]:
        server = f"http://{self.address}{path}"
        return {"channel": network, "handle": handle, "server": server, "secret": secret}

    def fault(self, network: str, mode: str, *, times: int, seconds: float) -> None:
        """A way to fail from now on."""
        name = mode if network == PLAIN else f"{network}:{mode}"
        self.store.set_fault(name, times, seconds)

    def answer_after(self, seconds: float) -> None:
        """Every post is answered so late from now on."""
        for network in self.networks:
            self.fault(network, "slow", times=0, seconds=seconds)

    def fail_at_random(self, chance: random.Random) -> None:
        """One fault on one network, for a call or two."""
        network = chance.choice(self.networks)
        modes = [
            mode for mode in FAULTS if mode != "refuse" and not (mode == "error_before" and network == PLAIN)
        ]
        mode = chance.choice([mode for mode in modes if mode != "expired_token" or network not in STEADY])
        if network in UPLOADS and mode != "expired_token" and chance.random() < 0.5:
            mode = f"{UPLOAD}{mode}"
        # Facebook tells whole minutes, and none means a quarter of an hour.
        seconds = 1.0 if mode.endswith("rate_limit") else chance.choice([0.2, 1.0])
        self.fault(network, mode, times=chance.randint(1, 2), seconds=seconds)

    def work_properly(self) -> None:
        """No faults."""
        self.store.clear_faults()

    def standing(self) -> list[tuple[str, str, str]]:
        """(network, handle, text) of everything the public sees."""
        found = []
        for network in self.networks:
            if network == PLAIN:
                found += [(network, post["handle"], post["text"]) for post in self.store._posts("1")]  # noqa: SLF001 - all of them, not a page
                continue
            world = self.world(network)
            handles = {row["id"]: row["handle"] for row in self.store.things(network, "account")}
            found += [(network, handles.get(post["owner"], "?"), post["text"]) for post in world.posts()]
        return found

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)
        self.store.close()
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


def standing(*, videos: bool = False) -> tuple[str, ...]:
    """The simulated networks that a benchmark may use. videos: also YouTube, which takes nothing else."""
    there = set(names()) & set(CHANNELS)
    usable = (*TEXTS, "youtube") if videos else TEXTS
    return (PLAIN, *(name for name in usable if name in there))
