"""A real Firefox, driven by its own Marionette protocol, whose push service is ours on loopback.

It reaches nothing but this machine: every other address goes to a proxy that is not there.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CEILING = 120  # seconds, for a busy machine; not a wait
PREFERENCES = {
    "remote.prefs.recommended": False,  # Marionette's own would switch the push connection off
    "dom.push.testing.allowInsecureServerURL": True,
    "permissions.default.desktop-notification": 1,  # the person has said yes
    "alerts.useSystemBackend": False,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "localhost, 127.0.0.1",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.disabledForTesting": True,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.newtabpage.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "startup.homepage_welcome_url": "about:blank",
    "termsofuse.bypassNotification": True,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "toolkit.telemetry.server": "data:,none",
}


class FirefoxMissing(Exception):  # noqa: N818 - it says what it is
    """There is no Firefox on this machine."""


@dataclass
class Firefox:
    """One window. meanwhile: what is done again and again while it works, such as answering its requests."""

    line: socket.socket
    meanwhile: Callable[[], None] = lambda: None
    number: int = 0
    received: bytearray = field(default_factory=bytearray)

    def go(self, address: str) -> None:
        """Open a page and wait until it is there."""
        self.do("WebDriver:Navigate", url=address)

    def run(self, script: str) -> Any:
        """The value of a script (the body of an async function) in the page."""
        body = f"const done = arguments[0]; (async () => {{ {script} }})().then(done, (e) => done('error: ' + e))"
        return self.do("WebDriver:ExecuteAsyncScript", script=body, args=[])["value"]

    def text(self) -> str:
        """What the page says; "" while one page makes way for another."""
        answer = self._asked(
            "WebDriver:ExecuteScript", script="return document.body?.innerText ?? ''", args=[]
        )
        return str(answer[3]["value"]) if answer[2] is None else ""

    def click(self, words: str) -> None:
        """Press the button with these words."""
        found = self.do(
            "WebDriver:FindElement", using="xpath", value=f"//button[normalize-space()='{words}']"
        )
        self.do("WebDriver:ElementClick", id=next(iter(found["value"].values())))

    def until(self, done: Callable[[], Any], *, what: str) -> None:
        """Go on with what is done meanwhile until it is so."""
        deadline = time.monotonic() + CEILING
        while not done():
            assert time.monotonic() < deadline, what
            self.meanwhile()
            select.select([], [], [], 0.02)

    def do(self, command: str, **given: Any) -> dict[str, Any]:
        """One command and its answer. Raises AssertionError if it failed."""
        answer = self._asked(command, **given)
        assert answer[2] is None, (command, answer[2])
        return dict(answer[3]) if isinstance(answer[3], dict) else {"value": answer[3]}

    def _asked(self, command: str, **given: Any) -> list[Any]:
        """Kind, number, error or None, and the value."""
        self.number += 1
        self._say([0, self.number, command, given])
        return list(self._hear())

    def _say(self, message: Any) -> None:
        data = json.dumps(message).encode()
        self.line.sendall(f"{len(data)}:".encode() + data)

    def _hear(self) -> Any:
        """One message: its length, a colon, JSON."""
        deadline = time.monotonic() + CEILING
        while True:
            head, colon, rest = bytes(self.received).partition(b":")
            if colon and len(rest) >= int(head):
                self.received = bytearray(rest[int(head) :])
                return json.loads(rest[: int(head)])
            assert time.monotonic() < deadline, "Firefox gives no answer"
            self.meanwhile()
            if select.select([self.line], [], [], 0.02)[0]:
                data = self.line.recv(65536)
                assert data, "Firefox has ended"
                self.received += data


@contextmanager
def firefox(*, push_service: str, meanwhile: Callable[[], None]) -> Iterator[Firefox]:
    """Start one with an empty profile. push_service: host:port. Raises FirefoxMissing."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        raise FirefoxMissing("firefox-esr is not here (Debian: apt-get install firefox-esr).")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="hue-firefox-", ignore_cleanup_errors=True) as profile:
        chosen = {**PREFERENCES, "marionette.port": port, "dom.push.serverURL": f"ws://{push_service}/"}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in chosen.items()]
        Path(profile, "user.js").write_text("\n".join(lines))
        process = subprocess.Popen(
            [program, "--headless", "--marionette", "--no-remote", "--profile", profile],
            env={**os.environ, "HOME": profile, "MOZ_CRASHREPORTER_DISABLE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with _connected(port, process) as line:
                found = Firefox(line, meanwhile)
                found._hear()
                found.do("WebDriver:NewSession", capabilities={"alwaysMatch": {}})
                yield found
        finally:
            process.kill()
            process.wait(20)


def _connected(port: int, process: subprocess.Popen[bytes]) -> socket.socket:
    deadline = time.monotonic() + CEILING
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=CEILING)
        except OSError:
            assert process.poll() is None, "Firefox ended"
            assert time.monotonic() < deadline, "Firefox does not listen"
            time.sleep(0.02)
