"""What an alert says besides its words (R30): how grave, what, where, until when, what to do. Pure.

The words of CAP beside ours: OASIS Common Alerting Protocol 1.2 (1 July 2010), section 3.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from hueandcry.kernel.errors import Invalid
from hueandcry.kernel.given import one_line, paragraphs

ALERT = "alert"  # the kind of post (posts/kinds.py)
EVERYWHERE = "*"
MOST_AREAS, LONGEST_PLACE, LONGEST_TODO, LONGEST_TEXT = 40, 300, 1000, 5000
AREA = re.compile(r"(?:\*|[-a-zA-Z0-9_]{1,60})\Z")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")  # the form of BCP 47
FIVE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Level:
    """How grave it is. hours: how long it holds where nobody says; the others are CAP's words."""

    label: str | Promise
    hours: int
    urgency: str
    severity: str
    certainty: str


# The names are those of the lists (lists/choices.py), so that whoever subscribed gets what they asked for.
LEVELS: dict[str, Level] = {
    "red": Level(_lazy("Danger now: act at once"), 4, "Immediate", "Severe", "Observed"),
    "amber": Level(_lazy("Danger is likely: be ready"), 12, "Expected", "Moderate", "Likely"),
    "green": Level(_lazy("Good to know: it may concern you"), 24, "Future", "Minor", "Possible"),
}
# What it is → our words, CAP's category.
EVENTS: dict[str, tuple[str | Promise, str]] = {
    "danger": (_lazy("Danger to people"), "Safety"),
    "crime": (_lazy("Crime under way"), "Security"),
    "missing": (_lazy("Missing person"), "Rescue"),
    "fire": (_lazy("Fire"), "Fire"),
    "weather": (_lazy("Weather or flood"), "Met"),
    "transport": (_lazy("Road, railway or harbour"), "Transport"),
    "supply": (_lazy("Power, water or gas"), "Infra"),
    "health": (_lazy("Danger to health"), "Health"),
    "harmful": (_lazy("Something harmful in air or water"), "Env"),
    "other": (_lazy("Something else"), "Other"),
}
# What people should do, in a word → our words, CAP's responseType.
RESPONSES: dict[str, tuple[str | Promise, str]] = {
    "shelter": (_lazy("Stay inside"), "Shelter"),
    "leave": (_lazy("Leave the place"), "Evacuate"),
    "avoid": (_lazy("Keep away"), "Avoid"),
    "prepare": (_lazy("Get ready"), "Prepare"),
    "look": (_lazy("Look out, and tell us"), "Monitor"),
    "follow": (_lazy("Do as it says"), "Execute"),
    "over": (_lazy("It is over: nothing to do"), "AllClear"),
}


@dataclass(frozen=True, slots=True)
class Alert:
    """What belongs to an alert; empty: not said yet. level, event, response: names of the tables above.

    areas: slugs of what people can choose on the lists, or EVERYWHERE; place: the same in words, closer; until: aware;
    others: (language, what happens, what to do) in further languages.
    """

    level: str = ""
    event: str = ""
    response: str = ""
    areas: tuple[str, ...] = ()
    place: str = ""
    until: datetime | None = None
    todo: str = ""
    exercise: bool = False
    others: tuple[tuple[str, str, str], ...] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it; {} where nothing was said."""
        if self == NO_ALERT:
            return {}
        return {
            "level": self.level,
            "event": self.event,
            "response": self.response,
            "areas": [EVERYWHERE] if EVERYWHERE in self.areas else sorted(set(self.areas)),
            "place": one_line(self.place),
            "until": self.until.isoformat() if self.until else "",
            "todo": paragraphs(self.todo),
            "exercise": self.exercise,
            "others": [[name, paragraphs(text), paragraphs(todo)] for name, text, todo in self.others],
        }

    @classmethod
    def from_plain(cls, kept: dict[str, Any] | None) -> Alert:
        """Back from `plain`."""
        if not kept:
            return cls()
        return cls(
            level=kept["level"],
            event=kept["event"],
            response=kept["response"],
            areas=tuple(kept["areas"]),
            place=kept["place"],
            until=datetime.fromisoformat(kept["until"]) if kept["until"] else None,
            todo=kept["todo"],
            exercise=bool(kept["exercise"]),
            others=tuple((name, text, todo) for name, text, todo in kept["others"]),
        )

    def checked(self) -> Alert:
        """The same, or Invalid for what no page of ours would send."""
        known = ((self.level, LEVELS), (self.event, EVENTS), (self.response, RESPONSES))
        if any(name and name not in table for name, table in known):
            raise Invalid(_("Choose from what is offered for an alert."), field="alert_level")
        if len(self.areas) > MOST_AREAS or not all(AREA.match(slug) for slug in self.areas):
            raise Invalid(_("There is no such area."), field="alert_areas")
        if not all(LANGUAGE.match(name) for name, _text, _todo in self.others):
            raise Invalid(_("Choose the language it is written in."), field="language")
        longest = max([len(self.todo), *(len(todo) for _name, _text, todo in self.others)])
        if len(self.place) > LONGEST_PLACE or longest > LONGEST_TODO:
            raise Invalid(_("An alert is short. Shorten where it holds or what to do."), field="alert_todo")
        if any(len(text) > LONGEST_TEXT for _name, text, _todo in self.others):
            raise Invalid(_("An alert is short. Shorten it."), field="text")
        return self


NO_ALERT = Alert()


def alert_of(post: Any) -> Alert | None:
    """What belongs to a post that is an alert; None for every other kind."""
    return Alert.from_plain(post.alert) if post.kind == ALERT else None


def texts_in(post: Any) -> tuple[str, ...]:
    """Everything that people can read of an alert besides its words, to be looked at as those are."""
    alert = alert_of(post)
    if alert is None:
        return ()
    others = [text for _language, *texts in alert.others for text in texts]
    return tuple(text for text in (alert.place, alert.todo, *others) if text.strip())


def usual_end(level: str, *, begin: datetime) -> datetime | None:
    """Until when an alert of this level holds if nobody says, to five minutes; None without a level."""
    if level not in LEVELS:
        return None
    end = begin + timedelta(hours=LEVELS[level].hours)
    whole = end.replace(minute=0, second=0, microsecond=0)
    return whole + -(-(end - whole) // FIVE) * FIVE
