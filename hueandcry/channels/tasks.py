"""Sweeps of accounts."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.channels.checking import check_account
from hueandcry.channels.models import Account, ProfileCheck
from hueandcry.channels.profiling import look_at_profile, open_checks
from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import sweep
from hueandcry.kernel.actor import system

HOLD = timedelta(minutes=1)
ROUND = 20  # accounts checked before the worker looks round


@sweep(every=timedelta(seconds=20))
def check_accounts_due() -> int:
    """Ask each channel now and then whether our credential is still good. Safe to run twice."""
    rows = Account.objects.exclude(status__in=Account.SILENT)
    handled = 0
    while handled < ROUND and (won := claim(rows, limit=1, hold=HOLD)):
        check_account(account=won[0], by=system("account-check", agency_id=won[0].agency_id))
        handled += 1
    return handled


@sweep(every=timedelta(minutes=1))
def look_at_profiles_due() -> int:
    """Read what each account's own page says, once a day, and push where asked. Safe to run twice."""
    open_checks()
    rows = ProfileCheck.objects.exclude(account__status__in=Account.SILENT)
    handled = 0
    while handled < ROUND and (won := claim(rows, limit=1, hold=HOLD)):
        look_at_profile(check=won[0], by=system("profile-check", agency_id=won[0].agency_id))
        handled += 1
    return handled
