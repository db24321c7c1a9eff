"""From SQLite to PostgreSQL: everything arrives, the record verifies, and tips open there."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from tests.deploy.house import ISSUE_2
from tests.servers.stack import Stack, databases

pytestmark = pytest.mark.slow


def test_everything_moves_and_stands_there(tmp_path: Path) -> None:
    with tarfile.open(ISSUE_2 / "issue-2.tar.xz") as archive:
        archive.extractall(tmp_path, filter="tar")
    with Stack(tmp_path / "data", {}) as files:
        files.environment.pop("HUE_DATABASE_URL", None)
        if not os.environ.get("HUE_DATABASE_URL"):
            said = files.hue("move", "--to", "postgresql://127.0.0.1:1/hue", fails=True)
            assert "does not answer" in said
            assert "verify" in files.hue("records", "verify")  # the files are as they were
            return
        with databases("move", bare=True) as environment:
            url = environment["HUE_DATABASE_URL"]
            said = files.hue("move", "--to", url)
            assert "rows are in PostgreSQL" in said
            assert "not empty" in files.hue("move", "--to", url, fails=True)
            assert "already" in files.hue("move", "--to", url, fails=True, HUE_DATABASE_URL=url)
            with Stack(tmp_path / "data", environment) as moved:
                assert "seals verify" in moved.hue("records", "verify")
                tip = (tmp_path / "known.json").read_text(encoding="utf-8")
                number = tip.split('"number": "')[1][:10]
                assert number in moved.hue(
                    "tips", "open", number, "--key", str(tmp_path / "recovery.key")
                ).replace("-", "")
                moved.up()
