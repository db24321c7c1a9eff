"""The worker's verbs: send one delivery, take one down. Neither calls a channel inside a transaction.

A claimed row goes through three steps: *begin* (a transaction: freeze the request, mark it as being sent),
*try* (the network, no transaction, never longer than the lease), *conclude* (a transaction behind the fence:
the outcome and its record entry). A worker may be killed between any two instructions: the row is then
claimed again as SENDING, which means “somebody may have sent it”, and recovery.py says what comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.channels.actions import mark_account
from hueandcry.channels.catalogue import connector_for
from hueandcry.channels.connector import (
    ChannelFailure,
    Line,
    OutcomeUnknown,
    Outgoing,
    Pending,
    Publishes,
    RateLimited,
    Receipt,
    Recovery,
    Refused,
    Unauthorised,
    Unreachable,
)
from hueandcry.channels.lines import open_line
from hueandcry.channels.models import Account
from hueandcry.channels.proving import NotProved
from hueandcry.jobs.due import postpone, settle
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotAllowed, Refusal
from hueandcry.kernel.ids import ref
from hueandcry.posts import queries
from hueandcry.posts.fitting import can_repost, freeze
from hueandcry.posts.held import hold_back, late_since
from hueandcry.posts.holding import stops_account, why_held
from hueandcry.posts.models import Delivery
from hueandcry.posts.recovery import (
    GIVE_UP_AFTER,
    Step,
    first_step,
    is_hopeless,
    patience,
    upload_lease,
    wait,
)
from hueandcry.posts.threads import release_next_part
from hueandcry.records.entry import record

S = Delivery.Status
MARGIN = timedelta(seconds=1)  # a call ends this long before the lease does
HANDLE = 300  # characters of remote_id


@dataclass(frozen=True, slots=True)
class Gone:
    """Looked for and not there, and no longer wanted (or not now)."""


@dataclass(frozen=True, slots=True)
class Held:
    """Nothing can tell whether it was sent: a person must look."""

    sentence: str


Outcome = Receipt | Pending | Gone | Held | ChannelFailure


def deliver_one(*, delivery: Delivery, by: Actor) -> bool:
    """Send a claimed delivery, or find out what became of it. Safe to run twice and to be killed.

    Returns False if the row was no longer ours to handle. Raises NotAllowed for anybody but the worker.
    """
    require_worker(by)
    fresh = _begin(delivery)
    if fresh is None:
        return False
    outcome = _try(delivery, fresh=fresh)
    if isinstance(outcome, Unauthorised):
        mark_account(account_id=delivery.account_id, problem=outcome.sentence, by=by)
    return _conclude(delivery, outcome, fresh=fresh, by=by)


def require_worker(by: Actor) -> None:
    """Raises NotAllowed for anybody but the system's own actors."""
    if not by.ref.startswith("system:"):
        raise NotAllowed(_("Only the worker does this."))


def lease_of(delivery: Delivery) -> timedelta:
    """How long one worker may have this delivery; a video's grows with its size."""
    lease = timedelta(seconds=settings.HUE_DELIVERY_LEASE)
    return upload_lease(size=queries.video_bytes(delivery), lease=lease) if delivery.post.video_id else lease


def open_for(delivery: Delivery, *, standing: bool) -> tuple[Publishes, Line]:
    """The connector and its line; no call outlives the delivery's lease.

    standing: for something that was sent, or may have been. Raises Unauthorised; Unreachable while the sign-in is not
    known to open this account; OutcomeUnknown where it stands on the account that this one was before it moved.
    """

    def picture(digest: str) -> bytes:
        try:
            return blobs.read(digest)
        except (Refusal, OSError):
            raise Refused(_("The picture of this post is no longer kept.")) from None

    moved, tried = delivery.account.moved_at, delivery.tried_at
    if standing and moved and tried and tried <= moved:
        raise OutcomeUnknown(
            _("It stands on the account from before the move, which we reach no more. Look there.")
        )
    until = delivery.claimed_until - MARGIN if delivery.claimed_until else None
    try:
        return open_line(
            delivery.account,
            until=until,
            picture=picture,
            taken=lambda remote_id: queries.is_taken(delivery=delivery, remote_id=remote_id),
            handle=delivery.remote_id,
            keep_handle=lambda handle: _keep_handle(delivery, handle, yields=not standing),
        )
    except NotProved as refusal:
        raise Unreachable(refusal.sentence) from None
    except Refusal as refusal:
        raise Unauthorised(refusal.sentence) from None


