"""Sweeps of deliveries. Removing goes before sending: what was taken back must be gone first."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Generic, TypeVar

from django.conf import settings
from django.db.models import QuerySet

from hueandcry.assets import sweeping
from hueandcry.assets.sweeping_pictures import forget_again
from hueandcry.assets.sweeping_pictures import sweep_pictures as sweep_assets
from hueandcry.jobs.due import Due, claim, claimable, extend
from hueandcry.jobs.hands import Hands
from hueandcry.jobs.sweep import Urgency, sweep
from hueandcry.kernel.actor import system
from hueandcry.posts import naming, news, queries, reading, site_first
from hueandcry.posts.approval_actions import release_post
from hueandcry.posts.card_reading import read_one
from hueandcry.posts.changing import edit_one
from hueandcry.posts.delivering import deliver_one, lease_of
from hueandcry.posts.forgetting import forget_thrown_away
from hueandcry.posts.held import give_up_retired, look_again, look_at_old
from hueandcry.posts.models import Delivery, DeliveryEdit, LinkCard
from hueandcry.posts.news_actions import say_where, show_on_site
from hueandcry.posts.removing import remove_one

Row = TypeVar("Row", bound=Due)
ROUND = 25  # rows before the worker looks round, where it has one thread for them
CARDS, CARD_HOLD = (
    5,
    timedelta(minutes=5),
)  # pages in one turn; longer than all calls and the decoder may take for one


class Duty(Generic[Row]):
    """Rows of one kind and the verb for each; many at a time, so that one slow server holds up nobody else.

    share: of HUE_DELIVERY_THREADS, that may be at it at a time.
    """

    def __init__(
        self,
        name: str,
        rows: Callable[[], QuerySet[Row]],
        handle: Callable[[Row], bool],
        *,
        share: float = 1.0,
    ) -> None:
        self._rows, self._handle, self._share = rows, handle, share
        self._hands = Hands(name, self._one)

    def turn(self) -> int:
        """Let what is due be handled. Returns how many rows were handled since the last turn."""
        if settings.HUE_DELIVERY_THREADS < 2:  # noqa: PLR2004 - in this thread, a round at most
            return self._round()
        most = math.ceil(self._share * settings.HUE_DELIVERY_THREADS)
        return self._hands.turn(waiting=lambda free: claimable(self._rows(), most=free), most=most)

    def _round(self) -> int:
        handled = 0
        while handled < ROUND and self._one():
            handled += 1
        return handled

    def _one(self) -> bool:
        won = claim(self._rows(), limit=1, hold=timedelta(seconds=settings.HUE_DELIVERY_LEASE))
        for row in won:
            self._handle(row)
        return bool(won)


def _remove(row: Delivery) -> bool:
    return remove_one(delivery=row, by=system("removal", agency_id=row.agency_id))


def _edit(row: DeliveryEdit) -> bool:
    return edit_one(edit=row, by=system("edit", agency_id=row.agency_id))


def _deliver_video(row: Delivery) -> bool:
    """Under a lease that lasts for its upload, so that no other worker begins the same one meanwhile."""
    return extend(row, hold=lease_of(row)) and _deliver(row)


def _deliver(row: Delivery) -> bool:
    return deliver_one(delivery=row, by=system("delivery", agency_id=row.agency_id))


REMOVING = Duty("removal", queries.removable, _remove)
EDITING = Duty("edit", queries.editable, _edit, share=0.5)
DELIVERING = Duty("delivery", lambda: queries.sendable().filter(post__video__isnull=True), _deliver)
EMERGENCIES = Duty(
    "emergency",
    lambda: queries.sendable().filter(post__video__isnull=True, urgency=Urgency.EMERGENCY),
    _deliver,
    share=0.5,
)
VIDEOS = Duty(
    "video", lambda: queries.sendable().filter(post__video__isnull=False), _deliver_video, share=0.5
)


@sweep(every=timedelta(seconds=1), urgency=Urgency.EMERGENCY)
def remove_due() -> int:
    """Take down what is to be taken down. Safe to run twice and in parallel: each row is claimed first."""
    return REMOVING.turn()


@sweep(every=timedelta(seconds=1), urgency=Urgency.EMERGENCY)
def deliver_emergencies() -> int:
    """Send emergencies that are due, by hands of their own: those of the rest may all wait for servers that hang.

    Safe to run twice and in parallel: each row is claimed first.
    """
    return EMERGENCIES.turn()


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT)
def deliver_due() -> int:
    """Send what is due, the most urgent first, but for videos. Safe to run twice and in parallel: each row is claimed first."""
    return DELIVERING.turn()


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT, lane="video")
def deliver_videos() -> int:
    """Send videos that are due, beside the rest: an upload takes minutes, and nobody else waits for it.

    Safe to run twice and in parallel: each row is claimed first.
    """
    return VIDEOS.turn()


@sweep(every=timedelta(seconds=5), urgency=Urgency.URGENT)
def let_go_of_held() -> int:
    """Put back in line what was held back and has no reason to be any more; give up what can never go."""
    return give_up_retired() + look_again()


@sweep(every=timedelta(minutes=1), urgency=Urgency.ROUTINE)
def look_at_what_waits_for_a_person() -> int:
    """Note why what is too old to go by itself is held, or that nothing holds it any more. Safe to run twice."""
    return look_at_old()


@sweep(every=timedelta(seconds=1), urgency=Urgency.EMERGENCY)
def edit_due() -> int:
    """Change what stands. Safe to run twice and in parallel: each row is claimed first."""
    return EDITING.turn()


@sweep(every=timedelta(seconds=1), urgency=Urgency.URGENT)
def release_due() -> int:
    """Let planned posts go whose time has come. Safe to run twice: a post moves on once."""
    rows = list(reading.due_posts()[:ROUND])
    return sum(release_post(post_id=row.pk, by=system("release", agency_id=row.agency_id)) for row in rows)


@sweep(every=timedelta(seconds=5), urgency=Urgency.ROUTINE)
def show_news() -> int:
    """Give posts that went out their page on the public site, or say there where. Safe to run twice: a post has one page.

    Not at every delivery, since each such round makes a release.
    """
    rows = news.due_for_site()
    shown = sum(show_on_site(post_id=row.pk, by=system("news", agency_id=row.agency_id)) for row in rows)
    said = site_first.to_say_where()
    return shown + sum(
        say_where(post_id=row.post_id, by=system("news", agency_id=row.agency_id)) for row in said
    )


@sweep(every=timedelta(seconds=3), urgency=Urgency.ROUTINE, lane="mailbox")  # another's server may be slow
def read_cards() -> int:
    """Read pages for the cards of links, one after the other. Safe to run twice and in parallel: each row is claimed first."""
    handled = 0
    while handled < CARDS and (won := claim(LinkCard.objects.all(), limit=1, hold=CARD_HOLD)):
        handled += read_one(won[0])
    return handled


@sweep(every=timedelta(hours=1), urgency=Urgency.ROUTINE)
def sweep_videos() -> int:
    """Erase videos that nobody has had for a week. Safe to run twice and in parallel."""
    return sweeping.sweep_videos(named=naming.named)


@sweep(every=timedelta(hours=24), urgency=Urgency.ROUTINE, lane="video")  # it reads what every post shows
def sweep_pictures() -> int:
    """Forget what posts have that were thrown away 30 days ago, and erase pictures that nothing has had for a week.

    What was to be erased and is still here goes too. Safe to run twice and in parallel.
    """
    gone = forget_thrown_away() + forget_again(named=naming.named_pictures)
    return gone + sweep_assets(used=naming.used_pictures, named=naming.named_pictures)
