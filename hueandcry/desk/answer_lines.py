"""Lines of Today about answers: wordings to decide on, and one's own that lapse."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from hueandcry.answers.queries import to_review
from hueandcry.desk.asked import Asked
from hueandcry.desk.line import Line
from hueandcry.kernel.actor import Permission

SHOWN = 3


def needs(asked: Asked) -> list[Line]:
    """Wordings that this person could approve, and answers they own that have lapsed or soon will."""
    home, lines = reverse("answers"), []
    if waiting := asked.answers_waiting:
        text = ngettext("answer waits for your approval", "answers wait for your approval", len(waiting))
        named = tuple(
            (row.answer.question, reverse("answer", args=[row.answer_id])) for row in waiting[:SHOWN]
        )
        lines.append(Line(text, f"{home}?show=waiting", len(waiting), things=named))
    if asked.may(Permission.POST_DRAFT) and (rows := to_review(actor=asked.actor)):
        text = ngettext(
            "answer of yours lapses or has lapsed: read it again",
            "answers of yours lapse or have lapsed: read them again",
            len(rows),
        )
        late = any(row.lapsed for row in rows)
        named = tuple((row.answer.question, reverse("answer", args=[row.answer.pk])) for row in rows[:SHOWN])
        lines.append(Line(text, f"{home}?show=review", len(rows), late=late, things=named))
    return lines
