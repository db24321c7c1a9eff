"""What each rule means, by example: `examples/*.txt` says what must be found and what must be left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hueandcry.preflight import packs
from hueandcry.preflight.checks import Draft, check

EXAMPLES = Path(__file__).parent / "examples"


def examples() -> Iterator[tuple[str, str, str, str, str]]:
    for path in sorted(EXAMPLES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#") and path.name != "everyday.txt":
                verb, topic, pack, stage, text = (cell.strip() for cell in line.split("|", 4))
                yield verb, topic, pack, stage, text


def everyday() -> list[str]:
    lines = (EXAMPLES / "everyday.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize(
    ("verb", "topic", "pack", "stage", "text"), list(examples()), ids=lambda cell: str(cell)[:60]
)
def test_an_example_is_found_or_left(verb: str, topic: str, pack: str, stage: str, text: str) -> None:
    found = [
        finding for finding in check(Draft(text, stage=stage), packs.load(pack)) if finding.topic == topic
    ]
    assert bool(found) == (verb == "find"), found
    for finding in found:
        assert text[finding.start : finding.end]
        assert "{" not in finding.sentence + finding.cure + finding.why


@pytest.mark.parametrize("text", everyday(), ids=lambda text: text[:60])
def test_an_everyday_post_is_left_alone(text: str) -> None:
    for name in packs.names():
        found = [f for f in check(Draft(text), packs.load(name)) if f.topic != "no-emergency-note"]
        assert found == [], name
    said = "in an emergency call 999 or 911. "
    assert check(Draft(said + text), packs.load("england-wales")) == []
