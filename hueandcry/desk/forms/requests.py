"""Forms of the request box."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.agencies.units import UnitLine
from hueandcry.desk.forms.appeals import LocalMoment, ManyFiles
from hueandcry.requests.actions import LONGEST, LONGEST_TEXT, Wish
from hueandcry.requests.words import LONGEST_NOTE
from hueandcry.requests.work_actions import LONGEST_REASON


def _line(label: Any, name: str, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST[name],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RequestForm(forms.Form):
    """What a unit asks the desk to say. Without units the agency itself asks, and the field is not there."""

    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int)
    title = _line(_("In one line"), "title")
    text = forms.CharField(
        label=_("What people shall know"),
        help_text=_("Facts only, as you know them now. The desk puts it into words for each network."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    reach = _line(_("Whom it shall reach"), "reach", _("For example: people who live near Dock Street."))
    needed_by = LocalMoment(
        label=_("Needed by"),
        help_text=_("Empty: when the desk has time. Day and time where the agency is."),
        required=False,
    )
    contact = _line(_("Whom the desk can ask"), "contact", _("Name and telephone. Not shown to the public."))
    cleared_by = _line(_("Who said that it may be public"), "cleared_by", _("Name and rank in your unit."))
    pictures = forms.FileField(
        label=_("Pictures"),
        help_text=_(
            "Up to six: JPEG, PNG, WebP, AVIF or GIF. If you have to send the form again, choose them again."
        ),
        required=False,
        widget=ManyFiles(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/gif", "multiple": True}
        ),
    )
    alts = forms.CharField(
        label=_("What is to be seen on them"),
        help_text=_("A line for each picture, in their order."),
        required=False,
        max_length=3000,
        strip=False,  # an empty line says that a picture has no words yet
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, agency: Agency, units: list[UnitLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needed_by"].zone = ZoneInfo(agency.time_zone)  # type: ignore[attr-defined]
        if units:
            choices = [("", _("Choose"))] + [(line.unit.pk, line.path) for line in units]
            self.fields["unit"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["unit"]

    def wish(self) -> Wish:
        """What was asked for, once the form is valid."""
        given = self.cleaned_data
        names = ("title", "text", "reach", "contact", "cleared_by", "needed_by")
        return Wish(unit_id=given.get("unit"), **{name: given[name] for name in names})

    def alt_lines(self) -> list[str]:
        """The words of each picture, in their order; empty where there are none."""
        return [line.strip() for line in str(self.cleaned_data["alts"]).splitlines()]


class MoreForm(forms.Form):
    """More words from the unit."""

    text = forms.CharField(
        label=_("Your answer"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )


class QuestionForm(forms.Form):
    """What the desk wants to know."""

    text = forms.CharField(
        label=_("What you need to know"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )


class DeclineForm(forms.Form):
    """Why the desk does not post it."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The unit reads it."),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
