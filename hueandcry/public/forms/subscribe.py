"""The form with which somebody asks to be put on a list."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.lists.choices import TOPICS, Level, Medium

HOURS = [("", _("No quiet hours")), *[(str(hour), f"{hour:02d}:00") for hour in range(24)]]
EXPLAINED = {
    Level.RED: _("Immediate danger: leave the area, stay indoors. Comes at any hour."),
    Level.AMBER: _("Good to know now: a missing person, a large police operation."),
    Level.GREEN: _("From your community: meetings, advice, appeals."),
    Level.TRAFFIC: _("Roads and traffic."),
}


class ChoicesForm(forms.Form):
    """What somebody wants to get. areas: (slug, name) of what can be chosen."""

    levels = forms.MultipleChoiceField(
        label=_("What do you want to hear about?"),
        choices=[(level.value, EXPLAINED[level]) for level in Level],
        widget=forms.CheckboxSelectMultiple,
    )
    areas = forms.MultipleChoiceField(
        label=_("Which areas?"),
        help_text=_("Choose none for all of them."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    topics = forms.MultipleChoiceField(
        label=_("Which topics?"),
        help_text=_("Choose none for all of them."),
        required=False,
        choices=TOPICS,
        widget=forms.CheckboxSelectMultiple,
    )
    quiet_from = forms.ChoiceField(label=_("Quiet from"), choices=HOURS, required=False)
    quiet_to = forms.ChoiceField(
        label=_("Quiet until"),
        choices=HOURS,
        required=False,
        help_text=_("Immediate danger still reaches you. All else waits until the quiet hours end."),
    )
    ticket = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, areas: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature
        if areas:
            self.fields["areas"].choices = list(areas)  # type: ignore[attr-defined]
        else:
            del self.fields["areas"]

    def chosen(self) -> dict[str, object]:
        """The choices, as lists/choices.py reads them."""
        given = self.cleaned_data
        start, end = (
            int(given[name]) * 60 if given.get(name) else None for name in ("quiet_from", "quiet_to")
        )
        return {
            "levels": given["levels"],
            "areas": given.get("areas", []),
            "topics": given["topics"],
            "quiet_from": start,
            "quiet_to": end,
        }


class AskForm(ChoicesForm):
    """The same with where to send it. media: the lists that can be joined by typing an address."""

    medium = forms.ChoiceField(label=_("How should we reach you?"), widget=forms.RadioSelect)
    address = forms.CharField(
        label=_("Your e-mail address or mobile number"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
        error_messages={"required": _("Enter where we should send the messages.")},
    )
    field_order = ("medium", "address", "levels", "areas", "topics", "quiet_from", "quiet_to", "ticket")

    def __init__(
        self, *args: object, media: Sequence[Medium], areas: Sequence[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, areas=areas, **kwargs)
        self.fields["medium"].choices = [(medium.value, medium.label) for medium in media]  # type: ignore[attr-defined]
        if len(media) == 1:
            self.fields["medium"].widget = forms.HiddenInput()
            self.fields["medium"].initial = media[0].value
            mail = media[0] == Medium.EMAIL
            self.fields["address"].label = _("Your e-mail address") if mail else _("Your mobile number")


class BrowserForm(ChoicesForm):
    """The same for a browser, whose address the page's script puts in."""

    address = forms.CharField(max_length=1_500, required=False, widget=forms.HiddenInput)
