"""Reading the house's own source, for the rules about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2] / "hueandcry"
SKIPPED = {"migrations", "node_modules", "__pycache__"}


def files(folder: Path = HOUSE, *, ending: str = ".py") -> Iterator[Path]:
    """Our own files below `folder`: no migrations, nothing vendored."""
    for path in sorted(folder.rglob(f"*{ending}")):
        if not SKIPPED & set(path.parts) and "vendor" not in path.parts:
            yield path


def name(path: Path) -> str:
    """The path as the lists of exceptions write it: "desk/guard.py"; of a file elsewhere, its bare name."""
    return path.relative_to(HOUSE).as_posix() if path.is_relative_to(HOUSE) else path.name


def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"))
