"""Django's own list for a deployment, behind TLS, finds nothing in any of the three processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SILENCED = {  # what is switched off in settings/, where the reason stands beside it
    "desk": {"security.W005", "security.W021"},
    "public": {"security.W001", "security.W002", "security.W003"},
    "worker": {"security.W001", "security.W002", "security.W003", "security.W010"},
}


@pytest.mark.slow
@pytest.mark.parametrize("process", sorted(SILENCED))
def test_the_deployment_check_is_clean(process: str, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUE_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "django", "check", "--deploy", "--fail-level", "WARNING",
         "--settings", f"hueandcry.settings.{process}"],
        cwd=ROOT, env={**kept, "HUE_HOME": str(tmp_path), "HUE_HTTPS": "yes", "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    silenced = re.search(r"no issues \((\d+) silenced\)", done.stdout)
    assert silenced, done.stdout
    assert int(silenced.group(1)) == len(SILENCED[process])


@pytest.mark.parametrize("process", sorted(SILENCED))
def test_nothing_is_silenced_without_a_reason_beside_it(process: str) -> None:
    lines = (ROOT / f"hueandcry/settings/{process}.py").read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("SILENCED_SYSTEM_CHECKS"))
    assert set(re.findall(r"security\.W\d+", lines[at])) == SILENCED[process]
    assert lines[at - 1].startswith("# ")
