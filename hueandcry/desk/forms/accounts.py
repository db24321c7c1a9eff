"""Forms of the account pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hueandcry.channels.catalogue import CHANNELS, OURSELVES, Channel, connector_for
from hueandcry.channels.models import Account

IDENTIFIER = "identifier"
# What a steward must give, in the words that the channels themselves use.
SECRETS = {
    "identifier": (
        _("Handle or e-mail of the account"),
        _("As on the channel, for example pepolice.example"),
    ),
    "password": (
        _("App password"),
        _("Make one in the channel's settings. Never use the account's own password."),
    ),
    "secret": (_("Access token"), _("The simulated network takes any word.")),
    "token": (
        _("Access token"),
        _("Of an application that may post. For Facebook that of the Page, not your own."),
    ),
    "app_secret": (_("App secret"), _("Of the same application, as its settings show it.")),
    "client_id": (_("Client ID"), _("Of the application that was registered with the channel.")),
    "client_secret": (_("Client secret"), _("Of the same application, as its settings show it.")),
    "refresh_token": (_("Refresh token"), _("Given to that application when you allowed it to post.")),
    "signing_secret": (_("Signing secret"), _("Known to us and to the receiver; it proves what is ours.")),
}


def offered(*, demonstration: bool) -> list[Channel]:
    """The channels that can be connected; the simulated network only in a demonstration. Lists have a page of their own."""
    return [
        channel
        for channel in CHANNELS.values()
        if channel.server != OURSELVES and (demonstration or channel.name != "simulated")
    ]


class AccountForm(forms.Form):
    """An account on one channel, with whatever its connector needs to be let in."""

    label = forms.CharField(
        label=_("Name for it here"),
        help_text=_("As colleagues see it, for example “Main account”."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    handle = forms.CharField(
        label=_("Name on the channel"),
        help_text=_("As people see it there, for example pepolice.example"),
        max_length=253,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    server_url = forms.CharField(
        label=_("Server"), max_length=200, widget=forms.URLInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Account.Kind.choices)

    def __init__(self, *args: object, channel: Channel) -> None:
        super().__init__(*args, initial={"server_url": channel.server})  # type: ignore[misc, arg-type]
        add_secrets(self, channel.name)


class SecretForm(forms.Form):
    """A new credential for an account."""

    def __init__(self, *args: object, channel: str) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        add_secrets(self, channel)


def add_secrets(form: forms.Form, channel: str) -> None:
    """Add the fields that the channel's connector asks for. They are never shown again."""
    for name in connector_for(channel).secret_fields:
        if name != IDENTIFIER:
            label, hint = SECRETS[name]
            form.fields[name] = forms.CharField(
                label=label,
                help_text=hint,
                max_length=500,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )


def secret_of(form: forms.Form, channel: str, *, handle: str) -> dict[str, str]:
    """The credential as typed; where a channel wants to know whose it is, that is the name on it."""
    return {
        name: handle if name == IDENTIFIER else form.cleaned_data[name]
        for name in connector_for(channel).secret_fields
    }
