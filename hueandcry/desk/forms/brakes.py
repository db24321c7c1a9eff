"""The form that pauses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.agencies.brake_actions import LONGEST_REASON
from hueandcry.kernel import clock

SPANS = (
    ("1", _("One hour")),
    ("4", _("Four hours")),
    ("24", _("A day")),
    ("168", _("A week")),
    ("720", _("Thirty days")),
)
WHY = _("A supervisor is looking into something.")


class BrakeForm(forms.Form):
    """What to pause, for how long, and why. what: "all", or "person:12", "account:7", "unit:3", "topic:traffic"."""

    what = forms.ChoiceField(label=_("What to pause"))
    hours = forms.TypedChoiceField(label=_("For how long"), choices=SPANS, coerce=int, initial="1")
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("Everybody concerned reads it."),
        max_length=LONGEST_REASON,
        initial=WHY,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], chosen: str = "all") -> None:
        super().__init__(*args, initial={"what": chosen})  # type: ignore[misc]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]

    def until(self) -> datetime:
        """When it ends, once the form is valid."""
        return clock.now() + timedelta(hours=self.cleaned_data["hours"])
