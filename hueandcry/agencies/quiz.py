"""The short quiz of a policy, written and read as plain text. Pure.

    ? Somebody asks you under a post whether the man you arrested did it. You write:
    - He did, we caught him with the goods.
    * A man was arrested. A court decides the rest.
    = Nobody is guilty before a court says so.

"?" begins a question, "-" is an answer, "*" the right one, "=" says why. Lines between are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid

MOST_QUESTIONS, FEWEST, MOST_ANSWERS, LONGEST = 12, 2, 6, 300
MARKS = {"?", "-", "*", "="}
FIELD = "questions"


def parse(text: str) -> list[dict[str, Any]]:
    """The questions of a text, as PolicyVersion.questions. Raises Invalid with the number of the line."""
    questions: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        mark, words = line.strip()[:1], line.strip()[1:].strip()
        if mark not in MARKS:
            if line.strip():
                raise Invalid(_("Line %d begins with none of ? - * =.") % number, field=FIELD)
            continue
        if not words or len(words) > LONGEST:
            raise Invalid(_("Line %(n)d has no words, or over %(most)d characters.") % {"n": number, "most": LONGEST}, field=FIELD)  # fmt: skip
        if mark == "?":
            questions.append({"ask": words, "answers": [], "right": None, "because": ""})
        elif not questions:
            raise Invalid(_("Line %d: begin with a question, a line with ?.") % number, field=FIELD)
        else:
            _add(questions[-1], mark, words, number)
    for place, question in enumerate(questions, start=1):
        if question["right"] is None or not FEWEST <= len(question["answers"]) <= MOST_ANSWERS:
            raise Invalid(
                _("Question %(n)d needs two to %(most)d answers, one of them marked with *.")
                % {"n": place, "most": MOST_ANSWERS},
                field=FIELD,
            )
    if len(questions) > MOST_QUESTIONS:
        raise Invalid(_("At most %d questions: it is a short quiz.") % MOST_QUESTIONS, field=FIELD)
    return questions


def _add(question: dict[str, Any], mark: str, words: str, number: int) -> None:
    if mark == "=":
        question["because"] = words
        return
    if mark == "*":
        if question["right"] is not None:
            raise Invalid(_("Line %d: only one answer is the right one.") % number, field=FIELD)
        question["right"] = len(question["answers"])
    question["answers"].append(words)


def write(questions: Sequence[dict[str, Any]]) -> str:
    """The same as text again."""
    blocks = []
    for question in questions:
        lines = [f"? {question['ask']}"]
        lines += [
            f"{'*' if place == question['right'] else '-'} {answer}"
            for place, answer in enumerate(question["answers"])
        ]
        if question["because"]:
            lines.append(f"= {question['because']}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def wrong(questions: Sequence[dict[str, Any]], answers: Sequence[int | None]) -> list[int]:
    """Places (from 0) of the questions not answered right. answers: the place chosen for each, None for none."""
    given = [*answers, *([None] * len(questions))]
    return [place for place, question in enumerate(questions) if given[place] != question["right"]]
