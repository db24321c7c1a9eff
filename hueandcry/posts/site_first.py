"""Site first, networks next (R26): the page of a post stands before the networks get it, so that no link leads nowhere.

Whoever lets a post go gives its public deliveries a moment later than they would have, and notes its page for the moment
itself. An emergency waits for nothing: its page comes up beside. Once the page stands they are due at once (news_actions.page_stands). If it never does, they go at their later
moment all the same: nothing has to happen for that, and the page of the post says so.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, Min, OuterRef, Q

from hueandcry.agencies.queries import get_agency
from hueandcry.channels.models import Account
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.posts import news
from hueandcry.posts.alerts import ALERT
from hueandcry.posts.holding import Known, why_held
from hueandcry.posts.models import Delivery, NewsPage, Post

WAIT = timedelta(seconds=5)  # that networks wait for the page, at most; in an emergency they do not wait
LOOK_FOR = timedelta(seconds=30)  # whether a page that was made stands, while its server is silent
TRY_FOR = timedelta(minutes=10)  # later the page comes once a network has it (news.due_for_site)
SAY_FOR = timedelta(hours=1)  # what takes longer to reach every network waits for the next change of the site
D = Delivery.Status


def wait_for_site(post: Post, accounts: Collection[Account]) -> timedelta | None:
    """How long at most the public deliveries of a post wait for its page; None where the site shows none of it."""
    fit = (
        post.kind
        and post.repost_of_id is None
        and post.on_site
        and post.audience == Account.Audience.PUBLIC
        and any(news.is_open(row) for row in accounts)
    )
    if not fit or not news.is_on(post.agency_id):
        return None
    shown = {row.pk for row in news.shown_accounts(post.agency_id)}
    if post.kind != ALERT and shown.isdisjoint(row.pk for row in accounts):
        return None
    return timedelta(0) if post.urgency == Urgency.EMERGENCY else WAIT


def note_page(post: Post, *, at: datetime) -> None:
    """Give a post that is let go the page that shall come up at that moment. Call inside the transaction."""
    month = f"{at.astimezone(ZoneInfo(get_agency(post.agency_id).time_zone)):%Y-%m}"
    page, made = NewsPage.objects.get_or_create(
        post=post,
        defaults={"agency_id": post.agency_id, "month": month, "shown_at": at, "first": True},
    )
    if not made:  # stopped before any of it was sent, and let go again: an address that was seen stays
        moved = {"shown_at": at} if page.put_at else {"shown_at": at, "month": month}
        anew = {"first": True, "put_at": None, "up_at": None, "said_at": None}
        NewsPage.objects.filter(pk=page.pk).update(**anew, **moved)


def due() -> list[NewsPage]:
    """Pages of all agencies that shall come up now: for the sweep. Those that were put and not seen to stand too."""
    now = clock.now()
    rows = NewsPage.objects.filter(
        Q(put_at__isnull=True) | Q(put_at__gt=now - LOOK_FOR),
        first=True,
        up_at__isnull=True,
        shown_at__lte=now,
        shown_at__gt=now - TRY_FOR,
        post__status=Post.Status.ANNOUNCED,
    )
    return list(rows.select_related("post").order_by("shown_at", "pk")[:50])


def may_come_up(page: NewsPage) -> bool:
    """True if at least one delivery that the page belongs to may go now: what is held back is not shown either."""
    post = page.post
    rows = Delivery.objects.filter(post=post, part=1, withdraw_asked_at__isnull=True)
    accounts = news.open_accounts if post.kind == ALERT else news.shown_accounts
    rows = rows.filter(account__in=[row.pk for row in accounts(post.agency_id)])
    known = Known()
    going = rows.filter(status__in=[D.QUEUED, D.SENDING, D.SENT]).select_related("account", "post__agency")
    return any(row.status != D.QUEUED or not why_held(row, known=known) for row in going)


def to_say_where() -> list[NewsPage]:
    """Pages that stood before the networks had their posts, and do not say yet where: every one of them has it now."""
    rows = NewsPage.objects.filter(
        first=True, said_at__isnull=True, put_at__isnull=False, put_at__gt=clock.now() - SAY_FOR
    )
    on_their_way = Delivery.objects.filter(post=OuterRef("post"), part=1, withdraw_asked_at__isnull=True)
    moving = on_their_way.filter(status__in=[D.QUEUED, D.SENDING])
    return list(rows.filter(~Exists(moving)).order_by("pk")[:50])


def waiting(page: NewsPage) -> Q:
    """The deliveries of its post that wait for nothing but this page."""
    return Q(
        post_id=page.post_id,
        part=1,
        status=D.QUEUED,
        attempts=0,
        withdraw_asked_at__isnull=True,
        due_at__gt=clock.now(),
        due_at__lte=page.shown_at + WAIT,
    ) & ~Q(account__audience=Account.Audience.STAFF)


def did_not_wait(page: NewsPage) -> bool:
    """True if a network had the post before its page stood, although the page was to be first."""
    if not page.first:
        return False
    sent = Delivery.objects.filter(post_id=page.post_id, part=1, sent_at__isnull=False)
    first = sent.exclude(account__audience=Account.Audience.STAFF).aggregate(Min("sent_at"))["sent_at__min"]
    return first is not None and (page.up_at is None or page.up_at > first)
