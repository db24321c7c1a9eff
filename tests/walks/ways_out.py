"""Every verb that can make or release a delivery, or change what stands on the public site, found in the source of the house."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from hueandcry.publicsite.following import OF_POSTS, SHOWN
from tests.guard.house import HOUSE, files, name, tree

# What puts a delivery, or a change of one, in line: by this no verb can get round.
SOURCES = re.compile(
    r"Delivery\(\s*agency|Delivery\.objects\.bulk_create|DeliveryEdit\.objects\.bulk_create"
    r"|(?:to|status)=(?:S|D|Delivery\.Status)\.QUEUED[,)]|waiting\.update\(due_at=|update\(\s*status=E\.WAITING"
    r"|update\(held_at=None"  # a message to a list that was held back
)
# The worker's own files: they begin with the question (posts/holding.py), and nobody else may call them.
WORKERS = {"posts/delivering.py", "posts/queries.py", "posts/removing.py"}
VERB = r"(/|_)actions\.py:[a-z]|^cli/"
# What asks whether a person may speak now: course, policies, brakes.
PAGES = SHOWN | OF_POSTS  # the entries after which the public pages are made anew
QUESTIONS = {"agencies/standing.py:require_standing", "posts/deciding.py:require_may_go"}
DOORS = {"demo", "desk", "public", "connectors", "simnet", "front", "settings"}


def _known(module: ast.Module, file: str) -> dict[str, str]:
    """What names mean in a file: "posts" → "posts/actions.py:", "change" → "posts/changing.py:change"."""
    found = {node.name: f"{file}:{node.name}" for node in module.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hueandcry"):
            folder = "/".join((node.module or "").split(".")[1:])
            for alias in node.names:
                is_file = (HOUSE / folder / f"{alias.name}.py").is_file()
                whole = f"{folder}/{alias.name}.py:" if is_file else f"{folder}.py:{alias.name}"
                found[alias.asname or alias.name] = whole
    return found


def _mentions(node: ast.AST, known: dict[str, str]) -> Iterator[str]:
    """The functions of ours that a function calls or hands on."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            base = known.get(part.value.id, "")
            if base.endswith(":"):
                yield base + part.attr
        elif isinstance(part, ast.Name) and not known.get(part.id, ":").endswith(":"):
            yield known[part.id]


class Calls(NamedTuple):
    """graph: function → the functions it reaches in one step; sources; shown: those that change the public pages."""

    graph: dict[str, set[str]]
    sources: set[str]
    shown: set[str]


@cache
def calls() -> Calls:
    """What the source of the house says. Never changed."""
    found = Calls({}, set(), set())
    for path in files():
        file = name(path)
        if file.split("/")[0] not in DOORS and file not in WORKERS:
            _read(file, path.read_text(encoding="utf-8"), tree(path), found)
    return found


def _read(file: str, text: str, module: ast.Module, found: Calls) -> None:
    known = _known(module, file)
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            key = f"{file}:{node.name}"
            found.graph[key] = set(_mentions(node, known)) - {key}
            if SOURCES.search(ast.get_source_segment(text, node) or ""):
                found.sources.add(key)
            if any(isinstance(part, ast.Constant) and part.value in PAGES for part in ast.walk(node)):
                found.shown.add(key)


def _with(more: Mapping[str, str]) -> Calls:
    known = calls()
    found = Calls(dict(known.graph), set(known.sources), set(known.shown))
    for file, text in more.items():
        _read(file, text, ast.parse(text), found)
    return found


def _reaching(more: Mapping[str, str]) -> set[str]:
    """Every function that reaches a source, through whatever it calls."""
    found = _with(more)
    return _to(found.sources, found.graph)


def _to(ends: set[str], graph: Mapping[str, set[str]]) -> set[str]:
    reaching = set(ends)
    while found := {key for key, called in graph.items() if called & reaching} - reaching:
        reaching |= found
    return reaching


def ways(more: Mapping[str, str] | None = None) -> set[str]:
    """Every verb of an actions file that reaches a source, through whatever it calls; and every command of `hue`.

    more: files that are not there, with their text.
    """
    return {key for key in _reaching(more or {}) if re.search(VERB, key)}


def unasked(more: Mapping[str, str] | None = None) -> set[str]:
    """Every verb after which the public pages change, and which never asks whether its person may speak now.

    more: as for ways().
    """
    found = _with(more or {})
    asking = _to(QUESTIONS, found.graph)
    return {key for key in _to(found.shown - asking, found.graph) - asking if re.search(VERB, key)}


def past_the_verbs(more: Mapping[str, str] | None = None) -> set[str]:
    """What a door calls that reaches a source and is no verb, so that no walk goes there. more: as for ways()."""
    reaching = {key for key in _reaching({}) if not re.search(VERB, key)}
    doors = {name(path): path.read_text(encoding="utf-8") for path in files()}
    found = set()
    for file, text in {**doors, **(more or {})}.items():
        if file.split("/")[0] in DOORS - {"demo", "simnet"}:
            module = ast.parse(text)
            known = _known(module, file)
            found |= {f"{file} → {each}" for each in set(_mentions(module, known)) & reaching}
    return found
