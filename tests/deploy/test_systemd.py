"""The units: systemd reads them without complaint, what each may touch is bounded, and every command line runs."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.house import UNITS, House, lines_of
from tests.servers.stack import ROOT, Stack, databases

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("deploy")]
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
DOORS_WITHOUT_NETWORK = {"hue-public@.service", "hue-backup.service", "hue-verify.service"}
MOST = {name: 10 if name in DOORS_WITHOUT_NETWORK else 15 for name in SERVICES}  # tenths of exposure
PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN = 65, 1  # prctl(2), Linux 6.3


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies with this checkout's command, templates as instance a."""
    folder = tmp_path_factory.mktemp("units")
    for path in UNITS.iterdir():
        text = path.read_text(encoding="utf-8").replace("/opt/hueandcry/current", str(ROOT))
        (folder / path.name.replace("@.", "@a.")).write_text(text, encoding="utf-8")
    return folder


def needs(program: str) -> str:
    found = shutil.which(program)
    if not found:
        pytest.skip(f"{program} is not here")
    return found


def test_systemd_reads_every_unit_without_complaint(units: Path) -> None:
    files = [
        str(path) for path in units.iterdir() if path.suffix in {".service", ".socket", ".target", ".timer"}
    ]
    done = subprocess.run(
        [needs("systemd-analyze"), "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.strip()) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_the_exposure_of_each_service_stays_small(units: Path, name: str) -> None:
    done = subprocess.run(
        [needs("systemd-analyze"), "security", "--offline=yes", "--no-pager", f"--threshold={MOST[name]}",
         str(units / name.replace("@.", "@a."))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_closed_in_the_same_way(name: str) -> None:
    text = (UNITS / name).read_text(encoding="utf-8")
    for line in ("User=hueandcry", "ProtectSystem=strict", "NoNewPrivileges=yes", "MemoryDenyWriteExecute=yes",
                 "CapabilityBoundingSet=", "LimitCORE=0", "PrivateUsers=yes", "SystemCallArchitectures=native"):  # fmt: skip
        assert f"\n{line}\n" in text, line


def test_the_tip_pages_reach_no_network_and_no_key_but_their_own() -> None:
    text = (UNITS / "hue-public@.service").read_text(encoding="utf-8")
    for line in ("PrivateNetwork=yes", "RestrictAddressFamilies=AF_UNIX", "IPAddressDeny=any"):
        assert f"\n{line}\n" in text
    closed = " ".join(lines_of("hue-public@.service", "InaccessiblePaths"))
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "hueandcry").rglob("*.py"))
    keys = set(re.findall(r'"([a-z-]+\.key)"', code)) - {"recovery.key"}
    assert {name for name in keys if f"/keys/{name}" not in closed} == set()
    assert "-/var/lib/hueandcry/keys" in lines_of("hue-public@.service", "ReadOnlyPaths")[0].split()
    for path in ("/etc/hueandcry", "/var/backups/hueandcry", "/var/backups/hueandcry-locks"):
        assert f"-{path}" in closed.split(), path


def test_every_key_that_is_shut_away_is_there_before_the_tip_pages_start(tmp_path: Path) -> None:
    """systemd closes what exists when it starts a unit: a key made later would lie open to it until the next start."""
    closed = " ".join(lines_of("hue-public@.service", "InaccessiblePaths"))
    with databases("keys") as environment, Stack(tmp_path / "var", environment) as stack:
        stack.init()
        for name in re.findall(r"/keys/(\S+)", closed):
            assert (stack.home / "keys" / name).exists(), name
        early = [stack.home / "keys" / name for name in ("channels.key", "tips.pepper")]
        for key in early:
            key.unlink()  # an earlier version made it with the first account, the first tip
        stack.hue("migrate")
        assert [key.exists() for key in early] == [True, True]


def test_the_tip_pages_do_without_the_key_of_the_desk(tmp_path: Path) -> None:
    code = "import django; django.setup(); from django.conf import settings; print(settings.SECRET_KEY)"
    done = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
            env={"HUE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "hueandcry.settings.public"},
        ).stdout
        for _start in range(2)
    ]  # fmt: skip
    assert done[0] != done[1]
    # Nor does what becomes the process (`hue serve public`); a socket of a wrong name ends it before it does.
    subprocess.run(
        [sys.executable, "-m", "hueandcry", "serve", "public", "--socket", str(tmp_path / "wrong.sock")],
        env={"HUE_HOME": str(tmp_path)}, cwd=ROOT, check=False, capture_output=True,
    )  # fmt: skip
    assert not (tmp_path / "keys" / "django.key").exists()


def test_stopping_the_target_waits_until_everything_has_stopped() -> None:
    """The stop of a unit comes before that of what it is ordered after, and systemctl waits for the target."""
    for name in SERVICES:
        if "hue.target" in lines_of(name, "PartOf"):
            assert "hue.target" in lines_of(name, "After")[0].split(), name


def test_every_command_that_a_unit_runs_exists_and_every_path_is_made() -> None:
    for name in SERVICES:
        for line in [*lines_of(name, "ExecStart"), *lines_of(name, "ExecStartPost")]:
            words = re.findall(r"/opt/hueandcry/current/hue (\S+)(?: (\S+))?", line)
            assert words, line
            for command, _rest in words:
                done = subprocess.run(
                    [sys.executable, "-m", "hueandcry", command, "--help"],
                    cwd=ROOT,
                    capture_output=True,
                    check=False,
                )
                assert done.returncode == 0, line
    made = (UNITS / "hueandcry.tmpfiles").read_text(encoding="utf-8")
    for path in {
        path for name in SERVICES for line in lines_of(name, "ReadWritePaths") for path in line.split()
    }:
        assert re.search(rf"^d {path}\s", made, flags=re.MULTILINE), path


def test_what_runs_once_runs(house: House) -> None:
    """hue-verify and hue-doctor, by their own lines. (Public, desk and worker: every other test of this folder.)"""
    figures = house.run.with_name(f"{house.run.name}-figures")  # deploy/systemd/hueandcry.tmpfiles
    figures.mkdir()
    for name, statuses in (("hue-verify.service", {0}), ("hue-doctor.service", {0, 1, 2})):
        for line in lines_of(name, "ExecStart"):
            done = subprocess.run(
                house.command(line),
                env=house.environment,
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode in statuses, done.stdout + done.stderr
    assert "hue_up 1" in (figures / "hue.prom").read_text(encoding="utf-8")


def test_the_nightly_backup_keeps_fourteen(house: House, tmp_path: Path) -> None:
    for day in range(10, 30):
        (tmp_path / "nights" / f"2026-10-{day}-0220").mkdir(parents=True)
    line = lines_of("hue-backup.service", "ExecStart")[0].replace("$$", "$").replace("%%", "%")
    line = line.replace("/var/backups/hueandcry-locks", str(tmp_path))
    command = house.command(line.replace("/var/backups/hueandcry", str(tmp_path / "nights")))
    done = subprocess.run(
        command, env=house.environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    left = sorted(path.name for path in (tmp_path / "nights").iterdir())
    assert len(left) == 14
    assert (tmp_path / "nights" / left[-1] / "backup.json").exists()


def test_nothing_we_run_needs_memory_that_is_written_and_executed(house: House) -> None:
    """MemoryDenyWriteExecute, tried with the kernel's own switch where it has one (Linux 6.3)."""
    if ctypes.CDLL(None).prctl(66, 0, 0, 0, 0) < 0:  # PR_GET_MDWE
        return
    code = (
        "import ctypes, mmap, django\n"
        f"assert ctypes.CDLL(None).prctl({PR_SET_MDWE}, {MDWE_REFUSE_EXEC_GAIN}, 0, 0, 0) == 0\n"
        "django.setup()\n"
        "import granian, uvloop, httptools, psycopg, PIL.Image, fido2\n"
        "from django.contrib.auth.hashers import check_password, make_password\n"
        "assert check_password('four words make one', make_password('four words make one'))\n"
        "from hueandcry.kernel import sealing\n"
        "seed = sealing.new_seed()\n"
        "assert sealing.unseal(seed, sealing.seal(sealing.public_key(seed), b'x', info=b'i'), info=b'i') == b'x'\n"
        "try:\n    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        "except PermissionError:\n    print('closed')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT,
        env={**house.environment, "DJANGO_SETTINGS_MODULE": "hueandcry.settings.desk"},
    )  # fmt: skip
    assert done.stdout == "closed\n", done.stderr
