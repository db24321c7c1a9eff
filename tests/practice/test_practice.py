"""Practice mode: the checks and previews of earnest, and nothing of it can reach anybody."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client

import hueandcry.practice
from hueandcry.agencies.models import Person
from hueandcry.agencies.roles import Role
from hueandcry.agencies.training_actions import revoke_training
from hueandcry.channels.models import Account
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.posts.models import Delivery, Post
from hueandcry.practice import queries
from hueandcry.practice.actions import Words, keep_practice, send_practice
from hueandcry.practice.models import PracticePost
from hueandcry.practice.tasks import forget_practice
from hueandcry.records.models import Entry
from tests.desk_client import at_desk
from tests.factories import make_actor
from tests.factories_rules import gate, number_of, train
from tests.posts.conftest import Desk
from tests.posts.conftest import desk as desk  # noqa: PLC0414 - the fixture

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
TEXT = "Mill Lane is closed both ways until about 14:00."


class Room:
    """kit has no course, and a desk whose gate is on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        Account.objects.update(mode="free")
        self.kit = make_actor(desk.agency, Role.AUTHOR, name="Kit Roe")
        self.teacher, self.course = gate(desk.agency)

    def kept(self, text: str = TEXT, *, networks: tuple[str, ...] = ("fake",)) -> PracticePost:
        """Something written for practice."""
        return keep_practice(words=Words(text, networks=networks), by=self.kit)

    def sent(self) -> PracticePost:
        """The same on the practice accounts."""
        return send_practice(practice_id=self.kept().pk, by=self.kit)


@pytest.fixture
def room(desk: Desk) -> Room:
    return Room(desk)


def at(actor: Actor) -> Client:
    return at_desk(Person.objects.get(pk=number_of(actor)))


def test_what_is_sent_for_practice_makes_nothing_that_the_worker_could_send(room: Room) -> None:
    row = room.sent()
    room.desk.work_on(rounds=2)
    assert row.sent_at is not None
    assert not Post.objects.exists()
    assert not Delivery.objects.exists()
    assert room.desk.channel.texts() == []
    assert [account.pk for account in queries.invented(["fake"], agency_id=row.agency_id)] == [None]


def test_no_table_of_the_house_leads_from_a_practice_post_to_anything_that_sends() -> None:
    """The delivery door takes rows of Delivery, which need a Post and an Account: neither knows practice, nor it them."""
    named = {field.related_model for field in PracticePost._meta.get_fields() if field.is_relation}
    assert {model.__name__ for model in named if not isinstance(model, str) and model} == {"Agency", "Person"}
    pointing = [
        model
        for model in apps.get_models()
        for field in model._meta.fields
        if field.related_model is PracticePost
    ]
    assert pointing == []


def test_the_room_of_practice_calls_no_verb_of_posts() -> None:
    """Beside the import contract, which names modules: no name of a post's verbs or of a connector in the source."""
    for path in Path(hueandcry.practice.__file__).parent.glob("*.py"):
        called = {
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        }
        assert not called & {
            "publish",
            "let_go",
            "publish_post",
            "submit_post",
            "draft_post",
            "connector_for",
        }


def test_the_checks_of_earnest_stand_in_the_way_and_the_record_counts_without_words(room: Room) -> None:
    for words, networks in (("", ("fake",)), (TEXT, ()), ("x" * 30_000, ("fake",)), (TEXT, ("nowhere",))):
        with pytest.raises(Invalid):
            send_practice(practice_id=room.kept(words, networks=networks).pk, by=room.kit)
    wrong = keep_practice(words=Words(TEXT, "nowhere", networks=("fake",)), by=room.kit)
    assert queries.sheet_of(wrong).stops == ["An address begins with https://"]
    with pytest.raises(Invalid):
        send_practice(practice_id=wrong.pk, by=room.kit)
    row = room.sent()
    with pytest.raises(Conflict):
        keep_practice(words=Words("Other words"), practice_id=row.pk, by=room.kit)
    entries = Entry.objects.filter(subject=f"practice:{row.pk}").order_by("pk")
    assert [entry.verb for entry in entries] == ["practice.begin", "practice.send"]
    assert all(TEXT not in entry.body.lines for entry in entries)


def test_it_is_ones_own_and_whoever_teaches_sees_what_was_sent(room: Room) -> None:
    begun, sent = room.kept(), room.sent()
    other = make_actor(room.desk.agency, Role.AUTHOR, name="Ola Brandt")
    for row in (begun, sent):
        with pytest.raises(NotFound):
            queries.get_practice(actor=other, practice_id=row.pk)
    with pytest.raises(NotFound):
        queries.get_practice(actor=room.teacher, practice_id=begun.pk)
    assert queries.get_practice(actor=room.teacher, practice_id=sent.pk) == sent
    assert queries.practice_posts(actor=room.teacher, everybody=True) == [sent]
    with pytest.raises(NotAllowed):
        queries.practice_posts(actor=other, everybody=True)
    with pytest.raises(NotAllowed):
        keep_practice(words=Words(TEXT), by=room.teacher)


def test_it_is_forgotten_after_thirty_days(room: Room) -> None:
    room.sent()
    room.desk.clock.pass_(timedelta(days=29))
    later = room.kept()
    forget_practice()
    assert PracticePost.objects.count() == 2
    room.desk.clock.pass_(timedelta(days=2))
    forget_practice()
    assert list(PracticePost.objects.all()) == [later]


@pytest.mark.slow
def test_an_untrained_person_sees_the_page_of_writing_in_practice_only(room: Room) -> None:
    kit = at(room.kit)
    assert kit.get("/desk/compose/")["Location"] == "/desk/practice/new/"
    shown = kit.get("/desk/practice/new/").content.decode()
    assert "Nothing you do on this page reaches anybody." in shown
    assert "No course is on record" in shown
    form = {"kind": "news", "text": TEXT, "networks": ["fake"]}
    home = kit.post("/desk/practice/new/", form)["Location"].partition("?")[0]
    assert "Practice account" in kit.get(home).content.decode()
    assert kit.post(home, {**form, "link": "nowhere", "do": "go"}).status_code == 422
    assert kit.post(home, {**form, "do": "go"}).status_code == 302
    stands = kit.get(home).content.decode()
    assert "nobody can." in stands
    assert "Nothing you do on this page reaches anybody." in stands
    assert TEXT not in kit.get("/desk/posts/").content.decode()
    assert TEXT not in kit.get("/desk/calendar/").content.decode()
    assert TEXT in kit.get("/desk/practice/").content.decode()
    assert TEXT in at(room.teacher).get("/desk/practice/?of=all").content.decode()


@pytest.mark.slow
def test_with_a_course_one_writes_in_earnest_and_may_practise_until_it_is_revoked(room: Room) -> None:
    train(room.kit, course=room.course, by=room.teacher)
    kit = at(room.kit)
    assert kit.get("/desk/compose/").status_code == 200
    shown = kit.get("/desk/practice/new/").content.decode()
    assert "Nothing you do on this page reaches anybody." in shown
    assert "you write here only" not in shown
    address = kit.post("/desk/compose/", {"kind": "news", "audience": "public", "urgency": "2", "text": TEXT})
    draft = address["Location"].partition("?")[0]
    revoke_training(person_id=number_of(room.kit), reason="Left", by=room.teacher)
    assert kit.get(draft)["Location"] == "/desk/practice/new/"
