"""The worker writes what a subscriber is owed: the question whether they mean it, the word that they are on the list."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from hueandcry.agencies.queries import get_agency
from hueandcry.jobs.due import claim, settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.lists import letters, vault
from hueandcry.lists.carrying import Back, Later, Parcel, Taken, carrier_for
from hueandcry.lists.choices import Level, Medium
from hueandcry.lists.models import Departed, Subscriber
from hueandcry.lists.sending import BATCH, HOLD, require_worker
from hueandcry.lists.taking import LASTS, forget
from hueandcry.records.entry import record

Owed, S = Subscriber.Owed, Subscriber.Status
AGAIN = timedelta(minutes=2)
PAUSED_FOR = timedelta(days=90)  # then a dead address is forgotten
REMEMBERED_FOR = timedelta(days=730)  # the digest of somebody who left


def write_owed(*, by: Actor) -> int:
    """Write to those who are owed a word. Returns how many rows were handled. Safe to run twice. Raises NotAllowed.

    Nobody gets one twice for sure: after an outcome that nobody knows it counts as written.
    """
    require_worker(by)
    rows = Subscriber.objects.filter(owed__in=[Owed.CONFIRM, Owed.WELCOME])
    first = rows.filter(due_at__lte=clock.now()).order_by("due_at").select_related("list").first()
    if first is None:
        return 0
    medium = first.list.medium
    with transaction.atomic():
        won = claim(rows.filter(list__medium=medium), limit=BATCH, hold=HOLD)
    with carrier_for(medium) as carrier:
        for row in won:
            outcome = carrier.send(_parcel(row, medium))
            if isinstance(outcome, Later):
                settle(row, due_at=outcome.until or clock.now() + AGAIN, last_error=outcome.reason[:200])
            elif isinstance(outcome, Back) and row.status == S.WAITING:
                _never_mind(row)
            else:
                why = "" if isinstance(outcome, Taken) else outcome.reason[:200]
                settle(row, owed=Owed.NOTHING, written_at=clock.now(), last_error=why)
    return len(won)


def _parcel(row: Subscriber, medium: str) -> Parcel:
    agency, to = get_agency(row.agency_id), vault.open_address(row.list_id, row.sealed)
    asks = row.owed == Owed.CONFIRM
    if medium == Medium.SMS:
        text = (
            letters.sms_of_question(row, agency=agency)
            if asks
            else letters.sms_of_welcome(row, agency=agency)
        )
        data = text.encode()
    elif asks:
        data = letters.mail_of_question(row, agency=agency, to=to, ends=row.asked_at + LASTS)
    else:
        data = letters.mail_of_welcome(row, agency=agency, to=to)
    return Parcel(to, data, letters.letter_name(row, row.owed), Level.GREEN)


def _never_mind(row: Subscriber) -> None:
    """The question cannot be asked there, so nobody said yes: forgotten."""
    Subscriber.objects.filter(pk=row.pk, claimed_by=row.claimed_by, status=S.WAITING).delete()


def forget_old(*, by: Actor) -> int:
    """Forget who never said yes after 48 hours, dead addresses after 90 days, who left after two years.

    Returns how many rows. Safe to run twice. Raises NotAllowed.
    """
    require_worker(by)
    moment = clock.now()
    never, _kinds = Subscriber.objects.filter(status=S.WAITING, asked_at__lt=moment - LASTS).delete()
    gone, _kinds = Departed.objects.filter(at__lt=moment - REMEMBERED_FOR).delete()
    dead = Subscriber.objects.filter(status=S.PAUSED, confirmed_at__lt=moment - PAUSED_FOR)
    handled = never + gone
    for row in dead.exclude(sending__sent_at__gt=moment - PAUSED_FOR)[:500]:
        worker = Actor(ref="system:lists", name="lists", agency_id=row.agency_id)
        with transaction.atomic():
            subject = forget(row, reason=Departed.Reason.BOUNCED)
            record(by=worker, verb="subscriber.gone", subject=subject)
        handled += 1
    return handled
