"""Site first, networks next (R26): the page of a post stands before the networks have it, and they wait only a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.kernel.actor import system
from hueandcry.posts import news, site_first, tasks
from hueandcry.posts.approval_actions import publish_post
from hueandcry.posts.models import Delivery, NewsPage, Post
from hueandcry.posts.news_actions import page_stands, put_first, set_news
from hueandcry.posts.standing_actions import stop_post
from hueandcry.publicsite import build, coming, following, pages, showing
from hueandcry.records.entry import Ledger
from hueandcry.records.numbering import number
from hueandcry.records.queries import entries_after
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.posts.conftest import Desk
from tests.posts.helpers import TEXT, Newsroom

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(databases=["default", "tips"]),
    pytest.mark.usefixtures("own_site"),
]
SECOND = timedelta(seconds=1)


@pytest.fixture
def room(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """A desk whose agency shows its posts; everybody is free."""
    monkeypatch.setattr(build, "BROTLI_BEST", 1)  # how small the files are is no matter here
    set_news(on=True, by=desk.admin)
    return Newsroom.of(desk, mode="free")


def goes_at(post: Post) -> list[datetime | None]:
    return list(Delivery.objects.filter(post=post).order_by("pk").values_list("due_at", flat=True))


def stands(room: Newsroom) -> list[str]:
    """The pages of posts that are on the site now."""
    made = pages.site_of(room.desk.agency).texts
    return [name for name in made if name.startswith("news/") and name.count("/") == 3]


def page(post: Post) -> NewsPage:
    return NewsPage.objects.get(post=post)


def put() -> int:
    """What the sweep does, but for the files: returns how many pages came up."""
    found = site_first.due()
    by = {each.post_id: system("news", agency_id=each.agency_id) for each in found}
    up = [post_id for post_id in by if put_first(post_id=post_id, by=by[post_id])]
    for post_id in up:
        page_stands(post_id=post_id, by=by[post_id])
    return len(up)


def test_the_page_stands_before_the_networks_have_the_post(room: Newsroom) -> None:
    begun = clock.now()
    post = room.out()
    assert goes_at(post) == [begun + 15 * SECOND]
    assert (coming.put_first(), stands(room), news.page_of(post)) == (0, [], None)  # it can still be stopped
    room.desk.clock.pass_(10 * SECOND)
    assert (coming.put_first(), coming.put_first()) == (1, 0)
    assert goes_at(post) == [begun + 10 * SECOND]
    (name,) = stands(room)
    assert room.desk.channel.texts() == []
    assert TEXT in pages.site_of(room.desk.agency).texts[name].decode()
    assert tasks.show_news() == 0
    room.desk.work()
    assert room.desk.channel.texts() == [TEXT]
    assert (tasks.show_news(), tasks.show_news()) == (1, 0)
    assert "Said on" in pages.site_of(room.desk.agency).texts[name].decode()
    assert not site_first.did_not_wait(page(post))


def test_what_waits_for_the_page_is_known_although_time_goes_on_while_it_is_let_go(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ticking() -> datetime:
        room.desk.clock.pass_(timedelta(milliseconds=3))
        return room.desk.clock.now()

    monkeypatch.setattr(clock, "now", ticking)
    first, second = room.desk.accounts
    post = room.out(accounts=[first.pk, second.pk])
    room.desk.clock.pass_(10 * SECOND)
    assert put() == 1
    assert all(at is not None and at <= room.desk.clock.now() for at in goes_at(post))


def test_networks_wait_only_a_moment_for_a_site_that_cannot_be_made(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_more: Any) -> None:
        raise OSError("no room")

    for urgency, wait in ((2, 15), (0, 0)):  # an emergency does not wait
        text, before = f"Urgency {urgency}.", room.desk.channel.texts()
        with monkeypatch.context() as broken:
            broken.setattr(showing, "rebuild", full)
            post = room.out(text, urgency=urgency)
            if wait:
                room.desk.clock.pass_((wait - 1) * SECOND)
                room.desk.work()
                assert room.desk.channel.texts() == before
            assert coming.put_first() == 0
            room.desk.clock.pass_(SECOND * bool(wait))
            room.desk.work()
            assert room.desk.channel.texts() == [*before, text]
        assert news.page_of(post) is not None
        room.desk.clock.pass_(SECOND)
        page_stands(post_id=post.pk, by=system("news", agency_id=post.agency_id))
        assert site_first.did_not_wait(page(post))
    femi = at_desk(make_person(room.desk.agency, Role.APPROVER, name="Kit Roe"))
    said = femi.get(f"/desk/posts/{post.pk}/").content.decode()
    assert "It came up after the first network had the post" in said


def test_what_is_stopped_was_nowhere_and_comes_up_at_the_same_address_later(room: Newsroom) -> None:
    post = room.out()
    room.desk.clock.pass_(9 * SECOND)
    put()
    stop_post(post_id=post.pk, by=room.writer)
    room.desk.clock.pass_(5 * SECOND)
    assert put() == 0
    made = pages.site_of(room.desk.agency)
    assert (stands(room), [gone for gone in made.gone if gone.startswith("/news/")]) == ([], [])
    publish_post(post_id=post.pk, by=room.writer)
    room.desk.clock.pass_(10 * SECOND)
    assert put() == 1
    address = stands(room)
    stop_post(post_id=post.pk, by=room.writer)  # the page stands already, the networks have nothing yet
    number(Ledger.MAIN)
    lines = [line for line in entries_after(position=0, limit=500) if line.verb == "post.stop"]
    assert following.changes_the_site(lines[-1])
    made = pages.site_of(room.desk.agency)
    assert (stands(room), [f"{gone[1:]}index.html" for gone in made.gone if gone.startswith("/news/")]) == (
        [],
        address,
    )
    publish_post(post_id=post.pk, by=room.writer)
    room.desk.clock.pass_(10 * SECOND)
    put()
    assert stands(room) == address


def test_what_is_held_back_does_not_come_up(room: Newsroom) -> None:
    first, second = room.desk.accounts
    post = room.out(accounts=[first.pk, second.pk])
    Account.objects.filter(pk=first.pk).update(mode="draft")
    room.desk.clock.pass_(10 * SECOND)
    assert put() == 1  # the other one may speak
    post = room.draft("Said by one.")
    Account.objects.update(mode="free")
    publish_post(post_id=post.pk, by=room.writer)
    Account.objects.update(mode="draft")
    room.desk.clock.pass_(10 * SECOND)
    assert (put(), len(stands(room))) == (0, 1)
    room.desk.clock.pass_(6 * SECOND)
    room.desk.work()
    assert room.states(post) == ["held"]
    tasks.show_news()
    assert (put(), len(stands(room))) == (0, 1)


def test_nobody_waits_where_the_site_shows_nothing_of_it(room: Newsroom) -> None:
    begun = clock.now()
    first, second = room.desk.accounts
    Account.objects.filter(pk=second.pk).update(audience="staff")
    assert goes_at(room.out(on_site=False)) == [begun + 10 * SECOND]
    staff = room.out(audience="staff", accounts=[second.pk])
    assert goes_at(staff) == [begun + 5 * SECOND]
    both = room.out(accounts=[first.pk, second.pk])
    assert goes_at(both) == [begun + 15 * SECOND, begun + 5 * SECOND]
    minutes = room.out(staff_minutes=5)
    assert goes_at(minutes) == [begun + timedelta(minutes=5) + 5 * SECOND]
    assert page(minutes).shown_at == begun + timedelta(minutes=5)
    set_news(on=False, by=room.desk.admin)
    assert goes_at(room.out()) == [begun + 10 * SECOND]
