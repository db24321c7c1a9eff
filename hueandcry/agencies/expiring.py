"""Forget what has run out: ended sessions, browsers not used for a year, invitations used or too old, challenges.

None of it is an act of anybody, so none of it is recorded; the acts themselves (sign-in, invitation,
joining) are on the record already.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q

from hueandcry.agencies.models import Device, Invitation, Sitting, SpentChallenge
from hueandcry.kernel import clock

BROWSER_KEPT = timedelta(days=365)
SITTING_KEPT = timedelta(days=1)


def forget() -> int:
    """Remove all of that; returns how many rows went. Safe to run twice and in parallel."""
    moment = clock.now()
    rows = [
        Session.objects.filter(expire_date__lt=moment),
        Device.objects.filter(last_used_at__lt=moment - BROWSER_KEPT),
        Sitting.objects.filter(begun_at__lt=moment - SITTING_KEPT),
        SpentChallenge.objects.filter(expires_at__lt=moment),
        Invitation.objects.filter(Q(used_at__isnull=False) | Q(expires_at__lt=moment)),
    ]
    return sum(row.delete()[0] for row in rows)
