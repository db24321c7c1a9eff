"""Verbs of the rota: who looks in on which account, and what they saw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.channels import queries
from hueandcry.channels.facts import colleague
from hueandcry.channels.models import Account, Look, Watch
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

LONGEST = 90  # days between two looks


@transaction.atomic
def plan_checks(
    *, account_ids: Sequence[int], every_days: int, today: date, by: Actor, checker_ids: Sequence[int] = ()
) -> int:
    """Let somebody look in on each of these accounts every so many days; returns how many accounts.

    The accounts are spread over the days and over the checkers in turn; without a checker it is for whoever may.
    today: where the agency is. Raises NotAllowed, NotFound, Invalid.
    """
    by.require(Permission.ACCOUNT_MANAGE)
    if not 1 <= every_days <= LONGEST:
        raise Invalid(_("Give a number of days from 1 to %d.") % LONGEST, field="every_days")
    checkers = [colleague(number, by=by) for number in checker_ids]
    wanted = [queries.get_account(actor=by, account_id=number) for number in dict.fromkeys(account_ids)]
    watched = [account for account in wanted if account.status != Account.Status.RETIRED]
    for place, account in enumerate(watched):
        checker = checkers[place % len(checkers)] if checkers else None
        Watch.objects.update_or_create(
            account=account,
            defaults={
                "agency_id": by.agency_id,
                "every_days": every_days,
                "next_on": today + timedelta(days=place % every_days),
                "checker_ref": ref("person", checker.pk) if checker else "",
                "checker_name": checker.name if checker else "",
            },
        )
    body: dict[str, str | int | None] = {
        "accounts": len(watched),
        "every_days": every_days,
        "checkers": ", ".join(p.name for p in checkers),
    }
    record(by=by, verb="check.plan", subject=ref("agency", by.agency_id), body=body)
    return len(watched)


@transaction.atomic
def end_checks(*, account_id: int, by: Actor) -> None:
    """Take an account off the rota; what was seen stays. Raises NotAllowed, NotFound."""
    by.require(Permission.ACCOUNT_MANAGE)
    account = queries.get_account(actor=by, account_id=account_id)
    if Watch.objects.filter(account=account).delete()[0]:
        record(by=by, verb="check.end", subject=ref("account", account.pk))


@transaction.atomic
def note_look(*, account_id: int, outcome: str, today: date, by: Actor, note: str = "") -> Look:
    """Say what one saw on an account: fine, or a note of what is not. The next look is due from today on.

    Raises NotAllowed, NotFound, Invalid without a note where one is needed.
    """
    by.require(Permission.ACCOUNT_CHECK)
    account = queries.get_account(actor=by, account_id=account_id)
    note = note.strip()
    if outcome not in Look.Outcome.values:
        raise Invalid(_("Say whether it was fine."), field="outcome")
    if outcome == Look.Outcome.NOTE and not note:
        raise Invalid(_("Write what is not fine."), field="note")
    watch = Watch.objects.filter(account=account).first()
    look = Look.objects.create(
        agency_id=by.agency_id,
        account=account,
        by_ref=by.ref,
        by_name=by.name,
        at=clock.now(),
        due_on=watch.next_on if watch else None,
        outcome=outcome,
        note=note[:2000],
    )
    if watch:
        following = today + timedelta(days=watch.every_days)
        Watch.objects.filter(pk=watch.pk).update(next_on=following)
    body = {"outcome": outcome, "note": look.note}
    record(by=by, verb="check.note", subject=ref("account", account.pk), body=body)
    return look
