"""Second looks: fairly drawn, foreseen by nobody, provable afterwards, taken by somebody else, counted honestly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations import RunPython
from django.test import Client
from django.utils import timezone

from hueandcry.agencies.models import Person
from hueandcry.agencies.roles import Role
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.looks import drawing, queries
from hueandcry.looks.actions import OwnWords, note_look, set_share
from hueandcry.looks.lots import WHOLE, Rate, commitment, is_drawn, lot
from hueandcry.looks.models import Draw, SecondLook
from hueandcry.looks.tasks import draw_lots
from hueandcry.posts import standing_actions, tasks
from hueandcry.posts.actions import retry_delivery
from hueandcry.posts.approval_actions import publish_post
from hueandcry.posts.models import Delivery, Post
from hueandcry.posts.writing_actions import save_post
from hueandcry.records.models import Entry
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency
from tests.factories_rules import brake, number_of
from tests.posts.conftest import Desk
from tests.posts.conftest import desk as desk  # noqa: PLC0414 - the fixture
from tests.posts.helpers import Newsroom

S = SecondLook.Status
NUMBER = "c0ffee" * 10 + "beef"


# --- the arithmetic ---------------------------------------------------------------------------------


def test_a_share_of_the_posts_is_drawn_by_a_number_that_nobody_can_foresee() -> None:
    drawn = [number for number in range(1, 4001) if is_drawn(NUMBER, number, percent=5)]
    assert 150 < len(drawn) < 250  # 200 expected, standard deviation 14
    assert drawn != [number for number in range(1, 4001) if is_drawn(NUMBER[::-1], number, percent=5)]
    assert not any(is_drawn(NUMBER, number, percent=0) for number in range(1, 500))
    assert all(is_drawn(NUMBER, number, percent=100) for number in range(1, 500))


def test_a_lot_is_what_anybody_works_out_from_the_number() -> None:
    assert lot(NUMBER, 12) == 4102499171767467733
    assert lot(NUMBER, 12) < WHOLE
    assert commitment(NUMBER) == "1c341f379a371e7fdbcbe2533400004e15e9fed3ae840972e196d0eca36a0785"


@pytest.mark.parametrize(
    ("missteps", "looked", "likely"),
    [(2, 41, (1, 17)), (0, 10, (0, 28)), (0, 1, (0, 80)), (5, 5, (56, 100)), (0, 0, None)],
)
def test_few_looks_say_little(missteps: int, looked: int, likely: tuple[int, int] | None) -> None:
    assert Rate(missteps, looked).likely == likely


# --- the worker -------------------------------------------------------------------------------------


class Room(Newsroom):
    """A free desk, drawing every post; the clock stands on a Sunday in November."""

    def drawn(self, **more: Any) -> SecondLook:
        """A post that went out in the writer's own right, and was drawn."""
        post = self.out(**more)
        self.later(timedelta(minutes=10))
        return SecondLook.objects.get(post=post)

    def later(self, time: timedelta) -> None:
        """The worker sends what is due, time goes by, and the worker draws."""
        self.desk.clock.pass_(timedelta(minutes=1))
        self.desk.work()
        self.desk.clock.pass_(time)
        draw_lots()


@pytest.fixture
def room(desk: Desk) -> Room:
    found = Room.of(desk, mode="free")
    assert isinstance(found, Room)
    draw_lots()
    set_share(percent=100, by=desk.admin)
    return found


def verbs(subject: str) -> list[str]:
    rows = Entry.objects.filter(subject=subject).order_by("pk").values_list("verb", flat=True)
    return [verb for verb in rows if verb.startswith(("look.", "draw."))]


def test_what_a_second_person_approved_is_in_no_draw(room: Room) -> None:
    own = room.out("One's own right.")
    room.later(timedelta(0))
    room.desk.accounts[0].__class__.objects.update(mode="two_person")
    room.out("Somebody approved it.")
    room.desk.announce()  # an appeal has its own second person
    room.later(timedelta(minutes=10))
    assert list(SecondLook.objects.values_list("post_id", flat=True)) == [own.pk]
    assert verbs(own.subject) == ["look.draw"]
    room.later(timedelta(minutes=10))
    assert SecondLook.objects.count() == 1


