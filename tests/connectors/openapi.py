"""Requests and answers held against what a network publishes of its interface (OpenAPI), of which an extract is here.

An extract has, for each call that a connector makes, what the published description says of the names that occur: their
kinds, the values they may have, and which of them must be there. Facts only; where from and when is in it, and by what
names the network's guides call what the description calls otherwise.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from hueandcry.kernel.http import Answer, Http

KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


class Described:
    """A server behind which every call must be one that the extract describes. used: those that were made."""

    def __init__(self, server: Http, extract: str) -> None:
        self.server, self.used = server, set[str]()
        told = json.loads((Path(__file__).parent / extract).read_text())
        self.calls, self.names = told["calls"], told["names"]

    def call(self, method: str, path: str, **given: Any) -> Answer:
        """One request. Raises AssertionError for one that the published interface does not know."""
        if path.endswith("/oauth2/token"):
            return self.server.call(method, path, **given)  # OAuth, RFC 6749
        name = self._name(method, path)
        call = self.calls[name]
        query = set(self._named(given.get("query") or {}))
        assert query <= set(call["query"]), (name, query)
        if isinstance(given.get("json"), dict):
            fits(self._named(given["json"]), call["body"], name)
        answer = self.server.call(method, path, **given)
        if answer.body and str(answer.status) in call["answers"]:
            fits(
                self._named(json.loads(answer.body)),
                call["answers"][str(answer.status)],
                f"{name} {answer.status}",
            )
            self.used.add(name)
        assert answer.status >= 400 or str(answer.status) in call["answers"], (name, answer.status)
        return answer

    def _named(self, value: Any) -> Any:
        """With the names of the description, where the network's own guides have others."""
        if isinstance(value, dict):
            return {self.names.get(name, name): self._named(inner) for name, inner in value.items()}
        return [self._named(inner) for inner in value] if isinstance(value, list) else value

    def _name(self, method: str, path: str) -> str:
        for name in self.calls:
            verb, _space, template = name.partition(" ")
            if verb == method and re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", template), path):
                return str(name)
        raise AssertionError(f"nothing is published about {method} {path}")


def fits(value: Any, schema: dict[str, Any], where: str) -> None:
    """Every part of a value has a name and a kind that the published schema gives it."""
    kinds = tuple(kind for name in schema["type"] for kind in KINDS[name])
    assert isinstance(value, kinds), (where, value)
    assert "enum" not in schema or value in schema["enum"], (where, value)
    if isinstance(value, dict) and "properties" in schema:
        assert set(schema.get("required", ())) <= set(value), (where, set(schema["required"]) - set(value))
        for name, inner in value.items():
            assert name in schema["properties"], (where, name)
            fits(inner, schema["properties"][name], f"{where} {name}")
    if isinstance(value, list):
        for inner in value:
            fits(inner, schema["items"], f"{where} []")
