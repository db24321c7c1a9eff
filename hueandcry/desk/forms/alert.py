"""What belongs to an alert besides its words (R30): fields for the form of a post, and for the change of one that is out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.desk.forms.appeals import LocalMoment
from hueandcry.kernel import clock
from hueandcry.posts.alerts import (
    EVENTS,
    EVERYWHERE,
    LEVELS,
    LONGEST_PLACE,
    LONGEST_TEXT,
    LONGEST_TODO,
    RESPONSES,
    Alert,
    usual_end,
)

NAMES = ("level", "event", "areas", "place", "until", "response", "todo", "exercise")
NEEDED = ("level", "event", "todo")  # before it goes out: alert_checking.py
NOT_SAID = ("", _("Choose"))


def fields_for(agency: Agency, known: list[tuple[str, str]]) -> dict[str, forms.Field]:
    """The fields by name, each beginning with "alert_". What is needed may be empty while it is a draft (not_needed_yet).

    known: the areas to choose from (lists.queries.areas).
    """
    levels = [
        (name, f"{row.label} ({row.urgency}, {row.severity}, {row.certainty})")
        for name, row in LEVELS.items()
    ]
    places = [(EVERYWHERE, _("Everywhere: the whole area of %s") % agency.name), *known]
    until = LocalMoment(
        label=_("Holds until"),
        help_text=_("Empty: 4 hours for danger now, 12 if it is likely, 24 if it is good to know."),
        required=False,
    )
    until.zone = ZoneInfo(agency.time_zone)
    found: dict[str, forms.Field] = {
        "level": forms.ChoiceField(
            label=_("How grave it is"),
            help_text=_("In brackets as machines read it. It also says who of the lists is woken."),
            choices=levels,
            widget=forms.RadioSelect,
        ),
        "event": forms.ChoiceField(label=_("What it is"), choices=[NOT_SAID, *_labels(EVENTS)]),
        "areas": forms.MultipleChoiceField(
            label=_("Where it holds"), choices=places, widget=forms.CheckboxSelectMultiple
        ),
        "place": _line(
            _("Where exactly"), LONGEST_PLACE, _("Such as: between Quay Road and the harbour wall.")
        ),
        "until": until,
        "response": forms.ChoiceField(label=_("That, in a word"), choices=[NOT_SAID, *_labels(RESPONSES)]),
        "todo": _box(_("What people should do now"), LONGEST_TODO),
        "exercise": forms.BooleanField(
            label=_("It is an exercise"), help_text=_("Machines are told that nothing has happened.")
        ),
    }
    for language in _others(agency):
        name = _name_of(language)
        found[f"text_{language}"] = _box(_("What happens, in %s") % name, LONGEST_TEXT)
        found[f"todo_{language}"] = _box(_("What to do, in %s") % name, LONGEST_TODO)
    for name, field in found.items():
        field.required = name in NEEDED
    return {f"alert_{name}": field for name, field in found.items()}


@contextmanager
def not_needed_yet(form: forms.Form, *others: str) -> Iterator[None]:
    """While a form is cleaned: what is needed before a post goes out may be empty in a draft. others: more such fields."""
    later = [
        form.fields[name] for name in (*others, *(f"alert_{name}" for name in NEEDED)) if name in form.fields
    ]
    for field in later:
        field.required = False
    yield
    for field in later:
        field.required = True


def alert_from(given: dict[str, Any], agency: Agency, *, begin: datetime | None = None) -> Alert:
    """What was typed. begin: when the post goes out, for an end that nobody gave; None: now."""

    def said(name: str) -> Any:
        return given.get(f"alert_{name}") or ""

    others = [(name, said(f"text_{name}"), said(f"todo_{name}")) for name in _others(agency)]
    return Alert(
        level=said("level"),
        event=said("event"),
        response=said("response"),
        areas=tuple(said("areas") or ()),
        place=said("place"),
        until=said("until") or usual_end(said("level"), begin=begin or clock.now()),
        todo=said("todo"),
        exercise=bool(said("exercise")),
        others=tuple(each for each in others if each[1].strip() or each[2].strip()),
    )


def initial_from(kept: dict[str, Any]) -> dict[str, Any]:
    """What belongs to an alert (Alert.plain), as the form shows it."""
    alert = Alert.from_plain(kept)
    shown = {f"alert_{name}": getattr(alert, name) for name in NAMES} | {"alert_areas": list(alert.areas)}
    for language, text, todo in alert.others:
        shown |= {f"alert_text_{language}": text, f"alert_todo_{language}": todo}
    return shown


def _labels(table: dict[str, tuple[Any, str]]) -> list[tuple[str, str]]:
    return [(name, f"{label} ({word})") for name, (label, word) in table.items()]


def _others(agency: Agency) -> list[str]:
    """The languages of the agency besides the one that posts are written in."""
    return [str(language) for language in agency.languages[1:]]


def _name_of(language: str) -> str:
    try:
        return str(get_language_info(language)["name_translated"])
    except KeyError:
        return language


def _line(label: Any, most: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=most, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


def _box(label: Any, most: int) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": 2}))
