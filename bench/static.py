"""Benchmark `static`: the embedded static server beside nginx and beside Django rendering the same page.

The page is a real appeal's, published as an officer does. All servers are pinned to one core and the load (wrk) to another; rounds are interleaved block by block and the figures
are medians over the blocks, each ratio taken inside its block. Every server sends the page gzip-compressed with the
same headers, so that the same bytes cross the wire.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = "localhost"
BLOCKS = 5
MOST_BLOCKS = 12  # on a busy machine more blocks are run and the quietest are kept
QUIET = 0.15  # cores that other programs may use in a block that counts
SECONDS = 3
PLAN = (("nginx", 64), ("front", 64), ("nginx", 512), ("front", 512), ("django", 64))
PORTS = {"front": 18181, "nginx": 18182, "django": 18183}


class ToolMissingError(RuntimeError):
    """A program this benchmark needs is not installed; the text names it and its package."""


@dataclass(frozen=True)
class Round:
    """One run of wrk. per_second: requests; p99_ms: milliseconds; cpu_us: the server's processor time per request."""

    per_second: float
    p99_ms: float
    cpu_us: float


@dataclass(frozen=True)
class Block:
    """One round of each kind. others: cores that other programs used meanwhile; noise, if it is not small."""

    rounds: dict[tuple[str, int], Round]
    others: float


def run() -> dict[str, float]:
    """Measure and return the figures. Raises ToolMissingError if wrk, nginx or taskset is not there."""
    for program, package in (("wrk", "wrk"), ("nginx", "nginx-light"), ("taskset", "util-linux")):
        if _find(program) is None:
            raise ToolMissingError(f"{program} is not installed: apt-get install {package}")
    with tempfile.TemporaryDirectory(prefix="hue-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        page, path = publish(folder / "home")
        with contextlib.ExitStack() as stack:
            pids = {
                "front": stack.enter_context(_front(folder)),
                "nginx": stack.enter_context(_nginx(folder)),
                "django": stack.enter_context(_django(folder)),
            }
            _check_answers(path, page)
            return {**_measure(pids, path), "page_bytes": len(page), "gzip_bytes": len(gzip.compress(page))}


def _measure(pids: dict[str, int], path: str) -> dict[str, float]:
    for server, connections in PLAN[:2]:
        _wrk(server, connections, pids[server], path, seconds=1)
    blocks: list[Block] = []
    while len([block for block in blocks if block.others < QUIET]) < BLOCKS and len(blocks) < MOST_BLOCKS:
        block = _block(pids, path)
        blocks.append(block)
        shown = ", ".join(
            f"{server} {size}: {block.rounds[server, size].per_second:,.0f}/s" for server, size in PLAN
        )
        sys.stderr.write(f"block {len(blocks)}: {shown}; other programs used {block.others:.0%} of a core\n")
    kept = sorted(blocks, key=lambda block: block.others)[:BLOCKS]

    def ratio(one: tuple[str, int], other: tuple[str, int]) -> float:
        return statistics.median(b.rounds[one].per_second / b.rounds[other].per_second for b in kept)

    def middle(key: tuple[str, int], name: str) -> float:
        return statistics.median(getattr(b.rounds[key], name) for b in kept)

    return {
        "ratio_nginx_64": round(ratio(("front", 64), ("nginx", 64)), 3),
        "ratio_nginx_512": round(ratio(("front", 512), ("nginx", 512)), 3),
        "ratio_django_64": round(ratio(("front", 64), ("django", 64)), 1),
        "p99_ms_64": round(middle(("front", 64), "p99_ms"), 2),
        "rss_mb": round(_resident(pids["front"]), 1),
        "front_per_s_64": round(middle(("front", 64), "per_second")),
        "nginx_per_s_64": round(middle(("nginx", 64), "per_second")),
        "django_per_s_64": round(middle(("django", 64), "per_second")),
        "front_cpu_us_64": round(middle(("front", 64), "cpu_us"), 1),
        "nginx_cpu_us_64": round(middle(("nginx", 64), "cpu_us"), 1),
        "nginx_p99_ms_64": round(middle(("nginx", 64), "p99_ms"), 2),
        "others_cores": round(statistics.median(block.others for block in kept), 2),
    }


def _block(pids: dict[str, int], path: str) -> Block:
    """One round of each kind, one after the other."""
    started, busy, ours = time.monotonic(), _busy_time(), _our_time(pids)
    rounds = {(server, size): _wrk(server, size, pids[server], path) for server, size in PLAN}
    spent = (_busy_time() - busy) - (_our_time(pids) - ours)
    return Block(rounds, max(spent, 0.0) / (time.monotonic() - started))


def _busy_time() -> float:
    """Seconds of processor time the whole machine has used."""
    user, nice, system, _idle, _wait, *interrupts = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


def _our_time(pids: dict[str, int]) -> float:
    """Seconds of processor time used by the servers, by wrk and by this program."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usage) + sum(map(_processor_time, pids.values()))


def publish(home: Path) -> tuple[bytes, str]:
    """An installation in `home` with one public appeal; returns its page and the page's path."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("HUE_", "DJANGO_"))
    }
    environment |= {"HUE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.servers.seed_house"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=True,
    )
    path = str(json.loads(done.stdout.splitlines()[-1])["appeal"])
    for folder in (home, home / "site", home / "site" / "releases"):
        folder.chmod(0o755)  # nginx reads them as another user
    return next((home / "site" / "current").glob(f"*{path}index.html")).read_bytes(), path


