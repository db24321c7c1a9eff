"""Ordinary days on the agency's accounts: thousands of posts, written in bulk in the shape that the actions leave.

Each post, its release and each of its deliveries has its entry on the record, at its own moment.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hueandcry.agencies.models import Agency
from hueandcry.appeals.addresses import public_url
from hueandcry.channels.models import Account
from hueandcry.demo import chatter
from hueandcry.demo.drawing import SEED
from hueandcry.demo.network import Network, record_sent
from hueandcry.demo.places import Voice
from hueandcry.demo.progress import Say
from hueandcry.demo.timeline import Step, Timeline, moments
from hueandcry.kernel.actor import Actor, system
from hueandcry.kernel.ids import random_id, ref
from hueandcry.posts.models import Delivery, Post
from hueandcry.records.entry import record

BATCH = 500
ON_HOW_MANY = (1, 1, 1, 2, 2, 3, 4)  # accounts that a post goes to


class Writer:
    """Writes the posts of many days. authors: who may publish; voices: the accounts and what each speaks about."""

    def __init__(
        self, *, agency: Agency, authors: list[Actor], voices: list[tuple[Account, Voice]], network: Network
    ) -> None:
        self.agency, self.authors, self.voices, self.network = agency, authors, voices, network
        self.link = public_url(agency, "/")

    def plan(self, timeline: Timeline, chance: random.Random, *, count: int, say: Say) -> None:
        """Write the rows of all posts, and plan their entries."""
        when = moments(
            chance, count, begin=timeline.start + timedelta(hours=1), end=timeline.now - timedelta(minutes=10)
        )
        words = random.Random(f"{SEED}/posts")  # noqa: S311 - the same words on every load, whatever the hour
        for first in range(0, count, BATCH):
            say(_("Posts"), first, count)
            self._batch(timeline, words, when[first : first + BATCH])

    def _batch(self, timeline: Timeline, chance: random.Random, when: list[datetime]) -> None:
        written = [self._post(chance, at) for at in when]
        Post.objects.bulk_create([post for post, _by, _accounts in written])
        deliveries: list[Delivery] = []
        for post, by, accounts in written:
            timeline.add(post.created_at, _announced(post, by, accounts))
            for seconds, account in enumerate(accounts, 1):
                delivery = Delivery(agency=self.agency, post=post, account=account, key=random_id(24))
                self.network.deliver(delivery, at=post.created_at + timedelta(seconds=1 + 2 * seconds))
                deliveries.append(delivery)
        Delivery.objects.bulk_create(deliveries)
        for delivery in deliveries:
            assert delivery.sent_at is not None  # it was delivered above
            timeline.add(delivery.sent_at, _sent(delivery))

    def _post(self, chance: random.Random, at: datetime) -> tuple[Post, Actor, list[Account]]:
        account, voice = chance.choice(self.voices)
        others = chance.sample(self.voices, min(len(self.voices), chance.choice(ON_HOW_MANY)))
        accounts = list(
            {each.pk: each for each in (account, *(other for other, _voice in others[1:]))}.values()
        )
        by = chance.choice(self.authors)
        post = Post(
            agency=self.agency,
            kind="news",
            on_site=False,  # a release of the site is made while somebody waits; the written-out ones stand there (news.py)
            subject=f"notice:{at:%Y%m%d-%H%M%S}-{chance.randrange(10**4):04}",
            text=chatter.post(chance, voice.theme),
            link=self.link,
            language=self.agency.languages[0],
            author_ref=by.ref,
            created_at=at,
            announced_at=at,
            staff_at=at,
        )
        return post, by, accounts


def _announced(post: Post, by: Actor, accounts: list[Account]) -> Step:
    def write() -> None:
        body: dict[str, str | int | None] = {
            "about": post.subject,
            "text": post.text,
            "link": post.link,
            "alt": None,
            "accounts": ", ".join(account.handle for account in accounts),
        }
        record(by=by, verb="post.announce", subject=ref("post", post.pk), body=body)
        record(by=system("follow_record", agency_id=by.agency_id), verb="post.release", subject=post.subject)

    return write


def _sent(delivery: Delivery) -> Step:
    return lambda: record_sent(delivery)


def in_pairs(accounts: dict[str, Account], voices: list[Voice]) -> Iterator[tuple[Account, Voice]]:
    """Each voice with the account that has its handle."""
    for voice in voices:
        yield accounts[voice.handle], voice
