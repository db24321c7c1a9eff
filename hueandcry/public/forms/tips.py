"""Forms of the tip pages. They carry text from the page to the intake and keep nothing."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.tips.envelope import Letter

SHORT = 500  # characters of an optional answer
DETAILS = ("who", "where", "when")
# Kept by no browser, sent to no spelling service, in the direction of its own script.
PRIVATE = {"autocomplete": "off", "spellcheck": "false", "dir": "auto"}


class TipForm(forms.Form):
    """What somebody knows."""

    text = forms.CharField(
        label=_("What do you know?"),
        error_messages={"required": _("Write what you know, then press Send.")},
        widget=forms.Textarea(attrs={"rows": 10, **PRIVATE}),
    )
    who = forms.CharField(label=_("Who is it about?"), required=False, max_length=SHORT)
    where = forms.CharField(label=_("Where?"), required=False, max_length=SHORT)
    when = forms.CharField(label=_("When?"), required=False, max_length=SHORT)
    risk = forms.BooleanField(label=_("Someone may be hurt soon"), required=False)
    ticket = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature
        for name in DETAILS:
            self.fields[name].widget.attrs.update({"autocomplete": "off", "dir": "auto"})

    def letter(self) -> Letter:
        """The filled form as a letter."""
        given = self.cleaned_data
        details = {name: given[name] for name in DETAILS if given[name]}
        if given["risk"]:
            details["risk"] = "yes"
        return Letter(given["text"], details)


class BackForm(forms.Form):
    """Number and code, and an answer that was typed before the page ran out."""

    number = forms.CharField(
        label=_("Your number"),
        help_text=_("Ten digits, such as 743-122-0846."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=_("Your code"),
        help_text=_(
            "The eight words, or the groups of letters, or the 27 digits. Capitals and spaces do not matter."
        ),
        max_length=400,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    text = forms.CharField(
        label=_("What you wrote, not sent yet"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, **PRIVATE}),
    )


class TalkForm(forms.Form):
    """One more message in a dialogue. The page carries the pass beside it, fresh each time."""

    text = forms.CharField(
        label=_("Your message"),
        error_messages={"required": _("Write your message, then press Send.")},
        widget=forms.Textarea(attrs={"rows": 6, **PRIVATE}),
    )
