"""`storm`: what the public does on the evening an appeal is on television, and what an attacker does on any evening.

One whole installation (`hue up`). First 1,000 requests a second of an appeal while somebody opens and sends the tip
form every second and officers publish and withdraw; then, each in turn, 10,000 connections that say nothing, 2,000
that send a byte now and then and 500 that ask and never read, while 200 visitors ask for the appeal. The peer is
nginx 1.22 with the configuration in deploy/, reading the same files.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.static import ROOT, _find
from tests.servers.house import House, house
from tests.servers.stack import free_port

SECONDS = float(os.environ.get("HUE_BENCH_SECONDS", "300"))
PER_SECOND = float(os.environ.get("HUE_BENCH_RATE", "1000"))
CROWDS = {"idle": 10_000, "slow": 2_000, "deaf": 500}
WORK_EVERY = 5.0  # seconds between two appeals published and withdrawn
ASKED = 200  # appeals asked for beside each crowd


def run(
    *,
    seconds: float = SECONDS,
    per_second: float = PER_SECOND,
    crowds: dict[str, int] | None = None,
    asked: int = ASKED,
) -> dict[str, Any]:
    """storm_*: the appeal under load; tip_*: form and sending; publish_s, withdraw_s: worst; KIND_*: beside a crowd."""
    place = Path(tempfile.mkdtemp(prefix="hue-storm-"))
    place.chmod(0o755)
    try:
        with house(place / "var", "storm") as made:
            figures = storm(made, seconds=seconds, per_second=per_second)
            for kind, count in (CROWDS if crowds is None else crowds).items():
                figures |= beside(made.stack.public_port, made, kind, count, asked, prefix=kind)
            figures |= peer(
                made, place, seconds=min(seconds, 20), per_second=per_second, crowds=crowds, asked=asked
            )
            figures["lost"] = len(made.lost_tips())
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return figures


def storm(made: House, *, seconds: float, per_second: float) -> dict[str, Any]:
    """The appeal at a constant rate, and everything that must go on meanwhile."""
    over = threading.Event()
    opened: list[float] = []
    sent: list[float] = []
    published: list[float] = []
    withdrawn: list[float] = []
    failed: list[str] = []

    def send_tips() -> None:
        due = time.monotonic()
        while not over.is_set():
            begun = time.monotonic()
            ticket = made.ticket()
            opened.append(time.monotonic() - begun)
            begun = time.monotonic()
            status, _page = made.send_tip(ticket)
            sent.append(time.monotonic() - begun)
            if status != 200:
                failed.append(f"tip {status}")
            due += 1
            over.wait(max(0.0, due - time.monotonic()))

    def work() -> None:
        with made.officers() as tell:
            while not over.is_set():
                appeal = tell("publish")
                published.append(appeal["seconds"])
                if made.public(appeal["path"])[0] != 200:
                    failed.append("published, not shown")
                withdrawn.append(tell(f"withdraw {appeal['id']}")["seconds"])
                if made.public(appeal["path"])[0] != 410:
                    failed.append("withdrawn, still shown")
                over.wait(WORK_EVERY)

    threads = [threading.Thread(target=send_tips), threading.Thread(target=work)]
    for thread in threads:
        thread.start()
    figures = rate(made.stack.public_port, made, per_second=per_second, seconds=seconds)
    over.set()
    for thread in threads:
        thread.join()
    ordered, posts = sorted(opened), sorted(sent)
    return {
        **{f"storm_{name}": value for name, value in figures.items()},
        "storm_seconds": round(seconds),
        "tips_sent": len(sent),
        "tip_form_p95_ms": share(ordered, 0.95),
        "tip_form_longest_ms": share(ordered, 1),
        "tip_send_p95_ms": share(posts, 0.95),
        "tip_send_longest_ms": share(posts, 1),
        "published": len(published),
        "publish_longest_s": round(max(published, default=0), 2),
        "withdrawn": len(withdrawn),
        "withdraw_longest_s": round(max(withdrawn, default=0), 2),
        "failed": len(failed),
    }


def rate(port: int, made: House, *, per_second: float, seconds: float) -> dict[str, Any]:
    """So many requests a second of the appeal's page."""
    host = f"localhost:{made.stack.public_port}"
    return load("rate", str(port), host, made.seeds["appeal"], str(per_second), str(seconds))


def beside(port: int, made: House, kind: str, count: int, asked: int, *, prefix: str) -> dict[str, Any]:
    """The appeal beside a crowd of connections."""
    host = f"localhost:{made.stack.public_port}"
    found = load("crowd", kind, str(port), host, made.seeds["appeal"], str(count), str(asked))
    print(f"{prefix}: {found}", file=sys.stderr)
    kept = ("opened", "still_open", "unanswered", "p50_ms", "p99_ms")
    return {f"{prefix}_{name}": found[name] for name in kept}


def load(*arguments: str) -> dict[str, Any]:
    """Run bench.load in a process of its own; its figures."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout))


def share(ordered: list[float], part: float) -> float:
    """Milliseconds below which this part of the times lies."""
    return (
        round(ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000, 1) if ordered else float("nan")
    )


def peer(
    made: House, place: Path, *, seconds: float, per_second: float, crowds: dict[str, int] | None, asked: int
) -> dict[str, Any]:
    """The same with nginx reading the same files; nothing if it is not installed."""
    if _find("nginx") is None:
        return {}
    figures: dict[str, Any] = {}
    with _nginx(made, place) as port:
        found = rate(port, made, per_second=per_second, seconds=seconds)
        figures |= {f"nginx_storm_{name}": found[name] for name in ("unanswered", "p99_ms", "longest_ms")}
        for kind, count in (CROWDS if crowds is None else crowds).items():
            figures |= beside(port, made, kind, count, asked, prefix=f"nginx_{kind}")
    return figures


@contextmanager
def _nginx(made: House, place: Path) -> Iterator[int]:
    """Nginx with the headers of deploy/ on the public site's files."""
    folder, port = place / "nginx", free_port()
    folder.mkdir()
    site = next((made.stack.home / "site" / "current").resolve().glob("*/index.html")).parent.name
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"user root; daemon off; worker_processes 1; worker_rlimit_nofile 20000; pid {folder}/pid; error_log /dev/null;\n"
        "events { worker_connections 16000; }\n"
        "http { include /etc/nginx/mime.types; access_log off; sendfile on; keepalive_requests 1000000;\n"
        f"gzip_static on; client_header_timeout 10s; server_tokens off; {temporary}"
        f"server {{ listen 127.0.0.1:{port} backlog=4096; root {made.stack.home}/site/current/{site};\n"
        f"include {ROOT}/deploy/nginx/hueandcry-headers.conf; }} }}\n"
    )
    process = subprocess.Popen(
        [_find("nginx") or "nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        made.wait_until("nginx answers", lambda: _answers(port))
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    from tests.servers.house import ask

    return ask(port, "/")[0] != 0


if __name__ == "__main__":
    print(json.dumps(run()))