def test_what_was_stopped_before_it_was_sent_is_not_looked_at(room: Room) -> None:
    post = room.out()
    standing_actions.stop_post(post_id=post.pk, by=room.writer)
    room.later(timedelta(minutes=10))
    assert not SecondLook.objects.exists()


def test_what_is_held_back_waits_with_its_lot_and_a_rewritten_post_gets_another(room: Room) -> None:
    set_share(percent=0, by=room.desk.admin)
    post = room.out("Nothing of note.")
    row = brake(make_actor(room.desk.agency, Role.LEADER), hours=1)
    room.later(timedelta(minutes=10))
    assert not SecondLook.objects.exists()  # held back, so that it could be stopped and written anew
    room.desk.clock.pass_(timedelta(hours=1))
    assert row.until < room.desk.clock.now()
    room.desk.channel.next.append("refused")
    tasks.let_go_of_held()
    room.later(timedelta(minutes=10))
    assert SecondLook.objects.get().status == S.PASSED
    retry_delivery(delivery_id=Delivery.objects.get().pk, by=room.writer)
    standing_actions.stop_post(post_id=post.pk, by=room.writer)
    save_post(post_id=post.pk, content=room.content("The mayor is a thief."), by=room.writer)
    publish_post(post_id=post.pk, by=room.writer)
    set_share(percent=100, by=room.desk.admin)
    room.later(timedelta(minutes=10))
    assert SecondLook.objects.get().status == S.WAITING


def test_a_change_sent_out_in_ones_own_right_has_a_lot_of_its_own_and_an_approved_one_has_none(
    room: Room,
) -> None:
    look = room.drawn(text="Mill Lane is closed.")
    ada = make_actor(room.desk.agency, Role.APPROVER, name="Ada Quill")
    edited = room.content("Mill Lane is closed until two.")
    standing_actions.edit_post(post_id=look.post_id, content=edited, by=room.approver)
    room.later(timedelta(minutes=10))
    of_change = SecondLook.objects.get(change__isnull=False)
    assert (of_change.post_id, of_change.status) == (look.post_id, S.WAITING)
    assert verbs(look.post.subject) == ["look.draw"] * 2
    room.later(timedelta(minutes=10))
    assert SecondLook.objects.count() == 2
    with pytest.raises(OwnWords):
        note_look(look_id=of_change.pk, verdict="fine", note="", by=room.approver)
    assert of_change not in queries.waiting(actor=room.approver)
    assert of_change in queries.waiting(actor=ada)
    note_look(look_id=of_change.pk, verdict="small", note="Say why.", by=ada)
    assert queries.look_of(actor=room.approver, post_id=look.post_id) == of_change
    room.desk.accounts[0].__class__.objects.update(mode="two_person")
    again = room.content("Mill Lane is closed until three.")
    standing_actions.edit_post(post_id=look.post_id, content=again, by=room.writer)
    standing_actions.approve_change(post_id=look.post_id, by=room.approver)
    room.later(timedelta(minutes=10))
    assert SecondLook.objects.count() == 2
    room.later(timedelta(days=20))
    proof = queries.proof_of(actor=room.writer, draw_id=look.draw_id)
    assert (proof.holds, proof.considered, proof.drawn) == (True, 2, 2)
    SecondLook.objects.filter(pk=of_change.pk).delete()
    proof = queries.proof_of(actor=room.writer, draw_id=look.draw_id)
    assert (proof.holds, proof.missing_changes) == (False, (of_change.change_id,))


def test_a_draw_that_was_promised_without_changes_holds_without_them(room: Room) -> None:
    Draw.objects.update(with_changes=False)
    look = room.drawn()
    edited = room.content("Something else.")
    standing_actions.edit_post(post_id=look.post_id, content=edited, by=room.writer)
    room.later(timedelta(days=20))
    assert queries.proof_of(actor=room.writer, draw_id=look.draw_id).holds
    assert SecondLook.objects.count() == 1


