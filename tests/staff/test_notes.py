"""Notes for colleagues: who writes them, what they may say of somebody's health, that they end and go nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hueandcry.agencies.roles import Role
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.posts.models import Post
from hueandcry.records.models import Body, Entry
from hueandcry.staff import actions, queries
from hueandcry.staff.models import StaffNote
from hueandcry.staff.notes import Written
from hueandcry.staff.telling import forget_old
from tests.factories import make_actor, make_agency
from tests.posts.conftest import Desk
from tests.posts.helpers import Newsroom

TODAY = date(2026, 11, 22)
RETIRES = Written(
    "retirement", "Sgt Imogen Castellane retires", "Cake at three in the mess.", TODAY + timedelta(days=5)
)
ILL = Written(
    "health",
    "Cst. Otis Farrow is off for some weeks",
    "Ask Sgt Vance about the card.",
    TODAY + timedelta(days=14),
    "Otis Farrow",
    True,
)


def on_the_feed(actor: Actor) -> list[str]:
    entries, _more = queries.feed(actor=actor)
    return [entry.note.title if entry.note else entry.post.text if entry.post else "" for entry in entries]


def test_colleagues_read_a_note_and_no_other_agency_does(room: Newsroom, colleague: Actor) -> None:
    actions.write_note(written=RETIRES, by=room.writer)
    assert on_the_feed(colleague) == [RETIRES.title]
    elsewhere = make_actor(make_agency(name="Elsewhere Police", reference_prefix="EW"), Role.COLLEAGUE)
    assert on_the_feed(elsewhere) == []
    assert not Post.objects.exists()


def test_nobody_without_the_right_writes_or_reads(desk: Desk, colleague: Actor) -> None:
    with pytest.raises(NotAllowed):
        actions.write_note(written=RETIRES, by=colleague)
    with pytest.raises(NotAllowed):
        queries.feed(actor=replace(colleague, permissions=frozenset()))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"consents": False}, "consents"),
        ({"named": " "}, "named"),
        ({"until": TODAY + timedelta(days=32)}, "until"),
        ({"text": "x" * 301}, "text"),
        ({"title": "Otis Farrow had surgery"}, "title"),
        ({"text": "He broke his leg."}, "text"),
        ({"text": "Visit him on ward 7."}, "text"),
        ({"text": "It is cancer."}, "text"),
        ({"text": "Burnout, they say."}, "text"),
        ({"text": "He is in a critical condition."}, "text"),
    ],
)
def test_a_note_about_somebodys_health_needs_consent_and_says_nothing_medical(
    room: Newsroom, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.write_note(written=replace(ILL, **changes), by=room.writer)
    assert refusal.value.field == field
    assert not StaffNote.objects.exists()


def test_who_answers_for_the_consent_is_on_the_record_and_no_word_of_the_note_is(room: Newsroom) -> None:
    note = actions.write_note(written=ILL, by=room.writer)
    assert note.consent_by == room.writer.ref
    entry = Entry.objects.get(verb="staff-note.write")
    kept = str(Body.objects.get(entry=entry).__dict__)
    assert room.writer.ref in kept
    assert "Farrow" not in kept
    assert "card" not in kept
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffNote.objects.update(consent_by="")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "secret"}, "kind"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": TODAY + timedelta(days=93)}, "until"),
        ({"text": "x" * 2001}, "text"),
    ],
)
def test_a_note_has_its_limits(room: Newsroom, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.write_note(written=replace(RETIRES, **changes), by=room.writer)
    assert refusal.value.field == field


def test_a_recalled_note_is_gone_at_once_and_can_come_back(room: Newsroom, colleague: Actor) -> None:
    note = actions.write_note(written=RETIRES, by=room.writer)
    with pytest.raises(NotAllowed):
        actions.recall_note(note_id=note.pk, by=colleague)
    actions.recall_note(note_id=note.pk, by=room.approver)
    assert on_the_feed(colleague) == []
    with pytest.raises(Conflict):
        actions.recall_note(note_id=note.pk, by=room.writer)
    actions.restore_note(note_id=note.pk, by=room.writer)
    assert on_the_feed(colleague) == [RETIRES.title]


def test_after_its_last_day_a_note_is_gone_and_its_words_are_forgotten(
    desk: Desk, room: Newsroom, colleague: Actor
) -> None:
    note = actions.write_note(written=ILL, by=room.writer)
    desk.clock.pass_(timedelta(days=14))
    assert forget_old() == 0
    assert on_the_feed(colleague) == [ILL.title]
    desk.clock.pass_(timedelta(days=1))
    assert on_the_feed(colleague) == []
    assert forget_old() == 1
    assert forget_old() == 0
    note.refresh_from_db()
    assert (note.title, note.text, note.named) == ("", "", "")
    with pytest.raises(Conflict):
        actions.restore_note(note_id=note.pk, by=room.writer)


def test_the_words_of_a_recalled_note_are_forgotten_after_a_week(desk: Desk, room: Newsroom) -> None:
    note = actions.write_note(written=RETIRES, by=room.writer)
    actions.recall_note(note_id=note.pk, by=room.writer)
    desk.clock.pass_(timedelta(days=8))
    forget_old()
    note.refresh_from_db()
    assert note.text == ""
