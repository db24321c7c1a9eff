"""The desk's side: who can open what, and what is written down about it."""

from __future__ import annotations

import base64
import io
import sqlite3
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from hueandcry.agencies import actions as agencies
from hueandcry.agencies.roles import Role
from hueandcry.kernel import sealing
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from hueandcry.records.models import Entry
from hueandcry.tips import actions, intake, key_actions, keys, offline, opening, passphrase, queries
from hueandcry.tips.models import DeskKey, Tip
from tests.factories import make_actor, make_agency, make_programme
from tests.helpers_tips import (
    PASSPHRASE,
    Programme,
    fingerprint_of,
    found,
    make_key,
    make_ready_programme,
    make_waiting_key,
    remove_key,
    send,
)

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


def verbs() -> list[str]:
    return list(Entry.objects.using("tips").order_by("pk").values_list("verb", flat=True))


def test_the_officers_key_and_the_recovery_key_open_a_tip_and_no_other_does() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme, "Grey van.")
    late = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    late_seed = make_key(late)
    other = make_ready_programme(officer_name="Other Officer")
    for seed in (programme.officer_seed, programme.recovery_seed):
        assert [item.letter.text for item in opening.open_tip(tip, private=seed)] == ["Grey van."]
    for seed in (late_seed, other.officer_seed, other.recovery_seed, sealing.new_seed()):
        with pytest.raises(sealing.CannotOpen):
            opening.open_tip(tip, private=seed)


def test_the_administrator_and_other_programmes_are_kept_from_the_sealed_bytes_too() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    administrator = make_actor(programme.agency, Role.ADMINISTRATOR, name="Ada Admin")
    with pytest.raises(NotAllowed):
        queries.sealed_tip(actor=administrator, number=tip.number)
    with pytest.raises(NotAllowed):
        actions.open_tip(number=tip.number, by=administrator)
    with pytest.raises(NotAllowed):
        make_waiting_key(administrator)
    stranger = make_ready_programme().officer
    with pytest.raises(NotFound):
        actions.open_tip(number=tip.number, by=stranger)


def test_dumps_of_both_databases_do_not_hold_the_text() -> None:
    programme = make_ready_programme()
    text = "the man at number fourteen Quay Street"
    tip, filed = send(programme, text)
    actions.reply_to_tipster(
        number=tip.number, sealed=opening.seal_reply(tip, text="was it blue or green"), by=programme.officer
    )
    everything = b"".join(dump(alias) for alias in ("default", "tips"))
    assert tip.number.encode() in everything
    for secret in (text, "Quay Street", "blue or green", " ".join(filed.words), filed.groups, filed.digits):
        for form in (secret.encode(), secret.encode("utf-16-le"), base64.b64encode(secret.encode())[:-4]):
            assert form not in everything


def dump(alias: str) -> bytes:
    connection = connections[alias]
    if connection.vendor == "sqlite":
        raw = connection.connection
        assert isinstance(raw, sqlite3.Connection)
        return raw.serialize()
    out = io.StringIO()
    call_command("dumpdata", database=alias, stdout=out)
    return out.getvalue().encode()


def test_a_reply_is_read_by_the_tipster_and_answered() -> None:
    programme = make_ready_programme()
    tip, filed = send(programme, "A van.")
    sealed = opening.seal_reply(tip, text="Which colour?")
    first = actions.reply_to_tipster(number=tip.number, sealed=sealed, by=programme.officer)
    again = actions.reply_to_tipster(number=tip.number, sealed=sealed, by=programme.officer)
    assert first.pk == again.pk
    page = intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.digits)
    assert [(turn.ours, turn.text) for turn in page.turns] == [(False, "A van."), (True, "Which colour?")]
    assert page.answered


def test_plain_text_is_not_taken_for_a_sealed_reply() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    for plain in (b"Which colour?", b"", b"x" * 2000):
        with pytest.raises(actions.NotSealed):
            actions.reply_to_tipster(number=tip.number, sealed=plain, by=programme.officer)
    assert tip.messages.count() == 1


def test_a_damaged_reply_does_not_hide_the_rest() -> None:
    programme = make_ready_programme()
    tip, filed = send(programme, "A van.")
    sealed = bytearray(opening.seal_reply(tip, text="Which colour?"))
    sealed[-1] ^= 1
    actions.reply_to_tipster(number=tip.number, sealed=bytes(sealed), by=programme.officer)
    page = intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.groups)
    assert page.turns[0].text == "A van."
    assert "damaged" in page.turns[1].text