def _keep_handle(delivery: Delivery, handle: str, *, yields: bool) -> None:
    """Store what `find` is asked with after a crash. Raises Unreachable if the lease was lost: nothing is sent then.

    yields: nothing of it can be up, so that an upload that goes on where it ended may stand back. It then raises
    RateLimited for as long as something more urgent is due on the account.
    """
    mine = Delivery.objects.filter(pk=delivery.pk, claimed_by=delivery.claimed_by, status=S.SENDING)
    if len(handle) > HANDLE or not mine.update(remote_id=handle):
        raise Unreachable(_("Another worker has this delivery now."))
    delivery.remote_id = handle
    if yields and handle and queries.is_overtaken(delivery):
        raise RateLimited(_("Something more urgent goes out first."), retry_at=clock.now() + wait(1))


# --- begin ------------------------------------------------------------------------------------------


def _begin(delivery: Delivery) -> bool | None:
    """Mark the row as being sent. True: no try can have arrived yet; False: one may have; None: not ours."""
    with transaction.atomic():
        row = (
            Delivery.objects.select_related("account", "post__agency")
            .filter(pk=delivery.pk, claimed_by=delivery.claimed_by, status__in=queries.LINE)
            .first()
        )
        if row is None:
            return None
        delivery.account, delivery.post = row.account, row.post
        if row.status == S.SENDING:
            delivery.refresh_from_db(
                fields=["status", "frozen_request", "withdraw_asked_at", "remote_id", "tried_at"]
            )
            return False
        reason, late = why_held(row), late_since(row)
        if reason or late:
            hold_back(delivery, reason=reason, since=late)
            return None
        frozen = row.frozen_request or freeze(row).plain()
        moment = row.tried_at or clock.now()
        if row.account.moved_at and moment <= row.account.moved_at:
            moment = clock.now()  # nothing can have arrived yet, so nothing stands on the account from before
    try:
        with transaction.atomic():
            began = Delivery.objects.filter(
                pk=row.pk, claimed_by=row.claimed_by, status=S.QUEUED, withdraw_asked_at__isnull=True
            ).update(status=S.SENDING, frozen_request=frozen, tried_at=moment)
    except (
        IntegrityError
    ):  # another delivery to this account is under way (one_delivery_under_way_per_account)
        # Nothing was tried. It keeps its place in the line, which that other one holds until it is out of hand.
        settle(delivery, due_at=delivery.due_at, attempts=delivery.attempts - 1)
        return None
    if not began:
        return None
    delivery.status, delivery.frozen_request, delivery.tried_at = S.SENDING, frozen, moment
    return True


# --- try --------------------------------------------------------------------------------------------


def _try(delivery: Delivery, *, fresh: bool) -> Outcome:
    """Speak with the channel. Every failure is an answer here."""
    outgoing = Outgoing.from_plain(delivery.frozen_request or {})
    age = clock.now() - outgoing.created_at
    wanted = delivery.withdraw_asked_at is None and delivery.account.status not in Account.SILENT
    if wanted and not fresh:  # it is looked for all the same, but not said a second time against a brake
        wanted = not why_held(delivery)
    try:
        connector, line = open_for(delivery, standing=not fresh)
        step = first_step(fresh=fresh, recovery=connector.recovery, key_lasts=connector.key_lasts, age=age)
        if fresh and delivery.post.repost_of_id:
            _require_original(delivery, outgoing)
        if step == Step.HOLD:
            return Held(
                _("It may have been sent. This channel cannot tell: please look, and say what you found.")
            )
        if step == Step.LOOK or not wanted:
            found = connector.find(line, outgoing, delivery.remote_id)
            if found is not None:
                return found
            if not wanted:
                return Gone()
            if age < connector.lookup_lag:
                return OutcomeUnknown(_("It may have been sent; the channel does not show it yet."))
        return _publish(connector, line, outgoing, fresh=fresh)
    except ChannelFailure as failure:
        return failure


