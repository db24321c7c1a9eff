"""What a note for colleagues may say. Pure: no database, no network, no clock.

A colleague's health is their own: a note about it needs their consent, names them, is short, says nothing medical and
goes after a month at most (PRACTICE 2.14; health is a special category in UK GDPR article 9, read 2026-11-22).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid
from hueandcry.kernel.given import filled, fitting, one_line, paragraphs
from hueandcry.staff.models import StaffNote

TITLE, NAMED, TEXT, HEALTH_TEXT = 120, 120, 2000, 300  # characters
LONGEST = timedelta(days=92)
LONGEST_HEALTH = timedelta(days=31)
BODY = r"(?:arm|leg|hand|foot|knee|hip|back|neck|head|skull|rib|shoulder|ankle|wrist|spine|eye|lung|heart|liver|kidney|jaw)s?"
# How medical words begin, as people write them of somebody who is ill or hurt.
MEDICAL = re.compile(
    r"\b(?:diagnos\w*|prognos\w*|symptom\w*|medicat\w*|prescri\w*|surg(?:ery|eries|eon|ical)\w*|operated on|transplant\w*"
    r"|cancer\w*|tumou?r\w*|leuk\w*|lymphom\w*|chemo\w*|radiother\w*|biops\w*|scans?|x-?rays?|mri|therap\w*|rehab\w*"
    r"|strokes?|heart attack|cardiac|seizure\w*|epilep\w*|diabet\w*|dement\w*|alzheimer\w*|parkinson\w*|multiple sclerosis"
    r"|infect\w*|virus|covid\w*|influenza|pneumon\w*|sepsis|hepatitis|hiv|aids|tubercul\w*|meningit\w*"
    r"|depress\w*|anxiety|anxious|ptsd|trauma\w*|burn-?out|breakdown|mental\w*|psych\w*|suicid\w*|self-harm\w*|overdos\w*"
    r"|addict\w*|alcohol\w*|pregnan\w*|miscarr\w*|stillb\w*|ivf|hysterect\w*"
    r"|fractur\w*|concuss\w*|amputat\w*|paraly\w*|wound\w*|gunshot\w*|stab(?:bed|bing)\w*|bleed\w*|haemorr\w*|hemorr\w*"
    r"|coma|unconscious|intensive care|icu|life support|ventilat\w*|(?:critical|serious|stable) condition|hospice|ward \w+"
    rf"|(?:broken|broke|injured|hurt|damaged|torn|lost) (?:his |her |their |an? |the )?{BODY})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A note as somebody writes it. consents: the writer answers for it that the person named agrees."""

    kind: str
    title: str
    text: str
    until: date
    named: str = ""
    consents: bool = False

    def checked(self, *, today: date) -> Written:
        """The same, cleaned. Raises Invalid naming the field."""
        if self.kind not in StaffNote.Kind.values:
            raise Invalid(_("Choose what it is about."), field="kind")
        health = self.kind == StaffNote.Kind.HEALTH
        words = Written(
            self.kind,
            filled(one_line(self.title), field="title", longest=TITLE),
            fitting(paragraphs(self.text), field="text", longest=HEALTH_TEXT if health else TEXT),
            self.until,
            one_line(self.named)[:NAMED],
            self.consents and health,
        )
        farthest = LONGEST_HEALTH if health else LONGEST
        if not today <= self.until <= today + farthest:
            raise Invalid(
                _("Choose a last day from today on, at most %d days away.") % farthest.days, field="until"
            )
        if health:
            words._about_health()
        return words

    def _about_health(self) -> None:
        if not self.named:
            raise Invalid(_("Name the colleague whom it is about."), field="named")
        if not self.consents:
            raise Invalid(
                _("Ask them first. Only what they agree to is told, and only if you answer for that."),
                field="consents",
            )
        for field, text in (("title", self.title), ("text", self.text)):
            if found := MEDICAL.search(text):
                raise Invalid(
                    _(
                        "Leave out “%s”: such a note says nothing medical. Say that they are off, whom to ask, and what helps."
                    )
                    % found[0],
                    field=field,
                )