def test_a_colleague_can_open_what_was_shared_with_them() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme, "A van.")
    late = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    late_seed = make_key(late)
    assert not queries.tip_line(actor=late, number=tip.number).has_my_key
    listed = queries.sealed_tip(actor=programme.officer, number=tip.number)
    assert [item["name"] for item in listed.colleagues] == ["Luis Amaro"]
    wraps = opening.share(tip, private=programme.officer_seed, publics=[sealing.public_key(late_seed)])
    assert actions.share_tip(number=tip.number, wraps=wraps, by=programme.officer) == 1
    assert actions.share_tip(number=tip.number, wraps=wraps, by=programme.officer) == 0
    assert opening.open_tip(tip, private=late_seed)[0].letter.text == "A van."
    assert queries.tip_line(actor=late, number=tip.number).has_my_key
    assert verbs()[-1] == "tip.share"


def test_a_tip_is_shared_with_keys_of_the_programme_only() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    foreign = opening.share(
        tip, private=programme.officer_seed, publics=[sealing.public_key(sealing.new_seed())]
    )
    with pytest.raises(actions.NotSealed):
        actions.share_tip(number=tip.number, wraps=foreign, by=programme.officer)


def test_the_last_key_of_a_tip_is_not_retired() -> None:
    programme = make_ready_programme()
    make_key(make_actor(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro"))
    tip, _filed = send(programme)
    tip.wraps.exclude(
        fingerprint=fingerprint_of(programme.officer_seed)
    ).delete()  # as before there was a root
    with pytest.raises(key_actions.LastKey):
        remove_key(fingerprint_of(programme.officer_seed), seed=programme.officer_seed, by=programme.officer)


def test_a_key_taken_out_gets_no_new_tips_and_its_closed_half_is_destroyed() -> None:
    programme = make_ready_programme()
    make_key(make_actor(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro"))
    name = fingerprint_of(programme.officer_seed)
    key = remove_key(name, seed=programme.officer_seed, by=programme.officer)
    assert bytes(DeskKey.objects.get(pk=key.pk).wrapped_private) == b""
    tip, _filed = send(programme)
    with pytest.raises(sealing.CannotOpen):
        opening.open_tip(tip, private=programme.officer_seed)
    assert opening.open_tip(tip, private=programme.recovery_seed)
    with pytest.raises(key_actions.NotSigned):
        remove_key(name, seed=programme.officer_seed, by=programme.officer)
    assert verbs()[-2:] == ["tip-key.remove", "tip.begin"]


def test_the_last_key_in_force_is_not_taken_out_or_the_form_would_close() -> None:
    programme = make_ready_programme()
    with pytest.raises(key_actions.LastKey):
        remove_key(fingerprint_of(programme.officer_seed), seed=programme.officer_seed, by=programme.officer)


def test_a_key_that_waits_is_withdrawn_by_its_holder_only() -> None:
    programme = make_ready_programme()
    late = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    key, _seed = make_waiting_key(late)
    with pytest.raises(NotFound):
        key_actions.withdraw_desk_key(key_id=key.pk, by=programme.officer)
    key_actions.withdraw_desk_key(key_id=key.pk, by=late)
    assert DeskKey.objects.get(pk=key.pk).status == DeskKey.Status.RETIRED
    with pytest.raises(Conflict):
        key_actions.withdraw_desk_key(key_id=key.pk, by=late)


def test_two_officers_do_not_both_take_a_tip() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    late = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    actions.take_tip(number=tip.number, by=programme.officer)
    with pytest.raises(Conflict):
        actions.take_tip(number=tip.number, by=late)
    tip.refresh_from_db()
    assert tip.taken_by == programme.officer.ref
    actions.set_status(number=tip.number, status="closed", by=programme.officer)
    with pytest.raises(Invalid):
        actions.set_status(number=tip.number, status="lost", by=programme.officer)


def test_reading_is_on_the_record_and_never_moves_back() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    assert queries.tip_line(actor=programme.officer, number=tip.number).unread
    actions.open_tip(number=tip.number, by=programme.officer)
    actions.mark_read(number=tip.number, position=1, by=programme.officer)
    actions.mark_read(number=tip.number, position=1, by=programme.officer)
    assert verbs()[-2:] == ["tip.open", "tip.read"]
    assert not queries.tip_line(actor=programme.officer, number=tip.number).unread
    with pytest.raises(Invalid):
        actions.mark_read(number=tip.number, position=2, by=programme.officer)


def test_bytes_that_are_no_key_are_not_registered() -> None:
    programme = make_ready_programme()
    good = passphrase.close_desk_seed(bytes(32), passphrase=PASSPHRASE, rounds=10)
    public = sealing.public_key(bytes(32))
    for sealing_key, signing, wrapped in (
        (b"short", bytes(32), good),
        (b"\xff" * 1216, bytes(32), good),
        (public, bytes(32), b""),
        (public, b"", good),
    ):
        with pytest.raises(key_actions.NotAKey):
            key_actions.register_desk_key(
                public_key=sealing_key,
                signing_public=signing,
                wrapped_private=wrapped,
                label="x",
                by=programme.officer,
            )


def test_the_form_is_closed_while_nobody_has_a_key_in_force() -> None:
    agency = make_programme(agency=make_agency())
    root = found(agency)
    officer = make_actor(agency, Role.TIP_COORDINATOR)
    make_waiting_key(officer)
    assert not intake.is_open(programme_id=agency.pk)
    seed = make_key(officer, label="approved")
    programme = Programme(agency, agency, officer, seed, root.recovery)
    assert intake.is_open(programme_id=agency.pk)
    assert opening.open_tip(send(programme)[0], private=root.recovery)


def test_a_recovery_key_of_24_words_goes_on_opening_its_tips_and_its_use_is_on_the_record(
    tmp_path: Path,
) -> None:
    programme = make_ready_programme()
    tip, filed = send(programme, "A van.\x1b[31m")
    words, other = tmp_path / "recovery.txt", tmp_path / "another.txt"
    words.write_text("# Recovery key\n" + " ".join(passphrase.paper_words(programme.recovery_seed)))
    other.write_text(" ".join(passphrase.paper_words(sealing.new_seed())))
    lines = list(offline.open_with_key_file(number=filed.number, key_file=words))
    assert any("A van." in line for line in lines)
    assert "\x1b" not in "".join(lines)
    assert verbs()[-1] == "tip.open-offline"
    with pytest.raises(Invalid):
        offline.open_with_key_file(number=tip.number, key_file=other)


def test_the_list_shows_counts_and_hours_only_of_the_own_programme() -> None:
    programme, other = make_ready_programme(), make_ready_programme()
    tip, _filed = send(programme)
    send(other)
    (line,) = queries.tip_lines(actor=programme.officer)
    assert (line.number, line.appeal_ref, line.messages, line.unread) == (tip.number, "PE-2418", 1, True)
    assert queries.counts(actor=programme.officer) == {"new": 1, "working": 0, "closed": 0}
    assert queries.tip_lines(actor=programme.officer, status="closed") == []
    assert Tip.objects.count() == 2


def test_whoever_cannot_open_a_tip_cannot_block_it_with_false_copies() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme, "A van.")
    late, liar = (
        make_actor(programme.agency, Role.TIP_COORDINATOR, name=name) for name in ("Luis", "Nobody")
    )
    late_seed = make_key(late)
    make_key(liar, label="another")
    name = keys.fingerprint(sealing.public_key(late_seed))
    with pytest.raises(actions.NoKeyOfYours):
        actions.share_tip(number=tip.number, wraps={name: bytes(actions.WRAP)}, by=liar)
    with pytest.raises(actions.NoKeyOfYours):
        actions.mark_read(number=tip.number, position=1, by=liar)
    with pytest.raises(actions.NoKeyOfYours):
        actions.reply_to_tipster(
            number=tip.number, sealed=opening.seal_reply(tip, text="Not from us."), by=liar
        )
    wraps = opening.share(tip, private=programme.officer_seed, publics=[sealing.public_key(late_seed)])
    assert actions.share_tip(number=tip.number, wraps=wraps, by=programme.officer) == 1
    assert opening.open_tip(tip, private=late_seed)


def test_the_key_of_somebody_who_has_left_gets_no_new_tips_and_saves_no_old_ones() -> None:
    programme = make_ready_programme()
    late = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    late_seed = make_key(late)
    third = make_key(make_actor(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance"))
    tip, _filed = send(programme)
    tip.wraps.filter(kind="recovery").delete()  # as before there was a root
    tip.wraps.filter(fingerprint=fingerprint_of(third)).delete()
    boss = make_actor(programme.agency, Role.ADMINISTRATOR, name="Joy Delacroix")
    agencies.end_membership(person_id=int(late.ref.partition(":")[2]), by=boss)
    after, _filed = send(programme, "Later.")
    with pytest.raises(sealing.CannotOpen):
        opening.open_tip(after, private=late_seed)
    with pytest.raises(key_actions.LastKey):
        remove_key(fingerprint_of(programme.officer_seed), seed=programme.officer_seed, by=programme.officer)


def test_whoever_answers_a_tip_that_nobody_has_takes_it() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    sealed = opening.seal_reply(tip, text="Which colour?")
    actions.reply_to_tipster(number=tip.number, sealed=sealed, by=programme.officer)
    tip.refresh_from_db()
    assert (tip.status, tip.taken_by) == ("working", programme.officer.ref)
    assert verbs()[-2:] == ["tip.reply", "tip.take"]


def test_a_tip_counts_as_unread_until_somebody_has_opened_it() -> None:
    programme = make_ready_programme()
    tip, _filed = send(programme)
    assert queries.unread(actor=programme.officer) == 1
    actions.mark_read(number=tip.number, position=1, by=programme.officer)
    assert queries.unread(actor=programme.officer) == 0
