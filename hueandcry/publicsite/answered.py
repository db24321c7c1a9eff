"""Public answers to common questions (R34): a page each, a list by topic, and an index of words, as in a book.

All of it is files, and none has a script: who looks for a word looks it up, or finds it in the list.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import get_language

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.models import Agency
from hueandcry.answers.published import Shown, public_answers
from hueandcry.ui import css

SHORTEST = 4  # letters of a word worth looking up
# Words of questions that say nothing about what is asked.
COMMON = frozenset({
    "about", "does", "from", "have", "into", "should", "that", "their", "them", "there", "they", "this", "want", "what",
    "when", "where", "which", "will", "with", "would", "your",
})  # fmt: skip
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


_kept: dict[int, tuple[str, dict[str, bytes]]] = {}  # agency → what its pages were made from, and the pages


class Answered:
    """What an agency answers for everybody. Nothing is there while nothing is shown.

    The pages are rendered anew only when something on them has changed, as those of the directory are.
    """

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.answers = public_answers(agency.pk)

    def paths(self) -> list[str]:
        """The addresses of its pages, for the site map; a short address is the same page once more."""
        if not self.answers:
            return []
        return ["/answers/", *(item.path for item in self.answers), "/answers/words/"]

    def files(self) -> dict[str, bytes]:
        """Every page by name."""
        if not self.answers:
            return {}
        made_from = self._made_from()
        kept = _kept.get(self.agency.pk)
        if kept is None or kept[0] != made_from:
            kept = _kept[self.agency.pk] = (made_from, self._made())
        return kept[1]

    def _made_from(self) -> str:
        """All that shows on the pages."""
        names = ("name", "logo_text", "phone", "emergency_number", "brand_colour", "public_host")
        agency = [getattr(self.agency, name) for name in names]
        sheet = css.themed(self.agency.brand_colour).name
        return repr((agency, get_language(), sheet, public_url(self.agency, "/"), self.answers))

    def _made(self) -> dict[str, bytes]:
        topics = [
            (topic, list(rows)) for topic, rows in groupby(self.answers, key=lambda item: item.topic.lower())
        ]
        found = {
            "answers/index.html": self._render("answers", {"topics": topics, "count": len(self.answers)}),
            "answers/words/index.html": self._render("answer_words", {"letters": self._letters()}),
        }
        for item in self.answers:
            page = self._render("answer", self._one(item))
            found |= {f"{path.lstrip('/')}index.html": page for path in (item.path, item.short)}
        return found

    def _one(self, item: Shown) -> dict[str, Any]:
        near = [each for each in self.answers if each.topic.lower() == item.topic.lower() and each != item]
        return {
            "answer": item,
            "near": near[:5],
            "address": public_url(self.agency, item.path),
            "short": public_url(self.agency, item.short).partition("://")[2],
            "canonical": public_url(self.agency, item.path),
        }

    def _letters(self) -> list[tuple[str, list[tuple[str, list[Shown]]]]]:
        """The words of questions and topics in alphabetical order, under their letters, each with its answers."""
        words: dict[str, list[Shown]] = defaultdict(list)
        for item in self.answers:
            said = {word.lower() for word in WORD.findall(f"{item.question} {item.topic}")}
            for word in said:
                if len(word) >= SHORTEST and word not in COMMON:
                    words[word].append(item)
        ordered = sorted(words.items())
        return [
            (letter, list(rows)) for letter, rows in groupby(ordered, key=lambda pair: pair[0][0].upper())
        ]

    def _render(self, template: str, context: dict[str, Any]) -> bytes:
        context = {"agency": self.agency, "section": "answers", **context}
        return render_to_string(f"publicsite/{template}.html", context).lstrip().encode()
