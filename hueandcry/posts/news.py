"""Posts that stand on the public site as news (R26): which, and what of each. Told to anybody, so no actor.

A post stands there while it is announced, was written for everybody and for the site, and stands on an account that
everybody reads and that the agency shows, or is about to (site_first.py). An alert stands there wherever it is told. Lists of subscribers and webhooks are shown only where that was chosen.
What the page says is what the public was told: never the text of an account that only some can read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from hueandcry.agencies.queries import get_agency
from hueandcry.assets.queries import RenditionView, renditions_of_all
from hueandcry.assets.rights import unfit
from hueandcry.channels.models import Account
from hueandcry.channels.queries import channel_label
from hueandcry.kernel import clock
from hueandcry.kernel.text import shorten
from hueandcry.posts.alerts import ALERT, Alert, alert_of
from hueandcry.posts.content import text_for
from hueandcry.posts.models import Delivery, NewsPage, NewsSite, Post
from hueandcry.posts.pictures import Picture
from hueandcry.posts.told import as_told

MOST = 300  # pages; a release is made while somebody waits for what comes down
KEPT = timedelta(days=400)  # a year and a month; older ones leave the site quietly
LATE = timedelta(days=14)  # what comes out later than this after its decision is no news
NOT_NEWS = frozenset({"email_list", "sms_list", "push_list", "webhook"})  # unless the agency chose them
HEADING = 110  # characters
STANDS = {"part": 1, "status": Delivery.Status.SENT, "withdraw_asked_at__isnull": True}
SEEN = Q(first=False) | Q(put_at__isnull=False)  # a page that was to come up and never did was nowhere


@dataclass(frozen=True, slots=True)
class Said:
    """Where a post stands: the account as people know it, its network, its address there or ""."""

    account_id: int
    name: str
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class NewsPicture:
    """A picture of a post with its copies, smallest first."""

    asset_id: int
    alt: str
    copies: tuple[RenditionView, ...]


@dataclass(frozen=True, slots=True)
class News:
    """A post as the public site shows it. changed_at: when its words were last changed, None if never.

    corrects: it puts something right that was taken down; video: it has one, to be seen on the networks.
    """

    number: int
    month: str
    title: str
    texts: tuple[str, ...]
    link: str
    language: str
    kind: str
    at: datetime
    changed_at: datetime | None
    corrects: bool
    video: bool
    said: tuple[Said, ...]
    pictures: tuple[NewsPicture, ...]
    post_id: int = 0
    alert: Alert | None = None

    @property
    def path(self) -> str:
        """Its address, for good; no word of the post is in it."""
        return news_path(self.month, self.number)

    @property
    def heading(self) -> str:
        """The post in one line."""
        words = self.title or self.texts[0] or " ".join(picture.alt for picture in self.pictures)
        return shorten(" ".join(words.split()), characters=HEADING) or "…"

    @property
    def updated(self) -> datetime:
        """The last change of what stands there."""
        return self.changed_at or self.at


@dataclass(frozen=True, slots=True)
class Standing:
    """The news of an agency: what is shown, newest first; of what is gone the addresses and names of pictures.

    changed_at: when the last one was taken down, if any was.
    """

    on: bool
    shown: tuple[News, ...] = ()
    gone: tuple[str, ...] = ()
    gone_pictures: tuple[str, ...] = ()
    changed_at: datetime | None = None


def news_path(month: str, number: int) -> str:
    """The address of the page of a post."""
    return f"/news/{month}/{number}/"


def is_on(agency_id: int) -> bool:
    """True if the agency's posts stand on its public site."""
    return NewsSite.objects.filter(agency_id=agency_id, since__isnull=False).exists()


def open_accounts(agency_id: int) -> list[Account]:
    """The accounts that everybody reads, so that what they say could be shown, by name."""
    return list(_open(agency_id).order_by("label", "pk"))


def is_open(account: Account) -> bool:
    """True for one of them."""
    public = account.is_public and account.audience == Account.Audience.PUBLIC
    return public and account.kind != Account.Kind.INTERNAL


def _open(agency_id: int) -> QuerySet[Account]:
    rows = Account.objects.filter(agency_id=agency_id, is_public=True, audience=Account.Audience.PUBLIC)
    return rows.exclude(kind=Account.Kind.INTERNAL)


