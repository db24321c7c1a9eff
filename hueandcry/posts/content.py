"""What is written in a post, as one value, and what is wrong with it. Pure: no database, no network, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from hueandcry.channels.models import Account
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel.errors import Invalid
from hueandcry.posts.alerts import NO_ALERT, Alert
from hueandcry.posts.kinds import FOR_COLLEAGUES, KINDS

LONGEST = 20_000  # characters of one text: more than any network takes
MOST_PARTS = 25
MOST_TOPICS = 12
MOST_ACCOUNTS = 500
MOST_MINUTES = 240  # by which colleagues can be first
OWN = re.compile(r"(?:account:[0-9]{1,15}|[a-z][a-z0-9_]{0,29})\Z")
LINK = re.compile(r"https?://[^\s/]+")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")  # the form of BCP 47
LONGEST_LANGUAGE, LONGEST_ZONE = 20, 40  # characters that a row keeps
TOPIC = re.compile(r"[^\s,#][^,#]{0,39}\Z")
AUDIENCES = (Account.Audience.STAFF, Account.Audience.REGISTERED, Account.Audience.PUBLIC)  # ever wider


@dataclass(frozen=True, slots=True)
class Content:
    """What somebody writes. See models.Post for each."""

    text: str = ""
    title: str = ""
    link: str = ""
    kind: str = "news"
    audience: str = "public"
    language: str = "en"
    topics: tuple[str, ...] = ()
    own_texts: tuple[tuple[str, str], ...] = ()
    thread: tuple[str, ...] = ()
    account_ids: tuple[int, ...] = ()
    urgency: int = Urgency.ROUTINE.value
    scheduled_at: datetime | None = None
    zone: str = ""
    if_asked: str = ""
    staff_minutes: int | None = None
    on_site: bool = True
    no_card: bool = False
    alert: Alert = NO_ALERT

    def fields(self) -> dict[str, Any]:
        """As the columns of a post keep it."""
        return {
            "text": _plain(self.text),
            "title": _plain(self.title).strip()[:300],
            "link": _plain(self.link).strip()[:500],
            "kind": self.kind,
            "audience": Account.Audience.STAFF.value if self.kind == FOR_COLLEAGUES else self.audience,
            "language": self.language,
            "topics": sorted({topic.strip().lower() for topic in self.topics if topic.strip()}),
            "own_texts": {name: _plain(text) for name, text in self.own_texts if text.strip()},
            "thread": [_plain(text) for text in self.thread if text.strip()],
            "account_ids": sorted(set(self.account_ids)),
            "urgency": int(self.urgency),
            "scheduled_at": self.scheduled_at,
            "zone": self.zone if self.scheduled_at else "",
            "if_asked": _plain(self.if_asked).strip(),
            "staff_minutes": self.staff_minutes,
            "on_site": self.on_site,
            "no_card": self.no_card,
            "alert": self.alert.plain(),
        }

    def checked(self) -> Content:
        """The same, or Invalid for what no page of ours would send."""
        if self.kind not in KINDS:
            raise Invalid(_("Choose what kind of post it is."), field="kind")
        if self.audience not in Account.Audience.values:
            raise Invalid(_("Choose who may read it."), field="audience")
        if self.urgency not in set(Urgency):
            raise Invalid(_("Choose how urgent it is."), field="urgency")
        texts = [self.text, *self.thread, *(text for _name, text in self.own_texts), self.if_asked]
        if any(len(text) > LONGEST for text in texts):
            raise Invalid(_("A text can have 20,000 characters. Shorten it."), field="text")
        if len(self.thread) > MOST_PARTS or len(self.account_ids) > MOST_ACCOUNTS:
            raise Invalid(_("That is more than one post can hold. Make two of it."), field="text")
        _require_head_start(self.staff_minutes)
        if len(self.topics) > MOST_TOPICS or not all(TOPIC.match(topic.strip()) for topic in self.topics):
            raise Invalid(_("Name at most twelve topics, each a short word."), field="topics")
        if not all(OWN.match(name) for name, _text in self.own_texts):
            raise Invalid(_("There is no such network."), field="text")
        if self.language and not (len(self.language) <= LONGEST_LANGUAGE and LANGUAGE.match(self.language)):
            raise Invalid(_("Choose the language it is written in."), field="language")
        if self.zone and not _is_zone(self.zone):
            raise Invalid(_("There is no such time zone."), field="scheduled_at")
        return replace(self, alert=self.alert.checked())


def content_of(post: Any) -> Content:
    """What is written in a post (models.Post)."""
    return Content(
        text=post.text,
        title=post.title,
        link=post.link,
        kind=post.kind or "news",
        audience=post.audience,
        language=post.language,
        topics=tuple(post.topics),
        own_texts=tuple(post.own_texts.items()),
        thread=tuple(post.thread),
        account_ids=tuple(post.account_ids),
        urgency=post.urgency,
        scheduled_at=post.scheduled_at,
        zone=post.zone,
        if_asked=post.if_asked,
        staff_minutes=post.staff_minutes,
        on_site=post.on_site,
        no_card=post.no_card,
        alert=Alert.from_plain(post.alert),
    )


def plain_of(post: Any) -> dict[str, Any]:
    """The same as JSON keeps it, with pictures, video and the cards of links: the content of a revision."""
    kept = content_of(post).fields()
    kept["scheduled_at"] = post.scheduled_at.isoformat() if post.scheduled_at else None
    video = post.video
    about = {"video": video.pk, "digest": video.digest, **post.video_words} if video is not None else None
    return {**kept, "pictures": list(post.pictures), "video": about, "cards": post.cards}


def too_open(*, audience: str, account_audience: str) -> bool:
    """True if more people read that account than this post is meant for (R31)."""
    return AUDIENCES.index(Account.Audience(account_audience)) > AUDIENCES.index(Account.Audience(audience))


def out_of_lane(*, topics: list[str], lane: list[str]) -> list[str]:
    """Topics of a post that are not in an account's lane; an account without topics takes every one."""
    known = {topic.strip().lower() for topic in lane}
    return [topic for topic in topics if topic not in known] if known else []


def text_for(*, text: str, own_texts: dict[str, str], channel: str, account_id: int) -> str:
    """The text for one account: its own, its network's, or the one for all."""
    return own_texts.get(f"account:{account_id}") or own_texts.get(channel) or text


def _require_head_start(minutes: int | None) -> None:
    if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
        raise Invalid(_("Colleagues can be first by four hours at most."), field="staff_minutes")


def _is_zone(name: str) -> bool:
    """True for an IANA name that this machine knows."""
    try:
        return len(name) <= LONGEST_ZONE and bool(ZoneInfo(name).key)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return False


def _plain(text: str) -> str:
    """Without the one sign that PostgreSQL cannot keep, line ends as one sign."""
    return text.replace("\0", "").replace("\r\n", "\n")
