"""The filter over the record, and what an export holds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency

SYSTEM = "system:"
ROOMS = [
    ("", _("All acts")),
    ("appeal.", _("Appeals")),
    ("post.", _("Posts")),
    ("delivery.", _("Deliveries")),
    ("asset.", _("Pictures")),
    ("account.", _("Accounts")),
    ("person.", _("People")),
    ("agency.", _("The agency")),
    ("record.", _("The record itself")),
    ("tip.", _("Tips")),
    ("tip-key.", _("Keys")),
]


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    near = [MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(9000, 1, 1))]  # a moment of any zone
    return forms.DateField(label=label, required=False, widget=widget, validators=near)


class FilterForm(forms.Form):
    """Who, which acts (a room, or the beginning of a verb), which thing, which days; `before` is the page."""

    who = forms.ChoiceField(label=_("Who"), required=False)
    verb = forms.CharField(label=_("Acts"), required=False, max_length=60, widget=forms.Select(choices=ROOMS))
    subject = forms.CharField(
        label=_("Thing"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "PE-2418"}),
    )
    since = _day(_("From"))
    until = _day(_("To"))
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = [("", _gettext("Everybody")), *people, (SYSTEM, _gettext("The worker"))]
        self.fields["who"].choices = everybody  # type: ignore[attr-defined]
        typed = self.data.get("verb", "") if self.is_bound else ""
        if typed and typed not in dict(ROOMS):  # a verb from an address of before, or typed by hand
            self.fields["verb"].widget.choices = [*ROOMS, (typed, typed)]

    def days(self, agency: Agency) -> tuple[datetime | None, datetime | None]:
        """The chosen days as moments of the agency's zone: from the first, and before the day after the last."""
        zone = ZoneInfo(agency.time_zone)
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return (
            datetime.combine(since, time.min, tzinfo=zone) if since else None,
            datetime.combine(until + timedelta(days=1), time.min, tzinfo=zone) if until else None,
        )


class ExportForm(forms.Form):
    """What a bundle holds."""

    subject = forms.CharField(
        label=_("Only about"),
        help_text=_("A reference such as PE-2418, or a thing as the record names it. Empty: everything."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    with_content = forms.BooleanField(
        label=_("With content"),
        help_text=_(
            "Without it the bundle proves what was done and tells nothing of what was written: fit for a stranger."
        ),
        required=False,
    )
