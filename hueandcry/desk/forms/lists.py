"""Forms of the pages of lists."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.lists.choices import Choices, Level


class AddForm(forms.Form):
    """Somebody put on a list by hand, with how they asked for it."""

    address = forms.CharField(
        label=_("E-mail address or mobile number"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    consent = forms.CharField(
        label=_("When and how did they ask for it?"),
        help_text=_("Kept with the address. They are asked once more themselves before anything is sent."),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    levels = forms.MultipleChoiceField(
        label=_("What do they want to hear about?"),
        choices=Level.choices,
        initial=[Level.RED.value, Level.AMBER.value],
        widget=forms.CheckboxSelectMultiple,
    )
    areas = forms.MultipleChoiceField(
        label=_("Which areas?"),
        help_text=_("Choose none for all of them."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: object, areas: Sequence[tuple[str, str]]) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # Django's own signature
        if areas:
            self.fields["areas"].choices = list(areas)  # type: ignore[attr-defined]
        else:
            del self.fields["areas"]

    def choices(self) -> Choices:
        """What they want."""
        return Choices(
            levels=tuple(self.cleaned_data["levels"]), areas=tuple(self.cleaned_data.get("areas", ()))
        )


class ReasonForm(forms.Form):
    """Why somebody is taken off a list."""

    reason = forms.CharField(
        label=_("Why?"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
