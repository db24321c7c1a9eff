"""The container file, as far as a machine without a container engine can tell; with one (podman, docker) it is built."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.stack import ROOT

FOLDER = ROOT / "deploy" / "container"
FILE = (FOLDER / "Containerfile").read_text(encoding="utf-8")
STEPS = [
    line.partition(" ") for line in FILE.replace("\\\n", " ").splitlines() if line and line[0] not in "# "
]


def steps(name: str) -> list[str]:
    return [rest for word, _space, rest in STEPS if word == name]


def copied() -> list[tuple[list[str], str]]:
    """Sources and target of each COPY from the checkout."""
    return [
        (words[:-1], words[-1])
        for rest in steps("COPY")
        if not (words := rest.split())[0].startswith("--from")
    ]


def test_only_known_steps_are_used_and_it_ends_as_an_ordinary_user() -> None:
    known = {"FROM", "ARG", "RUN", "WORKDIR", "COPY", "ENV", "USER", "VOLUME", "ENTRYPOINT", "CMD"}
    assert {word for word, _space, _rest in STEPS} <= known
    assert steps("USER") == ["10001:10001"]
    for name in ("ENTRYPOINT", "CMD", "VOLUME"):
        assert all(isinstance(json.loads(rest), list) for rest in steps(name))
    assert not re.search(r"(?i)password|secret|token", FILE)


def test_every_path_that_is_copied_exists_and_the_packages_are_locked() -> None:
    for sources, _target in copied():
        assert all((ROOT / source).exists() for source in sources), sources
    assert any("--require-hashes -r requirements/run.txt" in rest for rest in steps("RUN"))


@pytest.mark.slow
def test_what_is_copied_is_enough_to_run(tmp_path: Path) -> None:
    """The image's folder made by hand, with this machine's environment in place of the image's."""
    home = tmp_path / "opt"
    for sources, target in copied():
        for source in sources:
            place = home / target / Path(source).name if target.endswith("/") else home / target
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(ROOT / source, place)
    (home / ".venv").symlink_to(Path(sys.executable).parents[1])
    environment = {
        "HUE_HOME": str(tmp_path / "data"),
        "HUE_RUN": str(tmp_path / "run"),
        "PATH": os.environ["PATH"],
    }
    for arguments, status in (
        (["--version"], 0),
        (["migrate"], 0),
        (["migrate", "--check"], 0),
        (["doctor"], 2),
    ):
        done = subprocess.run(
            [str(home / "hue"), *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert str(ROOT) not in done.stdout


def test_the_composition_closes_every_container() -> None:
    text = (FOLDER / "compose.yaml").read_text(encoding="utf-8")
    common, _word, services = text.partition("\nservices:\n")
    for line in ('user: "10001:10001"', "read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert line in common
    for name, body in re.findall(r"^  (\w+):\n((?:    .*\n)+)", services, flags=re.MULTILINE):
        assert "<<: *hue" in body or "cap_drop: [ALL]" in body, name
    assert "network_mode: none" in services
    commands = re.findall(r"command: \[serve, (\w+)\]", services)
    assert commands == ["public", "desk", "worker"]


@pytest.mark.slow
def test_the_image_is_built_where_an_engine_runs() -> None:
    engine = next((name for name in ("podman", "docker") if shutil.which(name) and _runs(name)), None)
    if engine is None:
        return  # said in docs/operations.md: then only the tests above speak for it
    done = subprocess.run(
        [engine, "build", "-f", str(FOLDER / "Containerfile"), "-t", "hueandcry-test", str(ROOT)],
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    done = subprocess.run(
        [engine, "run", "--rm", "--read-only", "--network=none", "hueandcry-test", "--version"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert "Hue & Cry" in done.stdout, done.stderr


def _runs(engine: str) -> bool:
    return subprocess.run([engine, "info"], capture_output=True, check=False, timeout=30).returncode == 0
