"""Lines of Today about requests: what units ask for, and what the desk asks back."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from django.urls import reverse
from django.utils.translation import ngettext

from hueandcry.desk.asked import Asked
from hueandcry.desk.line import Line
from hueandcry.requests.models import UnitRequest
from hueandcry.requests.queries import is_late

SHOWN = 3


def needs(asked: Asked) -> list[Line]:
    """What waits at the desk for this person, and questions about requests of their own."""
    home, lines = reverse("requests"), []
    if waiting := asked.requests_waiting:
        late = any(is_late(row) for row in waiting)
        text = ngettext("request of a unit waits for you", "requests of units wait for you", len(waiting))
        lines.append(Line(text, home, len(waiting), late=late, things=_named(waiting)))
    if questions := asked.requests_asked:
        text = ngettext(
            "request of yours needs an answer from you",
            "requests of yours need an answer from you",
            len(questions),
        )
        lines.append(Line(text, f"{home}?show=sent", len(questions), things=_named(questions)))
    return lines


def _named(rows: Iterable[UnitRequest]) -> tuple[tuple[str, str], ...]:
    """The first few by name, each with its page."""
    return tuple((row.title, reverse("request", args=[row.pk])) for row in islice(rows, SHOWN))
