"""Forms of the tip desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class NewKeyForm(forms.Form):
    """A key made in the officer's browser: what it is called, and its two halves in base64, the private one closed."""

    label = forms.CharField(
        label=_("Name of this key"),
        help_text=_("So that you know it again, such as the device you use it on."),
        max_length=60,
        initial=_("My key"),
    )
    public_key = forms.CharField(widget=forms.HiddenInput, max_length=2000)
    signing_public = forms.CharField(widget=forms.HiddenInput, max_length=64)
    wrapped_private = forms.CharField(widget=forms.HiddenInput, max_length=200)
