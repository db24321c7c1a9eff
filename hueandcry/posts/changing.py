"""A change of a post that is out, on its way to each network: planned here, carried out by the worker's `edit_one`."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.channels.actions import mark_account
from hueandcry.channels.connector import (
    ChannelFailure,
    Edits,
    Outgoing,
    RateLimited,
    Receipt,
    Refused,
    Unauthorised,
)
from hueandcry.jobs.due import postpone, settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.ids import ref
from hueandcry.posts.content import Content
from hueandcry.posts.delivering import open_for, require_worker
from hueandcry.posts.fitting import can_edit, freeze
from hueandcry.posts.held import hold_edit, late_since, why_edit_held
from hueandcry.posts.models import Delivery, DeliveryEdit, Post
from hueandcry.posts.recovery import is_hopeless, wait
from hueandcry.records.entry import record

E = DeliveryEdit.Status
D = Delivery.Status
STANDING = (D.QUEUED, D.HELD, D.SENDING, D.SENT, D.UNCONFIRMED)


def proposed(post: Post, content: Content | Mapping[str, Any]) -> Post:
    """The post as it would be with other texts. Not saved."""
    given = content.fields() if isinstance(content, Content) else content
    shown = copy.copy(post)
    shown.text, shown.own_texts, shown.thread = given["text"], given["own_texts"], given["thread"]
    shown.alert = given.get("alert", post.alert)
    return shown


def change(post: Post, shown: Post, *, by: Actor, speaker_ref: str = "") -> int:
    """Write the new texts, and plan the change of every delivery that stands or is on its way. Returns how many.

    speaker_ref: whose words they are, if somebody else lets them out.
    What was not tried yet simply goes out with the new words. Call inside the transaction.
    """
    texts = {
        "text": shown.text,
        "own_texts": shown.own_texts,
        "thread": shown.thread,
        "alert": shown.alert,
    }
    Post.objects.filter(pk=post.pk).update(
        **texts, revision=post.revision + 1, edited_at=clock.now(), edited_by=by.ref
    )
    post.revision += 1
    for name, value in texts.items():
        setattr(post, name, value)
    rows = Delivery.objects.filter(post=post, status__in=STANDING, withdraw_asked_at__isnull=True)
    planned = [
        edit for row in rows.select_related("account") if (edit := _planned(row, post, speaker_ref or by.ref))
    ]
    # A change that a worker has in hand stays first in its line: it must not land after the newer one.
    waiting = DeliveryEdit.objects.filter(
        delivery__in=[edit.delivery for edit in planned], status__in=[E.WAITING, E.HELD], claimed_by=""
    )
    waiting.update(status=E.DROPPED, due_at=None)
    DeliveryEdit.objects.bulk_create(planned)
    Delivery.objects.filter(post=post, status__in=[D.QUEUED, D.HELD]).update(frozen_request=None)
    return len(planned)


def _planned(row: Delivery, post: Post, speaker_ref: str) -> DeliveryEdit | None:
    """The change of one delivery; None where there is nothing to change, or the network cannot."""
    if not can_edit(row.account.channel) or not (row.frozen_request or row.claimed_by):
        return None
    row.post = post
    now = freeze(row)
    # In a worker's hand and not frozen yet: it may have read the old words a moment ago.
    before = Outgoing.from_plain(row.frozen_request) if row.frozen_request else replace(now, text="")
    latest = row.edits.exclude(status__in=[E.DROPPED, E.FAILED]).order_by("-pk").first()
    stands = Outgoing.from_plain(latest.request).text if latest else before.text
    if now.text == stands:
        return None
    return DeliveryEdit(
        agency_id=row.agency_id,
        delivery=row,
        request=replace(now, created_at=before.created_at, reply_to=before.reply_to).plain(),
        asked_at=clock.now(),
        asked_by=speaker_ref,
        due_at=clock.now(),
    )


# --- the worker's part ------------------------------------------------------------------------------


def edit_one(*, edit: DeliveryEdit, by: Actor) -> bool:
    """Carry a claimed change out. The same change twice is a no-op, so every failure is simply tried again.

    Returns False if the lease was lost meanwhile. Raises NotAllowed for anybody but the worker.
    """
    require_worker(by)
    row = (
        DeliveryEdit.objects.select_related("delivery__account", "delivery__post")
        .filter(pk=edit.pk, claimed_by=edit.claimed_by, status=E.WAITING)
        .first()
    )
    if row is None:
        return False
    reason, late = why_edit_held(row), late_since(row)
    if reason or late:
        return hold_edit(row, reason=reason, since=late)
    answer = _try(row)
    if isinstance(answer, Receipt):
        return _done(row, answer, by)
    if isinstance(answer, Unauthorised):
        mark_account(account_id=row.delivery.account_id, problem=answer.sentence, by=by)
    return _failed(row, answer, by)


def _try(row: DeliveryEdit) -> Receipt | ChannelFailure:
    """Speak with the channel."""
    delivery = row.delivery
    delivery.claimed_until = row.claimed_until  # no call outlives our own lease
    try:
        connector, line = open_for(delivery, standing=True)
        if not isinstance(connector, Edits):
            return Refused(_("This network does not let a standing post be changed."))
        return connector.edit(line, Outgoing.from_plain(row.request), delivery.remote_id)
    except ChannelFailure as failure:
        return failure


@transaction.atomic
def _done(row: DeliveryEdit, receipt: Receipt, by: Actor) -> bool:
    kept = settle(row, status=E.DONE, done_at=clock.now(), evidence=dict(receipt.evidence or {}))
    if kept:
        delivery = row.delivery
        known = {"remote_id": receipt.remote_id[:300]} if receipt.remote_id else {}
        if receipt.remote_url:
            known["remote_url"] = receipt.remote_url[:500]
        if known:
            Delivery.objects.filter(pk=delivery.pk).update(**known)
        body: dict[str, str | int | None] = {
            "account": delivery.account.handle,
            "remote_id": receipt.remote_id,
        }
        record(by=by, verb="delivery.changed", subject=ref("delivery", delivery.pk), body=body)
    return kept


@transaction.atomic
def _failed(row: DeliveryEdit, failure: ChannelFailure, by: Actor) -> bool:
    if isinstance(failure, Refused) or is_hopeless(tries=row.attempts, age=clock.now() - row.asked_at):
        kept = settle(row, status=E.FAILED, last_error=failure.sentence[:200])
        if kept:
            subject = ref("delivery", row.delivery_id)
            record(by=by, verb="delivery.fail-change", subject=subject, body={"reason": failure.sentence})
        return kept
    until = failure.retry_at if isinstance(failure, RateLimited) else clock.now() + wait(row.attempts)
    return postpone(row, until=until, error=failure.sentence)
