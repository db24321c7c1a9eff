"""How long ago something was, or how long until it is, in words beside the time itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

from hueandcry.kernel import clock


def age(moment: datetime | None) -> str:
    """Such as “4 minutes ago”, “in 3 hours” or “just now”; empty for nothing."""
    if moment is None:
        return ""
    now = clock.now()
    if abs(moment - now) < timedelta(minutes=1):
        return _("just now")
    if moment > now:
        return _("in %s") % timeuntil(moment, now, depth=1)
    return _("%s ago") % timesince(moment, now, depth=1)
