"""What an agency begins with and then makes its own: the syllabus of a three-day course, three policies with questions.

The texts lie in data/ as plain text. Pure, apart from reading them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.agencies import quiz
from hueandcry.kernel.errors import Invalid, NotFound

DATA = Path(__file__).with_name("data")
COURSE_DAYS, COURSE_MONTHS = 3, 24
POLICIES = ("official-use", "comment-policy", "personal-use")
MOST_UNITS = 40
LONGEST = 300


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy as it is shipped. layer: a Policy.Layer; questions: as PolicyVersion.questions."""

    name: str
    title: str
    layer: str
    text: str
    questions: list[dict[str, Any]]


def course_name() -> str:
    """What the shipped course is called."""
    return _("Speaking for the agency")


def syllabus() -> list[dict[str, Any]]:
    """The shipped syllabus: twelve units on three days, each with its test, as Course.syllabus."""
    return parse_syllabus((DATA / "syllabus.txt").read_text(encoding="utf-8"))


def policy(name: str, *, gaps: dict[str, str] | None = None) -> PolicyText:
    """A shipped policy by its name. gaps: what stands in place of ((agency)) and the like. Raises NotFound."""
    if name not in POLICIES:
        raise NotFound(_("There is no such text to begin with."))
    whole = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    for gap, words in (gaps or {}).items():
        whole = whole.replace(f"(({gap}))", words)
    head, _mark, questions = whole.partition("\nQUIZ\n")
    title, layer, text = head.split("\n", 2)
    return PolicyText(name=name, title=title, layer=layer, text=text.strip(), questions=quiz.parse(questions))


def parse_syllabus(text: str) -> list[dict[str, Any]]:
    """Units of a plain text: "# title of a unit", then "- what it teaches" lines. Raises Invalid with the line's number."""
    units: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        mark, words = line.strip()[:1], line.strip()[1:].strip()
        if not line.strip():
            continue
        if mark not in {"#", "-"} or not words or len(words) > LONGEST:
            raise Invalid(_("Line %d: begin a unit with # and each of its contents with -.") % number, field="syllabus")  # fmt: skip
        if mark == "#":
            units.append({"title": words, "contents": []})
        elif not units:
            raise Invalid(_("Line %d: begin with a unit, a line with #.") % number, field="syllabus")
        else:
            units[-1]["contents"].append(words)
    if len(units) > MOST_UNITS:
        raise Invalid(_("At most %d units.") % MOST_UNITS, field="syllabus")
    return units


def write_syllabus(units: Sequence[dict[str, Any]]) -> str:
    """The same as text again."""
    return "\n\n".join(
        "\n".join([f"# {unit['title']}", *(f"- {item}" for item in unit["contents"])]) for unit in units
    )
