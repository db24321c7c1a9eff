"""What may be done with a series and with days: begin, change, pause, take up, end; make the drafts; add and remove a day."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.queries import get_agency
from hueandcry.channels.scope import require_held, require_speaks_for_agency
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.given import one_line
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.posts import reading
from hueandcry.posts.content import Content
from hueandcry.posts.models import Post
from hueandcry.posts.writing_actions import draft_post
from hueandcry.records.entry import record
from hueandcry.series import queries
from hueandcry.series.dates import FARTHEST, dates, moment_of
from hueandcry.series.models import OwnDay, Series, SeriesDate

S = Series.Status
LONGEST_NAME, LONGEST_DAY = 80, 120
MOST_AHEAD = 120  # days
MOST_OF_DAYS = 31
Body = dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a series says, and when. See models.Series for each."""

    name: str
    every: str
    first_on: date
    at: time
    content: Content
    last_on: date | None = None
    ahead_days: int = 21


@transaction.atomic
def begin_series(*, plan: Plan, by: Actor) -> Series:
    """Begin a series; its first drafts are made within minutes. Raises NotAllowed, Invalid, NotFound."""
    by.require(Permission.POST_DRAFT)
    given = _checked(plan, by)
    moment = clock.now()
    row = Series.objects.create(
        agency_id=by.agency_id,
        author_ref=by.ref,
        writers=[by.ref],
        created_at=moment,
        changed_at=moment,
        due_at=moment,
        **given,
    )
    record(by=by, verb="series.begin", subject=ref("series", row.pk), body=_body(plan))
    return row


@transaction.atomic
def change_series(*, series_id: int, plan: Plan, by: Actor) -> Series:
    """Give a series another wording or rule, for drafts that are not made yet. Whoever ever wrote in it may not approve them.

    Raises NotAllowed, NotFound, Invalid; Conflict if it has ended.
    """
    by.require(Permission.POST_DRAFT)
    row = queries.get_series(actor=by, series_id=series_id, hold=True)
    _require_acts_on(row, by)
    if row.status == S.ENDED:
        raise Conflict(_("This series has ended. Begin another one."))
    given = {**_checked(plan, by), "author_ref": by.ref, "changed_at": clock.now(), "due_at": clock.now()}
    given["writers"] = list(dict.fromkeys([*_writers(row), by.ref]))
    Series.objects.filter(pk=row.pk).update(**given, last_error="")
    record(by=by, verb="series.change", subject=ref("series", row.pk), body=_body(plan))
    return queries.get_series(actor=by, series_id=series_id)


@transaction.atomic
def pause_series(*, series_id: int, by: Actor) -> Series:
    """Make no more drafts until somebody takes it up again. Raises NotAllowed, NotFound, Conflict unless it runs."""
    by.require(Permission.POST_DRAFT)
    row = queries.get_series(actor=by, series_id=series_id)
    _require_acts_on(row, by)
    move(row, to=S.PAUSED, due_at=None)
    record(by=by, verb="series.pause", subject=ref("series", row.pk))
    return row


@transaction.atomic
def resume_series(*, series_id: int, by: Actor) -> Series:
    """Make drafts again from today on; dates that went by stay gaps. Raises NotAllowed, NotFound, Conflict unless paused."""
    by.require(Permission.POST_DRAFT)
    row = queries.get_series(actor=by, series_id=series_id)
    _require_acts_on(row, by)
    move(row, to=S.ACTIVE, due_at=clock.now())
    record(by=by, verb="series.resume", subject=ref("series", row.pk))
    return row


@transaction.atomic
def end_series(*, series_id: int, by: Actor) -> Series:
    """End it for good; drafts that were made stay. Raises NotAllowed, NotFound, Conflict if it has ended."""
    by.require(Permission.POST_DRAFT)
    row = queries.get_series(actor=by, series_id=series_id)
    _require_acts_on(row, by)
    move(row, to=S.ENDED, due_at=None)
    record(by=by, verb="series.end", subject=ref("series", row.pk))
    return row


def make_drafts(*, series: Series, by: Actor) -> int:
    """Make the draft of every date that is near enough and has none. Nothing is ever published by this.

    Safe to run twice: a date has one draft. Returns how many were made. Raises NotAllowed, Invalid, NotFound.
    """
    by.require(Permission.POST_DRAFT)
    agency = get_agency(series.agency_id)
    zone = ZoneInfo(agency.time_zone)
    today = clock.now().astimezone(zone).date()
    end = min(today + timedelta(days=series.ahead_days), series.last_on or FARTHEST)
    have = set(SeriesDate.objects.filter(series=series, on__gte=today).values_list("on", flat=True))
    number = 0
    for on in dates(every=series.every, first=series.first_on, begin=today, end=end):
        at = moment_of(on, series.at, zone)
        if on not in have and at > clock.now():
            number += _make(series, on, at, zone=agency.time_zone, by=by)
    return number


