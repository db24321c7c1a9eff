"""Forms of the policy pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Policy
from hueandcry.agencies.policy_actions import LONGEST_TEXT


class WordingForm(forms.Form):
    """What a policy says, and its questions."""

    text = forms.CharField(
        label=_("What it says"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 20})
    )
    questions = forms.CharField(
        label=_("Questions"),
        help_text=_(
            "? begins a question, - is an answer, * the right answer, = says why. Leave it empty for none."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "govuk-textarea hc-mono"}),
    )


class PolicyForm(WordingForm):
    """A new policy."""

    title = forms.CharField(
        label=_("Title"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    layer = forms.ChoiceField(
        label=_("Who made the rule"), choices=Policy.Layer.choices, widget=forms.RadioSelect
    )
    field_order = ("title", "layer", "text", "questions")


class QuizForm(forms.Form):
    """The questions of a policy; each answer is the number of a line."""

    def __init__(self, *args: Any, questions: list[dict[str, Any]]) -> None:
        super().__init__(*args)
        self.questions = questions
        for place, question in enumerate(questions):
            self.fields[f"q{place}"] = forms.TypedChoiceField(
                label=f"{place + 1}. {question['ask']}",
                choices=list(enumerate(question["answers"])),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )

    def answers(self) -> list[int]:
        """What was chosen for each question, once the form is valid."""
        return [self.cleaned_data[f"q{place}"] for place in range(len(self.questions))]
