"""The filter over the record."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class FilterForm(forms.Form):
    """Act (its beginning is enough) and thing; `before` is the page."""

    verb = forms.CharField(
        label=_("Act"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "appeal."}),
    )
    subject = forms.CharField(
        label=_("Thing"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "appeal:12"}),
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
