"""The fault storm of the `delivery` benchmark: every account and network, edits and recalls, faults and kills at random.

Posts to all networks, videos to YouTube, the three lists with people on each, and appeals that come into the feeds and
go. Counted where the public reads, by text: `doubled` is copies too many, `lost` is what should stand (or be with
somebody) and is not although nobody was told so, `left_up` is what was recalled and still stands, `unchanged` is an edit
said to be done that is not. What nobody knows must be told as such, and only where nobody can know: `unconfirmed` of
posts, `unknown` of messages to people on lists; `wrongly_…` counts those that could have been known.
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.delivery import LEASE, ROOT, WORKERS, Crew, _control, _Databases
from bench.network import Network, standing
from bench.receivers import WAYS, Receivers

ACCOUNTS = int(os.environ.get("HUE_BENCH_ACCOUNTS", "119"))
POSTS = int(os.environ.get("HUE_BENCH_STORM_POSTS", "2000"))
KILLS = int(os.environ.get("HUE_BENCH_STORM_KILLS", "60"))
PEOPLE = int(os.environ.get("HUE_BENCH_STORM_PEOPLE", "20"))  # on each list
LISTS = tuple(WAYS)
# Seconds until all is settled: a killed worker's list batch waits for its lease of five minutes, and a network's
# limit for a quarter of an hour.
PATIENCE = 1_200.0
LONGEST = 3600.0  # seconds of the writing
OPEN = ("queued", "sending", "removing", "held")
AT_A_KILL = 4  # messages to people that a killed worker can have in hand: two urgencies, letters and texts
MODULE = "bench.voices_control"


@dataclass
class Storm:
    """What runs: the networks, the ends of the lists, the workers' environment. connected: accounts signed in anew."""

    network: Network
    receivers: Receivers
    environment: dict[str, str]
    crew: Crew
    chance: random.Random
    connected: int = 0

    def fail_at_random(self) -> None:
        """One fault, at a network or at the end of a list."""
        if self.chance.random() < len(LISTS) / (len(LISTS) + len(self.network.networks)):
            self.receivers.fail_at_random(self.chance)
        else:
            self.network.fail_at_random(self.chance)

    def connect_again(self) -> None:
        """What a steward does where the desk says that a sign-in was lost (a token that works once, and a kill)."""
        broken = json.loads(self.control("broken"))
        if broken:
            fresh = [[pk, self.network.joined_again(channel, handle)] for pk, channel, handle in broken]
            self.control("connect", json.dumps(fresh))
            self.connected += len(broken)

    def control(self, job: str, given: str = "") -> str:
        """A job of bench/voices_control.py."""
        return _control(job, self.environment, given, module=MODULE)


def run(*, accounts: int = ACCOUNTS, posts: int = POSTS, kills: int = KILLS) -> dict[str, float | int]:
    """accounts, networks, storm_posts, storm_kills, storm_edits, storm_recalls, and what was counted."""
    networks, home = standing(videos=True), Path(tempfile.mkdtemp(prefix="hue-bench-voices-"))
    network = Network(accounts - len(LISTS), networks=networks)
    receivers = Receivers(PEOPLE)
    begun = time.monotonic()
    try:
        with _Databases(f"v{os.getpid()}") as extra:
            environment = {
                **os.environ,
                **receivers.environment(),
                "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker",
                "HUE_HOME": str(home),
                "HUE_ALLOW_PRIVATE": f"{network.address},{receivers.address}",
                "HUE_DELIVERY_LEASE": str(LEASE),
                **extra,
            }
            crew = Crew([sys.executable, "manage.py", "work"], environment)
            storm = Storm(network, receivers, environment, crew, random.Random(119))
            report = _whole(storm, posts=posts, kills=kills)
        counted = _count(report["deliveries"], network.standing())
        lists = _count_lists(report, receivers.seen(), asked=receivers.asked.total(), kills=crew.kills)
    finally:
        receivers.stop()
        network.stop()
        if "HUE_BENCH_KEEP" not in os.environ:
            shutil.rmtree(home, ignore_errors=True)
    return {
        "accounts": accounts,
        "networks": len(networks) + len(LISTS),
        "storm_posts": posts,
        "storm_kills": crew.kills,
        "storm_connected_again": storm.connected,
        **counted,
        **lists,
        **{f"feeds_{name}": value for name, value in report["feeds"].items()},
        "storm_seconds": round(time.monotonic() - begun, 1),
    }


def _whole(storm: Storm, *, posts: int, kills: int) -> dict[str, Any]:
    """Set up, storm, let it settle; returns the desk's report."""
    given = {"server": "", "accounts": storm.network.accounts, "texts": []}
    _control("setup", storm.environment, json.dumps(given))
    storm.control("lists", json.dumps(storm.receivers.subscribers()))
    try:
        _blow(storm, posts=posts, kills=kills)
        storm.network.work_properly()
        storm.receivers.work_properly()
        _until_settled(storm)
    finally:
        storm.crew.stop()
    return dict(json.loads(storm.control("report")))


