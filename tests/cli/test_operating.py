"""The operator's commands, run as an operator runs them: set up, back up, restore, verify, and clear sentences."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from hueandcry.cli.main import main, parser
from tests.servers.stack import Stack, databases

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]


@pytest.fixture
def stack(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stack]:
    with databases(request.node.name) as environment, Stack(tmp_path / "var", environment) as made:
        yield made


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Stack]:
    """A second, empty installation on the same machine."""
    with databases("other") as environment, Stack(tmp_path / "other", environment) as made:
        yield made


def test_a_backup_is_restored_and_is_the_beginning_of_the_live_record(
    stack: Stack, other: Stack, tmp_path: Path
) -> None:
    stack.init()
    stack.hue("backup", str(tmp_path / "copy"))
    stack.hue("people", "link", "moreau@port-ellery.example")  # the live record goes on
    names = {path.name for path in (tmp_path / "copy").rglob("*")}
    assert not any(name.endswith(".key") or "pepper" in name for name in names), names
    said = other.hue("restore", str(tmp_path / "copy"), "--keys", str(stack.home / "keys"))
    assert "main:" in said
    assert "tips:" in said
    seal = tmp_path / "restored.seal"
    lines = other.hue("records", "seal").split("\n")
    end = next(n for n, line in enumerate(lines) if line.startswith("\u2014")) + 1
    seal.write_text("\n".join(lines[:end]) + "\n", encoding="utf-8")
    assert "verify" in stack.hue("records", "verify", "--against", str(seal), "--ledger", "main")
    assert "verify" in other.hue("records", "verify")


def test_a_damaged_backup_is_refused_and_nothing_is_restored(
    stack: Stack, other: Stack, tmp_path: Path
) -> None:
    stack.init()
    stack.hue("backup", str(tmp_path / "copy"))
    victim = next(p for p in (tmp_path / "copy").iterdir() if p.suffix in {".sqlite3", ".dump"})
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(data)
    said = other.hue("restore", str(tmp_path / "copy"), "--keys", str(stack.home / "keys"), fails=True)
    assert "damaged" in said
    assert "Nothing was restored" in said
    assert not (other.home / "main.sqlite3").exists()


def test_a_backup_never_overwrites_and_a_restore_wants_an_empty_place(stack: Stack, tmp_path: Path) -> None:
    stack.init()
    stack.hue("backup", str(tmp_path / "copy"))
    assert "never overwrites" in stack.hue("backup", str(tmp_path / "copy"), fails=True)
    said = stack.hue("restore", str(tmp_path / "copy"), fails=True)
    assert "empty" in said


def test_init_sets_up_an_agency_without_demonstration_data(stack: Stack) -> None:
    links = stack.init()
    assert set(links) == {"Hadley", "Tomas", "Ellis", "Joy"}
    assert "set up here already" in stack.hue("init", fails=True)
    assert stack.recovery_key.exists()
    assert stat.S_IMODE(stack.recovery_key.stat().st_mode) == 0o600
    for path in (stack.home / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    said = stack.hue("records", "verify")
    assert "main:" in said


def test_up_starts_everything_on_loopback_only_and_ctrl_c_stops_all_of_it(stack: Stack) -> None:
    stack.init()
    stack.up()
    ids = stack.processes()
    assert set(ids) == {"public", "front", "desk", "worker"}
    assert listening_elsewhere({stack.public_port, stack.desk_port}) == []
    second = Stack(stack.home, {k: v for k, v in stack.environment.items() if k.startswith("HUE_")})
    assert "running already" in second.hue("up", fails=True)
    os.kill(ids["worker"], signal.SIGKILL)
    stack.stop()
    assert stack.process
    assert stack.process.returncode == 0
    assert not any(Path(f"/proc/{number}").exists() for number in ids.values())


def listening_elsewhere(ports: set[int]) -> list[str]:
    """Sockets of these ports that listen on anything but loopback (IPv4 and IPv6 tables of the kernel)."""
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, port = local.rpartition(":")
            loopback = address in {"0100007F", "00000000000000000000000001000000"}
            if state == "0A" and int(port, 16) in ports and not loopback:
                found.append(local)
    return found


def test_what_goes_wrong_is_said_in_one_sentence(stack: Stack, tmp_path: Path) -> None:
    assert "hue init" in stack.hue("up", fails=True)
    assert "hue init" in stack.hue("site", "build", fails=True)
    assert "not a backup" in stack.hue("restore", str(tmp_path), fails=True)
    assert "must be a whole number" in stack.hue("records", "verify", fails=True, HUE_DESK_PORT="many")
    assert "must look like postgresql://" in stack.hue(
        "records", "verify", fails=True, HUE_DATABASE_URL="mysql://x"
    )
    said = stack.hue(
        "records", "verify", fails=True, HUE_DATABASE_URL="postgresql://hue:secret-word@127.0.0.1:1/hue"
    )
    assert "does not answer" in said
    assert "secret-word" not in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "command", list(next(a for a in parser()._actions if a.dest == "command").choices or ())
)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "usage: hue " in capsys.readouterr().out


def test_the_list_in_a_backup_names_every_file(stack: Stack, tmp_path: Path) -> None:
    stack.init()
    stack.hue("backup", str(tmp_path / "copy"))
    listed = set(json.loads((tmp_path / "copy" / "backup.json").read_text())["files"])
    there = {str(p.relative_to(tmp_path / "copy")) for p in (tmp_path / "copy").rglob("*") if p.is_file()}
    assert there - listed == {"backup.json"}
