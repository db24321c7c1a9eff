"""`delivery`: posts through the real worker to a real Bluesky server while workers are killed with kill -9.

Peer in the same run: the same posts, server, kills and lease, by a worker that retries without recovering.
Counted on the server, by text: `doubled` is copies too many, `lost` is posts that are not there although
nobody was told so. No Django in this process: workers, set-up and reports are processes of their own. Then the storm of
bench/voices.py: all accounts and networks, changes and recalls, faults and kills at random.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.servers import pds as pds_server

ROOT = Path(__file__).resolve().parents[1]
POSTS = int(os.environ.get("HUE_BENCH_POSTS", "1000"))
KILLS = int(os.environ.get("HUE_BENCH_KILLS", "30"))
ACCOUNTS = 5
WORKERS = 2
LEASE = 4  # seconds: short, so that a killed worker's rows are taken up soon
PATIENCE = 300.0  # seconds, and one more for each post
SPREAD = 0.8  # of the posts: over them the kills are spread, so that a late look misses none
PEER_POSTS, PEER_KILLS = 200, 10  # at most: enough to show what happens without recovery
OPEN = ("queued", "sending")


def run(
    *, posts: int = POSTS, kills: int = KILLS, with_peer: bool = True, with_storm: bool = True
) -> dict[str, float | int | str]:
    """posts, kills, doubled, lost, unconfirmed (held for a person or failed), seconds.

    peer_*: the same of the peer; accounts, networks, storm_*: of the storm.
    """
    server = pds_server.start()
    try:
        ours = _drive(server, posts, kills, [sys.executable, "manage.py", "work"], prefix="o")
        figures: dict[str, float | int | str] = dict(ours)
        if with_peer:
            peer = _drive(
                server,
                min(posts, PEER_POSTS),
                min(kills, PEER_KILLS),
                [sys.executable, "-m", "bench.delivery_control", "peer"],
                prefix="p",
            )
            figures |= {f"peer_{name}": value for name, value in peer.items()}
    finally:
        server.stop()
    if with_storm:
        from bench import voices  # it uses this module

        figures |= voices.run()
    engine = "postgresql" if os.environ.get("HUE_DATABASE_URL") else "sqlite"
    return {**figures, "database": engine, "peer": "createRecord, lease and retry, no recovery"}


@dataclass
class Crew:
    """Worker processes, of which one is killed now and then and replaced."""

    command: list[str]
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0

    def start(self) -> None:
        """One more worker."""
        self.processes.append(subprocess.Popen(self.command, cwd=ROOT, env=self.environment))

    def kill_one(self) -> None:
        """Kill -9 for one at random, and a new one in its place."""
        victim = self.processes.pop(random.randrange(len(self.processes)))
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
        self.kills += 1
        self.start()

    def stop(self) -> None:
        """End them all."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _drive(
    server: pds_server.Pds, posts: int, kills: int, command: list[str], *, prefix: str
) -> dict[str, float | int]:
    """Set up, run under kills, and count."""
    home = Path(tempfile.mkdtemp(prefix="hue-bench-delivery-"))
    tag = f"{prefix}{os.getpid()}"
    with _Databases(tag) as extra:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker",
            "HUE_HOME": str(home),
            "HUE_ALLOW_PRIVATE": server.address,
            "HUE_DELIVERY_LEASE": str(LEASE),
            **extra,
        }
        accounts = [server.create_account(f"{tag}-{number}.test") for number in range(ACCOUNTS)]
        texts = [f"{tag} post {number}: have you seen this van?" for number in range(posts)]
        given = {
            "server": server.url,
            "accounts": [{"handle": a.handle, "password": a.app_password} for a in accounts],
            "texts": texts,
        }
        _control("setup", environment, json.dumps(given))
        crew = Crew(command, environment)
        begun = time.monotonic()
        try:
            final = _until_settled(crew, server, [a.did for a in accounts], posts, kills, environment)
        finally:
            crew.stop()
        seconds = time.monotonic() - begun
        final = _states(environment)
    shutil.rmtree(home, ignore_errors=True)
    seen = Counter(_texts(server, [a.did for a in accounts]))
    told = final.get("unconfirmed", 0) + final.get("failed", 0)
    return {
        "posts": posts,
        "kills": crew.kills,
        "doubled": sum(count - 1 for count in seen.values()),
        "lost": max(0, sum(1 for text in texts if not seen[text]) - told),
        "unconfirmed": told,
        "unfinished": sum(final.get(state, 0) for state in OPEN),
        "seconds": round(seconds, 1),
    }


def _until_settled(  # noqa: PLR0917 - private, one caller
    crew: Crew, server: pds_server.Pds, dids: list[str], posts: int, kills: int, environment: dict[str, str]
) -> dict[str, int]:
    """Kill a worker at random moments, spread over the sending; then wait until every row is settled."""
    for _ in range(WORKERS):
        crew.start()
    until = time.monotonic() + PATIENCE + posts
    last_look = 0.0
    while time.monotonic() < until:
        begun = time.monotonic()
        there = len(_texts(server, dids))
        looked = time.monotonic() - begun
        while crew.kills < kills and there >= (crew.kills + 1) * SPREAD * posts / (kills + 1):
            time.sleep(random.uniform(0, 0.05))
            crew.kill_one()
        if time.monotonic() - last_look > 2 and there >= posts:
            last_look = time.monotonic()
            states = _states(environment)
            if not any(states.get(state) for state in OPEN):
                return states
        time.sleep(max(0.005, 3 * looked))  # the server is for the workers, not for us
    return _states(environment)


def _texts(server: pds_server.Pds, dids: list[str]) -> list[str]:
    return [record["value"]["text"] for did in dids for record in server.posts(did)]


def _states(environment: dict[str, str]) -> dict[str, int]:
    return dict(json.loads(_control("states", environment)))


def _control(
    job: str, environment: dict[str, str], given: str = "", *, module: str = "bench.delivery_control"
) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, job],
        cwd=ROOT,
        env=environment,
        input=given,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{job} failed: {done.stderr[-2000:]}")
    return done.stdout


class _Databases:
    """On PostgreSQL, two empty databases beside the given one, removed afterwards; on SQLite nothing."""

    def __init__(self, tag: str) -> None:
        self.url = os.environ.get("HUE_DATABASE_URL", "")
        self.names = [f"hue_bench_{tag}", f"hue_bench_{tag}_tips"]

    def __enter__(self) -> dict[str, str]:
        if not self.url:
            return {}
        self._do("CREATE DATABASE {}")
        scheme, place, _path, query, rest = urlsplit(self.url)
        return {
            "HUE_DATABASE_URL": urlunsplit((scheme, place, f"/{self.names[0]}", query, rest)),
            "HUE_TIPS_DATABASE_URL": urlunsplit((scheme, place, f"/{self.names[1]}", query, rest)),
        }

    def __exit__(self, *_error: object) -> None:
        if self.url:
            self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url, autocommit=True) as connection:
            for name in self.names:
                connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
