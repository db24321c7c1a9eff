"""The form in which somebody states the right to show a picture or a video."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.assets.models import Rights
from hueandcry.assets.rights import Statement


class RightsForm(forms.Form):
    """Who made it, who agreed, until when. Music is asked of a video alone."""

    owner = forms.ChoiceField(label=_("Whose it is"), choices=Rights.Owner.choices, widget=forms.RadioSelect)
    taken_by = forms.CharField(label=_("Who took it"), required=False, max_length=120)
    licence = forms.CharField(
        label=_("Who lets us show it, and on what terms"), required=False, max_length=300
    )
    people = forms.ChoiceField(
        label=_("People who can be recognised"), choices=Rights.People.choices, widget=forms.RadioSelect
    )
    minors = forms.ChoiceField(label=_("Children"), choices=Rights.Minors.choices, widget=forms.RadioSelect)
    why_people = forms.CharField(
        label=_("On what ground they need not agree"),
        help_text=_(
            "Such as: officers on duty; an appeal to find this person, approved by the officer in charge."
        ),
        required=False,
        max_length=300,
    )
    music = forms.ChoiceField(label=_("Music"), choices=Rights.Music.choices, widget=forms.RadioSelect)
    music_licence = forms.CharField(label=_("Licence of the music"), required=False, max_length=300)
    expires_on = forms.DateField(
        label=_("Last day on which it may be shown"),
        help_text=_("Empty: no end. What is planned for later is held back."),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, is_video: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_video:
            del self.fields["music"], self.fields["music_licence"]

    def statement(self) -> Statement:
        """What was stated."""
        return Statement(**self.cleaned_data)


def initial_of(rights: Rights | None) -> dict[str, Any]:
    """What was stated before, as the form shows it."""
    if rights is None:
        return {}
    return {name: getattr(rights, name) for name in RightsForm.base_fields}