def _blow(storm: Storm, *, posts: int, kills: int) -> None:
    """While one process writes, edits and recalls posts, faults are set and workers killed."""
    crew, chance = storm.crew, storm.chance
    for _ in range(WORKERS):
        crew.start()
    writer = subprocess.Popen(
        [sys.executable, "-m", MODULE, "write"],
        cwd=ROOT, env=storm.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdin
    assert writer.stdout
    writer.stdin.write(json.dumps({"posts": posts}))
    writer.stdin.close()
    begun = time.monotonic()
    try:
        for line in writer.stdout:  # one for each hundredth that is written
            storm.fail_at_random()
            while crew.kills < kills * int(line) / 100:
                time.sleep(chance.uniform(0, 0.3))
                crew.kill_one()
                storm.fail_at_random()
            if int(line) % 10 == 0:
                storm.connect_again()
                _say(f"{int(line)} % of {posts} posts written, {crew.kills} kills", begun)
            if time.monotonic() - begun > LONGEST:
                raise RuntimeError(f"only {int(line)} % was written in {LONGEST:.0f} s")
    finally:
        if sys.exc_info()[0]:
            writer.terminate()
        writer.wait(60)
        writer.stdout.close()
    if writer.returncode:
        raise RuntimeError("the writer failed")


def _until_settled(storm: Storm) -> None:
    begun, told = time.monotonic(), 0.0
    while time.monotonic() - begun < PATIENCE:
        left = json.loads(storm.control("waiting"))
        if not left:
            return
        if time.monotonic() - told > 30:
            told = time.monotonic()
            storm.connect_again()
            _say(f"still on the way: {left}", begun)
        time.sleep(2)


def _say(what: str, begun: float) -> None:
    print(f"{time.monotonic() - begun:5.0f} s: {what}", file=sys.stderr, flush=True)


def _count(report: list[dict[str, Any]], stands: list[tuple[str, str, str]]) -> dict[str, int]:
    """Compare what the desk knows of each delivery with what the public sees: (network, handle, text)."""
    seen: Counter[tuple[str, str, str]] = Counter()
    texts: dict[tuple[str, str, str], str] = {}
    for name, handle, text in stands:
        place = (name, handle, text.split(":")[0])
        seen[place] += 1
        texts[place] = text
    told = Counter(row["status"] for row in report)
    lost = left = unchanged = wrong = 0
    for row in report:
        if row["channel"] in LISTS:
            continue
        place = (row["channel"], row["handle"], row["mark"])
        faults = {
            "lost": row["status"] == "sent" and not seen[place],
            "left up": row["status"] in {"removed", "cancelled"} and seen[place] > 0,
            "unchanged": row["edited"] and seen[place] > 0 and "edited" not in texts[place],
            "wrongly unconfirmed": row["status"] == "unconfirmed"
            and row["recovery"] != "hold"
            and row["young"],
            "doubled": seen[place] > 1,
        }
        lost, left = lost + faults["lost"], left + faults["left up"]
        unchanged, wrong = unchanged + faults["unchanged"], wrong + faults["wrongly unconfirmed"]
        for fault in (name for name, found in faults.items() if found):
            print(f"{fault}: {row}", file=sys.stderr)
    return {
        "storm_deliveries": len(report),
        "storm_videos": sum(row["video"] and row["channel"] == "youtube" for row in report),
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


def _count_lists(
    report: dict[str, Any], seen: Counter[tuple[str, str, str]], *, asked: int, kills: int
) -> dict[str, int]:
    """Compare each message to each subscriber with what they have. asked: lost answers that were asked for."""
    rows = report["lists"]
    known = {(row["medium"], row["to"], row["mark"]): row for row in rows}
    told = Counter(row["status"] for row in rows)
    told_of = Counter(row["key"] for row in rows)
    sent = [row for row in report["deliveries"] if row["channel"] in LISTS and row["status"] == "sent"]
    lost = sum(row["status"] == "sent" and not seen[place] for place, row in known.items())
    nobody = sum(told_of[row["key"]] == 0 for row in sent)  # handed over, and nobody was to get it
    spared = sum(row["status"] == "stopped" and seen[place] > 0 for place, row in known.items())
    silent = sum(row["status"] == "unknown" and row["why"] != "unknown" for row in rows)
    killed = told["unknown"] - silent
    return {
        "lists_messages": len(told_of),
        "lists_people": len(rows),
        "lists_doubled": sum(count - 1 for count in seen.values()) + len(set(seen) - set(known)),
        "lists_lost": lost + nobody,
        "lists_sent_though_stopped": spared,
        "lists_unknown": told["unknown"],
        "lists_wrongly_unknown": max(0, silent - asked) + max(0, killed - AT_A_KILL * kills),
        "lists_returned": told["returned"],
        "lists_unfinished": told["queued"] + told["trying"],
    }
