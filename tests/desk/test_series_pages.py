"""The pages of series and days, and what the calendar shows of them; figures on the pages of posts and accounts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from hueandcry.agencies.addresses import public_url
from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.counts.models import Openings, Reading
from hueandcry.kernel import clock
from hueandcry.posts.content import Content
from hueandcry.posts.links import code_of
from hueandcry.posts.models import Delivery, Post
from hueandcry.series import tasks
from hueandcry.series.models import OwnDay, Series
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.factories_series import make_series
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
SENT = {
    "name": "Safety tip of the week",
    "text": "[This week’s advice].",
    "every": "week",
    "first_on": "2026-11-30",
    "at": "09:00",
    "last_on": "",
    "ahead_days": "21",
    "kind": "safety",
    "link": "",
    "topics": "prevention, locks",
}


@pytest.fixture
def rosa(desk: Desk) -> Client:  # noqa: F811
    return at_desk(make_person(desk.agency, Role.AUTHOR, name="Rosa Lindqvist"))


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_a_series_is_begun_changed_paused_and_ended_by_its_pages(rosa: Client, desk: Desk) -> None:  # noqa: F811
    account = str(desk.accounts[0].pk)
    wrong = rosa.post("/desk/calendar/series/new/", {**SENT, "text": "", "accounts": [account]})
    assert wrong.status_code == 422
    assert "prevention, locks" in wrong.content.decode()  # nothing typed is lost
    rosa.post("/desk/calendar/series/new/", {**SENT, "accounts": [account]})
    series = Series.objects.get()
    assert series.wording["topics"] == ["locks", "prevention"]
    assert series.wording["account_ids"] == [desk.accounts[0].pk]
    tasks.make_series_drafts()
    address = f"/desk/calendar/series/{series.pk}/"
    body = page(rosa, address)
    assert desk.accounts[0].label in body
    assert f"/desk/posts/{Post.objects.latest('pk').pk}/" in body
    early = rosa.post(f"{address}change/", {**SENT, "last_on": "2026-11-01"})
    assert early.status_code == 422
    rosa.post(f"{address}change/", {**SENT, "name": "Tip", "every": "month"})
    for act, said in (("pause", "Paused"), ("resume", "Runs"), ("end", "Ended")):
        rosa.post(f"{address}{act}/")
        assert said in page(rosa, "/desk/calendar/series/")
    assert page(rosa, address).count("/change/") == 0


def test_the_calendar_shows_series_gaps_and_what_would_meet(desk: Desk) -> None:  # noqa: F811
    room = Newsroom.of(desk)
    account = desk.accounts[0].pk
    make_series(
        room.writer, first_on=date(2026, 11, 23), content=Content(text="Tip.", account_ids=(account,))
    )
    tasks.make_series_drafts()
    at = clock.now() + timedelta(days=15) - timedelta(minutes=25)  # 7 December, 9:05
    room.draft("Fair on Friday.", scheduled_at=at, zone="Europe/London")
    desk.clock.pass_(timedelta(days=2))
    rosa = at_desk(make_person(desk.agency, Role.AUTHOR, name="Rosa Lindqvist"))
    body = page(rosa, "/desk/calendar/?view=list&day=2026-11-20")
    for said in (
        "1 date of a series came to nothing",
        "gap: the draft was not finished",
        "series:",
        "draft on 29 November",
        "Fair on Friday.",
        "International Day for the Elimination of Violence against Women",
    ):
        assert said in body, said
    assert body.count('<p class="hc-warns">meets') == 1
    january = page(rosa, "/desk/calendar/?day=2027-01-12")
    assert "International Crime Stoppers Month (1 Jan – 31 Jan)" in january
    assert "came to nothing" not in january


def test_an_agency_adds_a_day_of_its_own_and_takes_it_off(rosa: Client) -> None:
    sent = {"day-name": "Open day at Harbour station", "day-on": "2026-12-05", "day-days": "2"}
    assert rosa.post("/desk/calendar/days/", {**sent, "day-days": "40"}).status_code == 422
    rosa.post("/desk/calendar/days/", {**sent, "day-yearly": "on"})
    row = OwnDay.objects.get()
    assert (row.month, row.day, row.year, row.days) == (12, 5, None, 2)
    assert page(rosa, "/desk/calendar/?day=2027-12-01").count("Open day at Harbour station") == 2
    rosa.post(f"/desk/calendar/days/{row.pk}/remove/")
    assert "Open day" not in page(rosa, "/desk/calendar/?day=2027-12-01")


def test_whoever_only_reads_sees_series_and_no_button(desk: Desk) -> None:  # noqa: F811
    by = actor_for(
        person_id=make_person(desk.agency, Role.AUTHOR, name="Kit Roe").pk, agency_id=desk.agency.pk
    )
    series = make_series(by)
    leader = at_desk(make_person(desk.agency, Role.LEADER, name="Chief Ames"))
    body = page(leader, "/desk/calendar/series/") + page(leader, f"/desk/calendar/series/{series.pk}/")
    assert "Safety tip of the week" in body
    for missing in ("Begin a series", "Add it", "End it", "/change/"):
        assert missing not in body
    assert leader.get("/desk/calendar/series/new/").status_code == 403
    assert leader.post(f"/desk/calendar/series/{series.pk}/end/").status_code == 403


def test_a_post_says_what_came_of_it_on_each_network_and_an_account_beside_its_goal(
    rosa: Client,
    desk: Desk,  # noqa: F811
) -> None:
    room = Newsroom.of(desk, mode="free")
    post = room.out(accounts=[row.pk for row in desk.accounts])
    first, second = Delivery.objects.filter(post=post).order_by("pk")
    for row in (first, second):
        link = public_url(desk.agency, f"/l/{code_of(row.pk)}/appeals/PE-1/") if row == first else ""
        Delivery.objects.filter(pk=row.pk).update(
            status="sent",
            due_at=None,
            remote_id=f"f{row.pk}",
            sent_at=clock.now(),
            frozen_request={"text": "x", "link": link},
        )
    given = {"agency": desk.agency, "delivery": first}
    Reading.objects.create(**given, at=clock.now() - timedelta(hours=1), likes=1)
    Reading.objects.create(**given, at=clock.now(), likes=12, reposts=0)
    Openings.objects.create(**given, on=clock.now().date(), times=31)
    body = page(rosa, f"/desk/posts/{post.pk}/")
    assert "replies not known · 0 reposts · 12 likes · views not known" in body
    assert "link opened 31 times" in body
    assert body.count("hc-figures") == 1  # of the other network nothing is known, and nothing is made up
    Account.objects.filter(pk=first.account_id).update(goal="Young drivers, about phones")
    body = page(rosa, f"/desk/accounts/{first.account_id}/")
    assert body.index("Young drivers") < body.index("12 likes")
    assert "1 post in the last 28 days." in body
    assert "is not known" in page(rosa, f"/desk/accounts/{second.account_id}/")
