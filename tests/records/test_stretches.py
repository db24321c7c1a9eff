"""A record of several stretches: looked at by several processes, with the same outcome as by one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import tables
from tests.servers.stack import ROOT, databases

SCRIPT = """
import json, sys
import django
django.setup()
from django.db import connection, transaction
from hueandcry.cli.database import migrate
from hueandcry.kernel.actor import Actor
from hueandcry.records import stretches, verifying
from hueandcry.records.entry import Ledger, record
from hueandcry.records.numbering import number_all
from hueandcry.records.seals import seal
from tests.conftest import lift

migrate()
by = Actor("person:7", "Nora Vance", 1)
length = stretches.LENGTH
for count in (length - 1, 1, 1, length - 1, 700):  # seals before, on and after the ends of stretches
    with transaction.atomic():
        for number in range(count):
            record(by=by, verb="appeal.publish", subject=f"appeal:{number % 7}", body={"text": f"Line {number}"})
    number_all(Ledger.MAIN)
    seal(Ledger.MAIN)
alone = stretches._processes
said = []


def look():
    both = []
    for many, processes in ((length, alone), (length, lambda: 1)):
        stretches.MANY, stretches._processes = many, processes
        report = verifying.verify(Ledger.MAIN)
        both.append([report.entries, report.seals, report.root, report.problems])
    assert both[0] == both[1], both
    said.append(both[0])


look()
lift("default")
changes = (
    "UPDATE records_entry SET verb = 'appeal.draft' WHERE id = (SELECT entry_id FROM records_position WHERE position = 5000)",
    "UPDATE records_node SET hash = (SELECT leaf FROM records_position WHERE position = 9) WHERE level = 13",
    "UPDATE records_node SET level = 14 WHERE level = 13",
    "DELETE FROM records_position WHERE position = 8300",
)
for change in changes:
    with connection.cursor() as cursor:
        cursor.execute(change)
    look()
processes = alone()
print(json.dumps({"said": said, "length": length, "processes": processes}))
"""


@pytest.mark.slow
def test_several_processes_find_what_one_finds(tmp_path: Path) -> None:
    tables.lay(tmp_path)
    with databases("stretches") as environment:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("HUE_", "DJANGO_"))}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
            env={
                **inherited, "HUE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker",
                "PYTHONPATH": str(ROOT), **environment,
            },
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    seen = json.loads(done.stdout)
    length = seen["length"]
    entries = 2 * length + 700
    whole, verb, node, moved, gap = seen["said"]
    assert whole[:2] == [entries, 5]
    assert whole[3] == []
    assert verb[3] == ["Entry 5000 was changed or stands in another entry's place."]
    assert node[3] == [*verb[3], f"The tree does not fit at level 13, place 0 (near position {2 * length})."]
    assert moved[3] == [*node[3], "The tree holds a node at level 14, place 0 that no entry made."]
    assert gap[3] == [*verb[3], "Position 8300 is missing (the next one found is 8301)."]
    if len(os.sched_getaffinity(0)) > 1:
        assert seen["processes"] > 1
