"""The form of an organisation to which people can turn for help."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.answers.models import Partner
from hueandcry.answers.partner_actions import LONGEST, Facts


def _line(name: str, label: Any, hint: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST[name],
        required=required,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PartnerForm(forms.Form):
    """What everybody reads of it, and until when."""

    name = _line("name", _("Name"), required=True)
    purpose = forms.CharField(
        label=_("What for"),
        help_text=_("Who can turn to them, and about what. One or two sentences."),
        max_length=LONGEST["purpose"],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    phone = _line("phone", _("Telephone"))
    web = _line("web", _("Address on the web"), _("It begins with https://"))
    languages = forms.CharField(
        label=_("Languages"),
        help_text=_("Such as en, fr. Empty: unknown."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    review_on = forms.DateField(
        label=_("Shown until"),
        help_text=_("After this day nobody reads it before somebody has looked again whether it is right."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def facts(self) -> Facts:
        """What was written, once the form is valid."""
        given = dict(self.cleaned_data)
        tags = given.pop("languages").replace(";", ",").split(",")
        return Facts(**given, languages=tuple(tag.strip() for tag in tags if tag.strip()))


def start_of(row: Partner) -> dict[str, object]:
    """The form as it begins for one that is listed."""
    names = ("name", "purpose", "phone", "web", "review_on")
    return {name: getattr(row, name) for name in names} | {"languages": ", ".join(row.languages)}
