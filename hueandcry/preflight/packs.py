"""Law packs: the rules of one jurisdiction, read from data that a lawyer can read and change too."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from hueandcry.kernel.errors import NotFound
from hueandcry.preflight.phrases import Book
from hueandcry.preflight.values import Level

FOLDER = Path(__file__).parent / "lawpacks"
ANY = "any"  # words that count whatever the language of the post
LANGUAGES = ("en", "fr", "es")
# What each set of words does for its rule; see `looking.py`.
SETS = (
    "words", "unless", "unless_before", "unless_text", "needs", "needs_text", "cue", "private", "agency",
)  # fmt: skip
TOLD = ("id", "topic", "level", "looks", "sentence", "why", "source", "cure")


@dataclass(frozen=True)
class Rule:
    """One rule as the pack tells it. `more` holds what only its way of looking knows."""

    id: str
    topic: str
    level: Level
    looks: str
    sentence: str
    why: str
    source: str
    cure: str
    read: str = ""  # the day on which the source was read; empty: to be checked by the agency's lawyer
    offer: Mapping[str, str] = field(default_factory=dict)  # language → what may stand in place of {seen}
    quiet_stages: frozenset[str] = frozenset()
    only_stages: frozenset[str] = frozenset()
    names: bool = False  # silent about names that were cleared
    to_public: bool = False  # only where a post goes to the public
    sets: frozenset[str] = frozenset()  # which of SETS it has
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why, with its source and the day it was read."""
        read = f", read {self.read}" if self.read else ""
        return f"{self.why} ({self.source.rstrip('.')}{read}.)"


@dataclass(frozen=True)
class Pack:
    """The rules of one jurisdiction, in the order in which they are told."""

    name: str
    title: str
    version: str
    rules: tuple[Rule, ...]
    books: Mapping[str, Book]  # language → its phrases; ANY for those of every language
    plates: tuple[
        tuple[re.Pattern[str], bool], ...
    ]  # shape, and whether a word like “registration” must stand near
    phones: tuple[re.Pattern[str], ...]  # shapes of telephone numbers, as digits and the signs between them

    def rule(self, rule_id: str) -> Rule:
        """The rule of this id. Raises NotFound."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise NotFound(f"The law pack “{self.name}” has no rule “{rule_id}”.")


def names() -> list[str]:
    """The packs there are, by name."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def load(name: str) -> Pack:
    """The pack of this name; read once. Raises NotFound if there is none, ValueError if it cannot be understood."""
    if name not in names():
        raise NotFound(f"There is no law pack “{name}”. There are: {', '.join(names())}.")
    return read_pack(FOLDER / f"{name}.toml")


def read_pack(path: Path) -> Pack:
    """A pack from its file and the shared files beside it. Raises ValueError and says what cannot be understood."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    pack = told["pack"]
    pages = [
        tomllib.loads((path.parent / "shared" / f"{shared}.toml").read_text(encoding="utf-8"))
        for shared in pack["shared"]
    ]
    lists: dict[str, list[str]] = {}
    rules: dict[str, dict[str, Any]] = {}
    for page in [*pages, told]:
        lists |= page.get("lists", {})
        rules |= {rule["id"]: rule for rule in page.get("rule", [])}
    for change in told.get("change", []):
        if change["id"] not in rules:
            raise ValueError(f"{path.name} changes “{change['id']}”, which is no rule.")
        rules[change["id"]] = rules[change["id"]] | change
    for dropped in pack.get("without", []):
        del rules[dropped]
    laws = told.get("law", {})
    filled = {str(key): str(value) for key, value in pack.items() if isinstance(value, str)}
    books: dict[str, Book] = {language: Book() for language in (*LANGUAGES, ANY)}
    made = [_rule(laws.get(rule["topic"], {}) | rule, filled) for rule in rules.values()]
    for rule in made:
        _file(rule, rules[rule.id], lists, books)
    return Pack(
        name=path.stem,
        title=pack["title"],
        version=pack["version"],
        rules=tuple(made),
        books=books,
        plates=tuple((re.compile(shape["pattern"]), shape["cue"]) for shape in told.get("plate", [])),
        phones=tuple(re.compile(shape) for shape in pack["phones"]),
    )


def _rule(told: Mapping[str, Any], filled: Mapping[str, str]) -> Rule:
    lacking = [key for key in TOLD if not told.get(key)]
    if lacking:
        raise ValueError(f"The rule “{told.get('id', '?')}” does not say: {', '.join(lacking)}.")
    own = {*TOLD, *SETS, "read", "offer", "quiet_stages", "only_stages", "names", "to_public"}
    return Rule(
        id=told["id"],
        topic=told["topic"],
        level=Level(told["level"]),
        looks=told["looks"],
        sentence=_fill(told["sentence"], filled),
        why=_fill(told["why"], filled),
        source=told["source"],
        cure=_fill(told["cure"], filled),
        read=told.get("read", ""),
        offer=told.get("offer", {}),
        quiet_stages=frozenset(told.get("quiet_stages", ())),
        only_stages=frozenset(told.get("only_stages", ())),
        names=told.get("names", False),
        to_public=told.get("to_public", False),
        sets=frozenset(name for name in SETS if name in told),
        more={key: value for key, value in told.items() if key not in own},
    )


def _fill(sentence: str, filled: Mapping[str, str]) -> str:
    for key, value in filled.items():
        sentence = sentence.replace(f"{{{key}}}", value)
    return sentence


def _file(
    rule: Rule, told: Mapping[str, Any], lists: Mapping[str, list[str]], books: Mapping[str, Book]
) -> None:
    for name in rule.sets:
        for language, lines in told[name].items():
            if language not in books:
                raise ValueError(
                    f"The rule “{rule.id}” has words for “{language}”, a language that is not read."
                )
            try:
                books[language].add(f"{rule.id}/{name}", lines, lists)
            except (KeyError, ValueError) as error:
                raise ValueError(f"The rule “{rule.id}”, {name}: {error}") from error
