"""Forms of held matters and of the case that a post or an appeal speaks of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.matters.models import Stage


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.replace("\r", "").split("\n") if line.strip()]


class MatterForm(forms.Form):
    """What may not be spoken of."""

    title = forms.CharField(
        label=_("What it is"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    words = forms.CharField(
        label=_("Names and phrases that mean it"),
        help_text=_("One in a line. A whole name, or a few words that stand together."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    permitted = forms.CharField(
        label=_("What may be said"),
        help_text=_("The line that everybody may use. Empty: nothing for now."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    ask = forms.CharField(label=_("Whom to ask"), help_text=_("Empty: you."), required=False, max_length=120)
    until = forms.DateField(
        label=_("Last day"),
        help_text=_("Empty: until somebody lifts it."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    blind = forms.BooleanField(
        label=_("Others do not read what it is"),
        help_text=_(
            "For names of children and victims. They are told only that a text touches it, and whom to ask."
        ),
        required=False,
    )
    forbidden = forms.BooleanField(
        label=_("A law or a court forbids it: nothing about it may go out"), required=False
    )

    def given(self) -> dict[str, Any]:
        """What was written, for the action."""
        return {**self.cleaned_data, "words": _lines(self.cleaned_data["words"])}


class LiftForm(forms.Form):
    """Why it may be spoken of again."""

    lift = forms.CharField(
        label=_("Why it may be spoken of again"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class StageForm(forms.Form):
    """Where the case stands."""

    stage = forms.ChoiceField(
        label=_("Where the case of the person stands"),
        help_text=_("The check reads the words by it: after an arrest nobody is called guilty."),
        choices=Stage.choices,
        required=False,
        widget=forms.RadioSelect,
    )


class NamesForm(forms.Form):
    """Names that may be said here."""

    names = forms.CharField(
        label=_("Names that may be said here"),
        help_text=_("One in a line. Empty takes back those cleared before."),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    why = forms.CharField(
        label=_("On whose word"),
        help_text=_("Such as the family, a court's order with its number, or the officer in charge."),
        required=False,
        max_length=500,
    )

    def given(self) -> list[str]:
        """The names, one for each line."""
        return _lines(self.cleaned_data["names"])
