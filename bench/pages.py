"""`pages`: every page of the desk by HTTP from its real server, with 150 accounts, 350 people and 4,000 posts behind it.

p95_ms: of so many loads of one page, one after the other, by somebody signed in who may open it; worst_ms and worst: the
page for which that is highest; over: pages above 200 ms. cpu_ms: the server's processor time for one load, the mean of all
pages, and of the page that costs most: what else runs on the machine does not change it. found_first: accounts that stand first when their name is typed
into “search or do” (key “/”, the name, Enter). Peer in the same run: the same pages of the same server with a handful of
rows; ratio_peer is how much the rows cost.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from bench.delivery import ROOT
from hueandcry.cli import serve
from tests.servers import tables
from tests.servers.house import Officer
from tests.servers.stack import databases, descendants, free_port

ROUNDS = int(os.environ.get("HUE_BENCH_ROUNDS", "30"))  # loads of each page
PEER_ROUNDS = 8
WARM = 2  # loads before these, which are not counted
BOUND = 200.0  # ms
FINDING = "/desk/find/?q="
READY_SECONDS = 60.0
PAGES = {http.client.OK, http.client.CONFLICT}  # one of them says that what was begun is over

Page = tuple[str, str, str]  # route, who opens it, path


@dataclass(frozen=True, slots=True)
class Took:
    """ms: of each load; cpu_ms: of the server's processor time for one, the mean."""

    ms: list[float]
    cpu_ms: float


def run(*, rounds: int = ROUNDS) -> dict[str, Any]:
    """pages, loads, p95_ms (of all), median_ms, worst_ms, worst, over, cpu_ms, cpu_most_ms, found_first, and the peer's."""
    home = Path(tempfile.mkdtemp(prefix="hue-bench-pages-"))
    try:
        with databases("pages") as extra:
            environment = {
                **os.environ,
                **extra,
                "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker",
                "HUE_HOME": str(home),
            }
            tables.lay(home)
            seeds = _job("small", environment)
            pages = [(route, who, path) for route, who, path in seeds["pages"] if who in seeds["people"]]
            with _desk(environment) as (port, process):
                people = {name: _officer(port, known) for name, known in seeds["people"].items()}
                small = _loads(people, pages, min(rounds, PEER_ROUNDS), process)
                _say(f"{len(pages)} pages with few rows")
                names = _job("large", environment, json.dumps({"agency": seeds["agency"]}))["names"]
                large = _loads(people, pages, rounds, process)
                first = sum(_is_first(people["keeper"], name, page) for name, page in names)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return {**_figures(pages, small, large), "accounts": len(names), "found_first": first} | {
        "database": "postgresql" if extra else "sqlite",
        "peer": "the same pages with a handful of rows",
    }


def _figures(pages: list[Page], small: list[Took], large: list[Took]) -> dict[str, Any]:
    """small, large: by page."""
    by_page = sorted(
        ((_p95(took.ms), took.cpu_ms, page[2]) for page, took in zip(pages, large, strict=True)), reverse=True
    )
    for p95, cpu, path in by_page:
        _say(f"{p95:6.0f} ms, {cpu:4.0f} ms of processor  {path}")
    every = [ms for took in large for ms in took.ms]
    few = _p95([ms for took in small for ms in took.ms])
    dearest = max(by_page, key=lambda line: line[1])
    return {
        "pages": len(pages),
        "loads": len(every),
        "p95_ms": round(_p95(every)),
        "median_ms": round(sorted(every)[len(every) // 2]),
        "worst_ms": round(by_page[0][0]),
        "worst": by_page[0][2],
        "over": sum(p95 > BOUND for p95, _cpu, _path in by_page),
        "cpu_ms": round(sum(took.cpu_ms for took in large) / len(large), 1),
        "cpu_most_ms": round(dearest[1], 1),
        "cpu_most": dearest[2],
        "peer_p95_ms": round(few),
        "peer_cpu_ms": round(sum(took.cpu_ms for took in small) / len(small), 1),
        "ratio_peer": round(sum(took.cpu_ms for took in large) / sum(took.cpu_ms for took in small), 2),
    }


def _p95(took: list[float]) -> float:
    ordered = sorted(took)
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)) - 1)]


def _loads(people: dict[str, Officer], pages: list[Page], rounds: int, process: int) -> list[Took]:
    """Each page so often, in turn. Raises RuntimeError for a page that is none."""
    found = []
    for route, who, path in pages:
        took: list[float] = []
        for number in range(WARM + rounds):
            if number == WARM:
                spent_before = _processor(process)
            begun = time.perf_counter()
            status, _page = people[who].get(path)
            spent = (time.perf_counter() - begun) * 1000
            if status not in PAGES:
                raise RuntimeError(f"{who} got {status} for {path} ({route})")
            took += [spent] if number >= WARM else []
        found.append(Took(took, (_processor(process) - spent_before) * 1000 / rounds))
    return found


def _processor(process: int) -> float:
    """Seconds of processor time of a process and all below it."""
    total = 0
    for each in (process, *descendants(process)):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])  # user and system time, proc(5)
    return total / os.sysconf("SC_CLK_TCK")


def _is_first(keeper: Officer, name: str, page: str) -> bool:
    """True if the account's page is what Enter leads to once its name is typed."""
    _status, shown = keeper.get(FINDING + quote(name))
    return shown.partition('hc-found__link" href="')[2].partition('"')[0] == page


@contextmanager
def _desk(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The desk as `hue up` starts it; the value is its port and its process."""
    port = free_port()
    command, variables = serve.desk(["--host", "127.0.0.1", "--port", str(port)])
    process = subprocess.Popen(command, cwd=ROOT, env={**environment, **variables, "HUE_PROCESS": "desk"})
    try:
        until = time.monotonic() + READY_SECONDS
        while not _answers(port):
            if time.monotonic() > until or process.poll() is not None:
                raise RuntimeError("the desk did not start")
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        client.request("GET", "/desk/sign-in/", headers={"Host": "desk.localhost"})
        return client.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        client.close()


def _officer(port: int, known: dict[str, str]) -> Officer:
    """Somebody who has signed in through the real page."""
    return Officer(SimpleNamespace(stack=SimpleNamespace(desk_port=port), seeds=known))  # type: ignore[arg-type]


def _job(name: str, environment: dict[str, str], given: str = "") -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.pages_desk", name],
        cwd=ROOT, env=environment, input=given, text=True, capture_output=True, check=False, timeout=600,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
