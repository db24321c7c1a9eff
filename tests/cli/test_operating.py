"""The operator's commands, run as an operator runs them: set up, back up, restore, verify, and clear sentences."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from hueandcry.cli.main import main, parser
from tests.servers.stack import Stack, databases, descendants

pytestmark = pytest.mark.slow


@pytest.fixture
def stack(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stack]:
    with databases(request.node.name) as environment, Stack(tmp_path / "var", environment) as made:
        yield made


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Stack]:
    """A second, empty installation on the same machine."""
    with databases("other", bare=True) as environment, Stack(tmp_path / "other", environment) as made:
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
    seal.write_text(other.hue("records", "seal"), encoding="utf-8")  # both seals, as printed
    said = stack.hue("records", "verify", "--against", str(seal))
    assert "main:" in said
    assert "tips:" in said
    seal.write_bytes(b"\xff\xfe")
    assert "is not a seal" in stack.hue("records", "verify", "--against", str(seal), fails=True)
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


def test_a_backup_of_a_wrong_place_is_refused_and_leaves_nothing(other: Stack, tmp_path: Path) -> None:
    assert "no tables yet" in other.hue("backup", str(tmp_path / "copy"), fails=True)
    other.hue("migrate")
    assert "nothing to copy" in other.hue("backup", str(tmp_path / "copy"), fails=True)
    assert list(tmp_path.glob("*copy*")) == []


def test_a_backup_leaves_out_files_that_are_being_written(stack: Stack, tmp_path: Path) -> None:
    stack.init()
    shelf = stack.home / "files" / "ab"
    shelf.mkdir(parents=True, exist_ok=True)
    (shelf / ".abcdef01.7.c0ffee").write_bytes(b"half a picture")
    (shelf / f"ab{'0' * 62}").write_bytes(b"a picture")
    stack.hue("backup", str(tmp_path / "copy"))
    assert [path.name for path in (tmp_path / "copy" / "files" / "ab").iterdir()] == [f"ab{'0' * 62}"]


def test_a_restore_that_cannot_be_whole_puts_nothing_back(stack: Stack, other: Stack, tmp_path: Path) -> None:
    stack.init()
    stack.hue("backup", str(tmp_path / "copy"))
    keys = ("--keys", str(stack.home / "keys"))
    if "HUE_DATABASE_URL" in stack.environment:
        return
    other.home.mkdir(mode=0o700)
    left = other.home / "tips.sqlite3-wal"  # a killed process leaves it; SQLite would play it into the copy
    left.write_bytes(b"old")
    assert "empty data directory" in other.hue("restore", str(tmp_path / "copy"), *keys, fails=True)
    left.unlink()
    said = other.hue(
        "restore", str(tmp_path / "copy"), *keys, fails=True, HUE_DATABASE_URL="postgresql://127.0.0.1:1/x"
    )
    assert "goes back to where it came from" in said
    assert not (other.home / "main.sqlite3").exists()
    assert "main:" in other.hue("restore", str(tmp_path / "copy"), *keys)


def test_without_its_keys_nothing_starts_and_no_new_key_is_made(stack: Stack) -> None:
    stack.init()
    keys = stack.home / "keys"
    keys.rename(stack.home / "lost")
    for command in (["up"], ["records", "verify"], ["migrate"]):
        assert "Put their copy back" in stack.hue(*command, fails=True)
    assert {path.name for path in keys.iterdir()} <= {"django.key"}  # sessions end by it, nothing else


def test_init_sets_up_an_agency_without_demonstration_data(other: Stack) -> None:
    links = other.init(from_nothing=True)
    assert set(links) == {"Hadley", "Tomas", "Ellis", "Joy"}
    assert "set up here already" in other.hue("init", fails=True)
    sheets = list(other.shares.iterdir())
    assert len(sheets) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in sheets} == {0o600}
    for path in (other.home / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    said = other.hue("records", "verify")
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


def test_up_finishes_the_public_site_before_anybody_can_ask(stack: Stack) -> None:
    stack.init()
    (stack.home / "site" / "current").unlink()  # as if the machine had failed before the first release
    stack.up()
    assert "for system:up" in (stack.home / "logs" / "hue.log").read_text(encoding="utf-8")


def test_a_server_that_was_killed_leaves_no_worker_behind(stack: Stack) -> None:
    stack.init()
    stack.up()
    assert stat.S_IMODE((stack.home / "run" / "public.sock").stat().st_mode) == 0o600
    left = [child for name in ("public", "desk") for child in descendants(stack.processes()[name])]
    assert left
    for name in ("public", "desk"):
        os.kill(stack.processes()[name], signal.SIGKILL)
    ends = time.monotonic() + 20
    while any(is_running(number) for number in left) and time.monotonic() < ends:
        time.sleep(0.1)
    assert not any(is_running(number) for number in left)


def is_running(number: int) -> bool:
    """True if this process runs (one that only waits to be collected does not)."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


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
    (tmp_path / "file").touch()
    for arguments, variables, sentence in (
        (["init"], {}, "left without an answer"),
        (["init", "--name", "\udcff"], {}, "not text in UTF-8"),
        (["up"], {"HUE_HOME": str(tmp_path / ("long" * 30))}, "too long for the sockets"),
        (["records", "verify"], {"HUE_HOME": str(tmp_path / "file")}, "file"),
    ):
        said = stack.hue(*arguments, fails=True, **variables)
        assert sentence in said, said
        assert "Traceback" not in said, said
    assert "must be a whole number" in stack.hue("records", "verify", fails=True, HUE_DESK_PORT="many")
    same = {"HUE_DATABASE_URL": "postgresql:///hue", "HUE_TIPS_DATABASE_URL": "postgresql:///hue"}
    assert "another database" in stack.hue("records", "verify", fails=True, **same)
    assert "whole number" in stack.hue("migrate", fails=True, HUE_DATABASE_URL="postgresql://localhost:x/y")
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


@contextmanager
def looking(home: Path) -> Iterator[set[str]]:
    """Both embedded databases, read meanwhile: their -wal files come and go with whoever has them open."""
    with ExitStack() as open_ones:
        names = set()
        for path in home.glob("*.sqlite3"):
            one = open_ones.enter_context(closing(sqlite3.connect(path)))
            one.execute("SELECT count(*) FROM django_migrations").fetchone()
            names |= {path.name, f"{path.name}-wal"}
        yield names


def test_nothing_in_the_data_directory_can_be_read_by_others(stack: Stack) -> None:
    before = os.umask(0o022)
    try:
        stack.init(from_nothing=True)
        stack.up()
    finally:
        os.umask(before)
    assert stat.S_IMODE(stack.home.stat().st_mode) == 0o700
    with looking(stack.home) as names:
        beside = [path for path in stack.home.iterdir() if path.is_file()]
        assert {path.name for path in beside} >= names
        assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in beside} == {
            path.name: "0o600" for path in beside
        }
    for name, number in stack.processes().items():
        limits = Path(f"/proc/{number}/limits").read_text()
        assert limits.split("Max core file size", 1)[1].split()[:2] == ["0", "0"], name
