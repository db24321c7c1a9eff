"""Which services may be told things, and whom a notice may reach. Pure but for settings and looking up names.

An Apprise address begins with the name of its service. Only those below are taken: with encryption, and made to carry a
short line to people. Everything that writes to this machine, runs a program or speaks without encryption is left out.
(Names: apprise 2.2.0, its own table of services, read 2026-11-23.)
"""

from __future__ import annotations

import socket
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from hueandcry.kernel import mail
from hueandcry.kernel.errors import Invalid
from hueandcry.kernel.http import allowed_address

LONGEST = 2000  # characters of an address
# Services of a vendor, always reached over https.
VENDORS = frozenset(
    {"discord", "gchat", "msteams", "opsgenie", "pagerduty", "pover", "slack", "tgram", "twilio"}
    | {"workflow", "workflows", "wxteams", "zulip"}
)
# Services on a server of one's own, in their encrypted form.
OWN = frozenset(("forms", "gotifys", "jsons", "mailtos", "matrixs", "mmosts", "nctalks", "ntfys", "rockets"))
# The same without encryption: only for a host and port that HUE_ALLOW_PRIVATE names.
BARE = frozenset(("form", "gotify", "json", "matrix", "mmost", "ntfy", "rocket"))
MAILBOX = "mailto"  # "mailto:desk@port-ellery.example": through the installation's own mail server


def taken() -> frozenset[str]:
    """Names of services with which an address may begin."""
    return VENDORS | OWN


def require_good(url: str) -> str:
    """The address as it is kept. Raises Invalid: no address, a service that is not taken, a place inside our network."""
    given = url.strip()
    if not given or len(given) > LONGEST or not given.isprintable() or " " in given:
        raise Invalid(_("Paste the whole address, such as slack://… or mailto:…"), field="url")
    scheme = given.partition(":")[0].lower()
    if scheme == MAILBOX:
        _require_mailbox(given)
    elif scheme == "https":
        _require_outside(given)
    elif scheme in BARE and is_named(given):
        pass
    elif scheme in BARE:
        raise Invalid(
            _("This address has no encryption. Take its encrypted form, such as %ss://…") % scheme,
            field="url",
        )
    elif scheme not in taken():
        raise Invalid(
            _("Notices cannot go to “%s”. The help names the services that can be told.") % scheme,
            field="url",
        )
    elif scheme in OWN:
        _require_outside(given)
    return given


def for_apprise(url: str) -> str:
    """The address as Apprise takes it: a mailbox goes through the mail server of this installation."""
    if url.partition(":")[0].lower() != MAILBOX:
        return url
    sign_in = ""
    if settings.EMAIL_HOST_USER:
        sign_in = (
            f"{quote(settings.EMAIL_HOST_USER, safe='')}:{quote(settings.EMAIL_HOST_PASSWORD, safe='')}@"
        )
    query = {
        "from": settings.DEFAULT_FROM_EMAIL,
        "to": url.partition(":")[2],
        "smtp": settings.EMAIL_HOST,
        "mode": "starttls" if settings.EMAIL_USE_TLS else "insecure",
        "format": "text",
    }
    return f"{MAILBOX}://{sign_in}{settings.EMAIL_HOST}:{settings.EMAIL_PORT}/?{urlencode(query)}"


def admitted() -> list[tuple[str, int]]:
    """Addresses inside our network, each with its port, that a notice may reach: the setting's, and our mail server's."""
    named = [*settings.HUE_ALLOW_PRIVATE]
    if mail.is_set():
        named.append(f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}")
    found: list[tuple[str, int]] = []
    for place in named:
        host, _colon, port = place.rpartition(":")
        try:
            rows = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, ValueError):
            continue
        found += [(str(row[4][0]), int(port)) for row in rows]
    return list(dict.fromkeys(found))


def _require_mailbox(url: str) -> None:
    if url.startswith("mailto://") or not mail.is_address(url.partition(":")[2]):
        raise Invalid(
            _("Write a mailbox as mailto:name@place. For another mail server than ours, use mailtos://…"),
            field="url",
        )
    if not mail.is_set():
        raise Invalid(_("This installation has no mail server. An operator sets one up first."), field="url")


def _require_outside(url: str) -> None:
    """The server named is not inside our network, as far as can be said now; whoever speaks checks it again."""
    try:
        parts = urlsplit(url)
        place = f"https://{parts.hostname or ''}:{parts.port or 443}"
    except ValueError:
        place = ""
    if not allowed_address(place):
        raise Invalid(
            _("This address is inside the network of this machine, so nothing is sent there."), field="url"
        )


def is_named(url: str) -> bool:
    """True if the setting names the host and port of this address."""
    try:
        parts = urlsplit(url)
        place = f"{parts.hostname}:{parts.port or 80}"
    except ValueError:
        return False
    return place in settings.HUE_ALLOW_PRIVATE
