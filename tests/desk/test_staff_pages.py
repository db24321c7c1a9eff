"""The staff feed, notes for colleagues and staff notices at the desk: what each person sees and presses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.channels.models import Account
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.posts.models import Post, StaffFirst
from hueandcry.staff import queries, speaking
from hueandcry.staff.models import Notice, NoticeAddress, StaffNote
from tests.desk_client import at_desk
from tests.factories import make_agency, make_person
from tests.factories_rules import brake
from tests.factories_staff import make_address, make_note
from tests.posts.helpers import Newsroom

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]
NOTE = {"kind": "award", "title": "Cst. Okafor is commended", "text": "On Friday.", "named": ""}


class House:
    """A colleague, an author, an approver and an administrator."""

    def __init__(self) -> None:
        self.agency: Agency = make_agency()
        roles = {
            "colleague": Role.COLLEAGUE,
            "author": Role.AUTHOR,
            "approver": Role.APPROVER,
            "admin": Role.ADMINISTRATOR,
        }
        self.people: dict[str, Person] = {
            name: make_person(self.agency, role, name=f"Pat {name.title()}") for name, role in roles.items()
        }

    def at(self, name: str) -> Client:
        return at_desk(self.people[name])

    def actor(self, name: str) -> Actor:
        return actor_for(person_id=self.people[name].pk, agency_id=self.agency.pk)

    def until(self, days: int = 7) -> str:
        return (queries.today(self.agency.pk) + timedelta(days=days)).isoformat()


@pytest.fixture
def house() -> House:
    return House()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_colleague_reads_posts_and_what_to_say_and_can_open_nothing_else(house: House) -> None:
    post = Newsroom.written_by(house.agency, account_ids=[_account(house)])
    Post.objects.filter(pk=post.pk).update(if_asked="Say two o'clock.")
    make_note(house.actor("author"))
    page = text(house.at("colleague").get("/desk/staff/"))
    assert "Mill Lane is closed both ways" in page
    assert "Say two o&#x27;clock." in page
    assert "Sgt Imogen Castellane retires" in page
    assert "Going out now" in page or "Goes out" in page
    later = clock.now() + timedelta(hours=1)
    Post.objects.filter(pk=post.pk).update(status="approved", scheduled_at=later)
    brake(house.actor("approver"))
    held = text(house.at("colleague").get("/desk/staff/"))
    assert "Held back" in held
    assert "Goes out" not in held
    for hidden in ("/desk/posts/", "/desk/staff/new/", "/desk/staff/notices/", "Take it off the feed"):
        assert hidden not in page
    assert "/desk/posts/" in text(house.at("author").get("/desk/staff/"))


def test_what_to_say_about_a_post_that_is_out_is_changed_from_the_feed_and_nothing_typed_is_lost(
    house: House,
) -> None:
    post = Post.objects.create(
        agency=house.agency, kind="news", text="Mill Lane is closed.", status="announced", subject="post:1",
        created_at=clock.now(), staff_at=clock.now(), if_asked="Say two.",
    )  # fmt: skip
    author, place = house.at("author"), f"/desk/staff/posts/{post.pk}/if-asked/"
    assert place in text(author.get("/desk/staff/"))
    assert place not in text(house.at("colleague").get("/desk/staff/"))
    assert house.at("colleague").get(place).status_code == 403
    answer = author.post(place, {"text": "Say three.", "seen": "Say noon."})
    assert answer.status_code == 422
    assert "Say three." in text(answer)
    assert 'name="seen" value="Say two."' in text(answer)
    author.post(place, {"text": "Say three.", "seen": "Say two."})
    assert "Say three." in text(house.at("colleague").get("/desk/staff/"))


def test_a_note_is_written_shown_and_taken_off_with_a_way_back(house: House) -> None:
    author = house.at("author")
    sent = author.post("/desk/staff/new/", {**NOTE, "until": house.until()}, follow=True)
    assert "Only colleagues see it" in text(sent)
    note = StaffNote.objects.get()
    gone = author.post(f"/desk/staff/notes/{note.pk}/recall/", follow=True)
    assert "Cst. Okafor is commended" not in text(gone)
    assert f"/desk/staff/notes/{note.pk}/restore/" in text(gone)
    back = author.post(f"/desk/staff/notes/{note.pk}/restore/", follow=True)
    assert "Cst. Okafor is commended" in text(back)


def test_a_note_about_somebodys_health_without_consent_is_refused_and_nothing_typed_is_lost(
    house: House,
) -> None:
    typed = {**NOTE, "kind": "health", "named": "Ola Okafor", "until": house.until()}
    answer = house.at("approver").post("/desk/staff/new/", typed)
    assert answer.status_code == 422
    assert "Ask them first." in text(answer)
    assert "Cst. Okafor is commended" in text(answer)
    assert not StaffNote.objects.exists()


def test_compose_keeps_what_to_say_and_the_head_start_and_shows_them_to_whoever_approves(
    house: House,
) -> None:
    author = house.at("author")
    given = {
        "kind": "news",
        "audience": "public",
        "text": "Mill Lane is closed.",
        "urgency": "2",
        "accounts": str(_account(house)),
        "if_asked": "Say two o'clock.",
        "staff_minutes": "10",
        "do": "go",
    }
    answer = author.post("/desk/compose/", given, follow=True)
    post = Post.objects.get()
    assert (post.status, post.if_asked, post.staff_minutes) == ("submitted", "Say two o'clock.", 10)
    assert "Say two o&#x27;clock." in text(answer)
    assert "Say two o&#x27;clock." in text(house.at("approver").get("/desk/approvals/"))
    assert 'value="10" selected' in text(author.get(f"/desk/compose/{post.pk}/"))
    assert "Mill Lane" not in text(house.at("colleague").get("/desk/staff/"))


def test_whoever_lets_a_post_go_reads_that_colleagues_are_first_and_when_the_public_follows(
    house: House,
) -> None:
    number = _account(house)
    Account.objects.filter(pk=number).update(mode="free")
    given = {"kind": "news", "audience": "public", "text": "Mill Lane is closed.", "urgency": "2", "do": "go"}
    answer = house.at("author").post(
        "/desk/compose/", {**given, "accounts": str(number), "staff_minutes": "10"}, follow=True
    )
    assert "Colleagues read it now." in text(answer)
    assert "colleagues read it first; it goes out" in text(answer)
    assert "within seconds" not in text(answer)


def test_an_address_is_added_tried_changed_and_stopped_and_never_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "service_of", lambda _url: "Slack")
    admin = house.at("admin")
    given = {
        "label": "Press team",
        "url": "slack://secret-token",
        "kinds": ["feed", "brake"],
        "quiet_from": "22:00",
    }
    refused = admin.post("/desk/staff/notices/new/", given)
    assert refused.status_code == 422
    assert "Quiet hours need a beginning" in text(refused)
    page = text(admin.post("/desk/staff/notices/new/", {**given, "quiet_to": "06:00"}, follow=True))
    row = NoticeAddress.objects.get()
    assert "secret-token" not in page
    admin.post(f"/desk/staff/notices/{row.pk}/try/")
    assert Notice.objects.get().kind == "test"
    changed = {"label": "Desk on Slack", "kinds": ["feed"]}
    page = text(admin.post(f"/desk/staff/notices/{row.pk}/", changed, follow=True))
    assert "Desk on Slack" in page
    page = text(admin.post(f"/desk/staff/notices/{row.pk}/stop/", follow=True))
    assert "A week after it was stopped" in page
    admin.post(f"/desk/staff/notices/{row.pk}/resume/")
    row.refresh_from_db()
    assert (row.kinds, row.quiet_from, row.stopped_at) == (["feed"], None, None)


def test_the_page_of_notices_shows_failures_and_sets_how_much_earlier_colleagues_are(house: House) -> None:
    row = make_address(house.agency.pk)
    Notice.objects.create(
        agency=house.agency,
        address=row,
        kind="feed",
        about="post:1@1",
        status="failed",
        made_at=row.since,
        done_at=row.since,
        last_error="The service could not be reached, five times.",
    )
    admin = house.at("admin")
    assert text(admin.get("/desk/staff/notices/")).count("could not be reached, five times") == 3
    assert "staff notice did not certainly arrive" in text(admin.get("/desk/"))
    first, second = Notice.objects.get(), Notice.objects.get()
    second.pk, second.about = None, "post:2@1"
    second.save()
    assert f'name="shown" value="{second.pk} {first.pk}"' in text(admin.get("/desk/staff/notices/"))
    for odd in ("", "x", "9" * 5000, str(second.pk)):
        admin.post("/desk/staff/notices/seen/", {"shown": odd})
        assert "did not certainly arrive" in text(admin.get("/desk/")), odd
    admin.post("/desk/staff/notices/seen/", {"shown": f"{second.pk} {first.pk}"})
    assert "did not certainly arrive" not in text(admin.get("/desk/"))
    admin.post("/desk/staff/first/", {"minutes": "10"})
    assert StaffFirst.objects.get().minutes == 10
    assert 'value="10" selected' in text(admin.get("/desk/staff/notices/"))
    assert admin.post("/desk/staff/first/", {"minutes": "9999"}).status_code == 422


def _account(house: House) -> int:
    from tests.guard.others import _account as connect  # noqa: PLC0415 - one way to connect an account

    return int(str(connect(house.agency)["account_id"]))
