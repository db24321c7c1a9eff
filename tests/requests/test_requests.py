"""The request box: sent by a unit, taken, asked back about, made into a post, declined; seen by whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.agencies.unit_actions import add_unit, close_unit
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.posts.approval_actions import AuthorCannotApprove, approve_post, submit_post
from hueandcry.posts.models import Post
from hueandcry.posts.writing_actions import discard_post, restore_post, save_post
from hueandcry.records.models import Entry
from hueandcry.requests import queries
from hueandcry.requests.actions import say_more, send_again, withdraw_request
from hueandcry.requests.models import UnitRequest
from hueandcry.requests.work_actions import (
    ask_back,
    decline_request,
    draft_from_request,
    give_back_request,
    reopen_request,
    take_request,
)
from tests.factories import make_actor, make_agency
from tests.factories_library import TEXT, TITLE, ask
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import Newsroom, jpeg

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


class Force:
    """An agency with a colleague who has no right to post, and two people at the desk."""

    def __init__(self) -> None:
        self.agency: Agency = make_agency()
        self.colleague: Actor = make_actor(self.agency, Role.COLLEAGUE, name="Dirk Halloran")
        self.officer: Actor = make_actor(self.agency, Role.AUTHOR, name="Rosa Lindqvist")
        self.other: Actor = make_actor(self.agency, Role.APPROVER, name="Femi Adeyemi")

    def standing(self, row: UnitRequest) -> str:
        found = queries.get_request(actor=self.colleague, request_id=row.pk)
        return queries.standings([found])[found.pk].sentence


@pytest.fixture
def force() -> Force:
    return Force()


def verbs(row: UnitRequest) -> list[str]:
    found = Entry.objects.filter(subject=f"request:{row.pk}").order_by("id")
    return [verb.removeprefix("request.") for verb in found.values_list("verb", flat=True)]


def test_somebody_without_the_right_to_post_sends_a_request_and_sees_what_becomes_of_it(force: Force) -> None:
    row = ask(force.colleague)
    assert force.standing(row) == "The desk has it. Nobody has taken it yet."
    take_request(request_id=row.pk, by=force.officer)
    assert force.standing(row) == "Somebody at the desk works on it."
    ask_back(request_id=row.pk, text="Which entrance?", by=force.officer)
    assert [item.pk for item in queries.waiting(actor=force.colleague)] == [row.pk]
    say_more(request_id=row.pk, text="The one to the river.", by=force.colleague)
    assert [item.pk for item in queries.waiting(actor=force.officer)] == [row.pk]
    assert queries.waiting(actor=force.other) == []
    draft_from_request(request_id=row.pk, by=force.officer)
    assert force.standing(row) == "The desk writes the post."
    assert verbs(row) == ["send", "take", "ask", "say-more", "draft"]


def test_whoever_only_asks_reads_nobody_elses_request_and_does_nothing_of_the_desks(force: Force) -> None:
    theirs = ask(force.officer)
    with pytest.raises(NotFound):
        queries.get_request(actor=force.colleague, request_id=theirs.pk)
    own = ask(force.colleague)
    for act in (take_request, give_back_request, reopen_request, draft_from_request):
        with pytest.raises(NotAllowed):
            act(request_id=own.pk, by=force.colleague)
    with pytest.raises(NotAllowed):
        queries.counts(actor=force.colleague)
    with pytest.raises(NotFound):
        say_more(request_id=own.pk, text="Not mine.", by=force.officer)


def test_another_agencys_request_is_not_there(force: Force) -> None:
    row = ask(force.colleague)
    stranger = make_actor(make_agency(), Role.AUTHOR)
    with pytest.raises(NotFound):
        take_request(request_id=row.pk, by=stranger)


@pytest.mark.slow
def test_a_draft_has_the_words_and_pictures_and_says_where_it_comes_from(force: Force) -> None:
    row = ask(force.colleague, picture=jpeg())
    post = draft_from_request(request_id=row.pk, by=force.officer)
    post.refresh_from_db()
    assert (post.text, post.title, post.status) == (TEXT, TITLE, "draft")
    assert [(item["alt"], item["ours"]) for item in post.pictures] == [("An empty bicycle rack", False)]
    found = queries.request_of_post(actor=force.other, post_id=post.pk)
    assert found is not None
    assert found.pk == row.pk
    row.refresh_from_db()
    assert row.taken_by == force.officer.ref


def test_nobody_approves_a_post_made_of_their_own_request(force: Force) -> None:
    row = ask(force.other)  # an approver asks, somebody else makes the post
    post = draft_from_request(request_id=row.pk, by=force.officer)
    Post.objects.filter(pk=post.pk).update(status="submitted", submitted_by=force.officer.ref)
    with pytest.raises(AuthorCannotApprove):
        approve_post(post_id=post.pk, revision=post.revision, by=force.other)


def test_one_request_becomes_one_post_until_that_is_thrown_away(force: Force) -> None:
    row = ask(force.colleague)
    first = draft_from_request(request_id=row.pk, by=force.officer)
    with pytest.raises(Conflict):
        draft_from_request(request_id=row.pk, by=force.other)
    with pytest.raises(Conflict):
        decline_request(request_id=row.pk, reason="No.", by=force.other)
    with pytest.raises(Conflict):
        withdraw_request(request_id=row.pk, by=force.colleague)
    discard_post(post_id=first.pk, by=force.officer)
    assert "thrown away" in force.standing(row)
    assert [item.pk for item in queries.waiting(actor=force.officer)] == [row.pk]
    assert draft_from_request(request_id=row.pk, by=force.other).pk != first.pk


def test_the_first_post_does_not_come_back_beside_the_second(force: Force) -> None:
    row = ask(force.colleague)
    first = draft_from_request(request_id=row.pk, by=force.officer)
    discard_post(post_id=first.pk, by=force.officer)
    second = draft_from_request(request_id=row.pk, by=force.other)
    with pytest.raises(Conflict, match="in its place"):
        restore_post(post_id=first.pk, by=force.officer)
    discard_post(post_id=second.pk, by=force.other)
    with pytest.raises(Conflict):
        restore_post(post_id=first.pk, by=force.officer)
    restore_post(post_id=second.pk, by=force.other)
    with pytest.raises(Conflict):
        draft_from_request(request_id=row.pk, by=force.officer)


def test_a_request_that_was_declined_goes_on_with_its_post_if_that_was_taken_back(force: Force) -> None:
    row = ask(force.colleague)
    post = draft_from_request(request_id=row.pk, by=force.officer)
    discard_post(post_id=post.pk, by=force.officer)
    decline_request(request_id=row.pk, reason="No.", by=force.officer)
    restore_post(post_id=post.pk, by=force.officer)
    reopen_request(request_id=row.pk, by=force.other)
    row.refresh_from_db()
    assert (row.status, row.post_id) == ("drafted", post.pk)
    with pytest.raises(Conflict):
        draft_from_request(request_id=row.pk, by=force.other)


def test_a_request_is_declined_with_a_reason_that_the_unit_reads(force: Force) -> None:
    row = ask(force.colleague)
    with pytest.raises(Invalid):
        decline_request(request_id=row.pk, reason="  ", by=force.officer)
    decline_request(request_id=row.pk, reason="He looks younger than eighteen.", by=force.officer)
    row.refresh_from_db()
    assert (row.status, row.reason) == ("declined", "He looks younger than eighteen.")
    reopen_request(request_id=row.pk, by=force.other)
    row.refresh_from_db()
    assert (row.status, row.reason, row.taken_by) == ("taken", "", force.other.ref)


def test_two_at_the_desk_do_not_take_the_same(force: Force) -> None:
    row = ask(force.colleague)
    take_request(request_id=row.pk, by=force.officer)
    with pytest.raises(Conflict):
        take_request(request_id=row.pk, by=force.other)
    give_back_request(request_id=row.pk, by=force.officer)
    take_request(request_id=row.pk, by=force.other)


def test_what_was_taken_back_can_be_sent_again(force: Force) -> None:
    row = ask(force.colleague)
    take_request(request_id=row.pk, by=force.officer)
    withdraw_request(request_id=row.pk, by=force.colleague)
    with pytest.raises(Conflict):
        draft_from_request(request_id=row.pk, by=force.officer)
    send_again(request_id=row.pk, by=force.colleague)
    row.refresh_from_db()
    assert (row.status, row.taken_by) == ("waiting", "")


def test_what_is_needed_first_stands_first(force: Force) -> None:
    whenever = ask(force.colleague)
    later = ask(force.colleague, needed_by=clock.now() + timedelta(days=3))
    soon = ask(force.colleague, needed_by=clock.now() + timedelta(hours=3))
    assert [row.pk for row in queries.waiting(actor=force.officer)] == [soon.pk, later.pk, whenever.pk]
    assert [queries.is_late(row) for row in (soon, later, whenever)] == [True, False, False]


def test_an_agency_with_units_wants_to_know_which_one_asks(force: Force) -> None:
    admin = make_actor(force.agency, Role.ADMINISTRATOR)
    unit = add_unit(kind="unit", name="Marine Unit", by=admin)
    with pytest.raises(Invalid, match="unit"):
        ask(force.colleague)
    assert ask(force.colleague, unit_id=unit.pk).unit_id == unit.pk
    assert queries.last_unit(actor=force.colleague) == unit.pk
    elsewhere = add_unit(kind="unit", name="Theirs", by=make_actor(make_agency(), Role.ADMINISTRATOR))
    with pytest.raises(NotFound):
        ask(force.colleague, unit_id=elsewhere.pk)
    close_unit(unit_id=unit.pk, by=admin)
    with pytest.raises(Invalid):
        ask(force.colleague, unit_id=unit.pk)


@pytest.mark.parametrize("missing", ["title", "text", "reach", "contact", "cleared_by"])
def test_nothing_that_the_desk_needs_is_missing(force: Force, missing: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(force.colleague, **{missing: " "})
    assert refused.value.field == missing


def test_a_moment_that_is_over_is_refused(force: Force) -> None:
    with pytest.raises(Invalid):
        ask(force.colleague, needed_by=clock.now() - timedelta(minutes=1))


@pytest.mark.slow
def test_the_sender_finds_the_post_where_it_stands(desk: Desk) -> None:  # noqa: F811
    room = Newsroom.of(desk)
    colleague = make_actor(desk.agency, Role.COLLEAGUE, name="Dirk Halloran")
    row = ask(colleague)
    post = draft_from_request(request_id=row.pk, by=room.writer)
    save_post(post_id=post.pk, content=room.content(TEXT), by=room.writer)
    submit_post(post_id=post.pk, by=room.writer)

    def standing() -> queries.Standing:
        found = queries.get_request(actor=colleague, request_id=row.pk)
        return queries.standings([found])[found.pk]

    assert standing().label == "Being approved"
    post.refresh_from_db()
    approve_post(post_id=post.pk, revision=post.revision, by=room.approver)
    assert standing().links == ()
    desk.clock.pass_(timedelta(seconds=11))
    desk.work_on(rounds=2)
    assert standing().label == "It is out"
    assert standing().links == ((desk.accounts[0].label, "https://fake.example/f1"),)
