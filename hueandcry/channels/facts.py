"""What may be said of an account, checked; asked by the verbs of the register and by the table that comes in."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hueandcry.agencies import queries as people
from hueandcry.agencies import units
from hueandcry.agencies.models import Person
from hueandcry.channels.catalogue import CHANNELS, OURSELVES
from hueandcry.channels.models import Account
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Invalid, NotFound

WORDS = {"label": 80, "face": 120, "title": 120, "goal": 300}  # and how long each may be
TOPICS, TOPIC = 12, 40  # how many, and how long
LANGUAGES, LANGUAGE = 8, 12
LONGEST_GOAL = 366  # days between two posts


def checked_facts(facts: dict[str, Any], *, channel: str, by: Actor) -> dict[str, Any]:
    """The facts of an account, stripped and lawful. channel: where it stands, empty if that is not known yet.

    Raises Invalid naming the field, NotFound (the unit).
    """
    values: dict[str, Any] = dict(facts)
    values |= {name: _text(name, facts[name]) for name in WORDS if name in facts}
    if values.get("label") == "":
        raise Invalid(_("Give it a name."), field="label")
    for name, choices in (("kind", Account.Kind), ("audience", Account.Audience)):
        if name in values and values[name] not in choices.values:
            raise Invalid(_("Choose one of: %s.") % ", ".join(choices.values), field=name)
    if values.get("audience", "public") != Account.Audience.PUBLIC and is_a_list(channel):
        raise Invalid(_("Anybody can join a list, so it is never for staff only."), field="audience")
    if "topics" in values:
        values["topics"] = _words(values["topics"], field="topics", most=TOPICS, longest=TOPIC)
    if "languages" in values:
        values["languages"] = _words(values["languages"], field="languages", most=LANGUAGES, longest=LANGUAGE)
    if not 0 <= int(values.get("every_days", 0)) <= LONGEST_GOAL:
        raise Invalid(_("Give a number of days up to %d.") % LONGEST_GOAL, field="every_days")
    if values.get("unit_id") and units.get_unit(actor=by, unit_id=values["unit_id"]).closed_at:
        raise Invalid(_("This unit is closed."), field="unit")
    return values


def is_a_list(channel: str) -> bool:
    """True of a list of subscribers of ours, which has no page anywhere else."""
    return channel in CHANNELS and CHANNELS[channel].server == OURSELVES


def colleague(person_id: int, *, by: Actor) -> Person:
    """A person with a role in the actor's agency. Raises NotFound."""
    held = people.memberships_of(person_id)
    person = people.get_person(person_id)
    if person is None or not any(item.agency_id == by.agency_id for item in held):
        raise NotFound(_("There is no such person in this agency."), field="person")
    return person


def _text(name: str, value: object) -> str:
    text = " ".join(str(value).split())
    if len(text) > WORDS[name]:
        raise Invalid(_("At most %d characters.") % WORDS[name], field=name)
    return text


def _words(words: list[str], *, field: str, most: int, longest: int) -> list[str]:
    """Small words without repeats: topics, or languages as BCP 47 tags."""
    found = list(dict.fromkeys(word for each in words if (word := " ".join(str(each).split()).casefold())))
    if len(found) > most:
        raise Invalid(_("At most %d of them.") % most, field=field)
    if any(len(word) > longest for word in found):
        raise Invalid(_("Each has at most %d characters.") % longest, field=field)
    return found
