"""Key drills, written as an attacker would try: whoever writes in the database, keeps a share."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.kernel import sealing
from hueandcry.kernel.errors import Unavailable
from hueandcry.records.models import Entry
from hueandcry.tips import (
    actions,
    founding,
    intake,
    key_actions,
    key_queries,
    keylog,
    keyring,
    keys,
    locks,
    opening,
    pins,
    recovery,
    trust,
)
from hueandcry.tips import root as roots
from hueandcry.tips.keylog import Broken, State, Statement
from hueandcry.tips.models import DeskKey, KeyStatement, RootUse
from hueandcry.tips.root import WrongShare
from tests.factories import make_actor, make_person
from tests.helpers_drills import BY, append, officer, opens, sheets_of
from tests.helpers_tips import (
    ROOTS,
    Programme,
    card_of,
    fingerprint_of,
    make_ready_programme,
    make_waiting_key,
    remove_key,
    send,
    signed,
)

pytestmark = pytest.mark.django_db(databases=["default", "tips"], transaction=True)


# --- planted keys -----------------------------------------------------------------------------------


def plant(programme: Programme, person_ref: str) -> bytes:
    """A row that looks like a key in use of somebody who has the role."""
    seed = sealing.new_seed()
    public = sealing.public_key(seed)
    DeskKey.objects.create(
        agency_id=programme.agency.pk,
        person_ref=person_ref,
        person_name="Samira Quist",
        label="laptop",
        fingerprint=keys.fingerprint(public),
        public_key=public,
        signing_public=sealing.ed25519_public(keylog.signing_seed(seed)),
        wrapped_private=bytes(80),
        status=DeskKey.Status.ACTIVE,
        made_hour="2026-11-22T09:00Z",
    )
    return seed


def test_a_key_planted_in_the_database_is_not_sealed_to(programme: Programme) -> None:
    accomplice = make_person(programme.agency, Role.TIP_COORDINATOR, name="Planted")
    for person in (programme.officer.ref, f"person:{accomplice.pk}"):
        seed = plant(programme, person)
        tip, _filed = send(programme)
        assert not opens(tip, seed)
        assert fingerprint_of(seed) not in set(tip.wraps.values_list("fingerprint", flat=True))
        assert opens(tip, programme.officer_seed)


def test_a_planted_key_cannot_be_shared_with_or_assigned_to(programme: Programme) -> None:
    seed = plant(programme, programme.officer.ref)
    tip, _filed = send(programme)
    wraps = opening.share(tip, private=programme.officer_seed, publics=[sealing.public_key(seed)])
    with pytest.raises(actions.NotSealed):
        actions.share_tip(number=tip.number, wraps=wraps, by=programme.officer)
    with pytest.raises(actions.NotSealed):
        actions.assign_tip(number=tip.number, to_ref=programme.officer.ref, wraps=wraps, by=programme.officer)


def test_changing_the_bytes_of_a_good_key_changes_nothing_but_raises_an_alarm(programme: Programme) -> None:
    send(programme)  # this process has seen the good bytes
    seed = sealing.new_seed()
    DeskKey.objects.filter(fingerprint=fingerprint_of(programme.officer_seed)).update(
        public_key=sealing.public_key(seed)
    )
    trust.forget()
    tip, _filed = send(programme)
    assert not opens(tip, seed)
    assert opens(tip, programme.officer_seed)
    assert {finding.code for finding in key_queries.key_findings()} >= {"key-changed", "alarm"}


def planted_statements(programme: Programme) -> Iterator[tuple[str, Statement]]:
    """Statements an attacker might write who has the database and one removed or one good key, by what is wrong."""
    key = DeskKey.objects.get(fingerprint=fingerprint_of(plant(programme, "person:999")))
    state = trust.trusted(programme.agency.pk).state
    assert state is not None
    own = sealing.new_seed()
    good = signed("add", key, seed=programme.officer_seed)
    yield "signature", Statement(good["body"], bytes(64))
    yield "signature", Statement(good["body"].replace(b"Samira", b"Sandra"), good["signature"])
    yield "signer", Statement(**signed("add", key, seed=own))
    mine = DeskKey.objects.get(fingerprint=fingerprint_of(plant(programme, programme.officer.ref)))
    yield "own-key", Statement(**signed("add", mine, seed=programme.officer_seed))
    fake = roots.new_root()
    yield "root", keylog.begin(state, root=fake, hour="2026-11-22T09:00:00+00:00")
    yield "signature", keylog.hand_over(state, old=fake, new=fake.public, hour="2026-11-22T09:00:00+00:00")
    other = replace(state, programme=state.programme + 1)
    yield "programme", keylog.begin(other, root=fake, hour="2026-11-22T09:00:00+00:00")
    yield (
        "chain",
        keylog.begin(replace(state, seq=state.seq + 1), root=fake, hour="2026-11-22T09:00:00+00:00"),
    )
    yield "form", Statement(good["body"].replace(b'"v":1', b'"v": 1'), good["signature"])
    yield "form", Statement(b"[" * 100_000, bytes(64))


def test_a_planted_statement_never_puts_a_key_in_force(programme: Programme) -> None:
    send(programme)
    for why, statement in planted_statements(programme):
        state = trust.trusted(programme.agency.pk).state
        assert state is not None
        with pytest.raises(Broken) as refused:
            keylog.step(state, statement)
        assert refused.value.why == why
        append(programme, statement)
        tip, _filed = send(programme)
        assert set(tip.wraps.filter(kind="desk").values_list("fingerprint", flat=True)) == {
            fingerprint_of(programme.officer_seed)
        }
        assert "log-broken" in {finding.code for finding in key_queries.key_findings()}
        with pytest.raises(Unavailable):
            keyring.good_state(programme.agency.pk)
        KeyStatement.objects.filter(seq=state.seq + 1).delete()
        trust.forget()


def test_a_statement_that_is_not_stored_as_it_was_checked_does_not_come_in(programme: Programme) -> None:
    second, second_seed = officer(programme)
    key, _seed = make_waiting_key(programme.officer, label="tablet")
    good = signed("add", key, seed=second_seed)
    padded = signed("add", key, seed=second_seed, label="x" * 5000)
    relabelled = signed("add", key, seed=second_seed, label="another")
    spelled = signed("add", key, seed=second_seed, signing=bytes(key.signing_public).hex(" "))
    for wrong in (
        {**good, "body": good["body"] + b" "}, {**good, "body": good["body"] + b"x" * 5000}, padded, relabelled, spelled,
    ):  # fmt: skip
        with pytest.raises(key_actions.NotSigned):
            key_actions.add_statement(**wrong, by=second)
    key_actions.add_statement(**good, by=second)


def test_a_seen_log_written_by_whoever_took_the_public_process_is_verified_again(
    programme: Programme,
) -> None:
    send(programme)
    held = pins.seen(programme.agency.pk)
    assert held is not None
    theirs = sealing.new_seed()
    name = fingerprint_of(programme.officer_seed)
    pins.note_seen(programme.agency.pk, replace(held, publics={name: sealing.public_key(theirs)}))
    DeskKey.objects.filter(fingerprint=name).delete()
    trust.forget()
    assert trust.trusted(programme.agency.pk).keys == ()
    pins.note_seen(programme.agency.pk, replace(held, statements=held.statements[:1] * 2))
    KeyStatement.objects.all().delete()
    trust.forget()
    assert trust.trusted(programme.agency.pk).keys == ()
    assert not intake.is_open(programme_id=programme.agency.pk)


def test_a_seen_log_that_claims_more_than_it_holds_brings_no_removed_key_back(programme: Programme) -> None:
    _second, second_seed = officer(programme)
    send(programme)
    before = pins.seen(programme.agency.pk)
    assert before is not None
    remove_key(fingerprint_of(second_seed), seed=programme.officer_seed, by=programme.officer, reason="lost")
    pins.note_seen(programme.agency.pk, replace(before, seq=999))
    trust.forget()
    tip, _filed = send(programme)
    assert not opens(tip, second_seed)
    assert opens(tip, programme.officer_seed)


def test_a_log_that_was_mended_is_looked_at_again(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(programme)
    good = bytes(DeskKey.objects.get().public_key)
    trust.forget()
    DeskKey.objects.update(public_key=sealing.public_key(sealing.new_seed()))
    assert trust.trusted(programme.agency.pk).problem is not None
    DeskKey.objects.update(public_key=good)
    monkeypatch.setattr(trust.time, "monotonic", lambda: 1e12)
    assert trust.trusted(programme.agency.pk).problem is None


def test_a_statement_signed_by_a_removed_key_is_refused(programme: Programme) -> None:
    second, second_seed = officer(programme)
    remove_key(fingerprint_of(second_seed), seed=programme.officer_seed, by=programme.officer, reason="lost")
    third = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance")
    key, seed = make_waiting_key(third)
    with pytest.raises(key_actions.NotSigned):
        key_actions.add_statement(**signed("add", key, seed=second_seed), by=second)
    append(programme, Statement(**signed("add", key, seed=second_seed)))
    tip, _filed = send(programme)
    assert not opens(tip, seed)
    assert not opens(tip, second_seed)


def test_a_whole_log_of_an_attackers_own_is_refused(programme: Programme) -> None:
    send(programme)
    theirs = roots.new_root()
    KeyStatement.objects.all().delete()
    state = State(programme.agency.pk)
    key = DeskKey.objects.get(fingerprint=fingerprint_of(plant(programme, programme.officer.ref)))
    hour = founding.hour_text()
    first = keylog.begin(state, root=theirs, hour=hour)
    state = keylog.step(state, first)
    add = keylog.sign(
        keylog.body(
            state, act="add", by="root", hour=hour, person=key.person_ref, name=key.person_name, label=key.label,
            fingerprint=key.fingerprint, key=keylog.digest_of_key(bytes(key.public_key)),
            signing=bytes(key.signing_public).hex(),
        ),
        seed=theirs.signing,
    )  # fmt: skip
    state = keylog.step(state, add)
    over = keylog.hand_over(state, old=theirs, new=ROOTS[programme.agency.pk].public, hour=hour)
    for statement in (first, add, over):  # "and then the true root took over"
        append(programme, statement)
    tip, _filed = send(programme)
    assert key.fingerprint not in set(tip.wraps.values_list("fingerprint", flat=True))
    assert opens(tip, programme.officer_seed)


def test_a_log_rolled_back_to_before_a_removal_brings_nobody_back(programme: Programme) -> None:
    _second, second_seed = officer(programme)
    remove_key(fingerprint_of(second_seed), seed=programme.officer_seed, by=programme.officer, reason="lost")
    send(programme)  # the public process has seen the removal
    KeyStatement.objects.order_by("-seq").first().delete()  # type: ignore[union-attr]
    trust.forget()  # even one that was started anew
    tip, _filed = send(programme)
    assert not opens(tip, second_seed)
    assert opens(tip, programme.officer_seed)
    assert "log-rolled-back" in {finding.code for finding in key_queries.key_findings()}


def test_a_log_forked_after_the_same_beginning_is_refused(programme: Programme) -> None:
    second, second_seed = officer(programme)
    remove_key(fingerprint_of(second_seed), seed=programme.officer_seed, by=programme.officer, reason="lost")
    send(programme)
    KeyStatement.objects.order_by("-seq").first().delete()  # type: ignore[union-attr]
    trust.forget()
    pins_seen = pins.seen(programme.agency.pk)
    pins.forget_seen(programme.agency.pk)
    third, _seed = make_waiting_key(make_actor(programme.agency, Role.TIP_COORDINATOR, name="Mallory"))
    key_actions.add_statement(**signed("add", third, seed=second_seed), by=second)
    assert pins_seen is not None
    pins.note_seen(programme.agency.pk, pins_seen)
    trust.forget()
    tip, _filed = send(programme)
    assert set(tip.wraps.filter(kind="desk").values_list("fingerprint", flat=True)) == {
        fingerprint_of(programme.officer_seed)
    }
    assert "log-forked" in {finding.code for finding in key_queries.key_findings()}


def test_without_the_pinned_root_nothing_is_sealed_and_the_form_is_closed(programme: Programme) -> None:
    pins.root_path(programme.agency.pk).unlink()
    assert not intake.is_open(programme_id=programme.agency.pk)
    with pytest.raises(intake.NotOpenYet):
        send(programme)
    assert "no-root" in {finding.code for finding in key_queries.key_findings()}
    assert founding.bring_up_to_date(by=BY) == []  # a root is never made where a log stands
    assert not pins.root_path(programme.agency.pk).exists()


# --- shares -----------------------------------------------------------------------------------------


def test_one_share_opens_nothing_and_any_two_do(programme: Programme, tmp_path: Path) -> None:
    tip, filed = send(programme, "A grey van.")
    sheets = sheets_of(programme, tmp_path / "shares")
    for sheet in sheets:
        for alone in ([sheet], [sheet, sheet]):
            with pytest.raises(WrongShare):
                recovery.root_of(alone)
        part = roots.read_share(sheet.read_text()).part
        assert not opens(tip, part)
        assert part not in (ROOTS[programme.agency.pk].secret, ROOTS[programme.agency.pk].recovery)
    for pair in itertools.combinations(sheets, 2):
        said = list(recovery.open_with_shares(number=filed.number, shares=list(pair), by=BY))
        assert any("A grey van." in line for line in said)
        assert recovery.drill(shares=list(pair), by=BY).tip == tip.number
    kinds = list(RootUse.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["made", *["recover", "drill"] * 3]
    verbs = set(Entry.objects.using("tips").values_list("verb", flat=True))
    assert {"tip-root.made", "tip-root.recover", "tip-root.drill", "tip.open-offline"} <= verbs


def test_shares_of_two_roots_or_changed_words_are_refused(programme: Programme, tmp_path: Path) -> None:
    ours = sheets_of(programme, tmp_path / "ours")
    other = make_ready_programme(officer_name="Other Officer")
    theirs = sheets_of(other, tmp_path / "theirs")
    with pytest.raises(WrongShare):
        recovery.root_of([ours[0], theirs[1]])
    text = ours[1].read_text().splitlines()
    words = next(line for line in text if len(line.split()) == 8 and ":" not in line and "#" not in line)
    swapped = " ".join([words.split()[1], words.split()[0], *words.split()[2:]])
    ours[1].write_text(ours[1].read_text().replace(words, swapped))
    with pytest.raises(Exception, match=r"slip|fit|share"):
        recovery.root_of(ours[:2])
    with pytest.raises(WrongShare):
        recovery.root_of([ours[0], tmp_path / "nowhere"])
    true = roots.read_share(ours[0].read_text())
    with pytest.raises(WrongShare):  # right in form, of nobody's root
        roots.join_shares([true, roots.Share(2, true.fingerprint, bytes(32))])


def test_recovery_gives_all_tips_back_after_every_desk_key_is_lost(
    programme: Programme, tmp_path: Path
) -> None:
    tips = [send(programme, f"Tip {number}.")[0] for number in range(3)]
    sheets = sheets_of(programme, tmp_path / "shares")
    for key in DeskKey.objects.all():
        locks.destroy(key.fingerprint)
    late = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance")
    key, seed = make_waiting_key(late)
    approved = recovery.approve(wanted=roots.spoken(card_of(key)), shares=sheets[:2], by=BY)
    assert approved.status == DeskKey.Status.ACTIVE
    assert not any(opens(tip, each) for tip in tips for each in (seed, programme.officer_seed))
    seen: list[tuple[int, int]] = []
    done = recovery.rewrap_all(shares=sheets[1:], by=BY, progress=lambda *step: seen.append(step))
    assert (done.tips, done.wraps, done.closed) == (3, 6, [])
    assert seen[-1] == (3, 3)
    assert all(opens(tip, each) for tip in tips for each in (seed, programme.officer_seed))
    again = recovery.rewrap_all(shares=sheets[1:], by=BY, progress=lambda *_step: None)
    assert again.wraps == 0
