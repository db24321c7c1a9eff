"""The worker's part: tell one address one thing, at most once, and forget what nobody needs any more.

Apprise says yes or no and nothing more, so there is no asking afterwards what became of a try. A try is noted before it
is made: where a worker dies in the middle nobody is told twice, and the page says that nobody knows. Only what certainly
never reached a server is tried again.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from hueandcry.jobs.due import settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotAllowed, Unavailable
from hueandcry.staff import happenings, queries, speaking, vault, words
from hueandcry.staff.models import Notice, NoticeAddress, StaffNote
from hueandcry.staff.speaking import Outcome

S = Notice.Status
AGAIN = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
STALE = timedelta(hours=36)  # quiet hours included; what is older is no news
KEPT = timedelta(days=90)
STOPPED_KEPT = timedelta(days=7)


def tell_one(*, notice: Notice, by: Actor) -> bool:
    """Send a claimed notice. Returns False if the lease was lost meanwhile. Raises NotAllowed for anybody but the worker."""
    if not by.ref.startswith("system:"):
        raise NotAllowed(_("Notices are sent by the worker."))
    row = Notice.objects.select_related("address").filter(pk=notice.pk, claimed_by=notice.claimed_by).first()
    if row is None:
        return False
    return _settled(row) or _try(row)


def _settled(row: Notice) -> bool:
    """True if there is nothing to try: a worker died in the middle, nobody is told there, or it can wait."""
    if row.tried_at is not None:
        return _end(row, S.UNCONFIRMED, _("The worker stopped in the middle. It is not sent again."))
    if row.address.stopped_at is not None or clock.now() - row.made_at > STALE:
        return _end(row, S.DROPPED)
    if not row.urgent and (later := happenings.not_before(row.address, clock.now())) > clock.now():
        return settle(row, due_at=later, attempts=row.attempts - 1)
    return False


def _try(row: Notice) -> bool:
    said = words.said_in(row)
    if said is None:
        return _end(row, S.DROPPED)
    try:
        url = vault.open_url(row.agency_id, bytes(row.address.sealed))
    except Unavailable as refusal:
        return _end(row, S.FAILED, refusal.sentence)
    mine = Notice.objects.filter(pk=row.pk, claimed_by=row.claimed_by)
    if not mine.update(tried_at=clock.now()):
        return False
    return _became(row, speaking.tell(url, title=said.title, body=said.body))


def _became(row: Notice, outcome: Outcome) -> bool:
    match outcome:
        case Outcome.SENT:
            return _end(row, S.SENT)
        case Outcome.INSIDE:
            return _end(
                row, S.FAILED, _("Its address leads into the network of this machine, so it was not called.")
            )
        case Outcome.UNKNOWN:
            return _end(
                row,
                S.UNCONFIRMED,
                _("The service did not confirm it. It may have arrived; it is not sent again."),
            )
        case Outcome.NOT_REACHED:
            tries = row.attempts
            if tries > len(AGAIN):
                return _end(row, S.FAILED, _("The service could not be reached, five times."))
            return settle(
                row,
                tried_at=None,
                due_at=clock.now() + AGAIN[tries - 1],
                last_error=_("The service could not be reached; tried again soon."),
            )


def _end(row: Notice, status: Notice.Status, why: str = "") -> bool:
    return settle(row, status=status, done_at=clock.now(), last_error=why[:200])


def forget_old() -> int:
    """Forget the words of notes for colleagues after their last day, stopped addresses, and old notices. Safe to run twice."""
    moment, gone = clock.now(), 0
    notes = StaffNote.objects.filter(forgotten_at__isnull=True)
    for agency_id in notes.values_list("agency_id", flat=True).distinct().order_by():
        day = queries.today(agency_id)
        over = notes.filter(agency_id=agency_id, until__lt=day)
        recalled = notes.filter(agency_id=agency_id, recalled_at__lt=moment - STOPPED_KEPT)
        for rows in (over, recalled):
            gone += rows.update(title="", text="", named="", forgotten_at=moment)
    stopped = NoticeAddress.objects.filter(stopped_at__lt=moment - STOPPED_KEPT).exclude(sealed=b"")
    gone += stopped.update(sealed=b"")
    old = Notice.objects.filter(done_at__lt=moment - KEPT)
    return gone + old.delete()[0]
