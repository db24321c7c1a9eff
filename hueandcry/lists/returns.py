"""What comes back: one sending and the subscriber behind it. A dead address is not written to again."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import ref
from hueandcry.lists.models import Sending, Subscriber
from hueandcry.lists.verdicts import Verdict
from hueandcry.records.entry import record

ENDED: dict[str, Any] = {
    "due_at": None,
    "claimed_by": "",
    "claimed_until": None,
}  # nobody is to go on with it
MOST_SOFT = 3  # messages in a row that came back without the address being wrong


def arrive(sending: Sending) -> bool:
    """Note that the carrier says it arrived. What came back stays so, whichever of the two was told first.

    Returns False if that changes nothing. Safe to run twice.
    """
    open_still = [Sending.Status.UNKNOWN, Sending.Status.TRYING]
    return bool(
        Sending.objects.filter(pk=sending.pk, status__in=open_still).update(
            **ENDED, status=Sending.Status.SENT, sent_at=clock.now(), last_error=""
        )
    )


@transaction.atomic
def come_back(sending: Sending, found: Verdict, *, reason: str) -> bool:
    """Note that a sending came back; pause its subscriber if the address is dead, or after three in a row.

    Whoever is still sending it loses the row: a report may be here before the answer to the sending is. Of two
    reports about one sending the graver counts, whichever comes first. Returns False if that was known already.
    Safe to run twice.
    """
    standing = [Sending.Status.SENT, Sending.Status.UNKNOWN, Sending.Status.TRYING]
    changed = Sending.objects.filter(pk=sending.pk, status__in=standing).update(
        **ENDED, status=Sending.Status.RETURNED, last_error=reason[:200], is_ours=found == Verdict.OURS
    )
    changed = changed or _is_graver(sending, found, reason=reason)
    if changed and sending.subscriber_id and found != Verdict.OURS:
        count_against(sending.subscriber_id, for_good=found == Verdict.DEAD)
    return bool(changed)


def _is_graver(sending: Sending, found: Verdict, *, reason: str) -> int:
    """Note what says more against the address than the report before did; 0 if it does not."""
    back = Sending.objects.filter(pk=sending.pk, status=Sending.Status.RETURNED)
    if found == Verdict.DEAD:
        back = back.exclude(last_error=reason[:200])
    else:
        back = back.filter(is_ours=True) if found == Verdict.COUNTED else back.none()
    return back.update(last_error=reason[:200], is_ours=False)


def count_against(subscriber_id: int, *, for_good: bool) -> None:
    """One more that came back; pauses the subscriber when it is enough. In the caller's transaction.

    A server may take a message and send it back later, so what it took is no sign that the address lives: the last
    three are looked at as they stand now.
    """
    dead = Subscriber.objects.filter(pk=subscriber_id, status=Subscriber.Status.ACTIVE)
    who = dead.first()
    if who is None or not (for_good or _always_back(subscriber_id)):
        return
    dead.update(status=Subscriber.Status.PAUSED, owed="", due_at=None)
    record(
        by=system("bounces", agency_id=who.agency_id),
        verb="subscriber.pause",
        subject=ref("subscriber", who.pk),
    )


def _always_back(subscriber_id: int) -> bool:
    """True if the last three that were tried all came back. What came back because of us says nothing."""
    ended = [Sending.Status.SENT, Sending.Status.RETURNED, Sending.Status.UNKNOWN]
    last = Sending.objects.filter(subscriber_id=subscriber_id, status__in=ended, is_ours=False).order_by(
        "-pk"
    )
    statuses = list(last.values_list("status", flat=True)[:MOST_SOFT])
    return len(statuses) == MOST_SOFT and set(statuses) == {Sending.Status.RETURNED}
