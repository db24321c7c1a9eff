"""Somebody leaves: accounts, drafts, planned posts and requests go to the next person in one step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.agencies.actions import end_membership
from hueandcry.agencies.roles import Role
from hueandcry.channels import register_actions
from hueandcry.channels.models import Account, Holder
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, NotAllowed, NotFound
from hueandcry.posts import tasks
from hueandcry.posts.approval_actions import approve_post, publish_post, submit_post
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.writing_actions import draft_post
from hueandcry.records.models import Entry
from hueandcry.requests import queries
from hueandcry.requests.passing_actions import pass_on_everything
from hueandcry.requests.work_actions import take_request
from tests.factories import make_actor, make_agency
from tests.factories_library import ask
from tests.factories_rules import number_of
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture
def room(desk: Desk) -> Newsroom:  # noqa: F811
    return Newsroom.of(desk, mode="free")


@pytest.fixture
def successor(room: Newsroom) -> Actor:
    return make_actor(room.desk.agency, Role.AUTHOR, name="Ines Moreau")


def passed(room: Newsroom, successor: Actor) -> tuple[int, int, int]:
    """All of the writer's goes to the next, and the writer leaves."""
    given = {
        "from_id": number_of(room.writer),
        "to_id": number_of(successor),
        "note": "Ring the ferry company.",
    }
    found = pass_on_everything(**given, by=room.desk.admin)  # type: ignore[arg-type]
    end_membership(person_id=number_of(room.writer), by=room.desk.admin)
    return found


def planned(room: Newsroom, **more: object) -> Post:
    content = room.content("Tomorrow.", scheduled_at=clock.now() + timedelta(hours=20), **more)
    return draft_post(content=content, by=room.writer)


def test_a_planned_post_goes_out_though_its_author_left(room: Newsroom, successor: Actor) -> None:
    number = room.desk.accounts[0].pk
    register_actions.add_holder(account_id=number, person_id=number_of(room.writer), by=room.desk.admin)
    post = publish_post(post_id=planned(room).pk, by=room.writer)
    draft = room.draft("Not ready.")
    row = ask(make_actor(room.desk.agency, Role.COLLEAGUE))
    take_request(request_id=row.pk, by=room.writer)
    assert [person.name for person in queries.leavers(actor=room.desk.admin)] == ["Rosa Lindqvist"]
    assert passed(room, successor) == (1, 2, 1)
    assert Holder.objects.get(ended_at=None).person_id == number_of(successor)
    for each in (post, draft, row):
        each.refresh_from_db()
    assert (post.submitted_by, draft.author_ref, row.taken_by) == (successor.ref,) * 3
    assert room.writer.ref in draft.writers
    assert Entry.objects.filter(verb__in=["post.pass-on", "request.pass-on"]).count() == 3
    room.desk.clock.pass_(timedelta(hours=21))
    release(room)
    assert Delivery.objects.get(post=post).status == "sent"


def release(room: Newsroom) -> None:
    tasks.release_due()
    room.desk.clock.pass_(timedelta(seconds=11))
    room.desk.work()


def test_a_submitted_post_is_still_approved_by_somebody_else(room: Newsroom) -> None:
    Account.objects.update(mode="two_person")
    second = make_actor(room.desk.agency, Role.APPROVER, name="Ife Okafor")
    approved = planned(room)
    submit_post(post_id=approved.pk, by=room.writer)
    approve_post(post_id=approved.pk, by=second)
    waiting = room.submitted()
    assert passed(room, second)[1] == 2
    approved.refresh_from_db()
    assert (approved.status, approved.approved_by) == ("draft", "")
    assert "Hand it in" in approved.return_note
    with pytest.raises(NotAllowed):
        approve_post(post_id=waiting.pk, by=second)
    approve_post(post_id=waiting.pk, by=room.approver)


def test_requests_go_back_to_all_where_the_next_one_does_not_work_on_them(room: Newsroom) -> None:
    row = ask(make_actor(room.desk.agency, Role.COLLEAGUE))
    own = ask(room.writer)
    take_request(request_id=row.pk, by=room.writer)
    keeper = make_actor(room.desk.agency, Role.COLLEAGUE, name="Dirk Halloran")
    assert passed(room, keeper) == (0, 0, 2)
    row.refresh_from_db()
    own.refresh_from_db()
    assert (row.status, row.taken_by, own.sender_ref) == ("waiting", "", keeper.ref)


def test_nothing_to_pass_on_and_nobody_elses(room: Newsroom, successor: Actor) -> None:
    with pytest.raises(Conflict, match="no account"):
        passed(room, successor)
    room.draft()
    given = {"from_id": number_of(room.writer), "to_id": number_of(successor), "note": "Note"}
    with pytest.raises(NotAllowed):
        pass_on_everything(**given, by=room.approver)  # type: ignore[arg-type]
    stranger = make_actor(make_agency(), Role.ADMINISTRATOR)
    with pytest.raises(NotFound):
        pass_on_everything(**given, by=stranger)  # type: ignore[arg-type]
