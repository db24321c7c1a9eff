"""Lines of Today about questions to experts: those to this person, and what became of those they asked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.urls import reverse
from django.utils.translation import ngettext

from hueandcry.desk.asked import Asked
from hueandcry.desk.line import Line
from hueandcry.experts.models import Question
from hueandcry.experts.queries import is_late

SHOWN = 3


def needs(asked: Asked) -> list[Line]:
    """Questions to answer; replies to use; questions of one's own that nobody answered in time."""
    home, lines = reverse("experts"), []
    if rows := asked.questions_to_me:
        text = ngettext("question for you, who know", "questions for you, who know", len(rows))
        lines.append(Line(text, home, len(rows), late=any(is_late(row) for row in rows), things=_named(rows)))
    mine = [row for row in asked.questions if row not in rows]
    replies = [row for row in mine if row.status == Question.Status.ANSWERED]
    overdue = [row for row in mine if row.status == Question.Status.ASKED]
    text = ngettext("reply of an expert waits for you", "replies of experts wait for you", len(replies))
    lines.append(Line(text, f"{home}?show=asked", len(replies), things=_named(replies)))
    text = ngettext(
        "question of yours was not answered in time: hand it on",
        "questions of yours were not answered in time: hand them on",
        len(overdue),
    )
    lines.append(Line(text, f"{home}?show=asked", len(overdue), late=True, things=_named(overdue)))
    return lines


def _named(rows: Iterable[Question]) -> tuple[tuple[str, str], ...]:
    return tuple((row.text[:80], reverse("expert-question", args=[row.pk])) for row in islice(rows, SHOWN))
