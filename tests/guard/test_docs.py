"""Documents that cannot rot: settings, commands, permissions, decisions and words are compared with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hueandcry.agencies.roles import PERMISSIONS, Role
from hueandcry.cli.main import parser
from hueandcry.kernel.actor import Permission

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_setting_has_its_line() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "hueandcry").rglob("*.py"))
    read_names = set(
        re.findall(r"""(?:env\.\w+\(\s*|environ(?:\.get|\.setdefault)?[(\[]\s*)["'](HUE_[A-Z_]+)""", code)
    )
    documented = re.findall(r"^\| `(HUE_[A-Z_]+)`", read("settings.md"), flags=re.MULTILINE)
    assert sorted(read_names) == sorted(documented)


def test_every_command_is_in_the_operators_book() -> None:
    book = read("operations.md")
    choices = next(action for action in parser()._actions if action.dest == "command").choices
    assert choices
    for name in choices:
        assert f"`hue {name}" in book, name


def test_roles_and_permissions_are_printed_as_they_are() -> None:
    rows = ["| Permission | " + " | ".join(role.label for role in Role) + " |"]
    rows += ["|---" * (len(Role) + 1) + "|"]
    for permission in sorted(Permission):
        marks = ["yes" if permission in PERMISSIONS[role] else "" for role in Role]
        rows.append(f"| `{permission.value}` | " + " | ".join(marks) + " |")
    table = re.sub(r" +", " ", "\n".join(rows))
    assert table in re.sub(r" +", " ", read("permissions.md")), "docs/permissions.md should hold:\n" + table


@pytest.mark.parametrize("path", sorted((DOCS / "adr").glob("*.md")), ids=lambda p: p.name)
def test_a_decision_has_its_number_its_parts_and_one_page(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    assert text.startswith(f"# {path.name[:4]}. ")
    for part in ("## Context", "## Options", "## Decision", "## Consequences"):
        assert part in text, part
    assert len(text.splitlines()) <= 80


def test_decisions_are_numbered_without_gap_or_double() -> None:
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "adr").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_architecture_fits_two_pages() -> None:
    assert len(read("ARCHITECTURE.md").splitlines()) <= 130


def test_no_file_names_a_path_of_a_machine() -> None:
    wrong = re.compile(r"/(?:root|home/\w+|work)/")
    for path in [
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        *(ROOT / "hueandcry").rglob("*.py"),
        *(ROOT / "scripts").glob("*"),
    ]:
        if path.is_file() and "__pycache__" not in path.parts:
            assert not wrong.search(path.read_text(encoding="utf-8")), path
