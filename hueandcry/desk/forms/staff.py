"""Forms of the staff feed and of staff notices."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hueandcry.posts.staff_first import CHOICES
from hueandcry.staff.models import Notice, NoticeAddress, StaffNote
from hueandcry.staff.notes import NAMED, TEXT, TITLE, Written
from hueandcry.staff.notice_actions import LABEL, Told
from hueandcry.staff.services import LONGEST

USUAL = timedelta(days=7)
HOURS = [("", _("never")), *((f"{time(hour):%H:%M}", f"{time(hour):%H:%M}") for hour in range(24))]


def head_starts() -> list[tuple[int, str]]:
    """The head starts that colleagues can have, in words."""
    return [
        (
            minutes,
            gettext("%d minutes before the public") % minutes if minutes else gettext("In the same minute"),
        )
        for minutes in CHOICES
    ]


class NoteForm(forms.Form):
    """A note for colleagues."""

    kind = forms.ChoiceField(label=_("What is it about?"), choices=StaffNote.Kind.choices)
    title = forms.CharField(
        label=_("Heading"), max_length=TITLE, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    text = forms.CharField(
        label=_("Text"),
        help_text=_("About a colleague who is ill or injured: at most 300 characters, and nothing medical."),
        required=False,
        max_length=TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    named = forms.CharField(
        label=_("Whom it is about"),
        help_text=_("Needed where it is about somebody's health."),
        required=False,
        max_length=NAMED,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    consents = forms.BooleanField(
        label=_("I have asked them, and they agree that colleagues are told this"),
        help_text=_(
            "Needed where it is about somebody's health. That you answer for it stands on the record."
        ),
        required=False,
    )
    until = forms.DateField(
        label=_("Show it until"),
        help_text=_("After this day its words are forgotten."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"until": today + USUAL})
        super().__init__(*args, **kwargs)

    def written(self) -> Written:
        """What was typed, once the form is valid."""
        return Written(**self.cleaned_data)


class IfAskedForm(forms.Form):
    """What colleagues say if asked about a post that is out."""

    text = forms.CharField(
        label=_("What to say if asked"),
        help_text=_("Only colleagues read it. Empty: nothing in particular."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ToldForm(forms.Form):
    """What an address is told, and when."""

    label = forms.CharField(
        label=_("Name"),
        help_text=_("As people here call it, such as: press team on Slack."),
        max_length=LABEL,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=[(kind.value, kind.label) for kind in Notice.CHOICES],
        widget=forms.CheckboxSelectMultiple,
    )
    whole = forms.BooleanField(
        label=_("With the words of posts and what to say if asked"),
        help_text=_(
            "They leave the desk then, before the public has them. Without this a notice says only where to look."
        ),
        required=False,
    )
    quiet_from = forms.TypedChoiceField(
        label=_("Quiet from"),
        help_text=_("Only emergencies are told then; the rest follows when it ends."),
        choices=HOURS,
        coerce=time.fromisoformat,
        empty_value=None,
        required=False,
    )
    quiet_to = forms.TypedChoiceField(
        label=_("Quiet until"), choices=HOURS, coerce=time.fromisoformat, empty_value=None, required=False
    )

    def told(self) -> Told:
        """What was chosen, once the form is valid."""
        given = self.cleaned_data
        return Told(**{name: given[name] for name in ("label", "kinds", "whole", "quiet_from", "quiet_to")})


def initial_of(row: NoticeAddress) -> dict[str, Any]:
    """An address as the form shows it."""
    hours = {name: getattr(row, name) for name in ("quiet_from", "quiet_to")}
    shown = {name: f"{hour:%H:%M}" if hour else "" for name, hour in hours.items()}
    return {"label": row.label, "kinds": row.kinds, "whole": row.whole, **shown}


class AddressForm(ToldForm):
    """A new address."""

    url = forms.CharField(
        label=_("Address"),
        help_text=_(
            "As the service gives it to you for Apprise, such as slack://…, msteams://…, tgram://…, ntfys://…, or mailto:name@place. It is sealed and never shown again."
        ),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "hc-mono"}),
    )
    field_order = ("label", "url", "kinds", "whole", "quiet_from", "quiet_to")


class FirstForm(forms.Form):
    """By how many minutes colleagues are first."""

    minutes = forms.TypedChoiceField(
        label=_("Colleagues read a post"),
        help_text=_("Where a post says nothing else. An emergency never waits."),
        choices=head_starts,
        coerce=int,
    )
