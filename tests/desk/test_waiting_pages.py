"""Approvals and what is held back: paged, asked for in few questions, and shown as it will be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.channels import tasks as channel_tasks
from hueandcry.channels.models import Account
from hueandcry.desk import held as held_page
from hueandcry.desk.views import approvals
from hueandcry.kernel import clock
from hueandcry.posts import tasks
from hueandcry.posts.approval_actions import submit_post
from hueandcry.posts.models import Delivery, DeliveryEdit
from hueandcry.posts.standing_actions import edit_post
from hueandcry.posts.writing_actions import draft_post
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.fakes import CHANNEL, RichChannel
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


class Pages:
    """A writer, and an approver in a browser."""

    def __init__(self, desk: Desk) -> None:  # noqa: F811
        self.desk = desk
        self.room = Newsroom.of(desk)
        person = make_person(desk.agency, Role.APPROVER, name="Ines Marchetti")
        self.femi = at_desk(person)
        self.room.approver = actor_for(person_id=person.pk, agency_id=desk.agency.pk)

    def asks(self, path: str) -> tuple[int, str]:
        """How many questions the page takes, and the page."""
        with CaptureQueriesContext(connection) as asked:
            answer = self.femi.get(path)
        assert answer.status_code == 200
        return len(asked), answer.content.decode()


@pytest.fixture
def pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Pages:  # noqa: F811
    monkeypatch.setattr(CHANNEL, "__class__", RichChannel)
    return Pages(desk)


def change_of(pages: Pages, words: str, **more: Any) -> None:
    post = pages.room.sent(f"As it stood before {words}", **more)
    edit_post(post_id=post.pk, content=pages.room.content(words, **more), by=pages.room.writer)


def test_twelve_cards_take_no_more_questions_than_two(pages: Pages) -> None:
    shown = pages.room.sent("Stands already")
    pages.room.submitted("One", link="https://www.port.org/one")
    change_of(pages, "Another")
    pages.asks("/desk/approvals/")  # what is asked once in a process
    few, _page = pages.asks("/desk/approvals/")
    for number in range(5):
        if number % 2:
            pages.room.submitted(f"Post {number}", link=f"https://www.port.org/{number}")
        else:
            content = pages.room.content("")
            again = draft_post(content=content, by=pages.room.writer, repost_of=shown.pk)
            submit_post(post_id=again.pk, by=pages.room.writer)
        change_of(pages, f"Change {number}")
    pages.asks("/desk/approvals/")  # time went by: that they are still there is noted once
    many, page = pages.asks("/desk/approvals/")
    assert page.count("hc-stick--decide") == 12
    assert many <= few


def test_approvals_are_paged(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approvals, "PAGE", 2)
    for number in range(3):
        pages.room.submitted(f"Post {number}")
    _asked, first = pages.asks("/desk/approvals/")
    _asked, second = pages.asks("/desk/approvals/?page=2")
    assert (first.count("hc-stick--decide"), second.count("hc-stick--decide")) == (2, 1)
    assert "1 to 2 of 3" in first


def test_whoever_approves_a_change_is_shown_what_the_check_says_of_the_new_words(pages: Pages) -> None:
    words = "The murderer Sam Doe was arrested in Mill Lane."
    post = pages.room.sent()
    content = pages.room.content(words)
    edit_post(post_id=post.pk, content=content, by=pages.room.writer, reason="Quoted from the court")
    cards = pages.femi.get("/desk/approvals/").context["cards"]
    shown = [text for preview in cards[0]["previews"] for text in preview.texts]
    assert shown == [words]
    assert any("murderer" in str(item["it"].found) for item in cards[0]["findings"])


def held_back(pages: Pages, number: int) -> None:
    """So many posts held for long, and one change."""
    for count in range(number):
        pages.room.out(f"Held {count}")
    moment = (clock.now() - timedelta(hours=30)).isoformat()
    Delivery.objects.filter(status="queued").update(status="held", due_at=None, evidence={"held_at": moment})


def test_what_is_held_is_paged_and_each_page_reads_only_its_own(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_page, "PAGE", 3)
    post = pages.room.sent("This one is up")
    held_back(pages, 4)
    row = Delivery.objects.get(post=post)
    edit = DeliveryEdit.objects.create(
        agency_id=row.agency_id,
        delivery=row,
        request={**row.frozen_request, "text": "Its new words"},
        status="held",
        asked_at=clock.now(),
        asked_by=pages.room.writer.ref,
        evidence={"held_at": (clock.now() - timedelta(hours=30)).isoformat()},
    )
    one, first = pages.asks("/desk/rules/held/")
    _two, second = pages.asks("/desk/rules/held/?page=2")
    assert [first.count(f"Held {n}") for n in range(4)] == [1, 1, 1, 0]
    assert "Held 3" in second
    assert "Its new words" in second
    assert "1 to 3 of 5" in first
    answer = pages.femi.post(f"/desk/rules/held/changes/{edit.pk}/make/")
    assert answer.status_code == 302
    tasks.edit_due()
    assert "Its new words" in CHANNEL.texts()
    held_back(pages, 6)
    assert pages.asks("/desk/rules/held/")[0] <= one


def test_a_held_change_is_dropped_at_the_desk(pages: Pages) -> None:
    change_of(pages, "Never mind")
    row = Delivery.objects.get()
    edit = DeliveryEdit.objects.create(
        agency_id=row.agency_id,
        delivery=row,
        request=row.frozen_request,
        status="held",
        asked_at=clock.now(),
        asked_by=pages.room.writer.ref,
        evidence={"held_at": clock.now().isoformat()},
    )
    assert pages.femi.post(f"/desk/rules/held/changes/{edit.pk}/drop/").status_code == 302
    edit.refresh_from_db()
    assert edit.status == "dropped"


def test_the_page_of_an_account_says_whose_sign_in_it_is_and_takes_that_it_moved(pages: Pages) -> None:
    admin = at_desk(make_person(pages.desk.agency, Role.ADMINISTRATOR, name="Petra Solway"))
    number = pages.desk.accounts[0].pk
    for opens in (("fake:1", "ellery-1"), ("fake:2", "other")):
        CHANNEL.opens = opens
        Account.objects.update(due_at=clock.now())
        channel_tasks.check_accounts_due()
    page = admin.get(f"/desk/accounts/{number}/?tab=connection").content.decode()
    assert "This sign-in opens @other, not @ellery-1." in page
    assert "It moved: @other is ours" in page
    Account.objects.filter(pk=pages.desk.accounts[1].pk).update(external_id="fake:9")
    answer = admin.post(f"/desk/accounts/{number}/moved/", {"opens": "fake:2"})
    assert answer["Location"].startswith(f"/desk/accounts/{number}/?said=account-moved")
    assert Account.objects.get(pk=number).external_id == "fake:2"
    assert "It moved" not in admin.get(f"/desk/accounts/{number}/?tab=connection").content.decode()
