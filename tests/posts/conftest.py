"""An agency with two accounts on the fake channel, and a clock that stands until it is moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.channels import catalogue
from hueandcry.channels.actions import register_account
from hueandcry.channels.connector import OutgoingPicture
from hueandcry.channels.models import Account
from hueandcry.kernel import blobs, clock
from hueandcry.kernel.actor import Actor
from hueandcry.posts import tasks
from hueandcry.posts.actions import announce, page_is_up
from hueandcry.posts.models import Delivery, Post
from hueandcry.records.models import Entry
from tests.connectors.contract import JPEG
from tests.factories import make_actor, make_agency
from tests.fakes import CHANNEL, FAKE, FakeChannel, Killed

LEASE = timedelta(seconds=120)


@dataclass
class Clock:
    """Stands still; `pass_` moves it."""

    moment: datetime

    def now(self) -> datetime:
        """The moment."""
        return self.moment

    def pass_(self, time: timedelta) -> None:
        """Time goes by."""
        self.moment += time


@dataclass
class Desk:
    """What a test has in hand. by: an author; admin: who manages accounts."""

    agency: Agency
    by: Actor
    admin: Actor
    channel: FakeChannel
    clock: Clock
    accounts: list[Account]

    def announce(
        self, text: str = "Did you see this van?", *, subject: str = "appeal:1", **changes: Any
    ) -> Post:
        """A post to the first account, waiting for its page."""
        given: dict[str, Any] = {
            "link": "https://appeals.port-ellery.example/appeals/PE-1/",
            "title": "Grey van",
            "picture": None,
            "account_ids": [self.accounts[0].pk],
            "by": self.by,
        }
        return announce(subject=subject, text=text, **{**given, **changes})

    def release(
        self, text: str = "Did you see this van?", *, subject: str = "appeal:1", **changes: Any
    ) -> Delivery:
        """A post to the first account, due now."""
        post = self.announce(text, subject=subject, **changes)
        page_is_up(subject=subject, by=self.by)
        return Delivery.objects.get(post=post)

    def work(self) -> int:
        """One round of the worker; a worker that is killed leaves everything as it is."""
        try:
            return tasks.remove_due() + tasks.deliver_due() + tasks.deliver_videos()
        except Killed:
            return 0

    def work_on(self, rounds: int = 8, every: timedelta = timedelta(minutes=3)) -> None:
        """The worker goes on for a while."""
        for _ in range(rounds):
            self.work()
            self.clock.pass_(every)

    def verbs(self, delivery: Delivery) -> list[str]:
        """What the record says of a delivery, oldest first."""
        rows = Entry.objects.filter(subject=f"delivery:{delivery.pk}").order_by("pk")
        return [verb.removeprefix("delivery.") for verb in rows.values_list("verb", flat=True)]


@pytest.fixture
def desk(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Desk]:
    settings.HUE_ALLOW_PRIVATE = ["127.0.0.1:9"]
    settings.HUE_DELIVERY_LEASE = int(LEASE.total_seconds())
    monkeypatch.setitem(catalogue.CHANNELS, "fake", FAKE)
    standing = Clock(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
    monkeypatch.setattr(clock, "now", standing.now)
    agency = make_agency()
    admin = make_actor(agency, Role.ADMINISTRATOR, name="Ivo Quist")
    accounts = [
        register_account(
            channel="fake",
            handle=f"ellery-{number}",
            label=f"Port Ellery Police {number}",
            server_url="http://127.0.0.1:9",
            secret={"secret": "right"},
            by=admin,
        )
        for number in (1, 2)
    ]
    yield Desk(agency, make_actor(agency, Role.AUTHOR), admin, CHANNEL.reset(), standing, accounts)
    CHANNEL.reset()


@pytest.fixture
def picture() -> OutgoingPicture:
    return OutgoingPicture(digest=blobs.put(JPEG), mime="image/jpeg", alt="A grey van", width=1, height=1)
