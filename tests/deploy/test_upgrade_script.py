"""`deploy/upgrade`: the order of its steps, and that it stops at the first thing that does not work."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.servers.house import House
from tests.servers.stack import ROOT

# In place of systemd, which is not here: writes down what it is asked. Instances named in ACTIVE run.
SYSTEMCTL = """#!/bin/sh
case "$*" in *is-active*|*is-enabled*) for last in "$@"; do :; done
    case " $ACTIVE " in *" $last "*) exit 0;; esac; exit 3;; esac
echo "$@" >> "$SAID"
case " $BROKEN " in *" $1 $2 "*) exit 1;; esac
[ "$SLOW" != "$1 $2" ] || exec sleep 60
exit 0
"""
HUE = '#!/bin/sh\necho "hue $*" >> "$SAID"\n[ "$*" != "migrate --check" ] || exit "$HARD"\n'


class Machine:
    """Two releases, and what was asked of systemd and of `hue`."""

    def __init__(self, folder: Path) -> None:
        self.root, self.said = folder / "opt", folder / "said"
        for number in ("1", "2"):
            for name, text in (("deploy/hue-as-service", HUE), (".venv/bin/python", "#!/bin/sh\n")):
                place = self.root / "releases" / number / name
                place.parent.mkdir(parents=True)
                place.write_text(text)
                place.chmod(0o755)
        (self.root / "current").symlink_to("releases/1")
        (folder / "bin").mkdir()
        (folder / "bin" / "systemctl").write_text(SYSTEMCTL)
        (folder / "bin" / "systemctl").chmod(0o755)
        self.path = f"{folder / 'bin'}:{os.environ['PATH']}"

    def upgrade(self, *, active: str, hard: str = "0", broken: str = "") -> tuple[int, str]:
        """Run the script; returns its status and what it printed."""
        done = subprocess.run(
            [str(ROOT / "deploy" / "upgrade"), "2"], capture_output=True, text=True, check=False,
            env={"PATH": self.path, "HUE_ROOT": str(self.root), "SAID": str(self.said), "ACTIVE": active,
                 "HARD": hard, "BROKEN": broken},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def asked(self) -> list[str]:
        """Each call in order, without the marks for boot."""
        return [line for line in self.said.read_text().splitlines() if "able --quiet" not in line]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_tables_then_each_door_by_its_other_instance_then_the_worker(machine: Machine) -> None:
    assert machine.upgrade(active="hue.target hue-public@a hue-desk@b")[0] == 0
    assert machine.asked() == [
        "hue migrate --check", "hue migrate",
        "start hue-public@b", "stop hue-public@a",
        "start hue-desk@a", "stop hue-desk@b",
        "restart hue-worker", "start hue.target",
    ]  # fmt: skip
    assert str((machine.root / "current").readlink()) == "releases/2"


def test_a_change_that_needs_a_stop_is_not_begun_while_things_run(machine: Machine) -> None:
    status, said = machine.upgrade(active="hue.target hue-public@a", hard="1")
    assert status == 1
    assert "systemctl stop hue.target" in said
    assert machine.asked() == ["hue migrate --check"]
    assert str((machine.root / "current").readlink()) == "releases/1"


def test_what_does_not_start_takes_nothing_over(machine: Machine) -> None:
    status, said = machine.upgrade(active="hue.target hue-public@a hue-desk@a", broken="start hue-public@b")
    assert status == 1
    assert "Stopped here. What answered before still does." in said
    assert "stop hue-public@a" not in machine.asked()
    assert machine.asked()[-1] == "stop hue-public@b"  # it must not go on trying
    assert str((machine.root / "current").readlink()) == "releases/1"


def test_after_a_stop_the_link_stays_with_the_version_whose_tables_these_are(machine: Machine) -> None:
    status, said = machine.upgrade(active="", hard="1", broken="start hue-public@b")
    assert status == 1
    assert "with everything stopped" in said
    assert str((machine.root / "current").readlink()) == "releases/2"


@pytest.mark.parametrize("line", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_who_breaks_it_off_leaves_what_answered_and_nothing_that_goes_on_trying(
    machine: Machine, line: signal.Signals
) -> None:
    environment = {"PATH": machine.path, "HUE_ROOT": str(machine.root), "SAID": str(machine.said),
                   "ACTIVE": "hue.target hue-public@a hue-desk@a", "HARD": "0", "SLOW": "start hue-public@b"}  # fmt: skip
    # A shell cannot trap what its caller ignores, and a test run begun by nohup ignores two of the three.
    running = subprocess.Popen(
        ["/usr/bin/env", "--default-signal", str(ROOT / "deploy" / "upgrade"), "2"], env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    House.wait_until(
        "it is starting", lambda: machine.said.exists() and "start hue-public@b" in machine.said.read_text()
    )
    os.killpg(running.pid, line)
    assert running.wait(20) == 128 + line
    assert machine.asked()[-1] == "stop hue-public@b"
    assert str((machine.root / "current").readlink()) == "releases/1"