@contextlib.contextmanager
def _started(command: list[str], port: int, *, environment: dict[str, str] | None = None) -> Iterator[int]:
    """Run a server on the first core until the block ends; yields its process id."""
    process = subprocess.Popen(
        [*_first(), "taskset", "-c", "0", *command],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _front(folder: Path) -> contextlib.AbstractContextManager[int]:
    command = [
        sys.executable,
        "-m",
        "hueandcry.front",
        "--site",
        str(folder / "home" / "site"),
        "--run",
        str(folder / "run"),
    ]
    return _started([*command, "--listen", f"127.0.0.1:{PORTS['front']}"], PORTS["front"])


def _nginx(folder: Path) -> contextlib.AbstractContextManager[int]:
    """Nginx at its fastest: sendfile, open files cached, one worker, no look for withdrawn addresses."""
    place = folder / "nginx"
    place.mkdir()
    site = next((folder / "home" / "site" / "current").glob("*/index.html")).parent
    temporary = "".join(
        f"{kind}_temp_path {place}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (place / "nginx.conf").write_text(
        f"daemon off; master_process off; worker_processes 1; pid {place}/pid; error_log /dev/null;\n"
        "events { worker_connections 8192; }\n"
        "http { include /etc/nginx/mime.types; access_log off; sendfile on; tcp_nopush on;\n"
        "keepalive_requests 1000000000; open_file_cache max=1000; open_file_cache_valid 60s;\n"
        f"gzip_static on; gzip_vary on; server_tokens off; {temporary}"
        f"server {{ listen 127.0.0.1:{PORTS['nginx']} backlog=4096; server_name {HOST};\n"
        f"root {site}; include {ROOT}/deploy/nginx/hueandcry-headers.conf;\n"
        'add_header Cache-Control "public, max-age=30, stale-if-error=30" always; } }\n'
    )
    program = _find("nginx") or "nginx"
    return _started([program, "-p", str(place), "-c", str(place / "nginx.conf")], PORTS["nginx"])


def _django(folder: Path) -> contextlib.AbstractContextManager[int]:
    """Django rendering the page from SQLite for every request, served by Granian with one worker."""
    environment = {"HUE_HOME": str(folder / "home"), "HUE_BENCH_DJANGO": "1", "HUE_DATABASE_URL": ""}
    granian = str(Path(sys.executable).with_name("granian"))
    command = [granian, "--interface", "wsgi", "--workers", "1", "--host", "127.0.0.1"]
    command += [
        "--port",
        str(PORTS["django"]),
        "--no-ws",
        "--http",
        "1",
        "--no-access-log",
        "--backlog",
        "4096",
    ]
    return _started([*command, "bench.static_django:application"], PORTS["django"], environment=environment)


def _check_answers(path: str, page: bytes) -> None:
    """Every server must send the same page, or the ratios mean nothing."""
    for server, port in PORTS.items():
        with contextlib.closing(socket.create_connection(("127.0.0.1", port), 5)) as line:
            line.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip\r\n"
                "Connection: close\r\n\r\n".encode()
            )
            data = b""
            while piece := line.recv(65536):
                data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        if b" 200 " not in head or gzip.decompress(body) != page:
            raise RuntimeError(f"{server} does not send the page.")


def _wrk(server: str, connections: int, pid: int, path: str, *, seconds: int = SECONDS) -> Round:
    before = _processor_time(pid)
    command = [
        *_first(),
        "taskset",
        "-c",
        "1",
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--latency",
    ]
    command += ["-H", f"Host: {HOST}", "-H", "Accept-Encoding: gzip"]
    url = f"http://127.0.0.1:{PORTS[server]}{path}"
    text = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    spent = _processor_time(pid) - before
    if "Non-2xx" in text or "Socket errors" in text:
        sys.stderr.write(f"{server} with {connections} connections: {text}\n")
    count = int(_read(r"(\d+) requests in", text))
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    p99 = float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return Round(float(_read(r"Requests/sec:\s+([\d.]+)", text)), p99, spent / max(count, 1) * 1e6)


def _first() -> list[str]:
    """Root may go before other programs, servers and load alike; it makes the figures steadier on a shared machine."""
    return ["nice", "-n", "-15"] if os.geteuid() == 0 else []


def _read(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"wrk said something unexpected: {text}")
    return match[1]


def _processor_time(pid: int) -> float:
    """Seconds of processor time the process and its children have used."""
    total = 0.0
    for number in [pid, *_children(pid)]:
        with contextlib.suppress(OSError):
            parts = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
            total += (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    return total


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _resident(pid: int) -> float:
    """Resident memory in MB."""
    return int(_read(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())) / 1024


def _find(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 15
    while time.monotonic() < end and process.poll() is None:
        with contextlib.closing(socket.socket()) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"The server on port {port} did not start.")


if __name__ == "__main__":
    print(json.dumps(run()))
