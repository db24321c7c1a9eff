"""Forms of sign-in and of taking up an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class SignInForm(forms.Form):
    """E-mail, password and code, checked together."""

    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
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


class ConfirmForm(forms.Form):
    """Password and code once more, or the answer of a passkey in their place."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from your code app, one that you have not used yet."),
        max_length=40,
        widget=forms.TextInput(attrs=CODE),
    )
    passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get(self.add_prefix("passkey")):
            for name in ("password", "code"):
                self.fields[name].required = False


class PasswordForm(forms.Form):
    """Another password, against the old one and a code."""

    old = forms.CharField(
        label=_("Password you have now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from your code app, one that you have not used yet."),
        max_length=40,
        widget=forms.TextInput(attrs=CODE),
    )
    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 12 characters. Four words that do not belong together are strong and easy."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PasskeyForm(forms.Form):
    """A passkey that the browser has made, and what to call it."""

    label = forms.CharField(
        label=_("Name of this passkey"),
        help_text=_("So that you know it again, such as the device it is on."),
        max_length=60,
    )
    answer = forms.CharField(widget=forms.HiddenInput, max_length=20_000, required=False)


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
