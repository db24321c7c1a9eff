"""Series: dates by rule and by the agency's clock, drafts ahead of time and never more than drafts, gaps that show."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.posts.approval_actions import approve_post, submit_post
from hueandcry.posts.content import Content
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.tasks import release_due
from hueandcry.posts.writing_actions import discard_post
from hueandcry.preflight import packs
from hueandcry.records.models import Entry
from hueandcry.series import actions, queries, tasks
from hueandcry.series.dates import dates, moment_of
from hueandcry.series.models import Series, SeriesDate
from hueandcry.series.observed import EVERYWHERE, observed, rows
from tests.factories_series import TIP, make_plan, make_series
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom

DB = pytest.mark.django_db(databases=["default", "tips"])
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def room(desk: Desk) -> Newsroom:  # noqa: F811
    return Newsroom.of(desk)


@pytest.mark.parametrize(
    ("every", "first", "begin", "found"),
    [
        ("week", date(2026, 11, 30), date(2026, 11, 1), ["2026-11-30", "2026-12-07", "2026-12-14"]),
        ("two_weeks", date(2026, 11, 30), date(2026, 12, 1), ["2026-12-14", "2026-12-28", "2027-01-11"]),
        ("month", date(2026, 8, 31), date(2026, 9, 1), ["2026-09-30", "2026-10-31", "2026-11-30"]),
        ("month", date(2026, 1, 31), date(2027, 2, 28), ["2027-02-28", "2027-03-31", "2027-04-30"]),
        ("year", date(2024, 2, 29), date(2026, 3, 1), ["2027-02-28", "2028-02-29", "2029-02-28"]),
    ],
)
def test_dates_come_by_the_rule(every: str, first: date, begin: date, found: list[str]) -> None:
    every_date = dates(every=every, first=first, begin=begin, end=date(2030, 1, 1))
    assert [next(every_date).isoformat() for _number in found] == found


def test_nine_is_nine_in_summer_and_winter_and_a_time_leapt_over_is_an_hour_later() -> None:
    assert moment_of(date(2026, 3, 28), time(9), LONDON).hour == 9
    assert moment_of(date(2026, 3, 29), time(9), LONDON).hour == 8
    leapt = moment_of(date(2026, 3, 29), time(1, 30), LONDON).astimezone(LONDON)
    assert (leapt.hour, leapt.minute) == (2, 30)
    twice = moment_of(date(2026, 10, 25), time(1, 30), LONDON)
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@DB
def test_drafts_are_made_ahead_of_time_once_each_and_nothing_is_sent(room: Newsroom) -> None:
    series = make_series(room.writer, content=Content(text=TIP, account_ids=(room.desk.accounts[0].pk,)))
    for _again in range(2):
        tasks.make_series_drafts()
        Series.objects.update(due_at=room.desk.clock.moment)
    row = SeriesDate.objects.get()
    assert (row.on, row.post.status, row.post.text) == (date(2026, 11, 30), Post.Status.DRAFT, TIP)
    assert row.post.scheduled_at == datetime(2026, 11, 30, 9, tzinfo=UTC)
    room.desk.clock.pass_(timedelta(days=7))
    tasks.make_series_drafts()
    assert [each.on.day for each in queries.made(actor=room.writer, series_id=series.pk)] == [7, 30]
    room.desk.clock.pass_(timedelta(days=30))
    tasks.make_series_drafts()
    room.desk.work_on(2)
    assert not Delivery.objects.exists()
    assert set(Post.objects.values_list("status", flat=True)) == {Post.Status.DRAFT}


@DB
def test_a_finished_draft_goes_out_like_any_other_post_and_not_before(room: Newsroom) -> None:
    make_series(room.writer, content=Content(text="Lock it.", account_ids=(room.desk.accounts[0].pk,)))
    tasks.make_series_drafts()
    post = Post.objects.get()
    submit_post(post_id=post.pk, by=room.writer)
    approve_post(post_id=post.pk, by=room.approver)
    room.desk.work_on(2)
    release_due()
    assert not Delivery.objects.exists()
    room.desk.clock.moment = datetime(2026, 11, 30, 9, tzinfo=UTC)
    release_due()
    room.desk.work_on(2)
    assert room.states(post) == ["sent"]


@DB
def test_whoever_wrote_the_text_cannot_approve_what_is_made_of_it(room: Newsroom) -> None:
    make_series(room.approver, content=Content(text="Lock it.", account_ids=(room.desk.accounts[0].pk,)))
    tasks.make_series_drafts()
    post = Post.objects.get()
    submit_post(post_id=post.pk, by=room.writer)
    with pytest.raises(NotAllowed):
        approve_post(post_id=post.pk, by=room.approver)


@DB
def test_who_wrote_the_text_first_cannot_approve_it_after_somebody_else_changed_it(room: Newsroom) -> None:
    content = Content(text="Lock it.", account_ids=(room.desk.accounts[0].pk,))
    series = make_series(room.approver, content=content)
    Series.objects.update(writers=[])  # begun before all of them were kept
    actions.change_series(series_id=series.pk, plan=make_plan(content=content, at=time(10)), by=room.writer)
    tasks.make_series_drafts()
    post = Post.objects.get()
    submit_post(post_id=post.pk, by=room.writer)
    with pytest.raises(NotAllowed, match="Somebody else"):
        approve_post(post_id=post.pk, by=room.approver)


@DB
def test_a_paused_series_makes_nothing_and_a_series_ends_for_good(room: Newsroom) -> None:
    series = make_series(room.writer)
    actions.pause_series(series_id=series.pk, by=room.writer)
    tasks.make_series_drafts()
    assert not Post.objects.exists()
    actions.resume_series(series_id=series.pk, by=room.writer)
    tasks.make_series_drafts()
    assert Post.objects.count() == 1
    actions.end_series(series_id=series.pk, by=room.writer)
    with pytest.raises(Conflict):
        actions.resume_series(series_id=series.pk, by=room.writer)
    with pytest.raises(Conflict):
        actions.change_series(series_id=series.pk, plan=make_plan(), by=room.writer)
    verbs = Entry.objects.filter(subject=f"series:{series.pk}").order_by("pk").values_list("verb", flat=True)
    assert [verb.removeprefix("series.") for verb in verbs] == ["begin", "pause", "resume", "draft", "end"]


@DB
def test_a_change_is_for_drafts_that_are_not_made_yet(room: Newsroom) -> None:
    series = make_series(room.writer)
    tasks.make_series_drafts()
    actions.change_series(
        series_id=series.pk, plan=make_plan(content=Content(text="Other words.")), by=room.approver
    )
    room.desk.clock.pass_(timedelta(days=7))
    tasks.make_series_drafts()
    texts = list(Post.objects.order_by("pk").values_list("text", flat=True))
    assert texts == [TIP, "Other words."]
    assert room.approver.ref in Post.objects.latest("pk").writers


@DB
def test_what_came_to_nothing_is_a_gap_and_what_is_to_come_says_when_its_draft_is_made(
    room: Newsroom,
) -> None:
    series = make_series(room.writer, first_on=date(2026, 11, 23), ahead_days=8)
    tasks.make_series_drafts()  # 23 and 30 November
    actions.end_series(series_id=make_series(room.writer, name="Over").pk, by=room.writer)
    paused = make_series(room.writer, name="Bicycles", first_on=date(2026, 12, 9), every="year")
    actions.pause_series(series_id=paused.pk, by=room.writer)

    def seen() -> list[tuple[int, str]]:
        found = queries.slots(
            actor=room.writer, agency=room.desk.agency, begin=date(2026, 11, 16), end=date(2026, 12, 10)
        )
        return [(slot.on.day, slot.state.value) for slot in found]

    assert seen() == [(7, "to_come"), (9, "paused")]
    discard_post(post_id=SeriesDate.objects.get(on=date(2026, 11, 30)).post_id, by=room.writer)
    room.desk.clock.pass_(timedelta(days=3))  # the draft of the 23rd was never finished
    assert seen() == [(23, "gap"), (30, "gap"), (7, "to_come"), (9, "paused")]
    room.desk.clock.pass_(timedelta(days=13))  # the worker was away for a while
    assert seen() == [(23, "gap"), (30, "gap"), (7, "gap"), (9, "paused")]
    assert queries.next_dates(series, today=date(2026, 12, 8)) == [
        date(2026, 12, 14) + timedelta(days=7 * number) for number in range(3)
    ]


@DB
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"every": "day"},
        {"ahead_days": 121},
        {"last_on": date(2026, 11, 29)},
        {"first_on": date(1999, 1, 1)},
        {"content": Content(text=" ")},
        {"content": Content(text="x", kind="rumour")},
        {"content": Content(text="x", account_ids=(987654,))},
    ],
)
def test_a_series_that_cannot_be_is_refused(room: Newsroom, wrong: dict[str, object]) -> None:
    with pytest.raises((Invalid, NotFound)):
        make_series(room.writer, **wrong)
    assert not Series.objects.exists()


@DB
def test_who_may_not_write_begins_no_series_and_another_agencys_is_not_found(room: Newsroom) -> None:
    series = make_series(room.writer)
    with pytest.raises(NotAllowed):
        make_series(room.desk.admin)
    stranger = type(room.writer)(
        ref="person:9999", name="Kit Roe", agency_id=999, permissions=room.writer.permissions
    )
    for act in (actions.pause_series, actions.end_series):
        with pytest.raises(NotFound):
            act(series_id=series.pk, by=stranger)
    day = actions.add_day(name="Open day", on=date(2026, 6, 6), days=1, yearly=True, by=room.writer)
    with pytest.raises(NotFound):
        actions.remove_day(day_id=day.pk, by=stranger)
    assert queries.awareness(
        actor=stranger, agency=room.desk.agency, begin=date(2026, 6, 6), end=date(2026, 6, 6)
    ) == observed(pack=room.desk.agency.law_pack, begin=date(2026, 6, 6), end=date(2026, 6, 6))


@DB
def test_an_agencys_own_day_comes_every_year_or_once(room: Newsroom) -> None:
    for name, yearly in (("Open day", True), ("Jubilee", False)):
        actions.add_day(name=name, on=date(2024, 2, 29), days=2, yearly=yearly, by=room.writer)

    def names(year: int) -> list[str]:
        days = {"begin": date(year, 2, 28), "end": date(year, 3, 1)}
        found = queries.awareness(actor=room.writer, agency=room.desk.agency, **days)
        return [each.name for each in found if each.own]

    assert (names(2024), names(2027)) == (["Jubilee", "Open day"], ["Open day"])
    for wrong in ({"name": " "}, {"days": 32}):
        given = {"name": "Open day", "on": date(2026, 6, 6), "days": 1, "yearly": True, **wrong}
        with pytest.raises(Invalid):
            actions.add_day(**given, by=room.writer)


def test_every_day_of_awareness_says_who_keeps_it_and_when_that_was_read() -> None:
    known = {*packs.names(), EVERYWHERE}
    for row in rows():
        assert row["source"], row["name"]
        assert date.fromisoformat(row["read"]) <= date(2026, 11, 23), row["name"]
        assert set(row["where"]) <= known, row["name"]
    names = [row["name"] for row in rows()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("pack", "name", "begin", "end"),
    [
        ("ca-ontario", "International Crime Stoppers Month", date(2027, 1, 1), date(2027, 1, 31)),
        ("us-generic", "National Night Out", date(2026, 8, 4), date(2026, 8, 4)),
        ("england-wales", "World Day of Remembrance for Road Traffic Victims", *[date(2026, 11, 15)] * 2),
    ],
)
def test_days_fall_where_their_rule_says(pack: str, name: str, begin: date, end: date) -> None:
    found = {each.name: each for each in observed(pack=pack, begin=begin, end=end)}
    assert (found[name].begin, found[name].end) == (begin, end)


def test_a_day_of_one_country_is_not_shown_in_another() -> None:
    year = {"begin": date(2026, 1, 1), "end": date(2026, 12, 31)}
    assert "National Night Out" not in {each.name for each in observed(pack="england-wales", **year)}
