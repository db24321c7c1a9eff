"""Which channels there are. Connectors are named as dotted text and loaded here: nobody imports one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.utils.translation import gettext as _

from hueandcry.channels.connector import Publishes
from hueandcry.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel.

    name: as stored; label: as shown (a proper name, not translated); path: module and object of its
    connector; server: the usual address, offered in the form; profile: where anybody sees an account,
    with {server} and {handle} in it.
    """

    name: str
    label: str
    path: str
    server: str
    profile: str = ""


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
    module, _colon, attribute = channel_named(name).path.partition(":")
    connector: Publishes = getattr(import_module(module), attribute)
    return connector
