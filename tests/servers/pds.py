"""A real Bluesky server (PDS and PLC directory) on loopback, for tests and benchmarks.

`ensure_installed()` puts the npm packages into a cache folder named after the lock file, so that a
second clone on the same machine needs no network. `start()` gives a running server with an empty
network of its own; nothing of it outlives `stop()`.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import cache

HERE = Path(__file__).resolve().parent / "pds"
FILES = ("package.json", "package-lock.json", ".npmrc")
START_WITHIN = 60.0  # seconds; two on a quiet machine
ANSWER_WITHIN = 30.0  # seconds


class PdsMissing(RuntimeError):  # noqa: N818 - it says what happened
    """The server cannot be installed here; the sentence says what is missing."""


@dataclass
class PdsAccount:
    """An account on the server. `app_password` is what an agency would give Hue & Cry."""

    handle: str
    did: str
    password: str
    app_password: str


@dataclass
class Pds:
    """A running server. `url` and `plc_url` are loopback addresses; `folder` holds all its data."""

    port: int
    plc_port: int
    folder: Path
    environment: dict[str, str]
    plc: subprocess.Popen[bytes]
    pds: subprocess.Popen[bytes]
    accounts: dict[str, PdsAccount] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the PDS answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        """host:port, as HUE_ALLOW_PRIVATE wants it."""
        return f"127.0.0.1:{self.port}"

    def create_account(self, handle: str) -> PdsAccount:
        """Make an account with an app password; `handle` must end in .test."""
        password = secrets.token_urlsafe(16)
        body = {"handle": handle, "email": f"{handle}@port-ellery.example", "password": password}
        made = self.call("com.atproto.server.createAccount", body)
        app = self.call(
            "com.atproto.server.createAppPassword", {"name": "hue-and-cry"}, token=made["accessJwt"]
        )
        account = PdsAccount(handle=handle, did=made["did"], password=password, app_password=app["password"])
        self.accounts[account.did] = account
        return account

    def posts(self, did: str) -> list[dict[str, Any]]:
        """Every post of an account, newest first, read without signing in."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.get(
                f"com.atproto.repo.listRecords?repo={did}&collection=app.bsky.feed.post&limit=100"
                + (f"&cursor={cursor}" if cursor else "")
            )
            found += page["records"]
            cursor = page.get("cursor", "")
            if not cursor or not page["records"]:
                return found

    def blob(self, did: str, cid: str) -> bytes:
        """The bytes of a stored picture."""
        with urllib.request.urlopen(
            f"{self.url}/xrpc/com.atproto.sync.getBlob?did={did}&cid={cid}", timeout=ANSWER_WITHIN
        ) as answer:
            return bytes(answer.read())

    def call(self, method: str, body: dict[str, Any], *, token: str = "") -> dict[str, Any]:
        """POST to an XRPC method and return its answer."""
        request = urllib.request.Request(
            f"{self.url}/xrpc/{method}", data=json.dumps(body).encode(), method="POST"
        )
        request.add_header("Content-Type", "application/json")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        return _answer(request)

    def get(self, path: str) -> dict[str, Any]:
        """GET an XRPC method and return its answer."""
        return _answer(urllib.request.Request(f"{self.url}/xrpc/{path}"))

    def stop_pds(self) -> None:
        """Stop the PDS alone; the directory goes on and the data stays for `start_pds`."""
        _end(self.pds)

    def start_pds(self) -> None:
        """Start the PDS again on the same data and port."""
        self.pds = _launch("pds", self.environment, self.folder)

    def stop(self) -> None:
        """Stop both and remove everything."""
        _end(self.pds)
        _end(self.plc)
        shutil.rmtree(self.folder, ignore_errors=True)


def ensure_installed() -> Path:
    """The cache folder with the installed packages; installs them the first time (about two minutes).

    Raises PdsMissing if node, npm or a compiler is not on this machine, or the packages cannot be had.
    """
    folder = cache.folder() / f"pds-{_lock_hash()}"
    if (folder / "installed").exists():
        return folder
    for tool, why in (
        ("node", "runs it"),
        ("npm", "installs it"),
        ("g++", "compiles it"),
        ("make", "compiles it"),
    ):
        if not shutil.which(tool):
            raise PdsMissing(f"the Bluesky test server needs {tool}, which {why}")
    with cache.turn("pds"):
        if not (folder / "installed").exists():
            _install(folder)
    return folder


