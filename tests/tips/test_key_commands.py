"""The operator's commands about keys, run as an operator runs them, on an installation of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.stack import ROOT, Stack, databases

pytestmark = pytest.mark.slow
PREPARE = """
import json
from hueandcry.agencies.queries import agencies
from hueandcry.agencies.roles import Role
from hueandcry.kernel import sealing
from hueandcry.tips import root
from tests import helpers_tips
from tests.factories import make_actor
programme = next(agency for agency in agencies() if agency.kind == "tip_programme")
officer = make_actor(programme, Role.TIP_COORDINATOR, name="Samira Quist")
key, seed = helpers_tips.make_waiting_key(officer)
print(json.dumps({"programme": programme.pk, "words": root.spoken(helpers_tips.card_of(key)), "seed": seed.hex()}))
"""
SEND = """
from hueandcry.tips import codes, intake
from hueandcry.tips.envelope import Letter
filed = intake.begin_tip(programme_id=%d, appeal_ref="", ticket=intake.new_ticket(), letter=Letter("A grey van."))
print(codes.parse_number(filed.number))
"""
OPENS = """
from hueandcry.kernel import sealing
from hueandcry.tips import opening
from hueandcry.tips.models import Tip
try:
    print(opening.open_tip(Tip.objects.get(number="%s"), private=bytes.fromhex("%s"))[0].letter.text)
except sealing.CannotOpen:
    print("closed")
"""


def run(stack: Stack, code: str) -> str:
    """Python with this installation's data."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        env={**stack.environment, "DJANGO_SETTINGS_MODULE": "hueandcry.settings.worker"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Installed:
    """`hue init`, one officer whose key the root approved, one tip."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        stack.init()
        made = json.loads(run(stack, PREPARE))
        self.programme, self.words, self.seed = made["programme"], made["words"], made["seed"]
        assert "Approved" in stack.hue("tips", "approve", *self.words.split(), *stack.two_shares())
        self.number = run(stack, SEND % self.programme)

    def opened(self, stack: Stack) -> str:
        """What the officer's key makes of the tip there."""
        return run(stack, OPENS % (self.number, self.seed))


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    with databases("keys") as environment, Stack(tmp_path / "data", environment) as stack:
        yield Installed(stack)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Stack]:
    with databases("keysother", bare=True) as environment, Stack(tmp_path / "other", environment) as stack:
        yield stack


def test_the_root_is_made_used_drilled_and_replaced(installed: Installed, tmp_path: Path) -> None:
    stack = installed.stack
    assert installed.opened(stack) == "A grey van."
    sheet = next(iter(sorted(stack.shares.iterdir()))).read_text()
    assert "Ellery Crime Stoppers" in sheet
    assert "Kept by:" in sheet
    assert "A grey van." in stack.hue("tips", "open", installed.number, *stack.two_shares())
    said = stack.hue("tips", "drill", *stack.two_shares())
    assert "the newest tip opens" in said
    assert "van" not in said
    one = stack.two_shares()[:2]
    assert "Two share sheets are needed" in stack.hue("tips", "drill", *one, fails=True)
    assert "Two different shares" in stack.hue("tips", "drill", *one, *one, fails=True)
    old = stack.two_shares()
    said = stack.hue("tips", "new-root", "--out", str(tmp_path / "new"), *old)
    assert "closed for the new root" in said
    assert "replaced" in stack.hue("tips", "drill", *old, fails=True)
    fresh = [word for sheet in sorted((tmp_path / "new").iterdir())[:2] for word in ("--share", str(sheet))]
    assert "the newest tip opens" in stack.hue("tips", "drill", *fresh)
    assert installed.opened(stack) == "A grey van."
    assert "tips: " in stack.hue("records", "verify")


def test_a_backup_holds_no_lock_and_is_restored_with_or_without_them(
    installed: Installed, other: Stack, tmp_path: Path
) -> None:
    stack = installed.stack
    locks = tmp_path / "apart" / "locks.json"
    locks.parent.mkdir()
    said = stack.hue("backup", str(tmp_path / "first"), "--locks", str(locks))
    assert "Keep this file apart" in said
    stack.hue("backup", str(tmp_path / "copy"), "--locks", str(locks))
    (lock,) = (stack.home / "tip-locks").iterdir()
    everything = b"".join(path.read_bytes() for path in (tmp_path / "copy").rglob("*") if path.is_file())
    everything += b"".join(path.read_bytes() for path in (stack.home / "keys").iterdir())
    assert lock.read_bytes() not in everything
    assert lock.read_bytes().hex().encode() not in everything
    inside = tmp_path / "third" / "locks.json"
    assert "must not lie" in stack.hue("backup", str(tmp_path / "third"), "--locks", str(inside), fails=True)

    keys = ["--keys", str(stack.home / "keys")]
    said = other.hue("restore", str(tmp_path / "copy"), *keys)
    assert "hue tips recover" in said
    assert installed.opened(other) == "closed"
    said = other.hue("tips", "recover", *stack.two_shares())
    assert "1 tips looked at, 1 copies added" in said
    assert installed.opened(other) == "A grey van."


def test_a_restore_with_the_locks_opens_at_once(installed: Installed, other: Stack, tmp_path: Path) -> None:
    stack, locks = installed.stack, tmp_path / "locks.json"
    stack.hue("backup", str(tmp_path / "copy"), "--locks", str(locks))
    keys = ["--keys", str(stack.home / "keys")]
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    assert "Nothing was restored" in other.hue(
        "restore", str(tmp_path / "copy"), *keys, "--locks", str(wrong), fails=True
    )
    other.hue("restore", str(tmp_path / "copy"), *keys, "--locks", str(locks))
    assert installed.opened(other) == "A grey van."


def test_a_lost_root_file_closes_the_form_until_two_shares_pin_it_again(installed: Installed) -> None:
    stack = installed.stack
    (pinned,) = (stack.home / "keys").glob("programme-*.root")
    pinned.unlink()
    stack.hue("migrate")
    assert not pinned.exists()  # never a new one where a log stands
    assert "accepted" in stack.hue("tips", "pin", *stack.two_shares())
    assert pinned.exists()
    assert run(stack, SEND % installed.programme)
