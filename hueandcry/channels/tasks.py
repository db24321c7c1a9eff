"""Sweeps of accounts."""

from __future__ import annotations

from datetime import timedelta

from hueandcry.channels.actions import check_account
from hueandcry.channels.models import Account
from hueandcry.jobs.due import claim
from hueandcry.jobs.sweep import sweep
from hueandcry.kernel.actor import system

HOLD = timedelta(minutes=1)
ROUND = 20  # accounts checked before the worker looks round


@sweep(every=timedelta(seconds=20))
def check_accounts_due() -> int:
    """Ask each channel now and then whether our credential is still good. Safe to run twice."""
    rows = Account.objects.exclude(status=Account.Status.SUSPENDED)
    handled = 0
    while handled < ROUND and (won := claim(rows, limit=1, hold=HOLD)):
        check_account(account=won[0], by=system("account-check", agency_id=won[0].agency_id))
        handled += 1
    return handled
