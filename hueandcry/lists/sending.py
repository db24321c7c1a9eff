"""The worker's verbs: spread a message over its subscribers, send to each, finish. No carrier inside a transaction.

A sending goes through *begin* (marked as being tried), *carry* (no transaction) and *conclude* (behind the fence).
The end of one and the beginning of the next are one transaction. A worker may be killed between any two
instructions: a row found as TRYING may have been sent, and is sent again only where that reaches nobody twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from hueandcry.agencies.addresses import public_url
from hueandcry.jobs.due import claim, postpone, settle
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotAllowed
from hueandcry.kernel.ids import ref
from hueandcry.kernel.sealing import mac
from hueandcry.kernel.webpush import base64url
from hueandcry.lists import letters, pausing, queries, vault
from hueandcry.lists.carrying import Back, Carrier, Later, Lost, Outcome, Parcel, Taken, carrier_for
from hueandcry.lists.choices import Level, Medium, awake_at, unpack
from hueandcry.lists.models import Departed, Message, Sending, Subscriber
from hueandcry.lists.returns import count_against
from hueandcry.lists.slips import Link, Purpose
from hueandcry.lists.taking import forget
from hueandcry.records.entry import record

S = Sending.Status
BATCH = 20  # people on one connection, then the worker looks round
SPREAD = 500  # rows written in one transaction
HOLD = timedelta(minutes=5)  # a batch ends well within it
MARGIN = timedelta(seconds=40)  # the longest single hand-over
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(hours=24)  # a warning a day late warns nobody
URGENCY = {Level.RED: Urgency.EMERGENCY, Level.AMBER: Urgency.URGENT}


def require_worker(by: Actor) -> None:
    """Raises NotAllowed for anybody but the system's own actors."""
    if not by.ref.startswith("system:"):
        raise NotAllowed(_("Only the worker does this."))


# --- spreading --------------------------------------------------------------------------------------


def spread_one(*, message: Message, by: Actor) -> bool:
    """Write a row for each subscriber that a claimed message is for. Safe to run twice and to be killed.

    Returns False if the lease was lost or the message stopped. Raises NotAllowed.
    """
    require_worker(by)
    while True:
        written = _spread_some(message)
        if written is None:
            return False
        if not written:
            return _spread_out(message)


@transaction.atomic
def _spread_some(message: Message) -> bool | None:
    """Some hundred rows and how far we are, together. True: there may be more; None: not ours any more."""
    row = (
        Message.objects.select_related("agency")
        .filter(pk=message.pk, claimed_by=message.claimed_by, status=Message.Status.SPREADING)
        .first()
    )
    if row is None:
        return None
    wanting = queries.wanting(
        row.list_id, level=row.level, areas=unpack(row.areas), topics=unpack(row.topics)
    )
    people = list(
        wanting.filter(pk__gt=row.cursor).order_by("pk").values_list("pk", "quiet_from", "quiet_to")[:SPREAD]
    )
    if not people:
        return False
    here = clock.now().astimezone(ZoneInfo(row.agency.time_zone))
    Sending.objects.bulk_create(
        [
            Sending(
                agency_id=row.agency_id,
                message_id=row.pk,
                subscriber_id=number,
                urgency=URGENCY.get(Level(row.level), Urgency.ROUTINE).value,
                due_at=awake_at(here, level=row.level, quiet_from=start, quiet_to=end),
            )
            for number, start, end in people
        ],
        ignore_conflicts=True,
    )
    Message.objects.filter(pk=row.pk).update(cursor=people[-1][0], people=F("people") + len(people))
    return True


def _spread_out(message: Message) -> bool:
    return settle(message, status=Message.Status.SENDING)


# --- sending ----------------------------------------------------------------------------------------


def due(*, medium: Medium, most: Urgency, least: Urgency) -> QuerySet[Sending]:
    """Sendings on this medium that may be tried now, the most urgent first; none of a message that is held back."""
    waiting = [S.QUEUED, S.TRYING]
    open_rows = Sending.objects.filter(message=OuterRef("pk"), status__in=waiting)
    messages = Message.objects.filter(Exists(open_rows), list__medium=medium, held_at__isnull=True)
    going = list(messages.exclude(status=Message.Status.DONE).values_list("pk", flat=True))
    return Sending.objects.filter(
        message_id__in=going, status__in=waiting, urgency__gte=most.value, urgency__lte=least.value
    ).order_by("urgency", "due_at", "pk")


