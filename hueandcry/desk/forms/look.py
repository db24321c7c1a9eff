"""The form of the agency's look."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

HOUSE = "#13294b"  # --hc-bar of the house


class LookForm(forms.Form):
    """The agency's colour and the words in place of its logo."""

    own_colour = forms.BooleanField(label=_("Use the agency's own colour"), required=False)
    brand_colour = forms.CharField(
        label=_("Colour"),
        help_text=_("For the bar and the buttons, as # and six digits or letters a to f."),
        max_length=7,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-5"}
        ),
    )
    logo_text = forms.CharField(
        label=_("Words in place of a logo"),
        help_text=_("At the top of the public site. Empty: the agency's name."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def chosen(self) -> dict[str, str]:
        """What to save: no colour unless the agency's own is wanted."""
        data = self.cleaned_data
        return {
            "brand_colour": data["brand_colour"] if data["own_colour"] else "",
            "logo_text": data["logo_text"],
        }
