"""By what people know a list: the sender that stands on its messages. Pure but for settings."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings

from hueandcry.lists.choices import Medium


def sender(medium: str) -> str:
    """The address or number that messages of this list come from; "" if none is set, or there is none (a browser shows our site's name)."""
    if medium == Medium.EMAIL and settings.EMAIL_HOST:
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return settings.HUE_SMS_FROM if medium == Medium.SMS else ""