def send_some(*, medium: Medium, most: Urgency, least: Urgency, by: Actor) -> int:
    """Claim a batch for one carrier and hand it over, one after the other. Returns how many rows were handled.

    Safe to run twice and in parallel. Raises NotAllowed.
    """
    require_worker(by)
    with transaction.atomic():  # one journey to the disk for the whole batch
        won = claim(due(medium=medium, most=most, least=least), limit=BATCH, hold=HOLD)
    if won:
        with carrier_for(medium) as carrier:
            _carry(won, carrier)
    return len(won)


@dataclass(slots=True)
class _Turn:
    """One row on its way through the batch."""

    row: Sending
    fresh: bool
    parcel: Parcel


def _carry(won: list[Sending], carrier: Carrier) -> None:
    """One after the other: what became of the last is written together with the beginning of the next."""
    ended: tuple[_Turn, Outcome] | None = None
    blocked: Later | None = None
    try:
        for row in won:
            late = row.claimed_until is None or clock.now() > row.claimed_until - MARGIN
            turn = None if blocked or late else _prepare(row)  # made ready while no transaction is open
            begun = _change(ended, turn)
            ended = None
            if blocked or late:
                postpone(row, until=_until(row, blocked), error=blocked.reason if blocked else "")
            elif turn is not None and begun:
                outcome = _outcome(turn, carrier)
                ended = (turn, outcome)
                blocked = outcome if isinstance(outcome, Later) and outcome.all else None
    finally:
        _change(ended, None)


@transaction.atomic
def _change(ended: tuple[_Turn, Outcome] | None, turn: _Turn | None) -> bool:
    if ended is not None:
        _conclude(*ended)
    return turn is not None and _begin(turn)


def _prepare(claimed: Sending) -> _Turn | None:
    """The row with what is to be handed over; None if it is not wanted any more, or not ours.

    Raises Unavailable if the address cannot be opened: nothing was marked, so nothing is lost.
    """
    row = (
        Sending.objects.select_related("subscriber__list", "message__agency", "message__list")
        .filter(pk=claimed.pk, claimed_by=claimed.claimed_by, status__in=[S.QUEUED, S.TRYING])
        .first()
    )
    if row is None:
        return None
    who, message, fresh = row.subscriber, row.message, row.status == S.QUEUED
    wanted = (
        who is not None
        and who.status == Subscriber.Status.ACTIVE
        and message.status != Message.Status.STOPPED
        and message.list.closed_at is None
    )
    if who is None or (not wanted and (fresh or message.list.medium == Medium.PUSH)):
        # Tried once, and gone since: nobody can be asked any more. A notification could only be sent again.
        settle(row, status=S.STOPPED if fresh else S.UNKNOWN)
        return None
    wake = _not_before(who, message)
    if pausing.hold_if_paused(message) or (fresh and wake > clock.now()):
        postpone(row, until=wake)
        return None
    return _Turn(row, fresh, parcel_of(row, who, message))


def _not_before(who: Subscriber, message: Message) -> datetime:
    """Now, or when their quiet hours end: a message that had to wait may have run into them."""
    here = clock.now().astimezone(ZoneInfo(message.agency.time_zone))
    return awake_at(here, level=message.level, quiet_from=who.quiet_from, quiet_to=who.quiet_to)


def _begin(turn: _Turn) -> bool:
    """Mark the row as being tried, unless it was stopped or its subscriber has left meanwhile."""
    row = turn.row
    moment = row.tried_at or clock.now()
    begun = Sending.objects.filter(
        pk=row.pk, claimed_by=row.claimed_by, status=row.status, subscriber__isnull=False
    ).update(status=S.TRYING, tried_at=moment)
    row.status, row.tried_at = S.TRYING, moment
    return bool(begun)


def parcel_of(row: Sending, who: Subscriber, message: Message) -> Parcel:
    """The message as it goes to this subscriber; the same at every try."""
    agency, language = message.agency, who.language or message.language
    to = vault.open_address(who.list_id, who.sealed)
    name = f"{row.pk}.{vault.message_mark(row.pk)}"
    report = ""
    if message.list.medium == Medium.EMAIL:
        data = letters.mail_of_alert(message, agency=agency, to=to, who=who, name=name)
    elif message.list.medium == Medium.SMS:
        data = letters.sms_text(message, agency=agency, language=language).encode()
        token = vault.link(Link(Purpose.REPORT, agency.pk, row.pk))
        report = public_url(agency, f"/subscribe/report/{token}/")
    else:
        data = letters.push_payload(message, agency=agency, language=language)
    topic = base64url(mac(b"topic", message.key.encode()))[:32]  # RFC 8030 section 5.4: at most 32
    return Parcel(to, data, name, message.level, report, topic, row.tried_at)