def test_a_month_that_had_not_begun_at_the_upgrade_has_its_changes_in_the_lot(room: Room) -> None:
    Draw.objects.update(with_changes=False, begins_at=timezone.now() - timedelta(hours=1))
    current, begins = Draw.objects.get(), timezone.now() + timedelta(days=6)
    following = Draw.objects.create(
        agency=room.desk.agency, month="2099-01", seed=NUMBER, commitment=commitment(NUMBER),
        begins_at=begins, ends_at=begins + timedelta(days=31), made_at=timezone.now(), with_changes=False,
    )  # fmt: skip
    migration = import_module("hueandcry.looks.migrations.0002_changes").Migration
    [step] = [each for each in migration.operations if isinstance(each, RunPython)]
    step.code(apps, SimpleNamespace(connection=connection))
    for row, with_changes in ((current, False), (following, True)):
        row.refresh_from_db()
        assert (row.with_changes, bool(row.seed)) == (with_changes, True)


def test_a_share_counts_for_what_goes_out_from_then_on(room: Room) -> None:
    first = room.drawn()
    set_share(percent=0, by=room.desk.admin)
    second = room.drawn(text="Later that day.")
    assert (first.status, first.percent) == (S.WAITING, 100)
    assert (second.status, second.percent, second.due_at) == (S.PASSED, 0, None)
    assert verbs(f"agency:{room.desk.agency.pk}") == ["look.set-share"] * 2
    with pytest.raises(Invalid):
        set_share(percent=101, by=room.desk.admin)
    with pytest.raises(NotAllowed):
        set_share(percent=1, by=room.writer)


def test_the_digest_is_on_the_record_before_and_the_number_only_when_the_month_is_over(room: Room) -> None:
    draw = Draw.objects.get()
    assert (draw.month, draw.shown_at) == ("2026-11", None)
    assert verbs(f"draw:{draw.pk}") == ["draw.make"]
    told = Entry.objects.get(subject=f"draw:{draw.pk}")
    assert draw.commitment in told.body.lines
    assert draw.seed not in told.body.lines
    with pytest.raises(NotFound):
        queries.proof_of(actor=room.writer, draw_id=draw.pk)
    room.drawn()
    room.later(timedelta(days=3))  # the last week: the next month's is made before it begins
    following = Draw.objects.get(month="2026-12")
    assert following.made_at < following.begins_at == draw.ends_at == datetime(2026, 12, 1, tzinfo=UTC)
    room.later(timedelta(days=8))
    draw.refresh_from_db()
    assert draw.shown_at is not None
    assert verbs(f"draw:{draw.pk}") == ["draw.make", "draw.show"]
    proof = queries.proof_of(actor=room.writer, draw_id=draw.pk)
    assert (proof.holds, proof.considered, proof.drawn) == (True, 1, 1)


def test_a_lot_that_was_tampered_with_does_not_fit_afterwards(room: Room) -> None:
    look, other = room.drawn(), room.drawn(text="Another one.")
    room.later(timedelta(days=20))
    SecondLook.objects.filter(pk=look.pk).update(status=S.PASSED)
    SecondLook.objects.filter(pk=other.pk).delete()
    proof = queries.proof_of(actor=room.writer, draw_id=look.draw_id)
    assert (proof.holds, proof.wrong, proof.missing) == (False, (look.post_id,), (other.post_id,))
    Draw.objects.filter(pk=look.draw_id).update(seed=NUMBER)
    assert not queries.proof_of(actor=room.writer, draw_id=look.draw_id).right


# --- the look ---------------------------------------------------------------------------------------


def at_person(actor: Actor) -> Client:
    return at_desk(Person.objects.get(pk=number_of(actor)))


def noted(look: SecondLook, by: Actor, verdict: str = "fine", note: str = "") -> SecondLook:
    return note_look(look_id=look.pk, verdict=verdict, note=note, by=by)


