"""`urgent`: an emergency post while thousands of routine ones wait for the same accounts.

passed_in_s: of so many emergency posts, each to four accounts, the p95 of the time until the last of the four had
acknowledged it. Peer in the same run: a routine post said at the same time, which waits for its turn. Then the same while
one network takes a minute for each answer: twenty routine deliveries hang there, and the emergencies go elsewhere.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench.delivery import Crew, _control, _Databases
from bench.fanout import last_of, p95, worker_environment
from bench.network import Network, standing

QUEUED = int(os.environ.get("HUE_BENCH_QUEUED", "5000"))
ACCOUNTS = 119
POSTS = int(os.environ.get("HUE_BENCH_EMERGENCIES", "10"))
ANSWER = 0.2  # seconds
EACH = 4  # accounts of one emergency post; a step through the list that leaves out the network that hangs
HANGING, HANGS = 1, 60.0  # which of the networks, and its seconds for an answer
UNTIL_IT_HANGS = 20.0  # seconds after which each of its accounts has something that hangs


def run(
    *, queued: int = QUEUED, accounts: int = ACCOUNTS, posts: int = POSTS
) -> dict[str, float | int | str]:
    """queued, accounts, passed_in_s (p95), median_s, still_queued when the last emergency was out, peer_passed (0).

    beside_hung_s, beside_hung_median_s: the same while one network hangs.
    """
    networks = standing()
    network = Network(accounts, networks=networks)
    home = Path(tempfile.mkdtemp(prefix="hue-bench-urgent-"))
    try:
        with _Databases(f"u{os.getpid()}") as extra:
            environment = worker_environment(home, network, extra)
            texts = [f"Routine {number}" for number in range(queued)]
            _control(
                "setup", environment, json.dumps({"server": "", "accounts": network.accounts, "texts": texts})
            )
            network.answer_after(ANSWER)
            crew = Crew([sys.executable, "manage.py", "work"], environment)
            crew.start()
            try:
                time.sleep(3)  # the worker is in the middle of its queue
                routine = json.loads(_say(environment, "Routine, said last"))
                passed = sorted(
                    last_of(environment, f"Emergency {n}", urgency="EMERGENCY", accounts=EACH)
                    for n in range(posts)
                )
                peer: list[float | None] = json.loads(_control("waited", environment, json.dumps(routine)))
                states = json.loads(_control("states", environment))
                network.fault(networks[HANGING], "slow", times=0, seconds=HANGS)
                time.sleep(UNTIL_IT_HANGS)
                beside = sorted(
                    last_of(environment, f"Beside {n}", urgency="EMERGENCY", accounts=EACH)
                    for n in range(posts)
                )
            finally:
                crew.stop()
    finally:
        network.stop()
        shutil.rmtree(home, ignore_errors=True)
    return {
        "queued": queued,
        "accounts": accounts,
        "networks": len(networks),
        "passed_in_s": p95(passed),
        "median_s": round(passed[len(passed) // 2], 2),
        "beside_hung_s": p95(beside),
        "beside_hung_median_s": round(beside[len(beside) // 2], 2),
        "still_queued": states.get("queued", 0),
        "peer_passed": sum(seconds is not None for seconds in peer),
        "database": "postgresql" if extra else "sqlite",
        "peer": "a routine post to the same accounts, said before the emergencies",
    }


def _say(environment: dict[str, str], text: str) -> str:
    return _control("say", environment, json.dumps({"text": text, "urgency": "ROUTINE", "accounts": EACH}))
