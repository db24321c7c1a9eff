"""`fanout`: one urgent post to every account of the agency, on networks that answer after 200 ms.

p95_s: of so many such posts, the time from the release until the last account had acknowledged it. Peer in the same
run: the same calls to the same server from a pool of as many threads, without database, record or recovery.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.delivery import ROOT, Crew, _control, _Databases
from bench.network import Network, standing

ACCOUNTS = int(os.environ.get("HUE_BENCH_ACCOUNTS", "119"))
POSTS = int(os.environ.get("HUE_BENCH_FANOUTS", "20"))
ANSWER = 0.2  # seconds
PATIENCE = 60.0  # seconds for one post


def run(*, accounts: int = ACCOUNTS, posts: int = POSTS) -> dict[str, float | int | str]:
    """accounts, networks, posts, p95_s and median_s of the last acknowledgement, peer_s, ratio_peer."""
    networks = standing()
    network = Network(accounts, networks=networks)
    home = Path(tempfile.mkdtemp(prefix="hue-bench-fanout-"))
    try:
        with _Databases(f"f{os.getpid()}") as extra:
            environment = worker_environment(home, network, extra)
            _control(
                "setup", environment, json.dumps({"server": "", "accounts": network.accounts, "texts": []})
            )
            network.answer_after(ANSWER)
            crew = Crew([sys.executable, "manage.py", "work"], environment)
            crew.start()
            try:
                lasts = sorted(
                    last_of(environment, f"Urgent {n}", urgency="URGENT") for n in range(posts + 1)
                )
            finally:
                crew.stop()
        peer = _peer(network, _threads(environment))
    finally:
        network.stop()
        shutil.rmtree(home, ignore_errors=True)
    return {
        "accounts": accounts,
        "networks": len(networks),
        "posts": len(lasts),
        "p95_s": p95(lasts),
        "median_s": round(lasts[len(lasts) // 2], 2),
        "peer_s": round(peer, 2),
        "ratio_peer": round(lasts[len(lasts) // 2] / peer, 2),
        "database": "postgresql" if extra else "sqlite",
        "peer": "the same calls from as many threads, nothing kept",
    }


def p95(ordered: list[float]) -> float:
    """The value that 95 of 100 do not pass, of values in order; rounded to hundredths."""
    return round(ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))], 2)


def worker_environment(home: Path, network: Network, extra: dict[str, str]) -> dict[str, str]:
    """The settings of a worker with a home of its own that may speak with the simulated network."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker",
        "HUE_HOME": str(home),
        "HUE_ALLOW_PRIVATE": network.address,
        **extra,
    }


def last_of(environment: dict[str, str], text: str, *, urgency: str, accounts: int = 0) -> float:
    """Seconds until the last of the accounts had acknowledged a text said now. Raises RuntimeError if one never does."""
    said = _control("say", environment, json.dumps({"text": text, "urgency": urgency, "accounts": accounts}))
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        seconds: list[float | None] = json.loads(_control("waited", environment, said))
        if all(second is not None for second in seconds):
            return max(second for second in seconds if second is not None)
    raise RuntimeError(f"not everybody had acknowledged “{text}” after {PATIENCE:.0f} s")


def _threads(environment: dict[str, str]) -> int:
    code = "import django; django.setup(); from django.conf import settings; print(settings.HUE_DELIVERY_THREADS)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    return int(done.stdout)


def _peer(network: Network, threads: int) -> float:
    """Seconds until every account has posted once, by the plain network's own calls."""
    plain = [account for account in network.accounts if account["channel"] == "simulated"]
    tokens = [_post(f"{a['server']}/api/session", {"secret": a["secret"]["secret"]})["token"] for a in plain]
    turns = [
        (plain[n % len(plain)]["server"], tokens[n % len(plain)], n) for n in range(len(network.accounts))
    ]
    begun = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda turn: _post(f"{turn[0]}/api/posts", _body(turn[2]), turn[1]), turns))
    return time.monotonic() - begun


def _body(number: int) -> dict[str, str]:
    return {"text": f"peer {number}", "created_at": "2026-11-22T12:00:00+00:00"}


def _post(address: str, body: dict[str, str], token: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return dict(json.loads(answer.read()))
