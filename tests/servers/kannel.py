"""A real SMS gateway on loopback: Kannel's bearerbox and smsbox, and its fake telephone network.

`smsc = fake` listens on every address of the machine; `connect-allow-ip` lets none but loopback in.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote_to_bytes

from tests.servers.pds import free_port

FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
READY_SECONDS = 20
CONFIG = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = adm
smsbox-port = {box}
smsbox-interface = 127.0.0.1
log-level = 2
box-allow-ip = "127.0.0.1"
sms-resend-freq = 1

group = smsc
smsc = fake
smsc-id = FAKE
host = 127.0.0.1
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
sendsms-interface = 127.0.0.1
log-level = 2
http-request-retry = 3
http-queue-delay = 1

group = sendsms-user
username = hue
password = secret
max-messages = 10
concatenation = true

group = sms-service
keyword = default
max-messages = 3
concatenation = true
catch-all = true
omit-empty = true
get-url = "{inbound}?from=%p&text=%a"
"""


class KannelMissing(Exception):  # noqa: N818 - it says what is so
    """No Kannel on this machine."""


@dataclass
class Kannel:
    """send: where the gateway takes texts; telephone: what the fake network was handed, (to, text)."""

    folder: Path
    ports: dict[str, int]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    texted: int = 0

    @property
    def address(self) -> str:
        """host:port of sendsms."""
        return f"127.0.0.1:{self.ports['send']}"

    @contextmanager
    def network(self, *texts: str, sender: str = "+447700900123") -> Iterator[Path]:
        """The telephone network for a while: `texts` come in from `sender`; the file has what goes out."""
        self.texted += 1
        out = self.folder / f"network-{self.texted}.out"
        said = [f"{sender} 8400 text {text}" for text in texts] or [f"{sender} 8400 text nothing"]
        command = [
            "stdbuf",
            "-oL",
            str(FAKESMSC),
            "-H",
            "127.0.0.1",
            "-r",
            str(self.ports["smsc"]),
            "-i",
            "0.05",
        ]
        with out.open("wb") as file:
            process = subprocess.Popen(
                [*command, "-m", str(len(texts)), *said], stdout=file, stderr=subprocess.STDOUT
            )
            try:
                yield out
            finally:
                process.terminate()
                process.wait(10)

    def stop(self) -> None:
        """End both boxes."""
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        shutil.rmtree(self.folder, ignore_errors=True)


def handed_over(out: Path) -> list[tuple[str, str]]:
    """What the network was handed so far: (to, text), parts of a long one joined as they came."""
    found = []
    for line in out.read_text(errors="replace").splitlines():
        heard = re.search(r"Got message \d+: <\S+ (\S+) (text|ucs-2|udh|\S+) (.*)>$", line)
        if heard:
            to, kind, said = heard.groups()
            text = unquote_to_bytes(said.replace("+", " ")).decode("utf-16-be") if kind == "ucs-2" else said
            found.append((to, text))
    return found


def start(*, inbound: str) -> Kannel:
    """Start both boxes. inbound: the address that is asked with what people text. Raises KannelMissing."""
    programs = [shutil.which(name, path="/usr/sbin:/usr/bin") for name in ("bearerbox", "smsbox")]
    if not all(programs) or not FAKESMSC.exists():
        raise KannelMissing("Kannel is not here (Debian: apt-get install kannel kannel-extras).")
    folder = Path(tempfile.mkdtemp(prefix="hue-kannel-"))
    ports = {name: free_port() for name in ("admin", "box", "smsc", "send")}
    config = folder / "kannel.conf"
    config.write_text(CONFIG.format(**ports, inbound=inbound))
    kannel = Kannel(folder, ports)
    try:
        for program, port in zip(programs, ("box", "send"), strict=True):
            with (folder / "out.log").open("ab") as log:
                kannel.processes.append(
                    subprocess.Popen([str(program), str(config)], cwd=folder, stdout=log, stderr=log)
                )
            _wait(ports[port], kannel)
    except BaseException:
        kannel.stop()
        raise
    return kannel


def _wait(port: int, kannel: Kannel) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError((kannel.folder / "out.log").read_text(errors="replace")[-2000:])
