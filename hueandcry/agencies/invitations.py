"""Send an invitation by mail, if the agency has a mail server; otherwise the link is handed over by hand."""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency, Person

log = logging.getLogger("hueandcry.agencies")


def by_mail() -> bool:
    """True if a mail server is set."""
    return bool(settings.EMAIL_HOST)


def send(*, person: Person, agency: Agency, address: str) -> bool:
    """Mail the one-time link. Returns False if there is no mail server or it did not take the mail."""
    if not by_mail():
        return False
    text = _(
        "%(agency)s invites you to its desk.\n\nOpen this link within seven days. It works once:\n\n%(address)s\n\n"
        "You will choose a password and need an authenticator app on your phone.\n"
        "If you did not expect this, tell your administrator and do nothing else.\n"
    ) % {"agency": agency.name, "address": address}
    try:
        sent = send_mail(
            _("Your sign-in for %s") % agency.short_name, text, settings.DEFAULT_FROM_EMAIL, [person.email]
        )
    except (OSError, smtplib.SMTPException):
        log.exception("invitation for person %s was not taken by the mail server", person.pk)
        return False
    return bool(sent)
