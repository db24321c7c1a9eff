"""Verbs of the news on the public site: switch them on, choose accounts, and give a post its page."""

from __future__ import annotations

from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.db import transaction

from hueandcry.agencies.queries import get_agency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.ids import ref
from hueandcry.posts import news
from hueandcry.posts.models import NewsPage, NewsSite, Post
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
    page = NewsPage.objects.create(
        agency_id=by.agency_id, post=post, month=f"{there:%Y-%m}", shown_at=sent_at
    )
    body: dict[str, str | int | None] = {"page": news.news_path(page.month, page.pk)}
    record(by=by, verb="post.show", subject=post.subject, body=body)
    return True
