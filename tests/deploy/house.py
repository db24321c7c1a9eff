"""An installation started as the systemd units start it, without systemd: their command lines, run by hand."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import tarfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

from tests.servers.stack import ROOT, Stack

UNITS = ROOT / "deploy" / "systemd"
ISSUE_2 = ROOT / "tests" / "upgrade"


def lines_of(unit: str, name: str) -> list[str]:
    """Every value of a setting in a unit file."""
    text = (UNITS / unit).read_text(encoding="utf-8")
    return re.findall(rf"^{name}=(.*)$", text, flags=re.MULTILINE)


@dataclass
class House:
    """The data of issue 2 under today's code (tests/upgrade), each process on its own as a unit starts it."""

    stack: Stack
    place: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def run(self) -> Path:
        """The folder of the sockets."""
        return self.place / "run"

    @property
    def environment(self) -> dict[str, str]:
        """What /etc/hueandcry/hue.env and the units set."""
        return {**self.stack.environment, "HUE_RUN": str(self.run), "HUE_HTTPS": "yes"}

    def prepare(self, *, postgres: bool) -> None:
        """Unpack, bring up to date, build the site."""
        self.run.mkdir(mode=0o700)
        given = self.place / "given" if postgres else self.place
        archive = ISSUE_2 / f"issue-2{'-postgresql' if postgres else ''}.tar.xz"
        with tarfile.open(archive) as packed:
            packed.extractall(given, filter="tar")
        if postgres:
            self.stack.hue(
                "restore", str(given / "backup"), "--keys", str(given / "keys"), HUE_RUN=str(self.run)
            )
        self.stack.hue("migrate", HUE_RUN=str(self.run))
        self.stack.hue("site", "build", HUE_RUN=str(self.run))

    def command(self, line: str, instance: str = "") -> list[str]:
        """A command line of a unit with this test's paths."""
        for old, new in (
            ("/opt/hueandcry/current", str(ROOT)),
            ("/run/hueandcry", str(self.run)),
            ("/var/lib/hueandcry", str(self.stack.home)),
            ("%i", instance),
        ):
            line = line.replace(old, new)
        return shlex.split(line.removeprefix("-"))

    def start(self, unit: str, instance: str = "") -> None:
        """systemctl start: returns when ExecStartPost has."""
        name = f"{unit}{instance}"
        with (self.place / f"{name.replace('@', '-')}.out").open("ab") as out:
            self.running[name] = subprocess.Popen(
                self.command(lines_of(f"{unit}.service", "ExecStart")[0], instance),
                env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip
        for line in lines_of(f"{unit}.service", "ExecStartPost"):
            done = subprocess.run(
                self.command(line, instance), env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr + self.said(name)

    def said(self, name: str) -> str:
        """What a process printed."""
        return (self.place / f"{name.replace('@', '-')}.out").read_text(encoding="utf-8")

    def stop(self, unit: str, instance: str = "") -> None:
        """systemctl stop: SIGTERM, and wait (KillMode=mixed)."""
        child = self.running.pop(f"{unit}{instance}")
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=30)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def stop_all(self) -> None:
        """Whatever runs."""
        for name in list(self.running):
            self.stop(name)


@dataclass(frozen=True)
class Answer:
    """What a web server said. fields: every header line, names in small letters."""

    status: int
    fields: list[tuple[str, str]]
    body: str

    def all(self, name: str) -> list[str]:
        """Each value of a header."""
        return [value for key, value in self.fields if key == name]


def ask(
    port: int, path: str, *, host: str = "localhost", sni: str = "", method: str = "GET",
    body: str | bytes | Iterable[bytes] = "",
    fields: dict[str, str] | None = None,
) -> Answer:  # fmt: skip
    """One request through TLS. The certificate is trusted by nobody, so it is not checked here."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    client = _Named(port, sni or host, context)
    try:
        own = {"Host": host, "Connection": "close", **(fields or {})}
        if body:
            own["Content-Type"] = "application/x-www-form-urlencoded"
        client.request(method, path, body or None, own)
        answer = client.getresponse()
        return Answer(
            answer.status,
            [(k.lower(), v) for k, v in answer.getheaders()],
            answer.read().decode(errors="replace"),
        )
    finally:
        client.close()


class _Named(HTTPSConnection):
    """A connection to loopback that asks for a certificate of another name."""

    def __init__(self, port: int, name: str, context: ssl.SSLContext) -> None:
        super().__init__("127.0.0.1", port, timeout=30, context=context)
        self._name, self._own = name, context

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), self.timeout)
        self.sock: Any = self._own.wrap_socket(plain, server_hostname=self._name)


def wait_for_port(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    """Until something listens there."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if child.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text(encoding="utf-8"))
