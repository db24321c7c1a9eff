"""Forms of sign-in and of taking up an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
UNUSED = _("Six digits from your code app, one that you have not used yet.")
LONG_ENOUGH = _("At least 12 characters. Four words that do not belong together are strong and easy.")


def _code(hint: Any) -> forms.CharField:
    return forms.CharField(label=_("Code"), help_text=hint, max_length=40, widget=forms.TextInput(attrs=CODE))


def _password(label: Any, which: str, hint: Any = "", **attrs: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": which, **attrs})
    return forms.CharField(label=label, help_text=hint, strip=False, widget=widget)


class SignInForm(forms.Form):
    """E-mail, password and code, checked together."""

    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = _password(_("Password"), "current-password")
    code = _code(_("Six digits from your code app, or one of your recovery codes."))
    next = forms.CharField(required=False, widget=forms.HiddenInput)


class ConfirmForm(forms.Form):
    """Password and code once more, or the answer of a passkey in their place."""

    password = _password(_("Password"), "current-password", autofocus=True)
    code = _code(UNUSED)
    passkey = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get(self.add_prefix("passkey")):
            for name in ("password", "code"):
                self.fields[name].required = False


class PasswordForm(forms.Form):
    """Another password, against the old one and a code."""

    old = _password(_("Password you have now"), "current-password")
    code = _code(UNUSED)
    password = _password(_("New password"), "new-password", LONG_ENOUGH)


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

    password = _password(_("Choose a password"), "new-password", LONG_ENOUGH)
    code = forms.CharField(
        label=_("Code from the app"),
        help_text=_("Six digits. They change every 30 seconds."),
        max_length=10,
        widget=forms.TextInput(attrs={**CODE, "inputmode": "numeric"}),
    )
    offered = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