def shown_accounts(agency_id: int) -> list[Account]:
    """Those of them whose posts are shown."""
    site = NewsSite.objects.filter(agency_id=agency_id).first()
    choices = site.choices if site else {}
    return [row for row in open_accounts(agency_id) if choices.get(str(row.pk), row.channel not in NOT_NEWS)]


def due_for_site() -> list[Post]:
    """Posts of all agencies that went out and have no page yet: for the sweep."""
    found: list[Post] = []
    for site in NewsSite.objects.filter(since__isnull=False):
        accounts = [row.pk for row in shown_accounts(site.agency_id)]
        rows = _fit(site.agency_id, accounts).filter(
            Q(news_page__isnull=True) | Q(news_page__first=True, news_page__put_at__isnull=True),
            announced_at__gte=max(site.since or clock.now(), clock.now() - LATE),
        )
        found += rows.order_by("pk")[:50]
    return found


def first_sent(post: Post) -> datetime | None:
    """When the first account that is shown had it; None while none has."""
    accounts = [row.pk for row in shown_accounts(post.agency_id)]
    if not _fit(post.agency_id, accounts).filter(pk=post.pk).exists():
        return None
    there = Delivery.objects.filter(account__in=_open(post.agency_id), **STANDS)
    rows = (there if post.kind == ALERT else _up(accounts)).filter(post=post).order_by("sent_at")
    return rows.values_list("sent_at", flat=True).first()


def page_of(post: Post) -> NewsPage | None:
    """The page that a post has or had on the public site."""
    return NewsPage.objects.filter(SEEN, post=post).first()


def has_page(*, subject: str, agency_id: int) -> bool:
    """True if what a line of the record is about ("post:12", "delivery:7") has or had a page on the public site."""
    pages = NewsPage.objects.filter(SEEN, agency_id=agency_id)
    kind, _colon, number = subject.partition(":")
    if kind == "delivery":
        return number.isdecimal() and pages.filter(post__deliveries__pk=int(number)).exists()
    return pages.filter(post__subject=subject).exists()


def stands(post: Post) -> bool:
    """True if a post that has a page is shown there now."""
    accounts = [row.pk for row in shown_accounts(post.agency_id)]
    return is_on(post.agency_id) and _fit(post.agency_id, accounts, put=True).filter(pk=post.pk).exists()


def standing(agency_id: int) -> Standing:
    """Everything about an agency's news that its site needs, in a handful of queries."""
    pages = NewsPage.objects.filter(SEEN, agency_id=agency_id, shown_at__gte=clock.now() - KEPT)
    rows = list(pages.select_related("post").order_by("-shown_at", "-pk"))
    on = is_on(agency_id)
    if not rows:
        return Standing(on=on)
    accounts = {row.pk: row for row in shown_accounts(agency_id)} if on else {}
    fit = _fit(agency_id, accounts, put=True).filter(news_page__shown_at__gte=rows[-1].shown_at)
    up = set(fit.values_list("pk", flat=True)) if on else set()
    shown = [row for row in rows if row.post_id in up][:MOST]
    over = [row for row in rows if row.post_id not in up]
    news = _news(shown, accounts)
    names = {copy.public_name for item in news for picture in item.pictures for copy in picture.copies}
    every = _copies([row.post for row in [*shown, *over]])
    left = {copy.public_name for copies in every.values() for copy in copies} - names
    withdrawn = [row.post.withdrawn_at for row in over if row.post.withdrawn_at]
    return Standing(
        on=on,
        shown=tuple(news),
        gone=tuple(news_path(row.month, row.pk) for row in over),
        gone_pictures=tuple(sorted(left)),
        changed_at=max(withdrawn, default=None),
    )


