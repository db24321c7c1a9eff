"""Hours of tips in words. A tip's times are whole hours, and nothing finer is ever shown or made up."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hueandcry.kernel import clock

DAYS_IN_WORDS = 7


def hour_words(moment: datetime, *, time_zone: str) -> str:
    """The hour that begins at `moment`: "today, between 14 and 15 h", "12 May 2026, between 9 and 10 h"."""
    begin = moment.astimezone(ZoneInfo(time_zone))
    end = (moment + timedelta(hours=1)).astimezone(begin.tzinfo)
    today = clock.now().astimezone(begin.tzinfo).date()
    if begin.date() == today:
        day = _("today")
    elif begin.date() == today - timedelta(days=1):
        day = _("yesterday")
    else:
        day = format_date(begin, _("j F Y"))
    hours = {"day": day, "from": begin.hour, "to": end.hour or 24}
    return _("%(day)s, between %(from)d and %(to)d h") % hours


def age_words(moment: datetime, *, time_zone: str) -> str:
    """How long ago that hour was, for a list: "this hour", "2 h ago", "yesterday", "3 days ago", "12 May 2026"."""
    now = clock.now()
    hours = int((now - moment) / timedelta(hours=1))
    zone = ZoneInfo(time_zone)
    days = (now.astimezone(zone).date() - moment.astimezone(zone).date()).days
    if hours <= 0:
        return _("this hour")
    if days <= 0:
        return _("%d h ago") % hours
    if days == 1:
        return _("yesterday")
    if days <= DAYS_IN_WORDS:
        return ngettext("%d day ago", "%d days ago", days) % days
    return format_date(moment.astimezone(zone), _("j F Y"))
