"""Forms of second looks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.looks.actions import LONGEST
from hueandcry.looks.models import SecondLook


class LookForm(forms.Form):
    """What a second look found."""

    verdict = forms.ChoiceField(
        label=_("What did you find?"), choices=SecondLook.Verdict.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("In a few words"),
        help_text=_("For a small thing or a misstep. Whoever wrote the post reads it."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ShareForm(forms.Form):
    """How many in a hundred are drawn."""

    percent = forms.IntegerField(
        label=_("Of a hundred posts without a second person, look at"),
        help_text=_("0 switches it off. It counts for what goes out from now on."),
        min_value=0,
        max_value=100,
    )
