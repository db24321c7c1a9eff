"""A real IMAP server on loopback: Dovecot with a configuration of its own, run by somebody without rights."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from email.utils import localtime
from imaplib import IMAP4
from pathlib import Path

from tests.servers.pds import free_port

PASSWORD = 'seven quiet "herons"'
NOBODY = "nobody"
READY_SECONDS = 20
MOST = 500  # people with a mailbox
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service auth {{
  user = {user}
}}
"""


class DovecotMissing(Exception):  # noqa: N818 - it says what is so
    """No Dovecot on this machine."""


@dataclass
class Dovecot:
    """port: of IMAP without TLS. Everybody has a mailbox; `user` is whose is looked at now."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    runs_as: str
    number: int = 0

    @property
    def user(self) -> str:
        return f"bounces{self.number}@port-ellery.example"

    def fresh(self) -> None:
        """An empty mailbox: that of somebody new."""
        self.number += 1

    def signed_in(self) -> IMAP4:
        """A connection of the test's own, at the inbox."""
        box = IMAP4("127.0.0.1", self.port, timeout=READY_SECONDS)
        box.authenticate("PLAIN", lambda _said: f"\0{self.user}\0{PASSWORD}".encode())
        box.select()
        return box

    def put(self, *messages: bytes) -> None:
        """Messages arrive."""
        box = self.signed_in()
        for message in messages:
            status, said = box.append("INBOX", "", localtime(), message)
            assert status == "OK", said
        box.shutdown()

    def put_files(self, *messages: bytes) -> None:
        """Messages arrive as files of its own: many, or large ones."""
        place = self.folder / "mail" / self.user / "new"
        self.signed_in().shutdown()  # so that the folders are there
        for number, message in enumerate(messages):
            path = place / f"{time.time_ns()}.{number:06d}.here"
            path.write_bytes(message)
            if os.geteuid() == 0:
                shutil.chown(path, self.runs_as)

    def unread(self, folder: str = "INBOX") -> int:
        """How many messages of a folder are not marked as read."""
        return len(self._search(folder, "UNSEEN"))

    def count(self, folder: str = "INBOX") -> int:
        """How many messages are in a folder."""
        return len(self._search(folder, "ALL"))

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _search(self, folder: str, what: str) -> list[bytes]:
        box = self.signed_in()
        status, _said = box.select(folder, readonly=True)
        found = box.search(None, what)[1][0].split() if status == "OK" else []
        box.shutdown()
        return found


def start() -> Dovecot:
    """Start it as `nobody`, or as whoever we are if we are not root. Raises DovecotMissing."""
    program = shutil.which("dovecot", path="/usr/sbin:/usr/bin")
    if program is None or not Path("/usr/lib/dovecot/imap").exists():
        raise DovecotMissing("Dovecot is not here (Debian: apt-get install dovecot-imapd).")
    root = os.geteuid() == 0
    who = pwd.getpwnam(NOBODY) if root else pwd.getpwuid(os.geteuid())
    folder = Path(tempfile.mkdtemp(prefix="hue-dovecot-"))
    port = free_port()
    users = (f"bounces{number}@port-ellery.example:{{PLAIN}}{PASSWORD}" for number in range(MOST))
    (folder / "users").write_text("\n".join(users))
    config = folder / "dovecot.conf"
    config.write_text(
        CONFIG.format(
            folder=folder,
            port=port,
            user=who.pw_name,
            group=grp.getgrgid(who.pw_gid).gr_name,
            uid=who.pw_uid,
            gid=who.pw_gid,
        )
    )
    if root:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, who.pw_name)
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [program, "-F", "-c", str(config)],
            cwd="/",
            stdout=out,
            stderr=out,
            user=who.pw_uid if root else None,
            group=who.pw_gid if root else None,
            extra_groups=[] if root else None,
        )
    server = Dovecot(folder, port, process, who.pw_name)
    try:
        _wait(server)
    except BaseException:
        server.stop()
        raise
    return server


def _wait(server: Dovecot) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=1) as probe:
                if probe.recv(4):
                    return
        except OSError:
            time.sleep(0.05)
    said = [path.read_text(errors="replace") for path in sorted(server.folder.glob("[lo]*[gt]"))]
    raise TimeoutError("\n".join(said)[-2000:])
