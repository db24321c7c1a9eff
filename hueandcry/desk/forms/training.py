"""Forms of the training pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Course
from hueandcry.agencies.training_actions import LONGEST_REASON, MOST_DAYS, MOST_MONTHS


class RecordForm(forms.Form):
    """Which course was passed, and when."""

    course = forms.TypedChoiceField(label=_("Course"), coerce=int)
    passed_on = forms.DateField(label=_("Passed on"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, courses: Sequence[Course], day: date) -> None:
        super().__init__(*args, initial={"passed_on": day})  # type: ignore[misc]
        self.fields["course"].choices = [(row.pk, row.name) for row in courses]  # type: ignore[attr-defined]
        self.possible = bool(courses)


class RevokeForm(forms.Form):
    """Why somebody may no longer post."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The person reads it, and it stays on the record."),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CourseForm(forms.Form):
    """A course and what it teaches."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=MOST_DAYS)
    valid_months = forms.IntegerField(
        label=_("In force for how many months"), min_value=1, max_value=MOST_MONTHS
    )
    syllabus = forms.CharField(
        label=_("What it teaches"),
        help_text=_("A line that begins with # is a unit; lines that begin with - are its contents."),
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
    )
