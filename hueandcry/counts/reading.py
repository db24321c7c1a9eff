"""The worker asks networks what they count for our posts: soon after they went out, then ever more seldom.

Sending goes first: an account with anything to send is not asked, and figures never use the second half of an
allowance. No channel is called inside a transaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from hueandcry.channels.catalogue import CHANNELS, connector_for
from hueandcry.channels.connector import ChannelFailure, Line, Measured, Measures, RateLimited
from hueandcry.channels.lines import open_line
from hueandcry.channels.models import Account
from hueandcry.channels.quotas import quotas_of
from hueandcry.channels.working import require_worker
from hueandcry.counts.models import Reading, Tally
from hueandcry.counts.words import COUNTS, only_counts
from hueandcry.jobs.due import postpone, settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Invalid, NotFound, Refusal
from hueandcry.posts.models import Delivery

# After what time a network is asked for a post's figures.
STEPS = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=28),
)
AGAIN = timedelta(hours=1)  # after an asking that gave no answer
RESERVE = 2  # of an allowance one part in so many is left to posts
OPENED_AT_ONCE = 500


def measured_channels() -> list[str]:
    """Names of the channels that count what becomes of a post."""
    return [name for name in CHANNELS if _measures(name)]


def _measures(channel: str) -> bool:
    try:
        return isinstance(connector_for(channel), Measures)
    except Invalid:
        return False


def open_tallies() -> int:
    """Begin the tally of what was sent and has none. Safe to run twice. Returns how many were begun."""
    rows = Delivery.objects.filter(
        status=Delivery.Status.SENT,
        tally__isnull=True,
        sent_at__gt=clock.now() - STEPS[-1],
        account__channel__in=measured_channels(),
    )
    fresh = [
        Tally(agency_id=row.agency_id, delivery=row, due_at=row.sent_at + STEPS[0])
        for row in rows.order_by("pk")[:OPENED_AT_ONCE]
        if row.sent_at is not None
    ]
    Tally.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def readable() -> QuerySet[Tally]:
    """Tallies that may be read now: of posts that stand, on accounts in use that have nothing to send."""
    waiting = Delivery.objects.filter(
        account=OuterRef("delivery__account"),
        status__in=[Delivery.Status.QUEUED, Delivery.Status.SENDING],
        due_at__lte=clock.now(),
    )
    rows = Tally.objects.filter(~Exists(waiting), delivery__status=Delivery.Status.SENT)
    return rows.filter(delivery__account__status=Account.Status.ACTIVE).select_related("delivery__account")


def read_figures(*, tallies: list[Tally], by: Actor) -> int:
    """Ask one account's network for the figures of these deliveries, and keep them with their time.

    For the worker; the tallies carry their leases and are all of one account. Returns how many readings were kept.
    Raises NotAllowed.
    """
    require_worker(by)
    account = tallies[0].delivery.account
    spent = _spared_until(account)
    if spent is not None:
        for tally in tallies:
            postpone(tally, until=spent, error="")
        return 0
    wanted = {tally.delivery.remote_id: tally for tally in tallies}
    try:
        connector, line = open_line(
            account, until=min(row.claimed_until for row in tallies if row.claimed_until), picture=_no_picture
        )
        told = _ask(connector, line, list(wanted))
    except (ChannelFailure, Refusal) as failure:
        until = failure.retry_at if isinstance(failure, RateLimited) else clock.now() + AGAIN
        for tally in tallies:
            postpone(tally, until=until, error=failure.sentence)
        return 0
    return sum(_keep(tally, told.get(remote_id)) for remote_id, tally in wanted.items())


def _ask(connector: object, line: Line, remote_ids: list[str]) -> dict[str, Measured]:
    return connector.measure(line, remote_ids) if isinstance(connector, Measures) else {}


def _spared_until(account: Account) -> datetime | None:
    """Until when figures wait because posts may need what is left of an allowance; None: there is enough."""
    short = [quota.resets_at for quota in quotas_of(account) if quota.left * RESERVE < quota.limit]
    return max(short) if short else None


@transaction.atomic
def _keep(tally: Tally, told: Measured | None) -> bool:
    """Keep what was said, and when to ask next. A post that the network does not show has no figures today."""
    sent_at = tally.delivery.sent_at or clock.now()
    step = tally.step + 1
    while step < len(STEPS) and sent_at + STEPS[step] <= clock.now():
        step += 1  # the worker was away: what it missed is not asked for one by one
    due = sent_at + STEPS[step] if step < len(STEPS) else None
    kept = settle(tally, step=step, due_at=due)
    counted = only_counts(told)
    if not kept or not counted.known:
        return False
    values = {name: getattr(counted, name) for name in COUNTS}
    Reading.objects.create(agency_id=tally.agency_id, delivery_id=tally.delivery_id, at=clock.now(), **values)
    return True


def _no_picture(_digest: str) -> bytes:
    raise NotFound("Asking for figures sends no picture.")