def test_somebody_else_looks_and_may_think_again(room: Room) -> None:
    look = room.drawn()
    both = make_actor(room.desk.agency, Role.AUTHOR, Role.APPROVER, name="Ife Okafor")
    Post.objects.update(writers=[room.writer.ref, both.ref])
    assert queries.waiting(actor=both) == []
    with pytest.raises(OwnWords):
        noted(look, both)
    with pytest.raises(NotAllowed):
        noted(look, room.writer)
    assert [row.pk for row in queries.waiting(actor=room.approver)] == [look.pk]
    with pytest.raises(Invalid):
        noted(look, room.approver, "misstep", " ")
    noted(look, room.approver, "misstep", "Names the street of a victim.")
    noted(look, room.approver, "small", "Names the street.")
    second = make_actor(room.desk.agency, Role.APPROVER, name="Kit Roe")
    with pytest.raises(Conflict):
        noted(look, second)
    assert verbs(look.post.subject) == ["look.draw", "look.note", "look.note"]
    assert [row.note for row in queries.news_for(actor=room.writer)] == ["Names the street."]
    assert queries.waiting(actor=room.approver) == []


def test_a_look_is_overdue_after_three_days_and_one_that_needs_none_any_more_is_gone(room: Room) -> None:
    look = room.drawn()
    room.later(timedelta(days=2))
    assert not queries.is_late(look)
    room.later(timedelta(days=2))
    assert queries.is_late(look)
    Post.objects.update(status="draft")
    assert queries.waiting(actor=room.approver) == []


def test_the_rates_are_counted_by_kind_account_and_month(room: Room) -> None:
    assert queries.figures(actor=room.writer).whole.likely is None
    noted(room.drawn(), room.approver)
    noted(room.drawn(kind="safety"), room.approver, "misstep", "No.")
    found = queries.figures(actor=room.writer)
    assert found.whole == Rate(1, 2)
    assert found.kinds == [("news", Rate(0, 1)), ("safety", Rate(1, 1))]
    assert found.accounts == [(room.desk.accounts[0].label, Rate(1, 2))]
    assert found.months == [("2026-11", Rate(1, 2))]
    other = make_actor(make_agency(), Role.APPROVER)
    assert queries.figures(actor=other).whole == Rate(0, 0)


# --- the pages --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_pages_lead_from_today_to_the_note_and_the_proof(room: Room) -> None:
    look = room.drawn(text="Mill Lane is closed.")
    femi, rosa = at_person(room.approver), at_person(room.writer)
    home = f"/desk/second-looks/{look.pk}/"
    assert "post was drawn for a second look" in femi.get("/desk/").content.decode()
    assert home not in rosa.get("/desk/second-looks/").content.decode()
    femi.post("/desk/round/start/")
    assert home in femi.get("/desk/round/").content.decode()
    assert "Mill Lane is closed." in femi.get(home).content.decode()
    assert femi.post(home, {"verdict": "small"}).status_code == 422
    assert femi.post(home, {"verdict": "small", "note": "Say until when."}).status_code == 302
    assert "Say until when." in rosa.get(f"/desk/posts/{look.post_id}/").content.decode()
    assert "note on a post of yours" in rosa.get("/desk/").content.decode()
    edited = room.content("Mill Lane is closed until two.")
    standing_actions.edit_post(post_id=look.post_id, content=edited, by=room.writer)
    room.later(timedelta(minutes=10))
    of_change = SecondLook.objects.get(change__isnull=False)
    assert "A change that went out" in femi.get(f"/desk/second-looks/{of_change.pk}/").content.decode()
    room.later(timedelta(days=20))
    rosa = at_person(room.writer)  # her session is over by now
    shown = rosa.get(f"/desk/second-looks/?proof={look.draw_id}").content.decode()
    assert "the lots of all 2 posts are right" in shown
    assert "0 of 1" in shown
    assert rosa.post("/desk/second-looks/share/", {"percent": "0"}).status_code == 403
    ivo = at_person(room.desk.admin)
    assert ivo.post("/desk/second-looks/share/", {"percent": "400"}).status_code == 422
    assert ivo.post("/desk/second-looks/share/", {"percent": "7"}).status_code == 302
    assert queries.percent_of(room.desk.agency.pk) == 7
    assert drawing.make_draws() == 0
