"""Many at once leave one true site."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.publicsite import at_once

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(databases=["default", "tips"], transaction=True),
    pytest.mark.usefixtures("own_site"),
]


def run(what: str, home: Path) -> Any:
    """The outcome: here on PostgreSQL, in a process with files of its own on SQLite."""
    if connection.vendor != "sqlite":
        return at_once.WHAT[what]()
    environment = {**os.environ, "HUE_HOME": str(home), "DJANGO_SETTINGS_MODULE": "hueandcry.settings.test"}
    command = [sys.executable, "-m", "tests.publicsite.at_once", what]
    done = subprocess.run(
        command, env=environment, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_last_release_shows_the_last_commit(tmp_path: Path) -> None:
    assert run("mixed", tmp_path / "home") == {
        "shows the last commit": True,
        "appeals": ["PE-1", "PE-2"],
        "left of the withdrawn": 0,
    }


def test_of_four_who_publish_the_same_appeal_one_wins(tmp_path: Path) -> None:
    assert run("same", tmp_path / "home") == ["Conflict", "Conflict", "Conflict", "published"]


def test_two_who_begin_an_appeal_in_the_same_moment_both_get_a_free_reference(tmp_path: Path) -> None:
    assert run("drafts", tmp_path / "home") == ["PE-1001", "PE-1002"]


def test_nobody_approves_what_was_written_anew_in_the_same_moment(tmp_path: Path) -> None:
    assert run("approving", tmp_path / "home") == ["Conflict", "submitted"]
