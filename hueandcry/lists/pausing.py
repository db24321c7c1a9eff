"""Pauses: what was handed over and is not carried yet waits while a brake is on (R25), whatever its level.

A brake that ends lets it go by itself, unless a day has passed since it was handed over: then a person decides
(pause_actions.py). What a message is asked with is kept in its row, since accounts and posts stand above this room;
a pause of a *person* is asked by the posts room, before anything is handed over.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from hueandcry.agencies import brakes
from hueandcry.agencies.models import Brake
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import ref
from hueandcry.lists.choices import unpack
from hueandcry.lists.models import Message
from hueandcry.records.entry import record

OPEN = (Message.Status.SPREADING, Message.Status.SENDING)
TOO_OLD = timedelta(hours=24)  # the same as for posts: later than this it is no news


def why_paused(message: Message) -> str:
    """One sentence that says what pauses this message now; "" if nothing does. Changes nothing."""
    return _said(message, brakes.in_force(agency_id=message.agency_id))


def is_too_old(message: Message) -> bool:
    """True if only a person may let it go now: it was handed over more than a day ago."""
    return clock.now() - message.taken_at > TOO_OLD


def held() -> QuerySet[Message]:
    """What is held back now, the first handed over first, with its list."""
    rows = Message.objects.filter(held_at__isnull=False, status__in=OPEN)
    return rows.select_related("list").order_by("pk")


def hold_if_paused(message: Message) -> bool:
    """True if the message may not be carried now: it is held already, or a pause was found and it is held from now on."""
    if message.held_at is not None:
        return True
    reason = why_paused(message)
    if reason:
        _hold(message, reason)
    return bool(reason)


def look() -> int:
    """Hold what is paused now, let go what is paused no more, note another reason. Returns how many changed.

    Safe to run twice and in parallel: each row moves by compare-and-swap.
    """
    known: dict[int, brakes.InForce] = {}
    changed = 0
    for message in Message.objects.filter(status__in=OPEN).order_by("pk"):
        if message.agency_id not in known:
            known[message.agency_id] = brakes.in_force(agency_id=message.agency_id)
        changed += _look(message, _said(message, known[message.agency_id]))
    return changed


def let_go(message: Message) -> bool:
    """On its way again, in the transaction of whoever records it. False if it is held no more or was stopped."""
    rows = Message.objects.filter(pk=message.pk, held_at=message.held_at, status__in=OPEN)
    return bool(rows.exclude(held_at=None).update(held_at=None, held_why=""))


def _look(message: Message, reason: str) -> bool:
    if message.held_at is None:
        return bool(reason) and _hold(message, reason)
    if reason or is_too_old(message):  # free to go, if somebody says so
        mine = Message.objects.filter(pk=message.pk, held_at=message.held_at)
        return reason[:300] != message.held_why and bool(mine.update(held_why=reason[:300]))
    with transaction.atomic():
        kept = let_go(message)
        if kept:
            by = system("lists", agency_id=message.agency_id)
            record(by=by, verb="message.let-go", subject=ref("message", message.pk))
    return kept


@transaction.atomic
def _hold(message: Message, reason: str) -> bool:
    mine = Message.objects.filter(pk=message.pk, held_at__isnull=True, status__in=OPEN)
    kept = mine.update(held_at=clock.now(), held_why=reason[:300])
    if kept:
        by = system("lists", agency_id=message.agency_id)
        record(by=by, verb="message.hold", subject=ref("message", message.pk), body={"reason": reason})
    return bool(kept)


def _said(message: Message, braked: brakes.InForce) -> str:
    stop = _stop(message, braked) if braked.rows else None
    return braked.said(stop) if stop else ""


def _stop(message: Message, braked: brakes.InForce) -> Brake | None:
    units = [int(number) for number in unpack(message.unit_ids)]
    return (
        braked.everything
        or (braked.on_account(message.account_id, None) if message.account_id else None)
        or next((found for number in units if (found := braked.on_unit(number))), None)
        or braked.on_topics(unpack(message.about))
    )
