"""The worker reads the mailbox to which mail comes back (HUE_IMAP_…), a little at a time.

Only what says that it is a report is read at all, and of that the first 256 KB; everything else stays as it is. What
a report asks for is done first, then the message is marked, then how far we are is written: whatever is cut off
between is done again, and doing it twice changes nothing (bounces.py). A message at which the worker ended three
times is left where it is; a connection that ends does not count.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F

from hueandcry.jobs.due import claim, settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.mailbox import Mailbox, MailboxFailure, Place
from hueandcry.lists.bounces import take_bounce
from hueandcry.lists.models import ReturnMailbox
from hueandcry.lists.reports import LARGEST, is_report
from hueandcry.lists.sending import require_worker

log = logging.getLogger("hueandcry.lists")
EVERY, AGAIN = timedelta(minutes=3), timedelta(minutes=5)
HOLD = timedelta(minutes=10)
LONGEST = timedelta(seconds=30)  # of one pass: others wait for this thread
STRETCH = 2_000  # numbers asked for at once; messages are numbered with gaps
BATCH = 50  # messages whose kind is asked for at once
MOST = 400  # messages in one pass
TRIES = 3
P = ReturnMailbox.Problem


def is_set() -> bool:
    """True if there is a mailbox to read."""
    return bool(settings.HUE_IMAP_HOST)


def place_name() -> str:
    """The mailbox of the settings as its row is named."""
    where = f"{settings.HUE_IMAP_HOST}:{settings.HUE_IMAP_PORT}/{settings.HUE_IMAP_FOLDER}"
    return f"{settings.HUE_IMAP_USER}@{where}"[:300]


def read_mailbox(*, by: Actor, now: bool = False) -> int:
    """Read on, if it is time or `now`. Returns how many messages were looked at. Safe to run twice and to be killed.

    What keeps it from being read is kept in the row, for the page of the list and `hue doctor`. Raises NotAllowed.
    """
    require_worker(by)
    if not is_set():
        return 0
    row, _made = ReturnMailbox.objects.get_or_create(place=place_name(), defaults={"due_at": clock.now()})
    if now:
        ReturnMailbox.objects.filter(pk=row.pk).update(due_at=clock.now())
    for won in claim(ReturnMailbox.objects.filter(pk=row.pk), limit=1, hold=HOLD):
        return _read(won)
    return 0


def _read(row: ReturnMailbox) -> int:
    try:
        with Mailbox(_place()) as box:
            looked, more = _pass(row, box)
    except _NoSecret:
        return _failed(row, P.SECRET, "")
    except MailboxFailure as failure:
        return _failed(row, P(failure.kind), str(failure))
    wait = timedelta(0) if more else EVERY
    settle(row, due_at=clock.now() + wait, read_at=clock.now(), problem=P.NONE, problem_since=None)
    return looked


def _failed(row: ReturnMailbox, problem: str, reason: str) -> int:
    log.warning("the return mailbox could not be read: %s", problem)
    since = row.problem_since or clock.now()
    settle(row, due_at=clock.now() + AGAIN, problem=problem, problem_since=since, last_error=reason[:200])
    return 0


class _NoSecret(Exception):  # noqa: N818 - it says what is so
    """The password is not there, or others can read it."""


def _place() -> Place:
    try:
        path = Path(settings.HUE_IMAP_PASSWORD_FILE)
        if path.stat().st_mode & 0o077:
            raise _NoSecret
        password = path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise _NoSecret from None
    return Place(
        host=settings.HUE_IMAP_HOST,
        port=settings.HUE_IMAP_PORT,
        user=settings.HUE_IMAP_USER,
        password=password,
        folder=settings.HUE_IMAP_FOLDER,
        tls=settings.HUE_IMAP_TLS,
    )


def _pass(row: ReturnMailbox, box: Mailbox) -> tuple[int, bool]:
    """Look at what is new; (how many messages, whether there may be more). Stops when its lease is lost."""
    if row.validity != box.validity:  # the server has numbered everything anew
        row.validity, row.last_uid = box.validity, 0
    end = clock.now() + LONGEST
    looked, last = 0, box.next_uid - 1
    while row.last_uid < last:
        first = row.last_uid + 1
        stretch = min(row.last_uid + STRETCH, last)
        uids = box.uids(first, stretch)
        for start in range(0, len(uids), BATCH):
            batch = uids[start : start + BATCH]
            _take(row, box, batch)
            looked += len(batch)
            if not _at(row, batch[-1]):
                return looked, False
            if looked >= MOST or clock.now() > end:
                return looked, row.last_uid < last
        if not _at(row, stretch):
            return looked, False
        if clock.now() > end:
            break
    return looked, row.last_uid < last


def _take(row: ReturnMailbox, box: Mailbox, batch: list[int]) -> None:
    """Read those of a batch that say they are reports."""
    for uid, kind in box.kinds(batch).items():
        if not is_report(kind):
            continue
        if _begin(row, uid) > TRIES:
            log.warning("message %d of the return mailbox could not be read and was left there", uid)
            continue
        try:
            take_bounce(box.read(uid, most=LARGEST))
            box.done(uid, folder=settings.HUE_IMAP_DONE)
        except MailboxFailure:
            _not_begun(row)
            raise
        _at(row, uid)  # a worker that ends at a later one begins there, and that one's tries are counted


def _begin(row: ReturnMailbox, uid: int) -> int:
    """Note that this report is begun; returns how often it was, this time included."""
    mine = ReturnMailbox.objects.filter(pk=row.pk)
    if row.uid == uid and row.tries:
        mine.update(tries=F("tries") + 1)
        row.tries += 1
    else:
        mine.update(uid=uid, tries=1)
        row.uid, row.tries = uid, 1
    return row.tries


def _not_begun(row: ReturnMailbox) -> None:
    """Take the last `_begin` back: the connection ended, which says nothing about the message."""
    row.tries = max(row.tries - 1, 0)
    ReturnMailbox.objects.filter(pk=row.pk, claimed_by=row.claimed_by).update(tries=row.tries)


def _at(row: ReturnMailbox, uid: int) -> bool:
    """Write how far we are; False if the lease was lost, so that somebody else reads on."""
    row.last_uid = uid
    mine = ReturnMailbox.objects.filter(pk=row.pk, claimed_by=row.claimed_by)
    return bool(mine.update(validity=row.validity, last_uid=uid))
