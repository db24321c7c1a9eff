"""What sending a post to a list of subscribers would mean, for the page on which it is written."""

from __future__ import annotations

from dataclasses import dataclass

from hueandcry.agencies.models import Agency
from hueandcry.channels.models import Account
from hueandcry.jobs.sweep import Urgency
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotFound
from hueandcry.lists import letters, queries
from hueandcry.lists.choices import Medium
from hueandcry.lists.handing import not_set_up
from hueandcry.lists.models import Message
from hueandcry.posts.alerts import alert_of
from hueandcry.posts.fitting import Preview, areas_of, level_of
from hueandcry.posts.models import Post


@dataclass(frozen=True, slots=True)
class Reach:
    """Sentences for whoever writes. missing: why nothing can be sent there at all now; each may be "" but the first."""

    sentence: str
    cost: str
    wake: str
    missing: str


def reach_of(item: Preview, post: Post, *, actor: Actor, agency: Agency) -> Reach | None:
    """How many people a preview's list has for this post, in how many parts, at what price. None: it is no list that is open."""
    if item.channel not in Medium.values:
        return None
    level = level_of(post, Urgency(post.urgency))
    text = "\n\n".join(item.texts)
    if item.channel == Medium.SMS:  # as it is billed: with our name, the level and the link
        message = Message(level=level, text=text, link=post.link)
        text = letters.sms_text(message, agency=agency, language=post.language)
    try:
        found = queries.estimate(
            actor=actor,
            channel=item.channel,
            text=text,
            level=level,
            areas=_areas(post, item.accounts),
            topics=post.topics,
        )
    except NotFound:
        return None
    return Reach(found.sentence, found.cost, found.wake, not_set_up(item.channel))


def _areas(post: Post, accounts: tuple[Account, ...]) -> tuple[str, ...]:
    """The areas of an alert; else the unit whose post it is, as the saved post would have it."""
    alert = alert_of(post)
    if alert is not None and alert.areas:
        return areas_of(post)
    unit = accounts[0].unit if len({row.unit_id for row in accounts}) == 1 else None
    return (unit.slug,) if unit is not None else ()
