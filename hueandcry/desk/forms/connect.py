"""The form that begins a sign-in at a network."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.channels.authorising import registers_itself
from hueandcry.channels.catalogue import Channel
from hueandcry.channels.models import Account

OFF = {"autocomplete": "off"}


class BeginForm(forms.Form):
    """What is to be connected, and as which application of ours. asks: what the form has to ask for."""

    label = forms.CharField(
        label=_("Name for it here"),
        help_text=_("As colleagues see it, for example “Main account”."),
        max_length=80,
        widget=forms.TextInput(attrs=OFF),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Account.Kind.choices)
    server_url = forms.CharField(label=_("Server"), max_length=200, widget=forms.URLInput(attrs=OFF))
    client_id = forms.CharField(
        label=_("Client ID"),
        help_text=_("Of the agency's application at the network. Facebook calls it App ID."),
        max_length=200,
        widget=forms.TextInput(attrs=OFF),
    )
    client_secret = forms.CharField(
        label=_("Client secret"),
        help_text=_("It is sealed before it is stored and never shown again."),
        max_length=300,
        widget=forms.PasswordInput(attrs=OFF),
    )

    def __init__(
        self,
        *args: object,
        channel: Channel,
        known: bool,
        again: bool = False,
        demonstration: bool = False,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        initial = {"server_url": channel.server, **(typed or {})}
        super().__init__(*args, initial=initial)  # type: ignore[misc, arg-type]
        itself = registers_itself(channel.name)
        if again:
            del self.fields["label"], self.fields["kind"]
        if again or not (itself or demonstration):
            del self.fields["server_url"]
        if itself:
            del self.fields["client_id"], self.fields["client_secret"]
        elif known:
            for name in ("client_id", "client_secret"):
                self.fields[name].required = False
