"""Notes from the scene: taken in once, whatever the network does, and then they go the way of every post."""

from __future__ import annotations

from typing import Any

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.fieldnotes import actions, queries
from hueandcry.fieldnotes.actions import Brought, take_note
from hueandcry.fieldnotes.models import FieldNote
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Invalid, NotAllowed
from hueandcry.posts.models import Post
from hueandcry.posts.writing_actions import save_post
from tests.factories import make_actor
from tests.factories_rules import gate
from tests.posts.conftest import Desk, desk  # noqa: F401 - a fixture
from tests.posts.helpers import TEXT, Newsroom, jpeg

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
KEY = "6f1c2a52-2b7e-4a52-9b3e-0f5f3c1d2e4a"


@pytest.fixture
def free(desk: Desk) -> Newsroom:  # noqa: F811
    return Newsroom.of(desk, mode="free")


def sent(room: Newsroom, by: Actor | None = None, **more: Any) -> FieldNote:
    given: dict[str, Any] = {"key": KEY, "content": room.content(), "brought": [], "wanted": "go", **more}
    return take_note(**given, by=by or room.writer)


def test_a_note_goes_out_in_ones_own_right(free: Newsroom) -> None:
    note = sent(free)
    post = Post.objects.get(pk=note.post_id)
    assert (note.outcome, post.status, post.text) == ("going", "announced", TEXT)
    assert post.author_ref == free.writer.ref


def test_the_same_note_sent_twice_is_one_post_and_hears_the_same_answer(free: Newsroom) -> None:
    first, second = sent(free), sent(free, content=free.content("Other words."))
    assert first.pk == second.pk
    assert second.outcome == "going"
    assert [post.text for post in Post.objects.all()] == [TEXT]


def test_two_tries_at_the_same_moment_make_one_post(free: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = queries.note_of
    inside: list[FieldNote] = []

    def other_is_faster(*, actor: Actor, key: str) -> FieldNote | None:
        if not inside:
            inside.append(FieldNote())
            found = asked(actor=actor, key=key)
            inside[0] = sent(free)  # the other try comes in between the look and the keeping
            return found
        return asked(actor=actor, key=key)

    monkeypatch.setattr(queries, "note_of", other_is_faster)
    assert sent(free).pk == inside[0].pk
    assert Post.objects.count() == FieldNote.objects.count() == 1


def test_a_try_that_ended_between_keeping_and_going_is_finished_by_the_next(
    free: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(actions, "_go_on", _dies)
        with pytest.raises(KeyboardInterrupt):
            sent(free)
    assert [post.status for post in Post.objects.all()] == ["draft"]
    assert sent(free).outcome == "going"
    assert [post.status for post in Post.objects.all()] == ["announced"]


def _dies(_note: FieldNote, *, by: Actor) -> None:
    raise KeyboardInterrupt(by.ref)


def test_where_a_second_person_decides_it_is_handed_in(desk: Desk) -> None:  # noqa: F811
    room = Newsroom.of(desk)
    note = sent(room)
    assert (note.outcome, note.post_id and Post.objects.get().status) == ("handed-in", "submitted")


def test_what_may_not_go_out_any_more_is_kept_as_a_draft_with_the_reason(free: Newsroom) -> None:
    gate(free.desk.agency)  # a course is asked for since, and the writer has not passed it
    note = sent(free)
    assert note.outcome == "stopped"
    assert note.sentence
    assert [(post.status, post.text) for post in Post.objects.all()] == [("draft", TEXT)]
    assert sent(free).sentence == note.sentence  # asked again, the same answer: nothing more is tried


def test_a_draft_that_somebody_went_on_with_is_left_alone(free: Newsroom) -> None:
    note = sent(free, wanted="draft")
    assert (note.outcome, note.post.status) == ("draft", "draft")
    save_post(post_id=note.post_id, content=free.content("Better words."), by=free.writer)
    assert sent(free, wanted="draft").post.text == "Better words."


@pytest.mark.slow
def test_pictures_come_with_their_words(free: Newsroom) -> None:
    note = sent(
        free, brought=[Brought(jpeg(), "scene-1.jpg", "A lane without cars", ours=True)], wanted="draft"
    )
    (picture,) = note.post.pictures
    assert (picture["alt"], picture["ours"]) == ("A lane without cars", True)


def test_a_note_is_its_writers_alone(free: Newsroom) -> None:
    sent(free)
    other = make_actor(free.desk.agency, Role.AUTHOR, name="Kit Roe")
    assert sent(free, by=other).person_ref == other.ref
    assert Post.objects.count() == 2
    with pytest.raises(NotAllowed):
        sent(free, by=make_actor(free.desk.agency, Role.RECORD_KEEPER, name="Joy Delacroix"))


@pytest.mark.parametrize("wrong", [{"key": "x"}, {"key": KEY + "'"}, {"wanted": "now"}])
def test_what_no_page_of_ours_sends_is_refused(free: Newsroom, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        sent(free, **wrong)
    with pytest.raises(Invalid):
        sent(free, content=free.content("  "))
    assert not Post.objects.exists()
