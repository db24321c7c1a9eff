"""The form of practice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.channels.queries import channel_label
from hueandcry.desk.forms.compose import link_field
from hueandcry.posts.content import LONGEST
from hueandcry.posts.kinds import KINDS
from hueandcry.practice.actions import Words


class PracticeForm(forms.Form):
    """A practice post as it is written."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.name, kind.label) for kind in KINDS.values()])
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    link = link_field()
    networks = forms.MultipleChoiceField(
        label=_("Practice accounts"),
        help_text=_("They are nowhere but on this desk."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, networks: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(name, channel_label(name)) for name in networks]
        self.fields["networks"].choices = named  # type: ignore[attr-defined]

    def words(self) -> Words:
        """What was written, once the form is valid."""
        given = self.cleaned_data
        return Words(given["text"], given["link"], given["kind"], tuple(given["networks"]))
