"""`records`: how fast the record is written and verified, and that nothing acknowledged is lost to kill -9.

Peer in the same run: the same rows written by the bare database driver, one commit each, without a record.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.servers.stack import databases

APPENDS = int(os.environ.get("HUE_BENCH_APPENDS", "6000"))
KILLS = int(os.environ.get("HUE_BENCH_KILLS", "25"))
ENTRIES = int(os.environ.get("HUE_BENCH_ENTRIES", "60000"))  # of the record that is verified, at least
WRITER = """
import sys, django
django.setup()
from django.db import transaction
from hueandcry.kernel.actor import Actor
from hueandcry.records.entry import record
by = Actor("person:1", "Bench", 1)
out = sys.stdout
while True:
    with transaction.atomic():
        number = record(by=by, verb="bench.append", subject="bench:1", body={"text": "x" * 200})
    out.write(f"{number}\\n"); out.flush()
"""


def run() -> dict[str, float | int | str]:
    """append_per_s, verify_per_s, lost (under kill -9), entries, and the peer driver_per_s with its ratio.

    With HUE_DATABASE_URL it runs in a pair of databases of its own, made and dropped there.
    """
    with databases("records") as environment:
        os.environ.update(environment)
        return measure()


def measure() -> dict[str, float | int | str]:
    """Append, number, kill and verify in the databases of the environment."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hueandcry.settings.worker")
    import django

    django.setup()
    from django.db import connection, transaction

    from hueandcry.cli.database import migrate
    from hueandcry.kernel.actor import Actor
    from hueandcry.records.entry import Ledger, record
    from hueandcry.records.numbering import number_all
    from hueandcry.records.seals import seal
    from hueandcry.records.verifying import verify

    migrate()
    by = Actor("person:1", "Bench", 1)

    def append(count: int) -> float:
        begun = time.perf_counter()
        for _ in range(count):
            with transaction.atomic():
                record(by=by, verb="bench.append", subject="bench:1", body={"text": "x" * 200})
        return count / (time.perf_counter() - begun)

    def driver(count: int) -> float:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_peer (id integer, text text)")
            begun = time.perf_counter()
            for number in range(count):
                with transaction.atomic():
                    cursor.execute("INSERT INTO bench_peer VALUES (%s, %s)", [number, "x" * 400])
            return count / (time.perf_counter() - begun)

    rates, peers = [], []
    for _ in range(3):
        rates.append(append(APPENDS // 3))
        peers.append(driver(APPENDS // 3))
    begun = time.perf_counter()
    number_all(Ledger.MAIN)
    numbering = APPENDS / (time.perf_counter() - begun)
    seal(Ledger.MAIN)
    print(f"appended {APPENDS}; now {KILLS} kills", file=sys.stderr)
    acknowledged = kill_loop(KILLS)
    from hueandcry.records.models import Entry

    while (missing := ENTRIES - Entry.objects.count()) > 0:
        with transaction.atomic():
            for _ in range(min(missing, 2000)):
                record(by=by, verb="bench.append", subject="bench:1", body={"text": "x" * 200})
    number_all(Ledger.MAIN)
    seal(Ledger.MAIN)
    print(f"a record of {Entry.objects.count()} entries", file=sys.stderr)

    present = set(Entry.objects.values_list("pk", flat=True))
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        report = verify(Ledger.MAIN)
        times.append(report.entries / (time.perf_counter() - begun))
    assert report.good, report.problems
    return {
        "append_per_s": round(sorted(rates)[1]),
        "driver_per_s": round(sorted(peers)[1]),
        "ratio_driver": round(sorted(rates)[1] / sorted(peers)[1], 2),
        "number_per_s": round(numbering),
        "verify_per_s": round(sorted(times)[2]),
        "kills": KILLS,
        "acknowledged": len(acknowledged),
        "lost": len(set(acknowledged) - present),
        "entries": report.entries,
        "database": connection.vendor,
    }


def kill_loop(kills: int) -> list[int]:
    """Start a writer, kill it at a random moment, again and again; returns the ids it had acknowledged."""
    acknowledged: list[int] = []
    pick = random.Random(7)
    for _ in range(kills):
        with tempfile.TemporaryFile("w+") as out:
            child = subprocess.Popen(
                [sys.executable, "-c", WRITER], stdout=out, cwd=Path(__file__).resolve().parents[1]
            )
            while out.seek(0, 2) == 0 and child.poll() is None:
                time.sleep(0.02)
            time.sleep(pick.uniform(0.01, 0.3))
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
            out.seek(0)
            lines = out.read().split("\n")[:-1]
            acknowledged += [int(line) for line in lines]
    return acknowledged
