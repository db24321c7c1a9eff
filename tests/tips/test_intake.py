"""The tipster's side: sent once, kept once, opened with number and code only."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hueandcry.kernel import clock
from hueandcry.kernel.errors import Invalid, Unavailable
from hueandcry.records.models import Body, Entry
from hueandcry.tips import codes, intake, opening
from hueandcry.tips.envelope import LONGEST, Letter
from hueandcry.tips.models import KeyWrap, Message, Ticket, Tip
from tests.factories import make_agency, make_programme
from tests.helpers_tips import make_ready_programme, send

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


def entries() -> list[tuple[str, str, str]]:
    return list(Entry.objects.using("tips").order_by("pk").values_list("verb", "subject", "actor"))


def test_a_tip_is_filed_sealed_and_on_the_record() -> None:
    programme = make_ready_programme()
    before = len(entries())
    tip, filed = send(programme, "The man in 14 is my neighbour.", where="Quay Street", risk="yes")
    assert tip.status == Tip.Status.NEW
    assert tip.appeal_ref == "PE-2418"
    assert KeyWrap.objects.filter(tip=tip).count() == 2
    (opened,) = opening.open_tip(tip, private=programme.officer_seed)
    assert opened.letter == Letter("The man in 14 is my neighbour.", {"where": "Quay Street", "risk": "yes"})
    assert entries()[before:] == [("tip.begin", f"tip:{tip.number}", "public")]
    assert len(filed.words) == 8


def test_a_lost_pepper_is_not_quietly_made_anew(settings: Any, tmp_path: Path) -> None:
    settings.HUE_KEYS = tmp_path / "keys"
    programme = make_ready_programme()
    _tip, filed = send(programme)
    (tmp_path / "keys" / intake.PEPPER).rename(tmp_path / "copy")
    assert intake.pepper_is_lost()
    with pytest.raises(Unavailable):
        intake.new_ticket()
    with pytest.raises(Unavailable):
        intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.groups)
    (tmp_path / "copy").rename(tmp_path / "keys" / intake.PEPPER)
    page = intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.groups)
    assert page.number == filed.number


def test_all_times_are_whole_hours() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    message = tip.messages.get()
    ticket = tip.tickets.get()
    for moment in (tip.arrived_hour, message.hour, ticket.hour):
        assert (moment.minute, moment.second, moment.microsecond) == (0, 0, 0)


def test_the_same_form_sent_again_files_one_tip_and_shows_the_same_codes() -> None:
    programme = make_ready_programme()
    form = {
        "programme_id": programme.agency.pk,
        "appeal_ref": "",
        "ticket": intake.new_ticket(),
        "letter": Letter("Once."),
    }
    first, again = intake.begin_tip(**form), intake.begin_tip(**form)
    assert first == again
    assert (Tip.objects.count(), Message.objects.count(), Ticket.objects.count()) == (1, 1, 1)


def test_the_same_form_with_a_changed_text_loses_neither() -> None:
    programme = make_ready_programme()
    ticket = intake.new_ticket()
    shown = [
        intake.begin_tip(programme_id=programme.agency.pk, appeal_ref="", ticket=ticket, letter=Letter(text))
        for text in ("Once.", "Once, and he limps.", "Once.")
    ]
    assert shown[0] == shown[1] == shown[2]
    tip = Tip.objects.get()
    texts = [item.letter.text for item in opening.open_tip(tip, private=programme.officer_seed)]
    assert texts == ["Once.", "Once, and he limps."]
    assert (tip.messages_count, tip.heard_to) == (2, 2)


def test_a_form_older_than_two_days_is_refused_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = make_ready_programme()
    ticket, later = intake.new_ticket(), clock.now() + timedelta(hours=50)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(intake.FormTooOld):
        intake.begin_tip(
            programme_id=programme.agency.pk, appeal_ref="", ticket=ticket, letter=Letter("Late.")
        )


def test_a_form_found_open_hours_after_it_was_sent_shows_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = make_ready_programme()
    ticket = intake.new_ticket()

    def post() -> intake.Filed:
        return intake.begin_tip(
            programme_id=programme.agency.pk, appeal_ref="", ticket=ticket, letter=Letter("Once.")
        )

    post()
    later = clock.now() + timedelta(hours=4)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(intake.FormUsed):
        post()
    assert (Tip.objects.count(), Message.objects.count()) == (1, 1)


def test_number_and_code_open_the_dialogue_in_every_form() -> None:
    programme = make_ready_programme()
    _tip, filed = send(programme, "Hello.")
    for code in (" ".join(filed.words), filed.groups, filed.digits):
        dialogue = intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=code)
        assert [(turn.ours, turn.text) for turn in dialogue.turns] == [(False, "Hello.")]


def test_wrong_code_and_unknown_number_are_answered_alike_and_typos_apart() -> None:
    programme = make_ready_programme()
    _tip, filed = send(programme)
    other_code = codes.as_groups(b"0123456789")
    other_number = codes.show_number(codes.number_from(123456789))
    sentences = set()
    for number, code in (
        (filed.number, other_code),
        (other_number, filed.groups),
        (other_number, other_code),
    ):
        with pytest.raises(intake.NoSuchTip) as refused:
            intake.return_to_dialogue(programme_id=programme.agency.pk, number=number, code=code)
        sentences.add(refused.value.sentence)
    assert len(sentences) == 1
    slip = filed.groups[:-1] + (
        "a" if filed.groups[-1] != "a" else "b"
    )  # the last sign is of the check bits only
    with pytest.raises(codes.Typo):
        intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=slip)


def test_a_wrong_code_never_reaches_the_slow_hash(settings: object) -> None:
    programme = make_ready_programme()
    _tip, filed = send(programme)
    settings.HUE_TIP_KDF = {"memory_kib": 0, "passes": 0}  # type: ignore[attr-defined] # would raise if it were called
    with pytest.raises(intake.NoSuchTip):
        intake.return_to_dialogue(
            programme_id=programme.agency.pk, number=filed.number, code=codes.as_groups(b"0123456789")
        )
    with pytest.raises(ValueError, match="iterations"):
        intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.groups)


def test_another_programmes_door_does_not_open_it() -> None:
    programme = make_ready_programme()
    _tip, filed = send(programme)
    other = make_ready_programme()
    with pytest.raises(intake.NoSuchTip):
        intake.return_to_dialogue(programme_id=other.agency.pk, number=filed.number, code=filed.groups)


def test_an_answer_is_added_once_however_often_its_page_is_sent() -> None:
    programme = make_ready_programme()
    tip, filed = send(programme, "One.")
    page = intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.groups)
    for _ in range(2):
        after = intake.send_message(
            programme_id=programme.agency.pk, talk_pass=page.talk_pass, letter=Letter("Two.")
        )
        assert [turn.text for turn in after.turns] == ["One.", "Two."]
    again = intake.send_message(
        programme_id=programme.agency.pk, talk_pass=after.talk_pass, letter=Letter("Two.")
    )
    assert [turn.text for turn in again.turns] == ["One.", "Two.", "Two."]
    tip.refresh_from_db()
    assert (tip.messages_count, tip.heard_to) == (3, 3)


def test_a_page_runs_out_after_fifteen_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = make_ready_programme()
    _tip, filed = send(programme)
    page = intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.groups)
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(intake.FormTooOld):
        intake.read_replies(programme_id=programme.agency.pk, talk_pass=page.talk_pass)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_are_refused_and_file_nothing(text: str) -> None:
    programme = make_ready_programme()
    with pytest.raises(Invalid) as refused:
        send(programme, text)
    assert refused.value.field == "text"
    assert Tip.objects.count() == 0


def test_a_programme_without_any_key_takes_no_tip() -> None:
    programme = make_programme(agency=make_agency())
    assert not intake.is_open(programme_id=programme.pk)
    with pytest.raises(intake.NotOpenYet):
        intake.begin_tip(
            programme_id=programme.pk, appeal_ref="", ticket=intake.new_ticket(), letter=Letter("?")
        )


def test_old_tickets_are_forgotten_and_fresh_ones_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = make_ready_programme()
    send(programme)
    assert intake.forget_tickets() == 0
    later = clock.now() + timedelta(hours=52)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert intake.forget_tickets() == 1
    assert intake.forget_tickets() == 0


def test_the_tips_record_holds_hours_and_no_text() -> None:
    programme = make_ready_programme()
    send(programme, "SECRET")
    assert not Body.objects.using("tips").exists()
    for entry in Entry.objects.using("tips"):
        assert (entry.at.minute, entry.at.second, entry.at.microsecond) == (0, 0, 0)
