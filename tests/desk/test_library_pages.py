"""The pages of requests and of answers: what each person sees, presses and reads."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.answers.models import Answer, AnswerUse, AnswerVersion
from hueandcry.answers.queries import today
from hueandcry.channels.models import Account, Watch
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.posts.actions import settle_unconfirmed
from hueandcry.posts.approval_actions import return_post, submit_post
from hueandcry.posts.content import Content
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.writing_actions import draft_post
from hueandcry.requests.models import UnitRequest
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person
from tests.factories_library import CONVERSATIONAL, FORMAL, QUESTION, approved_answer, ask, waiting_answer
from tests.posts.helpers import jpeg

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]
FORM = {
    "title": "Dog training on Lido Meadow",
    "text": "There will be barking.",
    "reach": "People who live near the lido",
    "contact": "Dirk Halloran, 555 0141",
    "cleared_by": "Insp. Marta Quill",
}


class Pages:
    """A colleague without the right to post, an author and an approver, each in a browser of their own."""

    def __init__(self) -> None:
        self.agency: Agency = make_agency()
        self.people: dict[str, Person] = {
            "dirk": make_person(self.agency, Role.COLLEAGUE, name="Dirk Halloran"),
            "rosa": make_person(self.agency, Role.AUTHOR, name="Rosa Lindqvist"),
            "femi": make_person(self.agency, Role.APPROVER, name="Femi Adeyemi"),
        }

    def at(self, key: str) -> Client:
        return at_desk(self.people[key])

    def actor(self, key: str) -> Actor:
        return actor_for(person_id=self.people[key].pk, agency_id=self.agency.pk)


@pytest.fixture
def pages() -> Pages:
    return Pages()


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return re.sub(r"\s+", " ", answer.content.decode())


def sent(client: Client, path: str, form: dict[str, Any] | None = None, status: int = 302) -> str:
    """Send a form; the place it leads to, or the page with what is wrong."""
    answer = client.post(path, form or {})
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer["Location"] if status == 302 else re.sub(r"\s+", " ", answer.content.decode())


def next_month(pages: Pages) -> str:
    """A last day that is not over at whatever hour the test runs."""
    return (today(pages.agency.pk) + timedelta(days=30)).isoformat()


def test_a_colleague_sends_a_request_and_follows_it_to_the_post(pages: Pages) -> None:
    dirk, rosa = pages.at("dirk"), pages.at("rosa")
    assert "You have sent no request." in page(dirk, "/desk/requests/")
    sent(dirk, "/desk/requests/new/", FORM)
    row = UnitRequest.objects.get()
    home = f"/desk/requests/{row.pk}/"
    assert "request of a unit waits for you" in page(rosa, "/desk/")
    sent(rosa, f"{home}ask/", {"ask-text": "From when until when?"})
    assert "request of yours needs an answer from you" in page(dirk, "/desk/")
    assert "From when until when?" in page(dirk, home)
    sent(dirk, f"{home}say/", {"more-text": "Ten to twelve."})
    assert sent(rosa, f"{home}draft/").startswith("/desk/compose/")
    post = Post.objects.get()
    assert "There will be barking." in page(rosa, f"/desk/compose/{post.pk}/")
    assert "Dog training on Lido Meadow" in page(rosa, f"/desk/posts/{post.pk}/")
    assert f'href="{home}"' in page(rosa, f"/desk/posts/{post.pk}/")
    shown = page(dirk, home)
    assert "The desk writes the post." in shown
    assert f"/desk/posts/{post.pk}/" not in shown  # that page is not theirs to see


def test_what_was_typed_stays_when_something_is_missing(pages: Pages) -> None:
    shown = sent(pages.at("dirk"), "/desk/requests/new/", {**FORM, "contact": ""}, 422)
    assert "There will be barking." in shown
    assert "Missing: Whom the desk can ask" in shown
    assert not UnitRequest.objects.exists()


@pytest.mark.slow
def test_a_picture_comes_with_its_words_and_one_that_is_none_is_refused(pages: Pages) -> None:
    dirk = pages.at("dirk")
    photo = SimpleUploadedFile("lido.jpg", jpeg(), content_type="image/jpeg")
    sent(dirk, "/desk/requests/new/", {**FORM, "pictures": [photo], "alts": "A dog in the air"})
    row = UnitRequest.objects.get()
    found = re.search(rf"/desk/requests/{row.pk}/media/[^\"]+", page(dirk, f"/desk/requests/{row.pk}/"))
    assert found is not None
    assert dirk.get(found[0])["Content-Type"] == "image/jpeg"
    assert dirk.get(found[0] + "x").status_code == 404
    text = SimpleUploadedFile("lido.jpg", b"no picture", content_type="image/jpeg")
    sent(dirk, "/desk/requests/new/", {**FORM, "pictures": [text]}, 422)
    assert UnitRequest.objects.count() == 1


def test_declining_asks_for_a_reason_and_can_be_undone(pages: Pages) -> None:
    row = ask(pages.actor("dirk"))
    rosa, home = pages.at("rosa"), f"/desk/requests/{row.pk}/"
    sent(rosa, f"{home}decline/", {"decline-reason": ""}, 422)
    sent(rosa, f"{home}decline/", {"decline-reason": "Two cans of paint."})
    assert "Two cans of paint." in page(pages.at("dirk"), home)
    assert f'action="{home}reopen/"' in page(rosa, f"{home}?said=request-declined")
    sent(rosa, f"{home}reopen/")
    row.refresh_from_db()
    assert row.status == "taken"


def test_a_colleague_sees_no_post_no_account_and_no_answer(pages: Pages) -> None:
    dirk = pages.at("dirk")
    for path in ("/desk/posts/", "/desk/accounts/", "/desk/answers/", "/desk/compose/", "/desk/appeals/"):
        page(dirk, path, 403)
    shown = page(dirk, "/desk/")
    assert "/desk/requests/" in shown
    assert "/desk/answers/" not in shown


@pytest.mark.parametrize("show", ["", "drafted", "ended", "sent", "nonsense"])
def test_every_view_of_the_requests_opens(pages: Pages, show: str) -> None:
    row = ask(pages.actor("dirk"))
    found = row.title in page(pages.at("rosa"), f"/desk/requests/?show={show}")
    assert found is (show in {"", "nonsense"})


def test_an_answer_is_written_approved_by_another_and_put_into_a_post(pages: Pages) -> None:
    rosa, femi = pages.at("rosa"), pages.at("femi")
    form = {
        "question": QUESTION,
        "topic": "lost property",
        "language": "en",
        "formal": FORMAL,
        "conversational": CONVERSATIONAL,
        "valid_until": next_month(pages),
        "owner": pages.actor("rosa").ref,
    }
    sent(rosa, "/desk/answers/new/", form)
    answer = Answer.objects.get()
    home = f"/desk/answers/{answer.pk}/"
    assert "answer waits for your approval" in page(femi, "/desk/")
    assert f'action="{home}approve/"' not in page(rosa, home)
    assert f'action="{home}approve/"' in page(femi, home)
    sent(femi, f"{home}approve/", {"number": "1"})
    assert CONVERSATIONAL in page(rosa, "/desk/answers/find/?q=lost")
    told = rosa.post(f"{home}use/", {"register": "formal"}, headers={"Accept": "application/json"})
    assert told.json() == {"text": FORMAL}
    begun = sent(rosa, f"{home}use/", {"register": "conversational"})
    assert CONVERSATIONAL in page(rosa, begun)
    assert AnswerUse.objects.count() == 2
    page(femi, begun, 404)  # a use is one's own
    assert "used 2 times" in page(femi, "/desk/answers/")


def test_a_lapsed_answer_is_refused_with_a_sentence_also_where_it_was_still_shown(pages: Pages) -> None:
    answer = approved_answer(pages.actor("rosa"), pages.actor("femi"))
    AnswerVersion.objects.update(valid_until="2020-01-31")
    rosa = pages.at("rosa")
    told = rosa.post(
        f"/desk/answers/{answer.pk}/use/", {"register": "formal"}, headers={"Accept": "application/json"}
    )
    assert (told.status_code, "lapsed" in told.json()["sentence"]) == (409, True)
    assert QUESTION not in page(rosa, "/desk/answers/find/?q=lost")
    assert QUESTION in page(rosa, "/desk/answers/?show=review")
    assert "answer of yours lapses or has lapsed" in page(rosa, "/desk/")
    assert "use/" not in page(rosa, f"/desk/answers/{answer.pk}/")


def test_a_wording_is_returned_with_a_note_and_written_again(pages: Pages) -> None:
    answer = waiting_answer(pages.actor("rosa"))
    rosa, femi, home = pages.at("rosa"), pages.at("femi"), f"/desk/answers/{answer.pk}/"
    sent(femi, f"{home}return/", {"number": "1", "return-note": ""}, 422)
    sent(femi, f"{home}return/", {"number": "1", "return-note": "Say how long."})
    assert "Say how long." in page(rosa, home)
    assert FORMAL in page(rosa, f"{home}write/")
    until = next_month(pages)
    sent(rosa, f"{home}write/", {"formal": "28 days.", "conversational": "A month.", "valid_until": until})
    sent(femi, f"{home}approve/", {"number": "1"}, 409)
    sent(femi, f"{home}approve/", {"number": "2"})
    assert "28 days." in page(rosa, home)


def test_an_answer_changes_its_owner_and_is_retired_with_a_way_back(pages: Pages) -> None:
    answer = approved_answer(pages.actor("rosa"), pages.actor("femi"))
    rosa, home = pages.at("rosa"), f"/desk/answers/{answer.pk}/"
    sent(rosa, f"{home}change/", {"place-topic": "", "place-owner": "person:0"}, 422)
    sent(rosa, f"{home}change/", {"place-topic": "praise", "place-owner": pages.actor("femi").ref})
    assert "Femi Adeyemi" in page(rosa, "/desk/answers/")
    sent(pages.at("femi"), f"{home}retire/")
    assert QUESTION not in page(rosa, "/desk/answers/")
    assert QUESTION in page(rosa, "/desk/answers/?show=retired")
    page(rosa, home)
    sent(pages.at("femi"), f"{home}restore/")
    assert QUESTION in page(rosa, "/desk/answers/?q=lost")
    assert "No answer fits" in page(rosa, "/desk/answers/?q=zeppelin")


def test_the_round_leads_to_posts_to_what_came_back_and_to_looks_that_are_due(pages: Pages) -> None:
    rosa, femi = pages.actor("rosa"), pages.actor("femi")
    account = Account.objects.create(
        agency=pages.agency, channel="webhook", handle="ellery", label="Newsroom", registered_at=clock.now()
    )
    texts = ("Waits", "Came back", "Lost")
    waits, back, lost = (
        draft_post(content=Content(text=text, account_ids=(account.pk,)), by=rosa) for text in texts
    )
    for post in (waits, back):
        submit_post(post_id=post.pk, by=rosa)
    return_post(post_id=back.pk, note="Say where.", by=femi)
    Post.objects.filter(pk=lost.pk).update(status="announced", kind="news")
    row = Delivery.objects.create(
        agency=pages.agency, post=lost, account=account, key="lost", status="unconfirmed"
    )
    Watch.objects.create(agency=pages.agency, account=account, every_days=7, next_on=date(2020, 1, 1))
    shown = {who: begun_round(pages.at(who)) for who in ("rosa", "femi")}
    assert [text in shown["femi"] for text in (*texts, "Newsroom")] == [True, False, True, True]
    assert [text in shown["rosa"] for text in texts] == [False, True, True]
    settle_unconfirmed(delivery_id=row.pk, landed=True, remote_url="https://fake.example/1", by=rosa)
    femi_there = pages.at("femi")
    femi_there.post("/desk/round/start/")
    assert "Nobody knows" not in page(femi_there, "/desk/round/")


def begun_round(client: Client) -> str:
    client.post("/desk/round/start/")
    return page(client, "/desk/round/")


def test_an_answer_is_shown_to_everybody_and_taken_off(pages: Pages) -> None:
    answer = approved_answer(pages.actor("rosa"), pages.actor("femi"))
    rosa, femi, home = pages.at("rosa"), pages.at("femi"), f"/desk/answers/{answer.pk}/"
    assert "Show it on the public site" not in page(rosa, home)
    sent(rosa, f"{home}show/", {"register": "formal"}, 403)
    sent(femi, f"{home}show/", {"register": "formal"})
    assert "Everybody reads this wording" in page(femi, home)
    assert "/answers/how-do-i-report-something-that-i-lost/" in page(rosa, home)
    sent(rosa, f"{home}hide/")
    assert "taken off" in page(femi, home)


def test_the_round_leads_to_requests_and_answers_and_passes_over_what_was_settled(pages: Pages) -> None:
    row = ask(pages.actor("dirk"))
    waiting_answer(pages.actor("rosa"))
    femi = pages.at("femi")
    femi.post("/desk/round/start/")
    shown = page(femi, "/desk/round/")
    assert row.title in shown
    assert QUESTION in shown
    femi.post(f"/desk/requests/{row.pk}/take/")
    femi.post("/desk/round/next/")
    assert QUESTION in page(femi, "/desk/round/")
    femi.post("/desk/round/next/")
    assert "1 thing seen to, 1 left for later" in page(femi, "/desk/round/")
