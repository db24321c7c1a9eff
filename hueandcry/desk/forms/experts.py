"""Forms of asking those who know."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.models import Agency
from hueandcry.desk.forms.appeals import LocalMoment
from hueandcry.desk.forms.long_select import LongSelect
from hueandcry.experts.actions import LONGEST_NOTE, LONGEST_REPLY, LONGEST_TEXT
from hueandcry.experts.queries import Expert


def _who(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=_("With what they know about."),
        coerce=int,
        widget=LongSelect(attrs={"class": "govuk-select"}),
    )


def _choices(experts: list[Expert]) -> list[tuple[Any, Any]]:
    return [("", _("Choose")), *((item.person.pk, item.named) for item in experts)]


class AskForm(forms.Form):
    """A question to somebody who knows."""

    text = forms.CharField(
        label=_("Question"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    expert = _who(_("Who knows"))
    due_at = LocalMoment(label=_("Answer needed by"), help_text=_("Day and time where the agency is."))

    def __init__(self, *args: Any, agency: Agency, experts: list[Expert], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_at"].zone = ZoneInfo(agency.time_zone)  # type: ignore[attr-defined]
        self.fields["expert"].choices = _choices(experts)  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """What the expert says."""

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("As people can understand it. The desk checks and approves it like any other words."),
        max_length=LONGEST_REPLY,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class HandOnForm(forms.Form):
    """Who knows better."""

    to = _who(_("Who knows better"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, experts: list[Expert], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = _choices(experts)  # type: ignore[attr-defined]


class TopicsForm(forms.Form):
    """What somebody knows about."""

    topics = forms.CharField(
        label=_("Knows about"),
        help_text=_("A few words with commas between, such as: dog law, fraud by telephone."),
        required=False,
        max_length=600,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def words(self) -> list[str]:
        """The topics one by one."""
        return [word for word in re.split(r"[,;\n]", self.cleaned_data["topics"]) if word.strip()]
