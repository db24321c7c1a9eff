"""The simulated network as a real process of its own."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hueandcry.simnet.store import Store
from hueandcry.simnet.world import World, is_fault
from tests.servers.pds import free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class SimulatedNetwork:
    """A running network with one account. `secret` opens it."""

    port: int
    secret: str
    process: subprocess.Popen[bytes]
    folder: tempfile.TemporaryDirectory[str]
    store: Store | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.port}"

    def fail(self, mode: str, *, times: int = 1, seconds: float = 1) -> None:
        """Fail this way for the next `times` calls."""
        self._call("POST", "/api/faults", {"mode": mode, "times": times, "seconds": seconds})

    def work_properly(self) -> None:
        """No faults."""
        self._call("DELETE", "/api/faults", None)

    def posts(self) -> list[dict[str, Any]]:
        """Every standing post of the account, newest first."""
        token = self._call("POST", "/api/session", {"secret": self.secret})["token"]
        return list(self._call("GET", "/api/posts/mine", None, token)["posts"])

    def page(self, path: str = "/") -> str:
        """A page as the public gets it."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def start_again(self) -> None:
        """After its process was ended from outside: the same network at the same place."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hueandcry.simnet", "--home", self.folder.name, "--listen", self.address],
            cwd=ROOT,
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                self.page()
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("the simulated network did not start again")

    def network(self, name: str, *, handle: str = "", **more: object) -> Inside:
        """One network of this process, with a new account on it. more: what its network keeps of an account."""
        if self.store is None:
            self.store = Store(Path(self.folder.name))
        world = World(self.store, name, root=f"{self.url}/{name}")
        handle = handle or f"ellery{secrets.token_hex(4)}"
        secret = world.add_account(handle, "Port Ellery Police", **more)
        return Inside(self, world, handle, secret)

    def stop(self) -> None:
        """End the process."""
        if self.store is not None:
            self.store.close()
        self.process.terminate()
        self.process.wait(10)
        self.folder.cleanup()

    def _call(self, method: str, path: str, body: Any, token: str = "") -> dict[str, Any]:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data=data, method=method)
        request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.loads(answer.read()))


@dataclass
class Inside:
    """One network of a running process (`/mastodon`), seen by one account of it. secret: what opens the account.

    world: the network itself, on the same file, to arrange things and to see what stands.
    """

    process: SimulatedNetwork
    world: World
    handle: str
    secret: str

    @property
    def url(self) -> str:
        """The network's own address."""
        return self.world.root

    @property
    def address(self) -> str:
        """host:port, as HUE_ALLOW_PRIVATE wants it."""
        return self.process.address

    @property
    def account(self) -> dict[str, Any]:
        """The account as the network keeps it."""
        account = self.world.account(self.handle)
        assert account
        return account

    def token(self, *, kind: str = "token", lasts: float = 3600) -> str:
        """A new token of the account; lasts: seconds."""
        return self.world.new_token(self.account["id"], kind=kind, lasts=lasts)

    def fail(self, mode: str, *, times: int = 1, seconds: float = 1) -> None:
        """Fail this way for the next `times` calls."""
        assert is_fault(mode)
        self.world.set_fault(mode, times, seconds)

    def work_properly(self) -> None:
        """No faults."""
        self.world.clear_faults()

    def posts(self) -> list[dict[str, Any]]:
        """Every standing post of the account, newest first."""
        return self.world.posts(self.account["id"])


def start(*, handle: str = "ellery", name: str = "Port Ellery Police") -> SimulatedNetwork:
    """Start an empty network with one account."""
    folder = tempfile.TemporaryDirectory(prefix="hue-simnet-")
    command = [sys.executable, "-m", "hueandcry.simnet", "--home", folder.name]
    made = subprocess.run(
        [*command, "--add-account", handle, "--name", name], cwd=ROOT, capture_output=True, check=True
    )
    port = free_port()
    process = subprocess.Popen([*command, "--listen", f"127.0.0.1:{port}"], cwd=ROOT)
    network = SimulatedNetwork(port=port, secret=made.stdout.decode().strip(), process=process, folder=folder)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            network.page()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return network
    network.stop()
    raise RuntimeError("the simulated network did not start")
