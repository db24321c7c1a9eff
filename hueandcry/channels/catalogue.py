"""Which channels there are. Connectors are named as dotted text and loaded here: nobody imports one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.channels.connector import Authorises, Publishes
from hueandcry.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel.

    name: as stored; label: as shown (a proper name, not translated); path: module and object of its
    connector; server: the usual address, offered in the form; profile: where anybody sees an account,
    with {server} and {handle} in it; sign_in: module and object of what signs a steward in there (Authorises),
    where that is not the connector itself.
    """

    name: str
    label: str
    path: str
    server: str
    profile: str = ""
    sign_in: str = ""


# The lists of subscribers call nobody: a name that never resolves (RFC 6761 section 6.4).
OURSELVES = "https://lists.invalid"

CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        Channel(
            "bluesky",
            "Bluesky",
            "hueandcry.connectors.bluesky:CONNECTOR",
            "https://bsky.social",
            "https://bsky.app/profile/{handle}",
        ),
        Channel(
            "mastodon",
            "Mastodon",
            "hueandcry.connectors.mastodon.channel:CONNECTOR",
            "https://mastodon.social",
            "{server}/@{handle}",
            "hueandcry.connectors.mastodon_sign_in:SIGN_IN",
        ),
        Channel(
            "facebook",
            "Facebook",
            "hueandcry.connectors.facebook.channel:CONNECTOR",
            "https://graph.facebook.com",
            "https://www.facebook.com/{handle}",
        ),
        Channel(
            "x",
            "X",
            "hueandcry.connectors.x.channel:CONNECTOR",
            "https://api.x.com",
            "https://x.com/{handle}",
        ),
        Channel(
            "youtube",
            "YouTube",
            "hueandcry.connectors.youtube.channel:CONNECTOR",
            "https://www.googleapis.com",
            "https://www.youtube.com/{handle}",
        ),
        Channel(
            "webhook",
            "Webhook",
            "hueandcry.connectors.webhook:CONNECTOR",
            "",
        ),
        Channel(
            "email_list",
            "E-mail list",
            "hueandcry.connectors.email_list:CONNECTOR",
            OURSELVES,
            "https://{handle}/subscribe/",  # the handle of a list is the host name of our site
        ),
        Channel(
            "sms_list",
            "SMS list",
            "hueandcry.connectors.sms_list:CONNECTOR",
            OURSELVES,
            "https://{handle}/subscribe/",
        ),
        Channel(
            "push_list",
            "Browser notifications",
            "hueandcry.connectors.push_list:CONNECTOR",
            OURSELVES,
            "https://{handle}/subscribe/push/",
        ),
        Channel(
            "simulated",
            "Simulated network",
            "hueandcry.connectors.simulated:CONNECTOR",
            "",
            "{server}/@{handle}",
        ),
    )
}


def channel_named(name: str) -> Channel:
    """The channel. Raises Invalid for a name that is not in the list."""
    try:
        return CHANNELS[name]
    except KeyError:
        raise Invalid(_("There is no channel of this name."), field="channel") from None


@cache
def connector_for(name: str) -> Publishes:
    """The connector of a channel. Raises Invalid for a name that is not in the list."""
    connector: Publishes = _object(channel_named(name).path)
    return connector


@cache
def sign_in_for(name: str) -> Authorises | None:
    """What signs a steward in at a channel; None where a credential is typed. Raises Invalid."""
    channel = channel_named(name)
    found: object = _object(channel.sign_in) if channel.sign_in else connector_for(name)
    return found if isinstance(found, Authorises) else None


def _object(path: str) -> Any:
    module, _colon, attribute = path.partition(":")
    return getattr(import_module(module), attribute)