def _require_original(delivery: Delivery, outgoing: Outgoing) -> None:
    """Raises Refused where the post to show again stands no more, or the network cannot: it has no words of its own."""
    if not outgoing.repost_of or not can_repost(delivery.account.channel):
        raise Refused(_("It cannot be shown again on %s.") % delivery.account.label)


def _publish(connector: Publishes, line: Line, outgoing: Outgoing, *, fresh: bool) -> Receipt | Pending:
    try:
        return connector.publish(line, outgoing)
    except Refused:
        if fresh:
            raise
        landed = connector.find(line, outgoing, "")  # an earlier try may have been taken all the same
        if landed is None:
            raise
        return landed


# --- conclude ---------------------------------------------------------------------------------------


@transaction.atomic
def _conclude(delivery: Delivery, outcome: Outcome, *, fresh: bool, by: Actor) -> bool:
    """Write the outcome behind the fence, with its entry. False if the lease was lost."""
    if isinstance(outcome, Receipt):
        return _sent(delivery, outcome, by)
    if isinstance(outcome, Pending) and _age(delivery) <= GIVE_UP_AFTER:
        return settle(delivery, status=S.SENDING, remote_id=outcome.handle[:300], due_at=outcome.ask_at)
    if isinstance(outcome, Pending):
        return _end(delivery, S.UNCONFIRMED, _("The network has had it for a day and does not show it."), by)
    if isinstance(outcome, Gone):
        return _not_wanted(delivery, by)
    if isinstance(outcome, Held):
        return _end(delivery, S.UNCONFIRMED, outcome.sentence, by)
    return _failed(delivery, outcome, fresh=fresh, by=by)


def _sent(delivery: Delivery, receipt: Receipt, by: Actor) -> bool:
    proof = {
        "remote_id": receipt.remote_id[:300],
        "remote_url": receipt.remote_url[:500],
        "evidence": dict(receipt.evidence or {}),
        "sent_at": clock.now(),
    }
    if not settle(delivery, status=S.SENT, **proof):
        # We spoke although our lease had ended. If the row was given up meanwhile, what we sent must go.
        late = Delivery.objects.filter(pk=delivery.pk, status__in=[S.CANCELLED, S.REMOVED])
        late.update(status=S.REMOVING, due_at=clock.now(), **proof)
        return False
    record(
        by=by,
        verb="delivery.sent",
        subject=ref("delivery", delivery.pk),
        body={
            "account": delivery.account.handle,
            "remote_id": receipt.remote_id,
            "remote_url": receipt.remote_url,
        },
    )
    release_next_part(delivery)
    _remove_if_unwanted(delivery)
    return True


def _remove_if_unwanted(delivery: Delivery) -> None:
    """A withdrawal that came while it was being sent: take it down at once."""
    Delivery.objects.filter(pk=delivery.pk, status=S.SENT, withdraw_asked_at__isnull=False).update(
        status=S.REMOVING, due_at=clock.now(), attempts=0
    )


