"""A new version takes over: whoever asks meanwhile waits a moment and is answered."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from front_harness import ROOT, Running, ask, make_release, switch

pytestmark = pytest.mark.slow


@pytest.fixture
def site(tmp_path: Path) -> Path:
    make_release(tmp_path / "site", 1)
    switch(tmp_path / "site", 1)
    return tmp_path / "site"


def test_a_public_process_that_is_being_replaced_is_waited_for(
    site: Path, tmp_path: Path, run_app: Callable[[], Running], run_front: Callable[..., Running]
) -> None:
    app = run_app()
    front = run_front("--relay-socket", str(tmp_path / "app.sock"))
    assert ask(front.port, "/t/back").status == 200
    app.stop()
    (tmp_path / "app.sock").unlink(missing_ok=True)
    later = threading.Timer(1, run_app)
    later.start()
    begun = time.monotonic()
    assert ask(front.port, "/t/back").status == 200
    assert time.monotonic() - begun < 3
    later.join()


def test_one_that_has_been_gone_for_longer_is_not(
    site: Path, tmp_path: Path, run_app: Callable[[], Running], run_front: Callable[..., Running]
) -> None:
    app = run_app()
    front = run_front("--relay-socket", str(tmp_path / "app.sock"), "--limit", "again_s=0.5")
    assert ask(front.port, "/t/back").status == 200
    app.stop()
    time.sleep(0.6)
    begun = time.monotonic()
    assert ask(front.port, "/t/back").status == 503
    assert time.monotonic() - begun < 0.4


def test_the_static_server_is_started_anew_and_nobody_is_turned_away(site: Path, tmp_path: Path) -> None:
    """As systemd does it (hue-front.socket): the port stays open, held by somebody else, while the server changes."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(4096)
        port = held.getsockname()[1]
        first = start(held, site, tmp_path)
        statuses: list[int] = []
        ended = threading.Event()

        def read() -> None:
            while not ended.is_set():
                statuses.append(ask(port, "/").status)

        readers = [threading.Thread(target=read) for _n in range(4)]
        for reader in readers:
            reader.start()
        try:
            time.sleep(0.5)
            first.send_signal(signal.SIGTERM)
            first.wait(timeout=10)
            before = len(statuses)
            second = start(held, site, tmp_path)
            deadline = time.monotonic() + 20
            while len(statuses) < before + 50 and time.monotonic() < deadline:
                time.sleep(0.05)
        finally:
            ended.set()
            for reader in readers:
                reader.join()
        second.terminate()
        assert second.wait(timeout=10) == 0
    assert len(statuses) >= before + 50
    assert set(statuses) == {200}


def start(held: socket.socket, site: Path, folder: Path) -> subprocess.Popen[bytes]:
    """With the socket as descriptor 3 and the variables of sd_listen_fds(3)."""
    command = [
        "/bin/sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3<&0 0</dev/null', "sh",
        sys.executable, "-m", "hueandcry.front", "--site", str(site), "--run", str(folder / "run"),
        "--listen", "127.0.0.1:1",
    ]  # fmt: skip
    with (folder / "front.log").open("ab") as out:
        return subprocess.Popen(command, cwd=ROOT, stdin=held, stdout=out, stderr=out)
