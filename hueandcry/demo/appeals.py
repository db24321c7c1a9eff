"""The appeals of the demonstration, each drafted, approved and published by the people who would do so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hueandcry.appeals import actions, picture_actions, update_actions
from hueandcry.appeals.content import Content
from hueandcry.appeals.models import Appeal
from hueandcry.appeals.queries import today
from hueandcry.assets.preparing import Prepared
from hueandcry.demo.network import Network, send_waiting, take_down_waiting
from hueandcry.demo.organisations import Stage
from hueandcry.demo.stories import Story
from hueandcry.demo.timeline import Step, Timeline
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.kernel.ids import ref
from hueandcry.posts.actions import page_is_up

Pictures = dict[str, Future[Prepared]]
PUBLIC = ("published", "resolved", "withdrawn")
LONGEST = timedelta(days=16)  # from publication to the end of an appeal that ended
EARLY, LATE = 8, 22  # hours between which the press office works
# What happened so few days ago is still to be announced: the first start sees to it before one's eyes. Counted
# in days, not in hours, so that the same appeals wait at whatever hour the demonstration is loaded.
STILL_WAITING = 2


@dataclass(frozen=True, slots=True)
class Life:
    """The moments of one story: what it asks about; drafted; published; over (the end of an ended one, else now)."""

    begin: datetime
    finish: datetime
    drafted: datetime
    published: datetime
    over: datetime


class Telling:
    """Plans every story. `made`: key → appeal, as they come into being; `lives`: key → its moments."""

    def __init__(self, stage: Stage, pictures: Pictures, *, network: Network, account_ids: list[int]) -> None:
        self.stage, self.pictures, self.network, self.account_ids = stage, pictures, network, account_ids
        self.zone = ZoneInfo(stage.police.time_zone)
        self.made: dict[str, Appeal] = {}
        self.lives: dict[str, Life] = {}

    def plan(self, timeline: Timeline, stories: Iterable[Story]) -> None:
        """Put every step of every story in its place in time."""
        for story in stories:
            life = _life(story, now=timeline.now, zone=self.zone)
            self.lives[story.key] = life
            self._begin(timeline, story, life)
            if story.end in PUBLIC:
                self._publish(timeline, story, life)
                self._follow(timeline, story, life)

    def _begin(self, timeline: Timeline, story: Story, life: Life) -> None:
        timeline.add(life.drafted, lambda: self._draft(story, life))
        if story.end == "draft":
            return
        author, approver = self.stage.actors[story.author], self.stage.actors[story.approver]
        submit = self._on(story, actions.submit_appeal, by=author, reason=story.proceed)
        timeline.add(life.drafted + timedelta(minutes=25), submit)
        if story.end != "submitted":
            timeline.add(
                life.published - timedelta(minutes=15), self._on(story, actions.approve_appeal, by=approver)
            )

    def _publish(self, timeline: Timeline, story: Story, life: Life) -> None:
        timeline.add(life.published, lambda: self._announce(story, wait=story.days_ago <= STILL_WAITING))

    def _follow(self, timeline: Timeline, story: Story, life: Life) -> None:
        """Its updates, spread over its life, and its end."""
        steps = len(story.updates) + 1
        for place, text in enumerate(story.updates, 1):
            at = _by_day(life.published + (life.over - life.published) / steps * place, self.zone)
            at = min(at, life.over - timedelta(minutes=5) * (steps - place))
            written = max(at - timedelta(minutes=12), life.published)
            propose, approve = self._update(story, text)
            timeline.add(written, propose)
            timeline.add(at, approve)
        by = self.stage.actors[story.approver]
        if story.end == "resolved":
            end = self._on(story, actions.resolve_appeal, outcome=story.ending, by=by)
            timeline.add(life.over, self._take_down(story, end))
        if story.end == "withdrawn":
            end = self._on(story, actions.withdraw_appeal, reason=story.ending, by=by)
            timeline.add(life.over, self._take_down(story, end))

    # --- steps, each at its moment ---

    def _draft(self, story: Story, life: Life) -> None:
        author = self.stage.actors[story.author]
        police = self.stage.police
        content = _content(story, life, today=today(police.pk))
        appeal = actions.draft_appeal(content=content, reference=str(story.number), by=author)
        for shot in story.shots:
            picture_actions.add_prepared_picture(
                appeal_id=appeal.pk,
                prepared=self.pictures[shot.name].result(),
                file_name=f"{shot.name}.png",
                alt=shot.alt,
                caption=shot.caption,
                by=author,
            )
        self.made[story.key] = appeal

    def _announce(self, story: Story, *, wait: bool) -> None:
        author = self.stage.actors[story.author]
        appeal = actions.publish_appeal(
            appeal_id=self.made[story.key].pk, account_ids=self.account_ids, by=author
        )
        self.made[story.key] = appeal
        if not wait:
            subject = ref("appeal", appeal.pk)
            page_is_up(subject=subject, by=system("follow_record", agency_id=appeal.agency_id))
            send_waiting(self.network, subject=subject, at=clock.now())

    def _update(self, story: Story, text: str) -> tuple[Step, Step]:
        """One writes a line, another lets it out."""
        author, approver = self.stage.actors[story.author], self.stage.actors[story.approver]
        written: list[int] = []

        def propose() -> None:
            line = update_actions.propose_update(appeal_id=self.made[story.key].pk, text=text, by=author)
            written.append(line.pk)

        def approve() -> None:
            update_actions.approve_update(update_id=written[0], by=approver)

        return propose, approve

    def _take_down(self, story: Story, end: Step) -> Step:
        """End an appeal; its announcements go too, as the worker sees to within seconds."""

        def step() -> None:
            end()
            subject = ref("appeal", self.made[story.key].pk)
            take_down_waiting(self.network, subject=subject, at=clock.now())

        return step

    def _on(self, story: Story, act: Callable[..., object], **given: object) -> Step:
        return lambda: act(appeal_id=self.made[story.key].pk, **given)


def _life(story: Story, *, now: datetime, zone: ZoneInfo) -> Life:
    """When a story was drafted, published and over. The newest may lie only minutes back."""
    begin, finish = _when(story, day=now.astimezone(zone).date() - timedelta(days=story.days_ago), zone=zone)
    if story.end not in PUBLIC:
        drafted = now - timedelta(hours=3 if story.end == "submitted" else 1)
        return Life(begin, finish, drafted, now, now)
    last = now - timedelta(minutes=40)
    published = min(_by_day(finish + timedelta(hours=3, minutes=story.number % 50), zone), last)
    drafted = published - timedelta(minutes=55)
    over = min(published + LONGEST, now - timedelta(minutes=10))
    if story.end in {"resolved", "withdrawn"} and over - published > timedelta(days=2):
        over = _by_day(published + (over - published) * 0.6, zone)
    return Life(begin, finish, drafted, published, over)


def _by_day(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment, or the next morning if people sleep then."""
    local = moment.astimezone(zone)
    if EARLY <= local.hour < LATE:
        return moment
    morning = local + timedelta(days=local.hour >= LATE)
    return morning.replace(hour=EARLY)


def _when(story: Story, *, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When it happened: begin and finish; past midnight if it ends earlier than it begins."""
    begin, finish = _moment(day, story.from_, zone), _moment(day, story.to, zone)
    return begin, finish if finish > begin else _moment(day + timedelta(days=1), story.to, zone)


def _content(story: Story, life: Life, *, today: date) -> Content:
    """What is written, on the day it is drafted."""
    return Content(
        kind=story.kind,
        title=story.title,
        what_happened=story.happened,
        we_ask=story.ask,
        what_to_do=story.do,
        place=story.place,
        happened_from=life.begin,
        happened_to=life.finish,
        shows_people=story.people,
        purpose=story.purpose,
        necessity=story.necessity,
        proportionality=story.proportionality,
        review_on=today + timedelta(days=story.review),
    )


def _moment(day: date, clock_time: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock_time), tzinfo=zone)
