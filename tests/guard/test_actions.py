"""Every action is keyword-only, says who acts, asks for a permission, is recorded, and says what it raises."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.guard.house import files, name, tree

# Not verbs that change anything: rules that stand beside their action. Each with its reason.
NOT_ACTIONS = {
    "agencies/actions.py:check_new_password": "a rule of join() that `hue` also asks alone",
    "assets/actions.py:plain_name": "cleans the name of a file given to add_asset()",
}
# Exceptions by rule, each with its reason. A line that is no longer needed fails the test.
EXCEPTIONS: dict[str, dict[str, str]] = {
    "keyword-only": {},
    "takes `by`": {
        "agencies/actions.py:join": "the one-time link is the right to do it; nobody is signed in yet",
        "agencies/actions.py:note_sign_in": "written by the desk about the person who has just signed in",
    },
    "asks for a permission": {
        "agencies/actions.py:join": "the one-time link is the right to do it; nobody is signed in yet",
        "agencies/actions.py:note_sign_in": "written by the desk about the person who has just signed in",
    },
    "is recorded": {
        "appeals/word_actions.py:keep_words": "nobody else sees what is only typed; saving it is recorded (ADR 0022)",
        "appeals/word_actions.py:discard_words": "the same",
    },
    "says what it raises": {},
}


class Room:
    """One actions.py: its functions, and what each reaches by calling others of the file or other rooms' actions."""

    def __init__(self, path: Path) -> None:
        module = tree(path)
        self.file = name(path)
        self.functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
        self.foreign = {
            alias.asname or alias.name
            for node in ast.walk(module)
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("hueandcry.")
            for alias in node.names
            if node.module.endswith("actions") or alias.name.endswith("actions")
        }

    def public(self) -> list[ast.FunctionDef]:
        return [
            node
            for function, node in self.functions.items()
            if not function.startswith("_") and f"{self.file}:{function}" not in NOT_ACTIONS
        ]

    def reaches(self, function: str, wanted: str, seen: frozenset[str] = frozenset()) -> bool:
        """True if the function calls `wanted` (or `_wanted_so_and_so`), through a helper too, or another room's action."""
        if function in seen:
            return False
        for called in calls(self.functions[function]):
            head, _, tail = called.rpartition(".")
            bare = tail.removeprefix("_")
            if bare == wanted or bare.startswith(f"{wanted}_") or {head, called} & self.foreign:
                return True
            if called in self.functions and self.reaches(called, wanted, seen | {function}):
                return True
        return False


def calls(node: ast.FunctionDef) -> list[str]:
    """What a function calls, as written: "record", "by.require", "posts.announce"."""
    return [ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)]


def rooms() -> list[Room]:
    """Every actions.py, and the files that the verbs of a room are split into."""
    return [Room(path) for path in files() if path.name == "actions.py" or path.name.endswith("_actions.py")]


def broken(rule: str, room: Room, node: ast.FunctionDef) -> bool:
    """True if this action breaks the rule."""
    given = {argument.arg for argument in node.args.kwonlyargs}
    if rule == "keyword-only":
        return bool(node.args.args or node.args.posonlyargs or node.args.vararg)
    if rule == "takes `by`":
        return "by" not in given
    if rule == "asks for a permission":
        return not room.reaches(node.name, "require")
    if rule == "is recorded":
        return not room.reaches(node.name, "record")
    raises = any(isinstance(part, ast.Raise) for part in ast.walk(node)) or room.reaches(node.name, "require")
    return raises and "Raises" not in (ast.get_docstring(node) or "")


@pytest.mark.parametrize("rule", sorted(EXCEPTIONS))
def test_every_action(rule: str) -> None:
    found = {
        f"{room.file}:{node.name}" for room in rooms() for node in room.public() if broken(rule, room, node)
    }
    assert found == set(EXCEPTIONS[rule])


def test_the_rules_see_an_action_that_keeps_none_of_them(tmp_path: Path) -> None:
    path = tmp_path / "actions.py"
    path.write_text('def wipe(thing):\n    """Wipe."""\n    if not thing:\n        raise ValueError\n')
    room = Room(path)
    assert [rule for rule in EXCEPTIONS if broken(rule, room, room.functions["wipe"])] == list(EXCEPTIONS)


def test_what_is_no_action_exists() -> None:
    every = {f"{room.file}:{function}" for room in rooms() for function in room.functions}
    assert NOT_ACTIONS.keys() <= every
