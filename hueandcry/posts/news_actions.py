"""Verbs of the news on the public site: switch them on, choose accounts, and give a post its page."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db import transaction

from hueandcry.agencies.queries import get_agency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.ids import ref
from hueandcry.posts import news, site_first
from hueandcry.posts.models import Delivery, NewsPage, NewsSite, Post
from hueandcry.records.entry import record


@transaction.atomic
def set_news(*, on: bool, by: Actor, account_ids: Collection[int] | None = None) -> NewsSite:
    """Say whether posts stand on the public site, and of which accounts. None: as usual, or as chosen before.

    Switched on, it counts for what is let go from now on; switched off, every page of a post answers "gone".
    Raises NotAllowed.
    """
    by.require(Permission.AGENCY_MANAGE)
    row, _made = NewsSite.objects.select_for_update().get_or_create(agency_id=by.agency_id)
    row.since = (row.since or clock.now()) if on else None
    accounts = news.open_accounts(by.agency_id)
    if account_ids is not None:
        row.choices = {str(account.pk): account.pk in account_ids for account in accounts}
    NewsSite.objects.filter(pk=row.pk).update(since=row.since, choices=row.choices)
    shown = ", ".join(account.handle for account in news.shown_accounts(by.agency_id))
    body: dict[str, str | int | None] = {"on": "yes" if on else "no", "accounts": shown}
    record(by=by, verb="agency.set-news", subject=ref("agency", by.agency_id), body=body)
    return row


@transaction.atomic
def show_on_site(*, post_id: int, by: Actor) -> bool:
    """Give a post that went out its page among the news. For the worker; safe to run twice, False if nothing changed.

    Raises NotAllowed.
    """
    if not by.ref.startswith("system:"):
        by.require(Permission.POST_APPROVE)
    post = Post.objects.select_for_update(of=("self",)).filter(pk=post_id, agency_id=by.agency_id).first()
    sent_at = news.first_sent(post) if post is not None else None
    if post is None or sent_at is None or news.page_of(post) is not None:
        return False
    there = sent_at.astimezone(ZoneInfo(get_agency(by.agency_id).time_zone))
    page, made = NewsPage.objects.get_or_create(
        post=post,
        defaults={"agency_id": by.agency_id, "month": f"{there:%Y-%m}", "shown_at": sent_at},
    )
    if not made:  # it was to come up before the networks, and did not
        NewsPage.objects.filter(pk=page.pk).update(
            **dict.fromkeys(("put_at", "up_at", "said_at"), clock.now())
        )
    _record_shown(page, post, by)
    return True


@transaction.atomic
def put_first(*, post_id: int, by: Actor) -> bool:
    """Show a post on the site before the networks have it, unless all of it is held back. For the worker.

    False if it is not to be shown now, or is shown already; safe to run twice. Raises NotAllowed.
    """
    if not by.ref.startswith("system:"):
        by.require(Permission.POST_APPROVE)
    post = Post.objects.select_for_update(of=("self",)).filter(pk=post_id, agency_id=by.agency_id).first()
    page = NewsPage.objects.filter(post_id=post_id, first=True, put_at__isnull=True).first()
    if post is None or page is None or post.status != Post.Status.ANNOUNCED:
        return False
    if not news.is_on(post.agency_id) or not site_first.may_come_up(page):
        return False
    NewsPage.objects.filter(pk=page.pk).update(put_at=clock.now())
    _record_shown(page, post, by)
    return True


@transaction.atomic
def page_stands(*, post_id: int, by: Actor) -> int:
    """The site has the page of this post: what waited for it is due now. Returns how many. Safe to run twice.

    Raises NotAllowed.
    """
    if not by.ref.startswith("system:"):
        by.require(Permission.POST_APPROVE)
    page = NewsPage.objects.filter(
        post_id=post_id, agency_id=by.agency_id, put_at__isnull=False, up_at__isnull=True
    ).first()
    if page is None:
        return 0
    NewsPage.objects.filter(pk=page.pk).update(up_at=clock.now())
    count = Delivery.objects.filter(site_first.waiting(page)).update(due_at=clock.now())
    if count:
        record(by=by, verb="post.release", subject=ref("post", post_id))
    return count


@transaction.atomic
def say_where(*, post_id: int, by: Actor) -> bool:
    """The networks have a post whose page stood before: its page says so now. For the worker; safe to run twice.

    Raises NotAllowed.
    """
    if not by.ref.startswith("system:"):
        by.require(Permission.POST_APPROVE)
    page = NewsPage.objects.filter(post_id=post_id, agency_id=by.agency_id, said_at__isnull=True)
    if not page.update(said_at=clock.now()):
        return False
    record(by=by, verb="post.say-where", subject=ref("post", post_id))
    return True


def _record_shown(page: NewsPage, post: Post, by: Actor) -> None:
    body: dict[str, str | int | None] = {"page": news.news_path(page.month, page.pk)}
    record(by=by, verb="post.show", subject=post.subject, body=body)
