"""Ask the expert: a question goes to who knows, comes back as words, and those words take the way of all others."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.channels.register_actions import add_holder
from hueandcry.experts import actions, queries
from hueandcry.experts.models import Question
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.posts.approval_actions import AuthorCannotApprove, approve_post, submit_post
from hueandcry.posts.content import Content
from hueandcry.posts.models import Post
from hueandcry.posts.writing_actions import draft_post
from hueandcry.records.models import Entry
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency
from tests.factories_rules import number_of
from tests.posts.conftest import Desk
from tests.posts.conftest import desk as desk  # noqa: PLC0414 - the fixture

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
REPLY = "A dog must be on a lead on the sea wall from April to September."
Use = Question.Use


class Room:
    """rosa writes; ife approves, and knows about dogs; dirk is a colleague without the right to post."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.agency = desk, desk.agency
        self.rosa = make_actor(self.agency, Role.AUTHOR, name="Rosa Lindqvist")
        self.ife = make_actor(self.agency, Role.AUTHOR, Role.APPROVER, name="Sgt Ife Okafor")
        self.dirk = make_actor(self.agency, Role.COLLEAGUE, name="Dirk Halloran")

    def ask(self, *, of: Actor | None = None, by: Actor | None = None, **more: Any) -> Question:
        """A question about dogs."""
        return actions.ask_expert(
            text="May dogs run on the sea wall?",
            expert_id=number_of(of or self.ife),
            due_at=clock.now() + timedelta(hours=2),
            by=by or self.rosa,
            **more,
        )

    def answered(self, **more: Any) -> Question:
        """One that was answered."""
        row = self.ask(**more)
        who = more.get("of") or self.ife
        return actions.reply_to_question(question_id=row.pk, text=REPLY, by=who)

    def draft(self, text: str = "Dogs on the sea wall:") -> Post:
        """A draft of the writer's."""
        content = Content(text=text, account_ids=(self.desk.accounts[0].pk,))
        return draft_post(content=content, by=self.rosa)


@pytest.fixture
def room(desk: Desk) -> Room:
    return Room(desk)


def use(row: Question, how: str, by: Actor) -> Post:
    return actions.use_reply(question_id=row.pk, how=how, by=by)


def test_a_colleague_says_what_they_know_and_is_found_first(room: Room) -> None:
    number = number_of(room.dirk)
    words = actions.set_expertise(person_id=number, topics=["Dog  Law", "", "lido"], by=room.dirk)
    assert words == ["dog law", "lido"]
    actions.set_expertise(person_id=number, topics=["lido"], by=room.desk.admin)
    with pytest.raises(NotAllowed):
        actions.set_expertise(person_id=number, topics=["tanks"], by=room.rosa)
    with pytest.raises(Invalid):
        actions.set_expertise(person_id=number, topics=["x" * 41], by=room.dirk)
    assert queries.colleagues(actor=room.rosa)[0].named == "Dirk Halloran (lido)"
    actions.set_expertise(person_id=number_of(room.ife), topics=["dogs"], by=room.ife)
    ordered = queries.fitting(queries.colleagues(actor=room.rosa), ["Lido"])
    assert ordered[0].person.name == "Dirk Halloran"
    other = make_actor(make_agency(), Role.ADMINISTRATOR)
    with pytest.raises(NotFound):
        actions.set_expertise(person_id=number, topics=[], by=other)


def test_the_reply_goes_into_the_draft_and_its_writer_cannot_approve_it(room: Room) -> None:
    post = room.draft()
    row = room.answered(about=post.subject, about_text=post.text)
    assert [item.pk for item in queries.waiting(actor=room.rosa)] == [row.pk]
    into = use(row, Use.DRAFT, room.rosa)
    assert (into.pk, into.text) == (post.pk, f"Dogs on the sea wall:\n\n{REPLY}")
    submit_post(post_id=post.pk, by=room.rosa)
    with pytest.raises(AuthorCannotApprove):
        approve_post(post_id=post.pk, by=room.ife)
    assert queries.waiting(actor=room.rosa) == []
    with pytest.raises(Conflict):
        use(row, Use.SIGNED, room.rosa)
    verbs = Entry.objects.filter(subject=f"question:{row.pk}").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["question.ask", "question.reply", "question.use"]


