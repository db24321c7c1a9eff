"""The pages of posts: written once, previewed, handed in, approved in two taps, recalled, planned."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.posts import standing_actions
from hueandcry.posts.models import Delivery, Post
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import TEXT, Newsroom, jpeg

MOST = 40  # questions to the database for one page with 150 accounts
pytestmark = pytest.mark.django_db(databases=["default", "tips"])


class Pages:
    """Two people at the desk, in browsers of their own."""

    def __init__(self, desk: Desk, mode: str) -> None:  # noqa: F811
        Account.objects.update(mode=mode)
        self.desk = desk
        rosa = make_person(desk.agency, Role.AUTHOR, name="Rosa Lindqvist")
        femi = make_person(desk.agency, Role.APPROVER, name="Femi Adeyemi")
        self.rosa, self.femi = at_desk(rosa), at_desk(femi)
        writer = actor_for(person_id=rosa.pk, agency_id=desk.agency.pk)
        self.room = Newsroom(desk, writer, actor_for(person_id=femi.pk, agency_id=desk.agency.pk))

    def form(self, text: str = TEXT, **more: Any) -> dict[str, Any]:
        """What the compose form sends."""
        sent = {"kind": "news", "audience": "public", "text": text, "urgency": "2", "do": "go"}
        return {**sent, "accounts": [str(self.desk.accounts[0].pk)], **more}


@pytest.fixture
def pages(desk: Desk) -> Pages:  # noqa: F811
    return Pages(desk, "two_person")


@pytest.fixture
def free(desk: Desk) -> Pages:  # noqa: F811
    return Pages(desk, "free")


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_post_is_written_approved_by_another_and_goes_out(pages: Pages) -> None:
    answer = pages.rosa.post("/desk/compose/", pages.form())
    post = Post.objects.get()
    assert (answer["Location"].partition("?")[0], post.status) == (f"/desk/posts/{post.pk}/", "submitted")
    card = page(pages.femi, "/desk/approvals/")
    assert TEXT in card
    assert "Rosa Lindqvist" in card
    answer = pages.femi.post(f"/desk/posts/{post.pk}/approve/", {"revision": post.revision, "from": "list"})
    assert answer["Location"] == "/desk/approvals/?said=post-approved"
    pages.desk.clock.pass_(timedelta(seconds=11))
    pages.desk.work()
    assert pages.desk.channel.texts() == [TEXT]
    assert "https://fake.example/f1" in page(pages.rosa, f"/desk/posts/{post.pk}/")
    assert TEXT in page(pages.femi, "/desk/wall/")


def test_a_day_that_is_none_moves_nothing(pages: Pages) -> None:
    at = clock.now() + timedelta(days=2)
    post = pages.room.out(scheduled_at=at)
    answer = pages.rosa.post(f"/desk/posts/{post.pk}/plan/", {"day": "2026-13-40"})
    assert answer.status_code == 422
    post.refresh_from_db()
    assert (post.status, post.scheduled_at) == ("approved", at)


def test_the_button_of_a_post_does_not_approve_a_change_that_came_meanwhile(pages: Pages) -> None:
    post = pages.room.sent()
    words = pages.room.content("Mill Lane is open.")
    standing_actions.edit_post(post_id=post.pk, content=words, by=pages.room.writer)
    address = f"/desk/posts/{post.pk}/approve/"
    assert pages.femi.post(address, {"revision": post.revision, "from": "list"}).status_code == 409
    (seen,) = re.findall(r'name="change" value="(\d+)"', page(pages.femi, "/desk/approvals/"))
    assert pages.femi.post(address, {"change": seen, "from": "list"}).status_code == 302
    post.refresh_from_db()
    assert post.text == "Mill Lane is open."


def test_where_one_is_free_the_button_publishes(free: Pages) -> None:
    body = free.rosa.post("/desk/compose/look/", free.form()).content.decode()
    assert "You do: nobody else has to approve it here." in body
    free.rosa.post("/desk/compose/", free.form())
    assert Delivery.objects.get().status == "queued"


def test_a_photograph_and_its_words_go_out_in_one_sending(free: Pages) -> None:
    photo = SimpleUploadedFile("lane.jpg", jpeg(), content_type="image/jpeg")
    free.rosa.post(
        "/desk/compose/", free.form(picture=photo, **{"alt-new": "Tape across a lane", "ours-new": "on"})
    )
    post = Post.objects.get()
    assert post.status == "announced"
    address = re.search(rf"/desk/posts/{post.pk}/media/[^\"]+", page(free.rosa, f"/desk/posts/{post.pk}/"))
    assert address is not None
    answer = free.rosa.get(address[0])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    free.desk.work_on(3)
    assert [seen["alt"] for seen in free.desk.channel.up.values()] == ["Tape across a lane"]


def test_what_stands_in_the_way_is_said_and_nothing_typed_is_lost(free: Pages) -> None:
    photo = SimpleUploadedFile("lane.jpg", jpeg(), content_type="image/jpeg")
    answer = free.rosa.post("/desk/compose/", free.form(picture=photo))
    post = Post.objects.get()
    body = answer.content.decode()
    assert (answer.status_code, post.status, len(post.pictures)) == (422, "draft", 1)
    assert "Say in words what is to be seen on picture 1." in body
    assert f'action="/desk/compose/{post.pk}/"' in body
    number = post.pictures[0]["asset"]
    more = {f"alt-{number}": "Tape across a lane", f"ours-{number}": "on", "revision": str(post.revision)}
    again = free.form(**more)
    assert free.rosa.post(f"/desk/compose/{post.pk}/", again).status_code == 302
    post.refresh_from_db()
    assert post.status == "announced"


def test_words_are_kept_as_they_are_typed_and_have_an_address_from_then_on(pages: Pages) -> None:
    told = pages.rosa.post("/desk/compose/words/", pages.form("Mill")).json()
    post = Post.objects.get()
    assert (told["address"], told["revision"], post.text) == (f"/desk/compose/{post.pk}/", 1, "Mill")
    told = pages.rosa.post(told["words"], pages.form("Mill Lane", revision="1")).json()
    assert (told["revision"], Post.objects.get().text) == (2, "Mill Lane")


def test_somebody_who_keeps_late_is_told_and_sees_both(pages: Pages) -> None:
    post = pages.room.draft()
    pages.femi.post(f"/desk/compose/{post.pk}/", pages.form("Theirs.", do="save", revision="1"))
    answer = pages.rosa.post(f"/desk/compose/{post.pk}/words/", pages.form("Mine.", revision="1"))
    assert (answer.status_code, answer.json()["revision"]) == (409, 2)
    answer = pages.rosa.post(f"/desk/compose/{post.pk}/", pages.form("Mine.", do="save", revision="1"))
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs." in body
    assert "Mine." in body
    answer = pages.rosa.post(f"/desk/compose/{post.pk}/", pages.form("Mine.", do="save", revision="2"))
    assert (answer.status_code, Post.objects.get().text) == (302, "Mine.")


def test_each_network_is_previewed_with_its_own_count_and_text(pages: Pages) -> None:
    one, two = pages.desk.accounts
    sent = pages.form("x" * 310, accounts=[str(one.pk), str(two.pk)])
    body = pages.rosa.post("/desk/compose/look/", sent).content.decode()
    assert "310/300" in body
    assert "too long" in body
    body = pages.rosa.post("/desk/compose/look/", {**sent, "own-fake": "Short."}).content.decode()
    assert "6/300" in body
    assert Post.objects.count() == 0


def test_a_time_is_written_as_other_places_have_it(pages: Pages) -> None:
    more = {"say_at": "2026-06-14T19:30", "say_minutes": "60", "say_zones": ["America/New_York"]}
    body = pages.rosa.post("/desk/compose/look/", pages.form(**more)).content.decode()
    assert "19:30-20:30 BST, 14:30-15:30 EDT" in body


def test_a_post_outside_its_lane_is_told_whose_lane_it_is(pages: Pages) -> None:
    one, two = pages.desk.accounts
    Account.objects.filter(pk=one.pk).update(topics=["harbour"])
    Account.objects.filter(pk=two.pk).update(topics=["traffic"])
    body = pages.rosa.post("/desk/compose/look/", pages.form(topics="traffic")).content.decode()
    assert "does not speak about traffic" in body
    assert "<b>Port Ellery Police 2</b>" in body


def test_a_returned_post_says_why_and_shows_what_changed_since(pages: Pages) -> None:
    post = pages.room.submitted()
    answer = pages.femi.post(f"/desk/posts/{post.pk}/return/", {f"post-{post.pk}-note": ""})
    assert answer.status_code == 422
    pages.femi.post(f"/desk/posts/{post.pk}/return/", {f"post-{post.pk}-note": "Which end?"})
    assert "Which end?" in page(pages.rosa, f"/desk/compose/{post.pk}/")
    text = "Mill Lane is closed at its harbour end until about 14:00."
    pages.rosa.post(f"/desk/compose/{post.pk}/", pages.form(text))
    card = page(pages.femi, "/desk/approvals/")
    assert "<ins>" in card
    assert "<del>" in card


def test_the_writer_sees_no_button_to_approve(pages: Pages) -> None:
    post = pages.room.submitted()
    assert "Somebody else must approve it." in page(pages.rosa, f"/desk/posts/{post.pk}/")
    assert pages.rosa.post(f"/desk/posts/{post.pk}/approve/").status_code == 403


def test_a_recall_says_of_each_network_when_it_is_gone_and_offers_a_correction(free: Pages) -> None:
    post = free.room.sent(accounts=[account.pk for account in free.desk.accounts])
    answer = free.femi.post(f"/desk/posts/{post.pk}/recall/", {"recall-reason": ""})
    assert answer.status_code == 422
    free.femi.post(f"/desk/posts/{post.pk}/recall/", {"recall-reason": "Wrong lane."})
    free.desk.work_on(2)
    body = page(free.femi, f"/desk/posts/{post.pk}/")
    assert "Gone from 2 of 2" in body
    assert f"/desk/compose/?corrects={post.pk}" in body
    assert "Correction" in page(free.rosa, f"/desk/compose/?corrects={post.pk}")


def test_a_post_is_stopped_and_written_on(free: Pages) -> None:
    post = free.room.out()
    assert "Stop 1 that was not sent yet" in page(free.rosa, f"/desk/posts/{post.pk}/")
    free.rosa.post(f"/desk/posts/{post.pk}/stop/")
    assert TEXT in page(free.rosa, f"/desk/compose/{post.pk}/")


def test_the_calendar_shows_what_is_planned_and_moves_it(free: Pages) -> None:
    at = clock.now() + timedelta(hours=3)
    first = free.room.out(scheduled_at=at, zone="Europe/London")
    free.room.out("Another.", scheduled_at=at + timedelta(minutes=5), zone="Europe/London")
    for view in ("month", "week", "list"):
        body = page(free.rosa, f"/desk/calendar/?view={view}")
        assert TEXT in body
        assert "2 posts meet another" in body
    for number in range(5):
        free.room.out(f"Number {number}.", scheduled_at=at, zone="Europe/London")
    folded = ' more<span class="govuk-visually-hidden">, '
    assert folded in page(free.rosa, "/desk/calendar/")
    assert folded not in page(free.rosa, "/desk/calendar/?view=week")
    free.rosa.post(f"/desk/posts/{first.pk}/plan/", {"day": "2026-11-25"})
    first.refresh_from_db()
    assert first.scheduled_at is not None
    assert (first.scheduled_at.date().isoformat(), first.scheduled_at.time()) == ("2026-11-25", at.time())
    free.rosa.post(f"/desk/posts/{first.pk}/plan/", {"plan-scheduled_at": "2026-11-26T10:00"})
    first.refresh_from_db()
    assert f"{first.scheduled_at:%d %H:%M}" == "26 10:00"
    at_hand = {"plan-scheduled_at": "2026-11-27T10:00", "from": "calendar"}
    answer = free.rosa.post(f"/desk/posts/{first.pk}/plan/", at_hand)
    assert answer["Location"] == "/desk/calendar/?day=2026-11-27&said=post-moved"


def test_an_unconfirmed_post_stands_in_a_queue_with_two_buttons(free: Pages) -> None:
    post = free.room.sent()
    Delivery.objects.update(status="unconfirmed", remote_id="", remote_url="", sent_at=None)
    delivery = Delivery.objects.get()
    body = page(free.rosa, "/desk/unconfirmed/")
    assert "It is up" in body
    assert TEXT in body
    address = f"/desk/posts/{post.pk}/deliveries/{delivery.pk}/settle/"
    name = f"delivery-{delivery.pk}"
    assert free.rosa.post(address, {f"{name}-landed": "yes"}).status_code == 422
    sent = {f"{name}-landed": "yes", f"{name}-remote_url": "https://fake.example/f1", "from": "unconfirmed"}
    assert free.rosa.post(address, sent)["Location"] == "/desk/unconfirmed/?said=post-settled"
    assert "Nothing is unconfirmed" in page(free.rosa, "/desk/unconfirmed/")


def test_the_list_narrows_by_state_and_words(free: Pages) -> None:
    free.room.draft("A lost dog.")
    free.room.draft("A found bicycle.")
    body = page(free.rosa, "/desk/posts/?q=dog")
    assert ("A lost dog." in body, "A found bicycle." in body) == (True, False)
    assert "A lost dog." in page(free.rosa, "/desk/posts/?status=draft")
    assert "No post stands here now." in page(free.rosa, "/desk/posts/?status=withdrawn")


def test_the_accounts_of_the_last_post_are_ticked_in_the_next(free: Pages) -> None:
    free.room.draft(accounts=[free.desk.accounts[1].pk])
    number = free.desk.accounts[1].pk
    assert re.search(rf'value="{number}" checked', page(free.rosa, "/desk/compose/"))


def test_a_hundred_and_fifty_accounts_ask_no_oftener_than_two(
    free: Pages, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    first = free.desk.accounts[0]
    more = [
        Account(
            agency_id=first.agency_id,
            channel="fake",
            handle=f"unit-{number}",
            label=f"Unit {number}",
            server_url=first.server_url,
            registered_at=first.registered_at,
            mode="free",
        )
        for number in range(148)
    ]
    Account.objects.bulk_create(more)
    everyone = [str(number) for number in Account.objects.values_list("pk", flat=True)]
    with django_assert_max_num_queries(MOST):
        body = free.rosa.get("/desk/compose/").content
    assert body.count(b'name="accounts"') == 150
    assert len(gzip.compress(body)) < 20_000
    with django_assert_max_num_queries(MOST):
        body = free.rosa.post("/desk/compose/look/", free.form(accounts=everyone)).content
    assert b"Publish to 150 accounts" in body
    free.rosa.post("/desk/compose/", free.form(accounts=everyone))
    assert Delivery.objects.count() == 150
    with django_assert_max_num_queries(MOST):
        page(free.rosa, f"/desk/posts/{Post.objects.get().pk}/")