def _fit(agency_id: int, account_ids: Collection[int], *, put: bool = False) -> QuerySet[Post]:
    """The agency's posts that may stand on the site and stand on one of these accounts.

    put: those too that were put there before their networks, as long as one of the accounts is still to have it.
    """
    up = Q(Exists(_up(account_ids).filter(post=OuterRef("pk"))))
    told = Delivery.objects.filter(post=OuterRef("pk"), account__in=_open(agency_id))
    up |= Q(kind=ALERT) & Q(Exists(told.filter(**STANDS)))
    if put:
        meant = Delivery.objects.filter(post=OuterRef("pk"), part=1, withdraw_asked_at__isnull=True)
        meant = meant.exclude(status=Delivery.Status.CANCELLED)
        there = Q(Exists(meant.filter(account_id__in=list(account_ids))))
        there |= Q(kind=ALERT) & Q(Exists(meant.filter(account__in=_open(agency_id))))
        up |= Q(news_page__first=True, news_page__put_at__isnull=False) & there
    rows = Post.objects.filter(
        up,
        agency_id=agency_id,
        status=Post.Status.ANNOUNCED,
        audience=Account.Audience.PUBLIC,
        on_site=True,
        repost_of__isnull=True,
    )
    return rows.exclude(kind="")  # an appeal has a page of its own


def _up(account_ids: Collection[int]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(account_id__in=list(account_ids), **STANDS)


def _news(rows: list[NewsPage], accounts: dict[int, Account]) -> list[News]:
    posts = as_told([row.post for row in rows], _up(accounts))
    said: dict[int, list[tuple[int, str]]] = {}
    up = _up(accounts).filter(post__in=[post.pk for post in posts]).order_by("pk")
    for post_id, account_id, address in up.values_list("post_id", "account_id", "remote_url"):
        said.setdefault(post_id, []).append((account_id, address))
    copies, over = _copies(posts), _no_longer(posts)
    return [_one(row, said.get(row.post_id, []), accounts, copies, over) for row in rows]


def _one(
    row: NewsPage,
    said: list[tuple[int, str]],
    accounts: dict[int, Account],
    copies: dict[int, list[RenditionView]],
    over: set[int],
) -> News:
    post = row.post
    said = sorted(
        said, key=lambda pair: (not accounts[pair[0]].is_main, accounts[pair[0]].label.lower(), pair[0])
    )
    pictures = [
        NewsPicture(_asset(item), item["alt"], tuple(copies[_asset(item)]))
        for item in post.pictures
        if copies.get(_asset(item)) and _asset(item) not in over
    ]
    changed = (
        post.edited_at
        if post.announced_at and post.edited_at and post.edited_at > post.announced_at
        else None
    )
    return News(
        number=row.pk,
        month=row.month,
        title=post.title,
        texts=_told(post, [accounts[number] for number, _address in said] or _meant(post, accounts)),
        link=post.link,
        language=post.language,
        kind=post.kind,
        at=row.shown_at,
        changed_at=changed,
        corrects=post.corrects_id is not None or post.kind == "correction",
        video=post.video_id is not None,
        said=tuple(
            Said(number, accounts[number].label, channel_label(accounts[number].channel), _safe(address))
            for number, address in said
        ),
        pictures=tuple(pictures),
        post_id=post.pk,
        alert=alert_of(post),
    )


def _told(post: Post, accounts: list[Account]) -> tuple[str, ...]:
    """What the public was told: the text for all if one of these accounts said it, else what the first of them said."""
    told = [
        text_for(text=post.text, own_texts=post.own_texts, channel=account.channel, account_id=account.pk)
        for account in accounts
    ]
    return (post.text if not told or post.text in told else told[0], *post.thread)


def _meant(post: Post, accounts: dict[int, Account]) -> list[Account]:
    """The accounts that are about to say it."""
    return [accounts[number] for number in post.account_ids if number in accounts]


def _safe(address: str) -> str:
    return address if address.startswith(("https://", "http://")) else ""


def _asset(item: Picture) -> int:
    """The picture as it is shown: the part, where only a part is."""
    return int(item["crop"]["asset"] if "crop" in item else item["asset"])


def _copies(posts: Collection[Post]) -> dict[int, list[RenditionView]]:
    return renditions_of_all([_asset(item) for post in posts for item in post.pictures])


def _no_longer(posts: Collection[Post]) -> set[int]:
    """Pictures that may not be shown, or no longer (assets/rights.py)."""
    numbers = {_asset(item) for post in posts for item in post.pictures}
    if not numbers:
        return set()
    agency = get_agency(next(iter(posts)).agency_id)
    today = clock.now().astimezone(ZoneInfo(agency.time_zone)).date()
    return {number for kind, number in unfit(agency_id=agency.pk, day=today) if kind == "asset"}
