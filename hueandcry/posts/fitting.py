"""A post as one account will carry it: its text, its pictures, its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hueandcry.agencies.addresses import public_url
from hueandcry.channels.catalogue import connector_for
from hueandcry.channels.connector import CardBy, Edits, Limits, Outgoing, OutgoingPicture, Reposts, Threads
from hueandcry.channels.counting import count
from hueandcry.channels.models import Account
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel import clock
from hueandcry.posts.alerts import EVERYWHERE, alert_of
from hueandcry.posts.card_fitting import LinkPreview, card_limits, link_preview, sent_card
from hueandcry.posts.cards import Card
from hueandcry.posts.compose import Problem, fit, problems
from hueandcry.posts.content import text_for
from hueandcry.posts.links import EXAMPLE, counted_link
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.pictures import fitting
from hueandcry.posts.videos import Media, media_for


def limits_of(account: Account) -> Limits:
    """What the account's own server said it takes, else what is known of its network. Who makes cards is the network's."""
    known = connector_for(account.channel).limits
    return replace(Limits.from_plain(account.limits), card_by=known.card_by) if account.limits else known


def is_threaded(channel: str) -> bool:
    """True if the network shows a post below another of ours."""
    return isinstance(connector_for(channel), Threads)


def can_edit(channel: str) -> bool:
    """True if the network lets a standing post be changed."""
    return isinstance(connector_for(channel), Edits)


def can_repost(channel: str) -> bool:
    """True if the network can show a standing post again."""
    return isinstance(connector_for(channel), Reposts)


def texts_of(post: Post, account: Account) -> list[str]:
    """The parts that one account posts: several only where the network has threads, else all in one."""
    first = text_for(text=post.text, own_texts=post.own_texts, channel=account.channel, account_id=account.pk)
    whole = [first, *post.thread]
    return whole if len(whole) == 1 or is_threaded(account.channel) else ["\n\n".join(whole)]


def freeze(delivery: Delivery) -> Outgoing:
    """The request that every try of this delivery sends, fitted to the channel now."""
    post, account, limits = delivery.post, delivery.account, limits_of(delivery.account)
    texts = texts_of(post, account)
    first, last = delivery.part == 1, delivery.part == len(texts)
    media = media_of(post, limits) if first else Media()
    link = link_of(post, texts, delivery_id=delivery.pk) if last else ""
    shown = card_limits(post, limits, media)
    card = sent_card(post, texts, delivery.part, link=link, limits=shown, media=media)
    return Outgoing(
        key=delivery.key,
        text="" if post.repost_of_id else fit(text=_part(texts, delivery.part), link=link, limits=shown),
        link=link,
        title=post.title,
        language=post.language or "en",
        created_at=clock.now(),
        pictures=media.pictures,
        video=media.video,
        reply_to="" if first else _before(delivery),
        repost_of=_original(delivery) if post.repost_of_id else "",
        level=level_of(post, Urgency(delivery.urgency)),
        areas=areas_of(post),
        topics=tuple(post.topics),
        card=card,
        no_card=bool(post.kind) and card is None and limits.card_by != CardBy.NOBODY,
    )


def link_of(post: Post, texts: list[str], *, delivery_id: int = EXAMPLE) -> str:
    """The post's link as a delivery carries it: with its code where it leads to a page of ours (posts/links.py).

    One that a text names already stays as it was written.
    """
    if not post.link or post.repost_of_id or any(post.link in text for text in texts):
        return post.link
    return counted_link(post.link, home=public_url(post.agency, "/"), delivery_id=delivery_id)


def level_of(post: Post, urgency: Urgency) -> str:
    """How grave it is for those who subscribed (lists/choices.py: Level): as an alert says itself, else as it is urgent."""
    if (alert := alert_of(post)) is not None and alert.level:
        return alert.level
    if urgency == Urgency.ROUTINE:
        return "traffic" if "traffic" in post.topics else "green"
    return "red" if urgency == Urgency.EMERGENCY else "amber"


def areas_of(post: Post) -> tuple[str, ...]:
    """Which subscribers it is for, by area: as an alert says itself, else those of the unit whose post it is; () for all."""
    alert = alert_of(post)
    if alert is not None and alert.areas:
        return () if EVERYWHERE in alert.areas else alert.areas
    return (post.unit.slug,) if post.unit is not None else ()


def media_of(post: Post, limits: Limits) -> Media:
    """The pictures and the video of a post as this network takes them."""
    if post.repost_of_id:  # what it shows again has its own
        return Media()
    if post.picture:  # of an announcement
        return Media((OutgoingPicture(**post.picture),) if limits.images else ())
    return media_for(post, post.pictures, limits)


@dataclass(frozen=True, slots=True)
class Preview:
    """What accounts of one network would say alike.

    texts: its parts, as they would stand there; counts and most: as that network counts; own: the text written for
    it alone, ""; pictures: how many are shown there; video: it goes there; still: its picture goes instead; link_card:
    what is known of the card below its link, None where there is none.
    """

    channel: str
    accounts: tuple[Account, ...]
    texts: tuple[str, ...]
    counts: tuple[int, ...]
    most: int
    card: bool
    own: str
    pictures: int
    problems: tuple[Problem, ...]
    video: bool = False
    still: bool = False
    link_card: LinkPreview | None = None

    @property
    def count(self) -> int:
        """The longest part."""
        return max(self.counts)


def previews(post: Post, accounts: list[Account], cards: Mapping[str, Card] | None = None) -> list[Preview]:
    """The post on these accounts, those that would say the same together. cards: what is known of its links (Known)."""
    groups: dict[tuple[object, ...], list[Account]] = {}
    for account in accounts:
        key = (account.channel, limits_of(account), tuple(texts_of(post, account)))
        groups.setdefault(key, []).append(account)
    return [_preview(post, rows, cards or {}) for rows in groups.values()]


def _preview(post: Post, accounts: list[Account], cards: Mapping[str, Card]) -> Preview:
    account = accounts[0]
    limits, texts = limits_of(account), texts_of(post, account)
    links = ["" for _text in texts[:-1]] + [link_of(post, texts)]
    media = media_of(post, limits)
    limits = card_limits(post, limits, media if len(texts) == 1 else Media())
    pictures, video = media.pictures, media.video is not None
    found = [
        problem
        for text, link in zip(texts, links, strict=True)
        for problem in problems(text=text, link=link, picture=None, limits=limits, video=video)
        if text.strip()
    ]
    found += [Problem(note) for note in media.notes]
    if post.pictures and not limits.images:
        found += problems(
            text="…", link="", picture=fitting(post.pictures, _showing(limits))[0], limits=limits
        )
    for picture in pictures:
        stops = problems(text="…", link="", picture=picture, limits=limits, video=video)
        found += [item for item in stops if item.stops]
    whole = [
        text.strip() + ("" if not link or limits.card or link in text else f"\n\n{link}")
        for text, link in zip(texts, links, strict=True)
    ]
    return Preview(
        channel=account.channel,
        accounts=tuple(accounts),
        texts=tuple(fit(text=t, link=link, limits=limits) for t, link in zip(texts, links, strict=True)),
        counts=tuple(count(text, limits.counting) for text in whole),
        most=limits.characters,
        card=limits.card,
        own=post.own_texts.get(f"account:{account.pk}") or post.own_texts.get(account.channel, ""),
        pictures=len(pictures),
        problems=tuple(dict.fromkeys(found)),
        video=video,
        still=bool(pictures) and not post.pictures and post.video_id is not None,
        link_card=link_preview(post, texts, limits=limits, media=media, cards=cards),
    )


def _showing(limits: Limits) -> Limits:
    """The same limits for one picture, to ask for words about a picture that is not shown."""
    return Limits.from_plain({**limits.plain(), "images": 1})


def _part(texts: list[str], part: int) -> str:
    return texts[part - 1] if part <= len(texts) else ""


def _before(delivery: Delivery) -> str:
    """The remote id of the part before it."""
    row = Delivery.objects.filter(
        post_id=delivery.post_id, account_id=delivery.account_id, part=delivery.part - 1
    ).first()
    return row.remote_id if row else ""


def _original(delivery: Delivery) -> str:
    """The remote id of the post that is shown again, on the same network; "" if it stands there no more."""
    row = (
        Delivery.objects.filter(
            post__reposts=delivery.post,
            account__channel=delivery.account.channel,
            status=Delivery.Status.SENT,
            part=1,
        )
        .order_by("pk")
        .first()
    )
    return row.remote_id if row else ""