def start(*, port: int = 0, plc_port: int = 0, rate_limits: bool = False) -> Pds:
    """Start an empty network of one PDS; port 0 means any free one."""
    ensure_installed()
    port, plc_port = port or free_port(), plc_port or free_port()
    folder = Path(tempfile.mkdtemp(prefix="hue-pds-"))
    for name in ("actors", "blobs", "tmp"):
        (folder / name).mkdir()
    environment = _environment(folder, port, plc_port, rate_limits=rate_limits)
    plc = _launch("plc", environment, folder)
    try:
        pds = _launch("pds", environment, folder)
    except BaseException:
        _end(plc)
        raise
    return Pds(port=port, plc_port=plc_port, folder=folder, environment=environment, plc=plc, pds=pds)


def free_port() -> int:
    """A port of loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _install(folder: Path) -> None:
    print(  # noqa: T201 - a person waits for it
        f"installing the Bluesky test server into {folder} (once; about two minutes)",
        file=sys.stderr,
        flush=True,
    )
    work = Path(tempfile.mkdtemp(prefix="pds-new-", dir=folder.parent))
    for name in FILES:
        shutil.copy(HERE / name, work / name)
    environment = dict(
        os.environ, npm_config_build_from_source="true", npm_config_dangerously_allow_all_scripts="true"
    )
    node = Path(shutil.which("node") or "/usr/bin/node").resolve()
    if (node.parents[1] / "include" / "node" / "node.h").exists():
        environment["npm_config_nodedir"] = str(node.parents[1])  # headers are here: nothing to download
    _npm(work, environment, "ci", "--ignore-scripts")
    _npm(work, environment, "rebuild", "better-sqlite3", "--foreground-scripts")
    (work / "installed").touch()
    work.rename(folder)


def _npm(folder: Path, environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [shutil.which("npm") or "npm", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        print(done.stdout.decode(errors="replace")[-4000:], file=sys.stderr)  # noqa: T201 - npm's own words
        raise PdsMissing(f"npm {arguments[0]} of the Bluesky test server failed; its words are above")


def _environment(folder: Path, port: int, plc_port: int, *, rate_limits: bool) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "NODE_PATH": str(ensure_installed() / "node_modules"),
        "LOG_ENABLED": "false",
        "PLC_PORT": str(plc_port),
        "PDS_PORT": str(port),
        "PDS_HOSTNAME": "localhost",
        "PDS_DEV_MODE": "true",
        "PDS_INVITE_REQUIRED": "false",
        "PDS_SERVICE_HANDLE_DOMAINS": ".test",
        "PDS_DID_PLC_URL": f"http://127.0.0.1:{plc_port}",
        "PDS_DISABLE_SSRF_PROTECTION": "true",
        "PDS_RATE_LIMITS_ENABLED": "true" if rate_limits else "false",
        "PDS_DATA_DIRECTORY": str(folder),
        "PDS_BLOBSTORE_DISK_LOCATION": str(folder / "blobs"),
        "PDS_BLOBSTORE_DISK_TMP_LOCATION": str(folder / "tmp"),
        "PDS_BLOB_UPLOAD_LIMIT": str(5 * 1024 * 1024),
        "PDS_JWT_SECRET": secrets.token_hex(16),
        "PDS_ADMIN_PASSWORD": secrets.token_hex(16),
        "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": secrets.token_hex(32),
    }


def _launch(kind: str, environment: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    log = folder / f"{kind}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [shutil.which("node") or "node", str(HERE / "server.js"), kind],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    port = environment["PLC_PORT" if kind == "plc" else "PDS_PORT"]
    path = "_health" if kind == "plc" else "xrpc/_health"
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=2):
                return process
        except OSError:
            time.sleep(0.05)
    _end(process)
    raise PdsMissing(f"the Bluesky test server ({kind}) did not start: {log.read_text()[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _answer(request: urllib.request.Request) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_WITHIN) as answer:
            text = answer.read()
    except urllib.error.HTTPError as error:
        with error:
            raise RuntimeError(f"{request.full_url} answered {error.code}: {error.read()[:300]!r}") from None
    return dict(json.loads(text)) if text else {}


def _lock_hash() -> str:
    return hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:16]


if __name__ == "__main__":  # `python -m tests.servers.pds`: install only, for `make` and for CI images
    print(ensure_installed())  # noqa: T201 - its one output
