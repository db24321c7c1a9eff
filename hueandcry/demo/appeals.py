"""The appeals of the demonstration, each drafted, approved and published by the people who would do so."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from hueandcry.appeals import actions
from hueandcry.appeals.content import Content
from hueandcry.appeals.models import Appeal
from hueandcry.appeals.queries import today
from hueandcry.assets.preparing import Prepared
from hueandcry.demo.organisations import Stage
from hueandcry.demo.progress import Say
from hueandcry.demo.stories import STORIES, Story

Published = dict[str, Appeal]


def publish(stage: Stage, pictures: dict[str, Future[Prepared]], *, say: Say) -> Published:
    """Take every story as far as it goes before its end: key → appeal."""
    made = {}
    for done, story in enumerate(STORIES):
        say(_("Appeals"), done, len(STORIES))
        made[story.key] = _one(stage, story, pictures)
    return made


def end(stage: Stage, made: Published) -> None:
    """Resolve and withdraw the appeals that are over: after the tips, since the public answers open ones only."""
    for story in STORIES:
        by = stage.actors[story.approver]
        if story.end == "resolved":
            actions.resolve_appeal(appeal_id=made[story.key].pk, outcome=story.ending, by=by)
        if story.end == "withdrawn":
            actions.withdraw_appeal(appeal_id=made[story.key].pk, reason=story.ending, by=by)


def _one(stage: Stage, story: Story, pictures: dict[str, Future[Prepared]]) -> Appeal:
    author, approver = stage.actors[story.author], stage.actors[story.approver]
    content = _content(story, today=today(stage.police.pk), zone=ZoneInfo(stage.police.time_zone))
    appeal = actions.draft_appeal(content=content, reference=str(story.number), by=author)
    for shot in story.shots:
        actions.add_prepared_picture(
            appeal_id=appeal.pk,
            prepared=pictures[shot.name].result(),
            file_name=f"{shot.name}.png",
            alt=shot.alt,
            caption=shot.caption,
            by=author,
        )
    if story.end == "draft":
        return appeal
    actions.submit_appeal(appeal_id=appeal.pk, by=author)
    if story.end == "submitted":
        return appeal
    actions.approve_appeal(appeal_id=appeal.pk, by=approver)
    published = actions.publish_appeal(appeal_id=appeal.pk, by=author)
    for text in story.updates:
        actions.update_appeal(appeal_id=appeal.pk, text=text, by=author)
    return published


def _content(story: Story, *, today: date, zone: ZoneInfo) -> Content:
    day = today - timedelta(days=story.days_ago)
    begin, finish = _moment(day, story.from_, zone), _moment(day, story.to, zone)
    if finish <= begin:
        finish = _moment(day + timedelta(days=1), story.to, zone)
    return Content(
        kind=story.kind,
        title=story.title,
        what_happened=story.happened,
        we_ask=story.ask,
        what_to_do=story.do,
        place=story.place,
        happened_from=begin,
        happened_to=finish,
        shows_people=story.people,
        purpose=story.purpose,
        necessity=story.necessity,
        proportionality=story.proportionality,
        review_on=today + timedelta(days=story.review),
    )


def _moment(day: date, clock_time: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock_time), tzinfo=zone)
