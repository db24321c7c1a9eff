"""The form of the news on the public site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.channels.models import Account
from hueandcry.channels.queries import channel_label


class NewsForm(forms.Form):
    """Whether posts stand on the public site, and of which accounts. accounts: those that everybody reads."""

    on = forms.BooleanField(
        label=_("Show our posts on the public site"),
        help_text=_("From now on: what went out before stays off it."),
        required=False,
    )
    accounts = forms.MultipleChoiceField(
        label=_("What these accounts say"),
        help_text=_("Accounts that only some people read are not here: what they say is never shown."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, accounts: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), f"{row.label} · {channel_label(row.channel)}") for row in accounts
        ]

    def chosen(self) -> list[int]:
        """The ids of the accounts, once the form is valid."""
        return [int(number) for number in self.cleaned_data["accounts"]]
