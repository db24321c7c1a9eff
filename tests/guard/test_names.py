"""No hidden behaviour: no signals, no save() that does more than save, no generic foreign keys."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.guard.house import files, name, tree

HIDDEN_MODULES = (
    "django.dispatch",
    "django.core.signals",
    "django.db.models.signals",
    "django.contrib.contenttypes",
)


def hidden(path: Path) -> list[str]:
    """What in this file would act behind a reader's back."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(HIDDEN_MODULES):
            found.append(f"line {node.lineno}: import from {node.module}")
        if isinstance(node, ast.Import) and any(
            alias.name.startswith(HIDDEN_MODULES) for alias in node.names
        ):
            found.append(f"line {node.lineno}: import of signals")
        if isinstance(node, ast.ImportFrom) and any(alias.name.endswith("_signals") for alias in node.names):
            found.append(f"line {node.lineno}: signals")
        if path.name == "models.py" and isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
            found.append(f"line {node.lineno}: def {node.name}")
        if isinstance(node, ast.Name) and node.id == "receiver":
            found.append(f"line {node.lineno}: receiver")
    return found


def test_nothing_acts_behind_a_readers_back() -> None:
    assert {name(path): found for path in files() if (found := hidden(path))} == {}


def test_the_rule_sees_a_signal_and_a_save(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text(
        "from django.dispatch import receiver\n@receiver(x)\ndef f(): ...\nclass A:\n def save(self): ...\n"
    )
    assert len(hidden(path)) == 3
