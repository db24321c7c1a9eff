"""Forms of the library of answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.answers.actions import LONGEST_NOTE, LONGEST_QUESTION, LONGEST_TEXT, LONGEST_TOPIC, Wording
from hueandcry.desk.forms.long_select import LongSelect


def _area(label: Any, hint: Any, rows: int) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows})
    )


class WordingForm(forms.Form):
    """What an answer says."""

    formal = _area(_("Formal"), _("As in a letter or a press release."), 6)
    conversational = _area(_("Conversational"), _("As you would say it to somebody who asks. Short."), 4)
    valid_until = forms.DateField(
        label=_("May be used until"),
        help_text=_("After this day nobody can use it before somebody has looked at it again."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def wording(self) -> Wording:
        """What was written, once the form is valid."""
        given = self.cleaned_data
        return Wording(given["formal"], given["conversational"], given["valid_until"])


class PlaceForm(forms.Form):
    """Where an answer stands in the library, and who answers for it."""

    topic = forms.CharField(
        label=_("Topic"),
        help_text=_("One or two words, such as: lost property."),
        max_length=LONGEST_TOPIC,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    owner = forms.ChoiceField(
        label=_("Owner"),
        help_text=_("Is told when it lapses."),
        widget=LongSelect(attrs={"class": "govuk-select"}),
    )

    def __init__(self, *args: Any, owners: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]


class AnswerForm(PlaceForm, WordingForm):
    """A new answer."""

    question = forms.CharField(
        label=_("Question"),
        help_text=_("As people ask it."),
        max_length=LONGEST_QUESTION,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language"))
    field_order = ("question", "topic", "language", "formal", "conversational", "valid_until", "owner")

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, code) for code in languages]  # type: ignore[attr-defined]


class AnswerNoteForm(forms.Form):
    """Why a wording is returned."""

    note = forms.CharField(
        label=_("What has to change"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )
