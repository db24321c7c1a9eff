"""The worker's other verb: take one delivery down from its channel, and never give up on it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.channels.actions import mark_account
from hueandcry.channels.connector import (
    ChannelFailure,
    OutcomeUnknown,
    Outgoing,
    RateLimited,
    Receipt,
    Recovery,
    Unauthorised,
)
from hueandcry.jobs.due import postpone, settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.ids import ref
from hueandcry.posts.delivering import lease_of, open_for, require_worker
from hueandcry.posts.fitting import freeze
from hueandcry.posts.models import Delivery
from hueandcry.posts.recovery import wait
from hueandcry.records.entry import record

S = Delivery.Status


def remove_one(*, delivery: Delivery, by: Actor) -> bool:
    """Take a claimed delivery down. Deleting is safe to repeat, so every failure is simply tried again.

    Returns False if the lease was lost meanwhile. Raises NotAllowed for anybody but the worker.
    """
    require_worker(by)
    row = (
        Delivery.objects.select_related("account", "post")
        .filter(pk=delivery.pk, claimed_by=delivery.claimed_by, status__in=[S.REMOVING, S.REMOVED])
        .first()
    )
    if row is None:
        return False
    failure = _take_down(row)
    if failure is None:
        return _removed(row, by)
    if isinstance(failure, Unauthorised):
        mark_account(account_id=row.account_id, problem=failure.sentence, by=by)
    return _again(row, failure, by)


def _take_down(row: Delivery) -> ChannelFailure | None:
    """Delete at the channel; None when it is not there any more."""
    outgoing = Outgoing.from_plain(row.frozen_request) if row.frozen_request else freeze(row)
    try:
        connector, line = open_for(row, standing=True)
        remote_id = row.remote_id
        if not remote_id and connector.recovery == Recovery.HOLD:
            return OutcomeUnknown(_("Nobody knows its address there. Please look, and delete it by hand."))
        if not remote_id and connector.recovery != Recovery.KEY:
            found = connector.find(line, outgoing, "")
            if found is None:
                return None
            remote_id = found.remote_id if isinstance(found, Receipt) else found.handle
        connector.delete(line, outgoing, remote_id)
    except ChannelFailure as failure:
        return failure
    return None


@transaction.atomic
def _removed(row: Delivery, by: Actor) -> bool:
    """Gone. If nobody ever knew how the sending ended, look once more when every late try has ended too."""
    first_time = row.status == S.REMOVING
    again = first_time and row.sent_at is None and row.tried_at is not None
    due_at = clock.now() + 2 * lease_of(row) if again else None
    kept = settle(row, status=S.REMOVED, removed_at=row.removed_at or clock.now(), due_at=due_at)
    if kept and first_time:
        record(
            by=by,
            verb="delivery.removed",
            subject=ref("delivery", row.pk),
            body={"account": row.account.handle, "remote_id": row.remote_id},
        )
    return kept


@transaction.atomic
def _again(row: Delivery, failure: ChannelFailure, by: Actor) -> bool:
    until = failure.retry_at if isinstance(failure, RateLimited) else clock.now() + wait(row.attempts)
    news = row.last_error != failure.sentence[:200]
    kept = postpone(row, until=until, error=failure.sentence)
    if kept and news:
        record(
            by=by,
            verb="delivery.wait",
            subject=ref("delivery", row.pk),
            body={"reason": failure.sentence, "kind": type(failure).__name__},
        )
    return kept