def test_it_can_be_signed_with_the_experts_name_in_a_new_draft(room: Room) -> None:
    post = use(room.answered(of=room.dirk), Use.SIGNED, room.rosa)
    assert post.text == f"{REPLY}\n\n– Dirk Halloran"
    assert (post.status, post.account_ids, set(post.writers)) == (
        "draft",
        [],
        {room.rosa.ref, room.dirk.ref},
    )


def test_an_expert_with_an_account_begins_a_post_of_their_own_there(room: Room) -> None:
    row, account = room.answered(), room.desk.accounts[1]
    with pytest.raises(actions.NotTheExpert):
        use(row, Use.OWN, room.rosa)
    with pytest.raises(Conflict):
        use(row, Use.OWN, room.ife)
    add_holder(account_id=account.pk, person_id=number_of(room.ife), mode="", by=room.desk.admin)
    post = use(row, Use.OWN, room.ife)
    assert (post.account_ids, post.author_ref, post.status) == ([account.pk], room.ife.ref, "draft")
    with pytest.raises(NotAllowed):
        use(
            room.answered(of=room.dirk), Use.OWN, room.dirk
        )  # without the right to post there is no own draft


def test_a_question_is_handed_on_with_its_time_and_overdue_is_said_to_whoever_asked(room: Room) -> None:
    row = room.ask()
    assert [queries.waiting(actor=who) for who in (room.rosa, room.dirk)] == [[], []]
    with pytest.raises(actions.NotTheExpert):
        actions.reply_to_question(question_id=row.pk, text=REPLY, by=room.rosa)
    with pytest.raises(Invalid):
        actions.hand_on_question(question_id=row.pk, to_id=number_of(room.rosa), note="", by=room.ife)
    moved = actions.hand_on_question(
        question_id=row.pk, to_id=number_of(room.dirk), note="He walks there.", by=room.ife
    )
    assert (moved.expert.name, moved.handed_by, moved.due_at) == ("Dirk Halloran", room.ife.ref, row.due_at)
    room.desk.clock.pass_(timedelta(hours=3))
    assert queries.is_late(queries.get_question(actor=room.dirk, question_id=row.pk))
    assert [item.pk for item in queries.waiting(actor=room.rosa)] == [row.pk]
    assert [item.pk for item in queries.waiting(actor=room.dirk)] == [row.pk]
    assert queries.waiting(actor=room.ife) == []
    actions.reply_to_question(question_id=row.pk, text=REPLY, by=room.dirk)
    with pytest.raises(Conflict):
        actions.hand_on_question(question_id=row.pk, to_id=number_of(room.ife), note="", by=room.rosa)


def test_a_question_is_taken_back_settled_and_taken_up_again(room: Room) -> None:
    row = room.ask()
    actions.withdraw_question(question_id=row.pk, by=room.rosa)
    with pytest.raises(Conflict):
        actions.reply_to_question(question_id=row.pk, text=REPLY, by=room.ife)
    actions.ask_again(question_id=row.pk, by=room.rosa)
    actions.reply_to_question(question_id=row.pk, text="Not sure.", by=room.ife)
    actions.reply_to_question(question_id=row.pk, text=REPLY, by=room.ife)
    with pytest.raises(NotFound):
        actions.settle_question(question_id=row.pk, by=room.ife)
    actions.settle_question(question_id=row.pk, by=room.rosa)
    assert queries.waiting(actor=room.rosa) == []
    actions.unsettle_question(question_id=row.pk, by=room.rosa)
    assert use(row, Use.DRAFT, room.rosa).text == REPLY
    with pytest.raises(Conflict):
        actions.unsettle_question(question_id=row.pk, by=room.rosa)


def test_a_reply_that_was_used_or_settled_stays_and_what_was_typed_is_shown(room: Room) -> None:
    row = room.answered()
    actions.settle_question(question_id=row.pk, by=room.rosa)
    with pytest.raises(Conflict):
        actions.reply_to_question(question_id=row.pk, text="No.", by=room.ife)
    actions.unsettle_question(question_id=row.pk, by=room.rosa)
    ife = at(room.ife)
    assert "Put your answer right" in page(ife, f"/desk/experts/{row.pk}/")
    use(row, Use.DRAFT, room.rosa)
    answer = ife.post(f"/desk/experts/{row.pk}/reply/", {"reply-text": "Only until August."})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Your answer was used already" in shown
    assert "Only until August." in shown
    assert "Send the answer" not in shown
    row.refresh_from_db()
    assert (row.reply, row.status) == (REPLY, "settled")


