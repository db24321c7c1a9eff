"""Small files and small functions: 400 and 50 lines."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.guard.house import HOUSE, files, name, tree

FILE, FUNCTION = 400, 50
ROOT = HOUSE.parent

# Exceptions, each with its reason. A line that is no longer needed fails the test.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


def long_functions(path: Path) -> dict[str, int]:
    """Name → lines of every function over the measure."""
    return {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION
    }


@pytest.mark.parametrize("ending", [".py", ".html", ".scss", ".js"])
def test_no_file_is_over_400_lines(ending: str) -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in files(ending=ending)}
    long = {path: lines for path, lines in lengths.items() if lines > FILE}
    assert long.keys() == {path for path in LONG_FILES if path.endswith(ending)}


def test_no_test_file_is_over_400_lines() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in files(ROOT / "tests")}
    assert {path: lines for path, lines in lengths.items() if lines > FILE} == {}


def test_no_function_is_over_50_lines() -> None:
    long = {
        f"{name(path)}:{function}": lines
        for path in files()
        for function, lines in long_functions(path).items()
    }
    assert long.keys() == LONG_FUNCTIONS.keys()


def test_the_rule_measures_a_function(tmp_path: Path) -> None:
    path = tmp_path / "long.py"
    path.write_text("def f():\n" + "    x = 1\n" * 50)
    assert long_functions(path) == {"f": 51}
