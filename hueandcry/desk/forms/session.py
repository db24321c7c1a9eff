"""Forms of sign-in and of taking up an invitation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class SignInForm(forms.Form):
    """E-mail, password and code, checked together."""

    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from your code app, or one of your recovery codes."),
        max_length=40,
        widget=forms.TextInput(attrs=CODE),
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class JoinForm(forms.Form):
    """Choose a password and prove that the code app works."""

    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 12 characters. Four words that do not belong together are strong and easy."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    code = forms.CharField(
        label=_("Code from the app"),
        help_text=_("Six digits. They change every 30 seconds."),
        max_length=10,
        widget=forms.TextInput(attrs={**CODE, "inputmode": "numeric"}),
    )
    offered = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
