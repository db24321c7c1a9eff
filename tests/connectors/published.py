"""What Google publishes of YouTube's interface (youtube_discovery.json), to hold requests and answers against."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hueandcry.kernel.http import Answer, Http

PUBLISHED = json.loads((Path(__file__).parent / "youtube_discovery.json").read_text())


class Published:
    """A server whose requests and answers are held against what Google publishes of its interface."""

    def __init__(self, server: Http) -> None:
        self.server, self.used = server, set[str]()

    def call(self, method: str, path: str, **given: Any) -> Answer:
        """One request. Raises AssertionError for one that the published interface does not know."""
        answer = self.server.call(method, path, **given)
        if path == "/token" or "upload_id" in (given.get("query") or {}):
            return answer
        (name,) = [
            name
            for name, one in PUBLISHED["methods"].items()
            if method == one["method"] and path in {one["path"], one["upload"]}
        ]
        one, query = PUBLISHED["methods"][name], set(given.get("query") or {}) - {"uploadType"}
        assert query <= set(one["parameters"])
        assert {parameter for parameter, needed in one["parameters"].items() if needed} <= query
        fits(given.get("json") or {}, one["request"])
        if answer.status == 200 and answer.body:
            fits(answer.json(), one["response"])
        self.used.add(name)
        return answer


def fits(value: Any, schema: str) -> None:
    """Every part of a value has a name and a kind that the published schema gives it."""
    kinds = {"string": str, "boolean": bool, "array": list, "object": dict}
    for name, inner in value.items():
        known = PUBLISHED["schemas"][schema][name]
        assert isinstance(inner, kinds[known["type"]]), name
        assert "enum" not in known or inner in known["enum"], name
        if "ref" in known:
            for one in inner if isinstance(inner, list) else [inner]:
                fits(one, known["ref"])
