"""Demonstration people are refused off this machine: their password lies in a file and a command prints their code.

Every process listens on loopback only, so whoever comes from elsewhere comes through a front. A front that
people use is declared by HUE_HTTPS; then nobody of the demonstration signs in, wherever they say they are.
"""

from __future__ import annotations

import ipaddress

from django.conf import settings

from hueandcry.agencies.models import Person


def may_sign_in(*, person: Person, source: str) -> bool:
    """False for a demonstration person who is not on this machine. source: the network address that asks."""
    return not person.is_demo or (not settings.HUE_HTTPS and is_loopback(source))


def is_loopback(source: str) -> bool:
    """True for an address of this machine itself; False for anything that is no address."""
    try:
        address = ipaddress.ip_address(source.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