def _outcome(turn: _Turn, carrier: Carrier) -> Outcome:
    """Send it; after a try that nobody knows the end of, only where a second one reaches nobody twice."""
    if turn.fresh or carrier.repeats:
        return carrier.send(turn.parcel)
    return carrier.find(replace(turn.parcel, known=_known(turn.row)))


def _known(row: Sending) -> frozenset[str]:
    """What the carrier calls the other messages to the same person: a look-up must not take one of them for this."""
    if row.subscriber_id is None:
        return frozenset()
    others = Sending.objects.filter(subscriber_id=row.subscriber_id).exclude(pk=row.pk)
    return frozenset(others.exclude(provider_id="").values_list("provider_id", flat=True))


def _conclude(turn: _Turn, outcome: Outcome) -> None:
    """What became of it, behind the fence."""
    row = turn.row
    if isinstance(outcome, Taken):
        settle(row, status=S.SENT, sent_at=clock.now(), provider_id=outcome.provider_id)
    elif isinstance(outcome, Back):
        why = outcome.reason[:200]
        if settle(row, status=S.RETURNED, last_error=why, is_ours=outcome.ours) and row.subscriber_id:
            _take_back(row, outcome)
    elif isinstance(outcome, Later) or (isinstance(outcome, Lost) and _repeats(row)):
        old = row.tried_at is not None and clock.now() - row.tried_at > GIVE_UP_AFTER
        if old:
            settle(row, status=S.RETURNED if turn.fresh else S.UNKNOWN, last_error=outcome.reason[:200])
        else:
            status = S.QUEUED if isinstance(outcome, Later) and turn.fresh else S.TRYING
            until = _until(row, outcome if isinstance(outcome, Later) else None)
            settle(row, status=status, due_at=until, last_error=outcome.reason[:200])
    elif outcome.look_after is not None:
        until = clock.now() + outcome.look_after
        settle(row, status=S.TRYING, due_at=until, last_error=outcome.reason[:200])
    else:
        settle(row, status=S.UNKNOWN, last_error=outcome.reason[:200])


def _take_back(row: Sending, outcome: Back) -> None:
    who = row.subscriber
    if who is not None and outcome.gone:
        gone = forget(who, reason=Departed.Reason.BOUNCED)
        record(by=_worker(row.agency_id), verb="subscriber.gone", subject=gone)
    elif row.subscriber_id and not outcome.ours:
        count_against(row.subscriber_id, for_good=outcome.for_good)


def _worker(agency_id: int) -> Actor:
    return Actor(ref="system:lists", name="lists", agency_id=agency_id)


def _repeats(row: Sending) -> bool:
    return row.message.list.medium == Medium.PUSH


def _until(row: Sending, later: Later | None) -> datetime:
    """When to try again: when the carrier says, or 5 s, 10 s, 20 s … 10 min."""
    if later is not None and later.until is not None:
        return later.until
    doublings = min(max(row.attempts - 1, 0), 10)
    return clock.now() + min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


# --- finishing --------------------------------------------------------------------------------------


def finish_messages(*, by: Actor) -> int:
    """Close every message of which nothing is on its way any more, with its figures on the record.

    Safe to run twice. Raises NotAllowed.
    """
    require_worker(by)
    open_rows = Sending.objects.filter(message=OuterRef("pk"), status__in=[S.QUEUED, S.TRYING])
    ended = Message.objects.filter(~Exists(open_rows), status=Message.Status.SENDING)
    return sum(_finish(message) for message in ended[:50])


@transaction.atomic
def _finish(message: Message) -> bool:
    changed = Message.objects.filter(pk=message.pk, status=Message.Status.SENDING).update(
        status=Message.Status.DONE, ended_at=clock.now()
    )
    if changed:
        told = queries.figures(message.pk)
        record(
            by=_worker(message.agency_id),
            verb="message.done",
            subject=ref("message", message.pk),
            body={
                "people": message.people,
                "sent": told[S.SENT],
                "returned": told[S.RETURNED],
                "unknown": told[S.UNKNOWN],
                "stopped": told[S.STOPPED],
            },
        )
    return bool(changed)