def test_a_colleague_sees_what_they_are_asked_and_nothing_else(room: Room) -> None:
    theirs, others = room.ask(of=room.dirk), room.ask()
    assert queries.get_question(actor=room.dirk, question_id=theirs.pk)
    with pytest.raises(NotFound):
        queries.get_question(actor=room.dirk, question_id=others.pk)
    assert [row.pk for row in queries.questions(actor=room.dirk, show="all")] == [theirs.pk]
    with pytest.raises(NotAllowed):
        room.ask(by=room.dirk)
    with pytest.raises(Invalid):
        room.ask(of=room.rosa)
    far: Agency = make_agency()
    with pytest.raises(NotFound):
        room.ask(by=make_actor(far, Role.AUTHOR))


# --- the pages --------------------------------------------------------------------------------------


def at(actor: Actor) -> Client:
    return at_desk(Person.objects.get(pk=number_of(actor)))


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.slow
def test_the_pages_lead_from_the_draft_to_the_expert_and_back(room: Room) -> None:
    rosa, dirk, post = at(room.rosa), at(room.dirk), room.draft()
    dirk.post(
        f"/desk/experts/people/{number_of(room.dirk)}/", {f"p{number_of(room.dirk)}-topics": "dogs, lido"}
    )
    ask = f"/desk/experts/ask/?about={post.subject}"
    assert ask in page(rosa, f"/desk/posts/{post.pk}/")
    assert ask in page(rosa, f"/desk/compose/{post.pk}/")
    shown = page(rosa, ask)
    assert "Dogs on the sea wall:" in shown
    assert "Dirk Halloran (dogs, lido)" in shown
    form = {"about": post.subject, "text": "On a lead?", "expert": number_of(room.dirk)}
    assert rosa.post("/desk/experts/ask/", {**form, "due_at": "2020-01-01T10:00"}).status_code == 422
    due = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    home = rosa.post("/desk/experts/ask/", {**form, "due_at": due})["Location"].partition("?")[0]
    assert "question for you, who know" in page(dirk, "/desk/")
    assert "On a lead?" in page(dirk, "/desk/experts/")
    assert "Dogs on the sea wall:" in page(dirk, home)
    assert dirk.post(f"{home}reply/", {"reply-text": ""}).status_code == 422
    assert dirk.post(f"{home}reply/", {"reply-text": REPLY}).status_code == 302
    assert "reply of an expert waits for you" in page(rosa, "/desk/")
    assert REPLY in page(rosa, f"/desk/answers/new/?reply={Question.objects.get().pk}")
    assert "as from Dirk Halloran" in page(rosa, home)
    into = rosa.post(f"{home}use/", {"how": "signed"})["Location"]
    assert f"{REPLY} – Dirk Halloran" in page(rosa, into)
    assert "On a lead?" in page(rosa, f"/desk/posts/{post.pk}/")
    assert dirk.post(f"{home}use/", {"how": "own"}).status_code == 403


@pytest.mark.slow
def test_the_round_and_today_lead_to_a_question_that_is_overdue(room: Room) -> None:
    row = room.ask()
    rosa, ife = at(room.rosa), at(room.ife)
    room.desk.clock.pass_(timedelta(hours=3))
    assert "not answered in time" in page(rosa, "/desk/")
    ife.post("/desk/round/start/")
    assert f"/desk/experts/{row.pk}/" in page(ife, "/desk/round/")
    dirk = {"on-to": number_of(room.dirk), "on-note": "He walks there."}
    assert ife.post(f"/desk/experts/{row.pk}/hand-on/", {"on-to": ""}).status_code == 422
    assert ife.post(f"/desk/experts/{row.pk}/hand-on/", dirk).status_code == 302
    assert "He walks there." in page(at(room.dirk), f"/desk/experts/{row.pk}/")
    for show in ("", "asked", "all", "nonsense"):
        page(rosa, f"/desk/experts/?show={show}")
    for step in ("withdraw", "again"):
        assert rosa.post(f"/desk/experts/{row.pk}/{step}/").status_code == 302