def _not_wanted(delivery: Delivery, by: Actor) -> bool:
    """Not there, and not wanted now: of a suspended account, wait; of a closed one, or after a day, a person looks.

    Where the reason stops this post alone, a person looks once no try can arrive any more: the others of the account
    wait behind it. If it was withdrawn, take it down all the same: a try may still be on its way.
    """
    if delivery.withdraw_asked_at is None:
        if delivery.account.status == Account.Status.RETIRED:
            said = _("The account was closed while this was being sent. Look whether it stands there.")
            return _end(delivery, S.UNCONFIRMED, said, by)
        if _age(delivery) > GIVE_UP_AFTER:
            said = _("It may have been sent more than a day ago, and was not found there. Please look.")
            return _end(delivery, S.UNCONFIRMED, said, by)
        reason = why_held(delivery) or _("The account is suspended.")
        until = clock.now() + wait(delivery.attempts)
        if not stops_account(delivery):
            left = _patience(delivery) - _age(delivery)
            if left <= timedelta(0):
                said = _("It may have been sent and was not found there; it is not sent again: %s") % reason
                return _end(delivery, S.UNCONFIRMED, said, by)
            until = min(until, clock.now() + left)
        return postpone(delivery, until=until, error=reason)
    kept = settle(delivery, status=S.REMOVING, due_at=clock.now(), attempts=0)
    if kept:
        record(by=by, verb="delivery.withdraw", subject=ref("delivery", delivery.pk))
    return kept


def _patience(delivery: Delivery) -> timedelta:
    """Since the first try, until no try can arrive any more or be missed by a search."""
    lag = connector_for(delivery.account.channel).lookup_lag
    return patience(lookup_lag=lag, lease=lease_of(delivery))


def _age(delivery: Delivery) -> timedelta:
    """Since the first try."""
    return clock.now() - (delivery.tried_at or clock.now())


def _failed(delivery: Delivery, failure: ChannelFailure, *, fresh: bool, by: Actor) -> bool:
    age = _age(delivery)
    hopeless = is_hopeless(tries=delivery.attempts, age=age)
    unknown = isinstance(failure, OutcomeUnknown) or not fresh
    if isinstance(failure, Refused) or (isinstance(failure, Unauthorised) and fresh):
        return _end(delivery, S.FAILED, failure.sentence, by)
    if unknown and (hopeless or connector_for(delivery.account.channel).recovery == Recovery.HOLD):
        return _end(delivery, S.UNCONFIRMED, failure.sentence, by)
    if hopeless:
        return _end(delivery, S.FAILED, failure.sentence, by)
    until = failure.retry_at if isinstance(failure, RateLimited) else clock.now() + wait(delivery.attempts)
    if isinstance(failure, OutcomeUnknown):  # a search before that may miss what this very try put up
        until = max(until, clock.now() + connector_for(delivery.account.channel).lookup_lag)
    return _again(delivery, until, failure, status=S.SENDING if unknown else S.QUEUED, by=by)


def _again(delivery: Delivery, until: datetime, failure: ChannelFailure, *, status: str, by: Actor) -> bool:
    news = delivery.last_error != failure.sentence[:200]
    kept = settle(delivery, status=status, due_at=until, last_error=failure.sentence[:200])
    if kept and news:  # one entry for each new reason, not for each try
        record(
            by=by,
            verb="delivery.wait",
            subject=ref("delivery", delivery.pk),
            body={"reason": failure.sentence, "kind": type(failure).__name__},
        )
    if kept and status == S.QUEUED:
        Delivery.objects.filter(pk=delivery.pk, status=S.QUEUED, withdraw_asked_at__isnull=False).update(
            status=S.CANCELLED, due_at=None
        )
    return kept


def _end(delivery: Delivery, status: str, sentence: str, by: Actor) -> bool:
    """The worker stops here: it is not sent, or a person must look."""
    since = {"unconfirmed_at": clock.now()} if status == S.UNCONFIRMED else {}
    kept = settle(delivery, status=status, last_error=sentence[:200], **since)
    if kept:
        verb = "delivery.fail" if status == S.FAILED else "delivery.unconfirmed"
        record(by=by, verb=verb, subject=ref("delivery", delivery.pk), body={"reason": sentence})
    unwanted = Delivery.objects.filter(pk=delivery.pk, status=status, withdraw_asked_at__isnull=False)
    if status == S.FAILED:
        unwanted.update(status=S.CANCELLED)
    else:
        unwanted.update(status=S.REMOVING, due_at=clock.now(), attempts=0, last_error="")
    return kept
