"""The fault storm of the `delivery` benchmark: every account and network, edits and recalls, faults and kills at random.

Counted at the networks, by text: `doubled` is copies too many, `lost` is posts that should stand and do not although
nobody was told so, `left_up` is what was recalled and still stands, `unchanged` is an edit said to be done that is not.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.delivery import LEASE, ROOT, WORKERS, Crew, _control, _Databases
from bench.network import Network, standing

ACCOUNTS = int(os.environ.get("HUE_BENCH_ACCOUNTS", "119"))
POSTS = int(os.environ.get("HUE_BENCH_STORM_POSTS", "2000"))
KILLS = int(os.environ.get("HUE_BENCH_STORM_KILLS", "60"))
PATIENCE = 900.0  # seconds
OPEN = ("queued", "sending", "removing", "held")


def run(*, accounts: int = ACCOUNTS, posts: int = POSTS, kills: int = KILLS) -> dict[str, float | int]:
    """accounts, networks, storm_posts, storm_kills, storm_edits, storm_recalls, and what was counted."""
    networks, chance = standing(), random.Random(119)
    network = Network(accounts, networks=networks)
    home = Path(tempfile.mkdtemp(prefix="hue-bench-voices-"))
    begun = time.monotonic()
    try:
        with _Databases(f"v{os.getpid()}") as extra:
            environment = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker",
                "HUE_HOME": str(home),
                "HUE_ALLOW_PRIVATE": network.address,
                "HUE_DELIVERY_LEASE": str(LEASE),
                **extra,
            }
            _control(
                "setup", environment, json.dumps({"server": "", "accounts": network.accounts, "texts": []})
            )
            crew = Crew([sys.executable, "manage.py", "work"], environment)
            try:
                _storm(crew, network, environment, chance, posts=posts, kills=kills)
                network.work_properly()
                _until_settled(environment)
            finally:
                crew.stop()
            report: list[dict[str, Any]] = json.loads(_control("report", environment))
        counted = _count(report, network)
    finally:
        network.stop()
        shutil.rmtree(home, ignore_errors=True)
    return {
        "accounts": accounts,
        "networks": len(networks),
        "storm_posts": posts,
        "storm_kills": crew.kills,
        **counted,
        "storm_seconds": round(time.monotonic() - begun, 1),
    }


def _storm(
    crew: Crew,
    network: Network,
    environment: dict[str, str],
    chance: random.Random,
    *,
    posts: int,
    kills: int,
) -> None:
    """While one process writes, edits and recalls posts, faults are set and workers killed."""
    for _ in range(WORKERS):
        crew.start()
    writer = subprocess.Popen(
        [sys.executable, "-m", "bench.delivery_control", "write"],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdin
    assert writer.stdout
    writer.stdin.write(json.dumps({"posts": posts}))
    writer.stdin.close()
    try:
        for line in writer.stdout:  # one for each hundredth that is written
            network.fail_at_random(chance)
            while crew.kills < kills * int(line) / 100:
                time.sleep(chance.uniform(0, 0.3))
                crew.kill_one()
                network.fail_at_random(chance)
    finally:
        writer.wait(60)
        writer.stdout.close()
    if writer.returncode:
        raise RuntimeError("the writer failed")


def _until_settled(environment: dict[str, str]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        states = json.loads(_control("states", environment))
        if not any(states.get(state) for state in OPEN) and not states.get("edits"):
            return
        time.sleep(2)


def _count(report: list[dict[str, Any]], network: Network) -> dict[str, int]:
    """Compare what the desk knows of each delivery with what the public sees."""
    seen: Counter[tuple[str, str, str]] = Counter()
    texts: dict[tuple[str, str, str], str] = {}
    for name, handle, text in network.standing():
        place = (name, handle, text.split(":")[0])
        seen[place] += 1
        texts[place] = text
    told = Counter(row["status"] for row in report)
    lost = left = unchanged = wrong = 0
    for row in report:
        place = (row["channel"], row["handle"], row["mark"])
        lost += row["status"] == "sent" and not seen[place]
        left += row["status"] in {"removed", "cancelled"} and seen[place] > 0
        unchanged += row["edited"] and seen[place] > 0 and "edited" not in texts[place]
        wrong += row["status"] == "unconfirmed" and row["recovery"] != "hold" and row["young"]
    return {
        "storm_deliveries": len(report),
        "storm_doubled": sum(count - 1 for count in seen.values()),
        "storm_lost": lost,
        "storm_left_up": left,
        "storm_unchanged": unchanged,
        "storm_edits": sum(row["edited"] for row in report),
        "storm_recalls": told["removed"],
        "storm_unconfirmed": told["unconfirmed"],
        "storm_wrongly_unconfirmed": wrong,
        "storm_failed": told["failed"],
        "storm_unfinished": sum(told[state] for state in OPEN),
    }
