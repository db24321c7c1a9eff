"""An alert as whoever decides on it reads it: every line in plain words, with what stood there before."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.posts.alert_messages import area_in_words
from hueandcry.posts.alerts import EVENTS, LEVELS, RESPONSES, Alert, alert_of
from hueandcry.posts.models import Post


@dataclass(frozen=True, slots=True)
class Line:
    """One line. was: what it said before, "" where that is the same; cap: what machines are told."""

    label: str
    words: str
    was: str = ""
    cap: str = ""


def alert_lines(post: Post, agency: Agency, *, before: Post | None = None) -> list[Line]:
    """What belongs to a post that is an alert; nothing for any other. before: as it stands, where this is a change."""
    alert = alert_of(post)
    if alert is None:
        return []
    now = _lines(alert, agency)
    old = {line.label: line.words for line in _lines(alert_of(before) or alert, agency)} if before else {}
    return [
        Line(line.label, line.words, old.get(line.label, _("nothing")), line.cap)
        if before and old.get(line.label, "") != line.words
        else line
        for line in now
    ]


def _lines(alert: Alert, agency: Agency) -> list[Line]:
    level, event = LEVELS.get(alert.level), EVENTS.get(alert.event)
    response = RESPONSES.get(alert.response)
    until = alert.until.astimezone(ZoneInfo(agency.time_zone)) if alert.until else None
    cap = f"{level.urgency}, {level.severity}, {level.certainty}" if level else ""
    lines = [
        Line(_("How grave it is"), str(level.label) if level else "–", cap=cap),
        Line(_("What it is"), str(event[0]) if event else "–", cap=event[1] if event else ""),
        Line(_("Where it holds"), area_in_words(agency, alert) if alert.areas else "–"),
        Line(_("Holds until"), format_date(until, _("l j F, H:i")) if until else "–"),
        Line(_("What people should do now"), alert.todo or "–", cap=response[1] if response else ""),
    ]
    if alert.exercise:
        lines.append(Line(_("It is an exercise"), _("yes"), cap="Exercise"))
    for language, text, todo in alert.others:
        lines.append(Line(language, f"{text}\n{todo}".strip()))
    return lines