def _make(series: Series, on: date, at: datetime, *, zone: str, by: Actor) -> int:
    """One draft with its date; 0 if somebody else made it in the same moment, or the series runs no more."""
    try:
        with transaction.atomic():
            if not Series.objects.select_for_update().filter(pk=series.pk, status=S.ACTIVE).exists():
                return 0
            content = _content(series, at=at, zone=zone)
            post: Post = draft_post(content=content, words_of=_writers(series), by=by)
            SeriesDate.objects.create(agency_id=series.agency_id, series=series, on=on, post=post)
            body: Body = {"for_day": on.isoformat(), "post": post.pk}
            record(by=by, verb="series.draft", subject=ref("series", series.pk), body=body)
    except IntegrityError:  # a_date_of_a_series_has_one_draft
        return 0
    return 1


def _content(series: Series, *, at: datetime | None = None, zone: str = "") -> Content:
    """The wording of a series as a post has it."""
    kept = series.wording
    return Content(
        text=kept["text"],
        title=kept["title"],
        link=kept["link"],
        kind=kept["kind"],
        audience=kept["audience"],
        language=kept["language"],
        topics=tuple(kept["topics"]),
        account_ids=tuple(kept["account_ids"]),
        scheduled_at=at,
        zone=zone if at else "",
    )


@transaction.atomic
def add_day(*, name: str, on: date, days: int, yearly: bool, by: Actor) -> OwnDay:
    """Keep a day of awareness of the agency's own. days: how long; yearly: every year. Raises NotAllowed, Invalid."""
    by.require(Permission.POST_DRAFT)
    require_speaks_for_agency(by)
    said = one_line(name)
    if not 0 < len(said) <= LONGEST_DAY:
        raise Invalid(_("Say what day it is, in at most %d characters.") % LONGEST_DAY, field="name")
    if not 1 <= days <= MOST_OF_DAYS:
        raise Invalid(_("It can last from 1 to %d days.") % MOST_OF_DAYS, field="days")
    row = OwnDay.objects.create(
        agency_id=by.agency_id,
        name=said,
        month=on.month,
        day=on.day,
        year=None if yearly else on.year,
        days=days,
        added_at=clock.now(),
        added_by=by.ref,
    )
    when = f"{on.day} {calendar.month_name[on.month]}" if yearly else on.isoformat()
    record(
        by=by, verb="day.add", subject=ref("day", row.pk), body={"name": said, "for_day": when, "days": days}
    )
    return row


@transaction.atomic
def remove_day(*, day_id: int, by: Actor) -> None:
    """Take one of the agency's own days off the calendar. Raises NotAllowed, NotFound."""
    by.require(Permission.POST_DRAFT)
    require_speaks_for_agency(by)
    row = OwnDay.objects.filter(pk=day_id, agency_id=by.agency_id).first()
    if row is None:
        raise NotFound(_("There is no such day."))
    record(by=by, verb="day.remove", subject=ref("day", row.pk), body={"name": row.name})
    row.delete()


def _writers(row: Series) -> list[str]:
    """Everybody who wrote in it; of a series from before they were kept, whoever did last."""
    return list(dict.fromkeys([*row.writers, row.author_ref]))


def _require_acts_on(row: Series, by: Actor) -> None:
    """A steward changes what they wrote, and what is for the accounts they hold. Raises NotYourStation."""
    if row.author_ref != by.ref:
        require_held(row.wording["account_ids"], by=by)


def _checked(plan: Plan, by: Actor) -> dict[str, object]:
    """The columns of a plan. Raises Invalid, NotFound."""
    name = one_line(plan.name)
    if not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(_("Give it a name of at most %d characters.") % LONGEST_NAME, field="name")
    if plan.every not in Series.Every.values:
        raise Invalid(_("Choose how often it comes."), field="every")
    if not 0 <= plan.ahead_days <= MOST_AHEAD:
        raise Invalid(_("Drafts can be made up to %d days ahead.") % MOST_AHEAD, field="ahead_days")
    if plan.last_on is not None and plan.last_on < plan.first_on:
        raise Invalid(_("The last day is before the first."), field="last_on")
    if not date(2000, 1, 1) <= plan.first_on < FARTHEST:
        raise Invalid(_("Choose a day of this century."), field="first_on")
    wording = plan.content.checked().fields()
    if not wording["text"].strip():
        raise Invalid(_("Write the text that each draft begins with."), field="text")
    ids = wording["account_ids"]
    if len(reading.accounts_by_id(actor=by, account_ids=ids)) != len(ids):
        raise NotFound(_("One of the chosen accounts is not there any more."))
    require_held(ids, by=by)
    kept = ("text", "title", "link", "kind", "audience", "language", "topics", "account_ids")
    return {
        "name": name,
        "every": plan.every,
        "first_on": plan.first_on,
        "last_on": plan.last_on,
        "at": plan.at,
        "ahead_days": plan.ahead_days,
        "wording": {part: wording[part] for part in kept},
    }


def _body(plan: Plan) -> Body:
    return {
        "name": plan.name,
        "text": plan.content.text,
        "link": plan.content.link,
        "every": plan.every,
        "first_on": plan.first_on.isoformat(),
        "last_on": plan.last_on.isoformat() if plan.last_on else None,
        "at": plan.at.isoformat("minutes"),
    }
