"""Forms of series, and of an agency's own days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.channels.models import Account
from hueandcry.channels.queries import channel_label
from hueandcry.desk.forms.compose import link_field, topics_field
from hueandcry.posts.content import LONGEST, Content
from hueandcry.posts.kinds import KINDS
from hueandcry.series.actions import LONGEST_DAY, LONGEST_NAME, MOST_AHEAD, MOST_OF_DAYS, Plan
from hueandcry.series.models import Series


def _day(label: Any, hint: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class SeriesForm(forms.Form):
    """What comes again, and when."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("For the desk only, such as: safety tip of the week."),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("Text that each draft begins with"),
        help_text=_("Mark what must be filled in each time with brackets: [this week’s advice]."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    every = forms.ChoiceField(label=_("How often"), choices=Series.Every.choices)
    first_on = _day(
        _("First day"),
        _("It comes again on the same day of the week, the month or the year. A month that is too short has it on its last day."),
    )  # fmt: skip
    at = forms.TimeField(
        label=_("Time of day"),
        help_text=_("Where the agency is, in summer and winter."),
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    last_on = _day(_("Last day"), _("Empty: until somebody ends it."), required=False)
    ahead_days = forms.IntegerField(
        label=_("Days ahead that a draft is made"), min_value=0, max_value=MOST_AHEAD
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.name, kind.label) for kind in KINDS.values()])
    link = link_field()
    topics = topics_field()
    accounts = forms.MultipleChoiceField(
        label=_("Accounts"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, accounts: list[Account], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.fields["accounts"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), f"{row.label} · {channel_label(row.channel)}") for row in accounts
        ]

    def plan(self) -> Plan:
        """What was typed, once the form is valid."""
        given = self.cleaned_data
        content = Content(
            text=given["text"],
            link=given["link"],
            kind=given["kind"],
            language=self.language,
            topics=tuple(part for part in given["topics"].split(",") if part.strip()),
            account_ids=tuple(int(number) for number in given["accounts"]),
        )
        names = ("name", "every", "first_on", "at", "last_on", "ahead_days")
        return Plan(content=content, **{name: given[name] for name in names})


def start_of(series: Series) -> dict[str, Any]:
    """What the form shows of a series that there is."""
    kept = series.wording
    return {
        **{
            name: getattr(series, name)
            for name in ("name", "every", "first_on", "at", "last_on", "ahead_days")
        },
        **{name: kept[name] for name in ("text", "link", "kind")},
        "topics": ", ".join(kept["topics"]),
        "accounts": [str(number) for number in kept["account_ids"]],
    }


class DayForm(forms.Form):
    """A day of awareness of the agency's own."""

    prefix = "day"

    name = forms.CharField(
        label=_("What day it is"),
        max_length=LONGEST_DAY,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    on = _day(_("When"))
    days = forms.IntegerField(label=_("How many days"), min_value=1, max_value=MOST_OF_DAYS, initial=1)
    yearly = forms.BooleanField(label=_("Every year"), required=False, initial=True)
