"""What Port Ellery told the public of late, with who asked what about it; each let out by a second person.

Cases like those that forces in Toronto and Dallas have told of: roads, meetings, false callers, high water, lost things.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hueandcry.agencies.addresses import public_url
from hueandcry.counts.models import Openings, Reading
from hueandcry.demo.appeals import Pictures
from hueandcry.demo.network import Network, accounts_of, send_waiting
from hueandcry.demo.organisations import Stage
from hueandcry.demo.timeline import Step, Timeline
from hueandcry.fieldnotes.actions import take_note
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.posts.approval_actions import approve_post, submit_post
from hueandcry.posts.content import Content
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.news_actions import show_on_site
from hueandcry.posts.writing_actions import draft_post, place_picture

LOOKED = "Looked at by both of us: it is what people need now."
SCENE = "5ce0e1de-0000-4000-8000-000000000001"  # the key that a phone would have made
QUIET = (2, 5, 14, 900)  # replies, reposts, likes, views of an ordinary post a day later


@dataclass(frozen=True, slots=True)
class Item:
    """A post. days_ago, at: when it went out, where the agency is; fewer than none: it is planned.

    on: handles of accounts; link: a page of our own site; picture: name in drawing.py and what it shows; counted: replies, reposts, likes, views and
    openings of its link on each account; then: "" approved, "waits" for a second person, "scene" written on a phone.
    """

    text: str
    kind: str
    days_ago: int
    at: str
    on: tuple[str, ...] = ("port-ellery-police",)
    author: str = "nora"
    approver: str = "ife"
    thread: tuple[str, ...] = ()
    if_asked: str = ""
    topics: tuple[str, ...] = ()
    link: str = ""
    picture: tuple[str, str] | None = None
    counted: tuple[int, int, int, int] = QUIET
    then: str = ""


ITEMS = (
    Item(
        "Quay Road is closed at the swing bridge until about 11:00: a lorry has lost its load of oranges. Nobody is hurt. Please use Mill Lane.",
        "traffic",
        12,
        "08:05",
        on=("port-ellery-police", "pe-road-safety"),
        then="scene",
        if_asked="The driver is well. Whether the load was tied down is looked into; we say nothing about blame.",
        topics=("traffic",),
        counted=(31, 64, 120, 9_400),
    ),
    Item(
        "Quay Road is open again. Thank you for waiting, and thank you to class 4b, who counted: 2,114 oranges.",
        "traffic",
        12,
        "10:50",
        on=("port-ellery-police", "pe-road-safety"),
        topics=("traffic",),
        counted=(88, 203, 1_410, 31_000),
    ),
    Item(
        "From the meeting in Eastfield last night: sixty-one of you came. Three things you asked for: a lamp at the footpath, speed checks at the school, and an answer about the burglaries. The first two begin this month; on the third we report at the next meeting.",
        "meeting",
        9,
        "09:30",
        on=("port-ellery-police", "pe-eastfield"),
        author="astrid",
        topics=("community", "meetings"),
        counted=(17, 9, 52, 2_300),
    ),
    Item(
        "Somebody rings people in Port Ellery and says: “This is the fraud team, your account is in danger.” It is not us. Hang up, wait a minute, then ring the number on your bank card.",
        "safety",
        7,
        "16:20",
        link="/tell/",
        on=("port-ellery-police", "pe-fraud-team"),
        approver="imogen",
        topics=("fraud", "prevention"),
        if_asked="Fourteen calls since Monday. Two people paid; both banks were told within the hour. No description of a caller.",
        counted=(42, 311, 180, 18_700),
    ),
    Item(
        "The police band plays for the children’s ward on Sunday at 15:00 in Harbour Square. Bring a coin for the ward and a hat for the wind.",
        "fundraiser",
        6,
        "12:00",
        on=("port-ellery-police", "pe-police-band"),
        author="astrid",
        topics=("community",),
    ),
    Item(
        "High water tonight at 22:40, about a hand above the lower quay. Move cars from the Quays before 20:00, and look in on neighbours who live alone.",
        "safety",
        4,
        "13:10",
        on=("port-ellery-police", "pe-harbour", "pe-marine-unit"),
        thread=(
            "Our coordinator for vulnerable people has rung everybody on her list. If you know somebody who is on no list: 555 0100, and we ring them too.",
        ),
        topics=("prevention",),
        picture=(
            "harbour",
            "Drawing of the marina at sunrise: sailing boats and motor boats on calm water, a wooden pontoon with an empty berth, houses and a striped lighthouse behind.",
        ),
        if_asked="Eleven sandbag points are open. The lower quay is closed by the harbour office, not by us.",
        counted=(24, 190, 260, 14_200),
    ),
    Item(
        "Forty-two bicycles were not collected and are auctioned in spring. Yours among them? Until the day before, a receipt or the frame number takes it home.",
        "news",
        2,
        "11:15",
        link="/stations/",
        topics=("lost property",),
        author="astrid",
        approver="imogen",
    ),
    Item(
        "We wrote that nobody had asked for the lamp in Eastfield before the meeting. That was wrong: the residents’ group had written to us twice. We are sorry, and the lamp is ordered.",
        "correction",
        1,
        "10:00",
        on=("port-ellery-police", "pe-eastfield"),
        approver="imogen",
        topics=("community",),
        counted=(29, 4, 233, 5_100),
    ),
    Item(
        "No light on the bicycle? Come to Eastfield station between 16:00 and 18:00: the lamp is free, and so is the talk about the other one that is broken.",
        "safety",
        -2,
        "07:30",
        on=("port-ellery-police", "pe-road-safety"),
        topics=("road safety",),
    ),
    Item(
        "Open day at Harbour Station on Saturday week, 10:00 to 16:00: the boat, the horses, and the cells, from which everybody is let out again. Step-free from Rope Walk.",
        "event",
        -5,
        "17:00",
        on=("port-ellery-police", "pe-harbour"),
        author="astrid",
        topics=("community",),
        then="waits",
    ),
)


class Telling:
    """Plans what the public is told, and what the networks counted of it."""

    def __init__(self, stage: Stage, pictures: Pictures, *, network: Network) -> None:
        self.stage, self.pictures, self.network = stage, pictures, network
        self.zone = ZoneInfo(stage.police.time_zone)
        self.numbers = {handle: row.pk for handle, row in accounts_of(stage.police.pk).items()}

    def plan(self, timeline: Timeline) -> None:
        """Put every post in its time, and tomorrow's figures of each behind it."""
        for item in ITEMS:
            made: list[Post] = []
            day = timeline.now.astimezone(self.zone).date() - timedelta(days=item.days_ago)
            out = datetime.combine(day, time.fromisoformat(item.at), self.zone)
            begun = min(out, timeline.now - timedelta(hours=5)) - timedelta(minutes=40)
            timeline.add(begun, self._write(item, made, out))
            if item.then == "waits":
                continue
            timeline.add(min(out, timeline.now - timedelta(hours=4)), self._approve(item, made))
            if item.days_ago > 0:
                timeline.add(out + timedelta(hours=20), self._count(item, made))

    def _write(self, item: Item, made: list[Post], out: datetime) -> Step:
        by = self.stage.actors[item.author]

        def act() -> None:
            content = Content(
                text=item.text,
                kind=item.kind,
                topics=item.topics,
                thread=item.thread,
                if_asked=item.if_asked,
                link=public_url(self.stage.police, item.link) if item.link else "",
                account_ids=tuple(self.numbers[handle] for handle in item.on if handle in self.numbers),
                scheduled_at=out if item.days_ago < 0 else None,
                zone=self.stage.police.time_zone,
            )
            if item.then == "scene":
                made.append(self._from_the_scene(item, content))
                return
            post = draft_post(content=content, by=by)
            if item.picture:
                name, alt = item.picture
                post = place_picture(
                    post_id=post.pk,
                    prepared=self.pictures[name].result(),
                    file_name=f"{name}.png",
                    alt=alt,
                    ours=True,
                    by=by,
                )
            made.append(submit_post(post_id=post.pk, reason=LOOKED, by=by))

        return act

    def _from_the_scene(self, item: Item, content: Content) -> Post:
        """Kept on a phone in the van, taken in once it had a network."""
        by = self.stage.actors[item.author]
        note = take_note(key=SCENE, content=content, brought=(), wanted="draft", by=by)
        assert note.post is not None  # it was just made
        return submit_post(post_id=note.post.pk, reason=LOOKED, by=by)

    def _approve(self, item: Item, made: list[Post]) -> Step:
        def act() -> None:
            post = approve_post(post_id=made[0].pk, by=self.stage.actors[item.approver])
            if post.status == Post.Status.ANNOUNCED:
                send_waiting(self.network, subject=post.subject, at=clock.now() + timedelta(seconds=10))
                show_on_site(post_id=post.pk, by=system("news", agency_id=post.agency_id))

        return act

    def _count(self, item: Item, made: list[Post]) -> Step:
        """What the network told when it was asked, a little less on each further account."""

        def act() -> None:
            rows = Delivery.objects.filter(post=made[0], part=1, status=Delivery.Status.SENT).order_by("pk")
            today = clock.now().astimezone(self.zone).date()
            for place, row in enumerate(rows, 1):
                shares = [number // place**2 for number in item.counted]
                given = dict(zip(("replies", "reposts", "likes", "views"), shares, strict=True))
                Reading.objects.create(agency=self.stage.police, delivery=row, at=clock.now(), **given)
                if item.link and (times := shares[3] // 60):
                    Openings.objects.create(agency=self.stage.police, delivery=row, on=today, times=times)

        return act
