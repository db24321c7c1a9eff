"""What the tests of the public site share: a short run folder and the real static server."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytest_django import Settings


@dataclass
class Server:
    """The embedded static server, serving one site folder."""

    port: int
    process: subprocess.Popen[bytes]

    def get(self, path: str, host: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in small letters, and body of an address."""
        talk = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        talk.request("GET", path, headers={"Host": host})
        answer = talk.getresponse()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        talk.close()
        return found


@pytest.fixture
def run_folder(settings: Settings) -> Iterator[Path]:
    """A run folder with a short path: a socket's address has 107 characters at most."""
    folder = Path(tempfile.mkdtemp(prefix="hue-run-"))
    settings.HUE_RUN = folder
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(own_site: Path, run_folder: Path) -> Iterator[Server]:
    """The real static server, started on the site of this test; the site may still be empty."""
    own_site.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "hueandcry.front", "--site", str(own_site), "--run", str(run_folder)]
    process = subprocess.Popen([*command, "--listen", f"127.0.0.1:{port}"], stderr=subprocess.DEVNULL)
    ends = time.monotonic() + 15
    while not (run_folder / "front.sock").exists() and time.monotonic() < ends:
        time.sleep(0.05)
    yield Server(port, process)
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def xmllint() -> str:
    """The program that holds a document against a schema."""
    program = shutil.which("xmllint")
    if program is None:
        if os.environ.get("HUE_TEST_NOTHING_SKIPPED") == "1":
            raise FileNotFoundError("xmllint is not here (Debian: apt-get install libxml2-utils)")
        pytest.skip("xmllint is not here (Debian: apt-get install libxml2-utils).")
    return program
