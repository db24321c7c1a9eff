"""Small jobs of the fault storm that need Django, each in a process of its own, as bench/delivery_control.py says.

`lists` opens them, `write` writes, changes and recalls, `broken` and `connect` are the steward's, `waiting` and `report` tell.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import time
from dataclasses import dataclass, field, replace
from typing import Any

OFTEN = 0.1  # of the posts: as often one is changed, and one recalled
URGENTLY, AT_ONCE = 0.05, 0.02  # of the posts: as many are urgent, and emergencies
VIDEOS, MOST_VIDEOS = 0.03, 50  # of the posts; and at most, by the daily allowance of YouTube (100 uploads)
APPEALS = 0.01  # of the posts: as often an appeal is published; half as often one is withdrawn, so that feeds change
MOST_WAITING = 120  # deliveries, so that changes and recalls meet posts that are out
LATELY = 200  # posts among which one is chosen to be changed or recalled
FILM = bytes(range(256)) * 400
FILMED = {"bluesky", "mastodon", "facebook", "x"}  # networks that take a video beside YouTube


def lists() -> None:
    """Open a list for each medium and register it as an account. Input: JSON of addresses by list."""
    from hueandcry.agencies.models import Agency
    from hueandcry.agencies.roles import Role
    from hueandcry.channels.actions import register_account
    from hueandcry.channels.catalogue import OURSELVES
    from hueandcry.channels.models import Account
    from hueandcry.kernel import clock
    from hueandcry.lists import vault
    from hueandcry.lists.actions import open_list
    from hueandcry.lists.choices import Level, pack
    from hueandcry.lists.models import Subscriber
    from tests.factories import make_actor

    given = json.load(sys.stdin)
    by = make_actor(Agency.objects.get(slug="port-ellery"), Role.ADMINISTRATOR)
    moment = clock.now()
    for medium, addresses in given.items():
        row = open_list(medium=medium, by=by)
        account = register_account(
            channel=medium, handle="localhost", label=medium, server_url=OURSELVES, secret={}, by=by
        )
        Account.objects.filter(pk=account.pk).update(due_at=None)
        Subscriber.objects.bulk_create(
            Subscriber(
                agency_id=by.agency_id,
                list=row,
                mark=vault.mark(row.pk, address.partition("\n")[0]),
                sealed=vault.close(row.pk, address),
                status=Subscriber.Status.ACTIVE,
                levels=pack(Level.values),
                asked_at=moment,
                confirmed_at=moment,
            )
            for address in addresses
        )


@dataclass
class Writer:
    """Somebody who writes posts in their own right, and an appeal now and then. standing: (post, what it says)."""

    chance: random.Random = field(default_factory=lambda: random.Random(119))
    standing: list[tuple[int, Any]] = field(default_factory=list)
    appeals: list[int] = field(default_factory=list)
    videos: int = 0
    published: int = 0

    def __post_init__(self) -> None:
        from hueandcry.agencies.models import Agency
        from hueandcry.agencies.roles import Role
        from hueandcry.channels.models import Account
        from tests.factories import make_actor
        from tests.factories_appeals import Team

        Account.objects.update(mode=Account.Mode.FREE)
        agency = Agency.objects.get(slug="port-ellery")
        self.team = Team(agency)
        self.by = make_actor(agency, Role.AUTHOR, Role.APPROVER)
        of = list(Account.objects.order_by("pk").values_list("pk", "channel"))
        self.films = [pk for pk, channel in of if channel == "youtube"]
        self.with_film = [pk for pk, channel in of if channel in FILMED]
        self.plain = [pk for pk, channel in of if channel != "youtube"]
        self.film: Any = None

    def write_one(self, number: int) -> None:
        """A post to one, two or three accounts; three in a hundred are videos, for YouTube and two others."""
        from hueandcry.jobs.sweep import Urgency
        from hueandcry.posts.approval_actions import publish_post
        from hueandcry.posts.content import Content
        from hueandcry.posts.writing_actions import draft_post

        dice = self.chance.random()
        urgency = (
            Urgency.EMERGENCY if dice < AT_ONCE else Urgency.URGENT if dice < URGENTLY else Urgency.ROUTINE
        )
        filmed = bool(self.films) and self.videos < MOST_VIDEOS and self.chance.random() < VIDEOS
        where = (
            [self.chance.choice(self.films), *self.chance.sample(self.with_film, min(2, len(self.with_film)))]
            if filmed
            else self.chance.sample(self.plain, self.chance.randint(1, 3))
        )
        given = Content(
            text=f"Post {number}: have you seen this van on Mill Lane?",
            account_ids=tuple(where),
            urgency=urgency.value,
        )
        post = draft_post(content=given, by=self.by)
        if filmed:
            self.add_film(post)
        publish_post(post_id=post.pk, by=self.by)
        self.standing.append((post.pk, given))

    def add_film(self, post: Any) -> None:
        """The same small film each time, as the worker leaves one that is ready."""
        from hueandcry.posts.models import Post
        from tests.films import ready_video

        self.videos += 1
        if self.film is None:
            ready_video(post, by=self.by, data=FILM)
            self.film = Post.objects.values("video", "video_words").get(pk=post.pk)
        Post.objects.filter(pk=post.pk).update(**self.film)

    def disturb(self) -> None:
        """Change one, recall one, publish or withdraw an appeal: each now and then."""
        from hueandcry.kernel.errors import Refusal
        from hueandcry.posts.standing_actions import edit_post, recall_post
        from hueandcry.publicsite.actions import publish_appeal, take_down_appeal

        out = self.standing[:-40] or self.standing[:1]  # most of these are sent by now
        if self.chance.random() < OFTEN:
            number, before = self.chance.choice(out[-LATELY:])
            with contextlib.suppress(Refusal):
                edit_post(post_id=number, content=replace(before, text=before.text + " edited"), by=self.by)
        if self.chance.random() < OFTEN:
            with contextlib.suppress(Refusal):
                recall_post(post_id=self.chance.choice(out[-LATELY:])[0], reason="Found.", by=self.by)
        if self.chance.random() < APPEALS:
            appeal = self.team.approved(title=f"Who saw this? Number {self.published}")
            publish_appeal(appeal_id=appeal.pk, by=self.team.author, account_ids=[])
            self.appeals.append(appeal.pk)
            self.published += 1
        if self.appeals and self.chance.random() < APPEALS / 2:
            gone = self.appeals.pop(self.chance.randrange(len(self.appeals)))
            take_down_appeal(appeal_id=gone, reason="Found.", by=self.team.approver)


def write() -> None:
    """Write posts, change and recall some, and print each hundredth. Input: JSON of posts."""
    from hueandcry.posts.models import Delivery

    count = json.load(sys.stdin)["posts"]
    writer = Writer()
    for number in range(count):
        writer.write_one(number)
        writer.disturb()
        while Delivery.objects.filter(status="queued", due_at__isnull=False).count() > MOST_WAITING:
            time.sleep(0.2)
        if (number + 1) * 100 // count > number * 100 // count:
            print((number + 1) * 100 // count, flush=True)


def broken() -> None:
    """Accounts of networks whose sign-in does not work, as JSON of id, channel and handle."""
    from hueandcry.channels.models import Account

    rows = Account.objects.filter(status="needs_attention").exclude(channel__endswith="_list")
    print(json.dumps([list(row) for row in rows.values_list("pk", "channel", "handle")]))


def connect() -> None:
    """Sign in anew, and let the worker see whose account it opens. Input: JSON of id and secret of each."""
    from hueandcry.agencies.models import Agency
    from hueandcry.channels.actions import rotate_credential
    from hueandcry.kernel.actor import Permission, system

    agency = Agency.objects.get(slug="port-ellery")
    by = system("bench", agency_id=agency.pk, permissions=frozenset({Permission.ACCOUNT_MANAGE}))
    for pk, secret in json.load(sys.stdin):
        rotate_credential(account_id=pk, secret=secret, by=by)


def waiting() -> None:
    """How much is still on its way, as JSON: deliveries by state, changes, and sendings of the lists."""
    from django.db.models import Count

    from hueandcry.lists.models import Message, Sending
    from hueandcry.posts.models import Delivery, DeliveryEdit

    rows = Delivery.objects.filter(status__in=["queued", "sending", "removing", "held"])
    found: dict[str, int] = dict(rows.values_list("status").annotate(n=Count("pk")))
    found["looking again"] = Delivery.objects.filter(status="removed", due_at__isnull=False).count()
    found["edits"] = DeliveryEdit.objects.filter(status="waiting").count()
    found["spreading"] = Message.objects.filter(status="spreading").count()
    found["sendings"] = Sending.objects.filter(status__in=["queued", "trying"]).count()
    print(json.dumps({name: number for name, number in found.items() if number}))


def report() -> None:
    """Each delivery, each message to a subscriber and each feed as the desk knows it, as JSON."""
    print(json.dumps({"deliveries": _deliveries(), "lists": _sendings(), "feeds": _feeds()}))


def _deliveries() -> list[dict[str, Any]]:
    from hueandcry.channels.catalogue import connector_for
    from hueandcry.posts.models import Delivery, DeliveryEdit

    changed = set(DeliveryEdit.objects.filter(status="done").values_list("delivery_id", flat=True))
    rows = Delivery.objects.select_related("account", "post").order_by("pk")
    return [
        {
            "mark": row.post.text.split(":")[0],
            "channel": row.account.channel,
            "handle": row.account.handle,
            "key": row.key,
            "status": row.status,
            "why": row.last_error,
            "edited": row.pk in changed and row.status == "sent",
            "video": row.post.video_id is not None,
            "recovery": connector_for(row.account.channel).recovery.value,
            "young": row.attempts < 200,
        }
        for row in rows
    ]


def _sendings() -> list[dict[str, Any]]:
    """to: the address, of a browser its path; mark: of the post, of a notification the topic that replaces it."""
    from hueandcry.kernel.sealing import mac
    from hueandcry.kernel.webpush import base64url
    from hueandcry.lists import vault
    from hueandcry.lists.models import Sending, Subscriber

    opened = {row.pk: vault.open_address(row.list_id, row.sealed) for row in Subscriber.objects.all()}
    found = []
    for row in Sending.objects.select_related("message__list"):
        medium, message = row.message.list.medium, row.message
        to, mark = opened[row.subscriber_id or 0], message.text.split(":")[0]
        if medium == "push_list":
            to = "/push/" + to.partition("\n")[0].rpartition("/")[2]
            mark = base64url(mac(b"topic", message.key.encode()))[:32]
        told = {"status": row.status, "why": row.last_error, "key": message.key, "message": message.status}
        found.append({"medium": medium, "to": to, "mark": mark, **told})
    return found


def _feeds() -> dict[str, Any]:
    """missing: titles that should stand and do not, over all three feeds; left: those of appeals that are over, and do."""
    from pathlib import Path

    from django.conf import settings

    from hueandcry.appeals.models import Appeal

    folder = Path(settings.HUE_SITE) / "current" / "port-ellery"
    titles = list(Appeal.objects.filter(status="published").values_list("title", flat=True))
    every = list(Appeal.objects.exclude(status="published").values_list("title", flat=True))
    words = {
        name: (folder / name).read_text() if (folder / name).exists() else ""
        for name in ("feed.atom", "feed.rss", "feed.json")
    }
    return {
        "published": len(titles),
        "withdrawn": len(every),
        "missing": sum(
            f"{title}<" not in text and f'{title}"' not in text for text in words.values() for title in titles
        ),
        "left": sum(f"{title}<" in text or f'{title}"' in text for text in words.values() for title in every),
    }


if __name__ == "__main__":
    import django

    django.setup()
    jobs = (lists, write, broken, connect, waiting, report)
    {job.__name__: job for job in jobs}[sys.argv[1]]()
