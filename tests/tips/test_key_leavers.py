"""Key drills: whoever has left, kept a key or an old backup; tips given to one person; keys and roots replaced."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as live

from hueandcry.agencies.models import Membership
from hueandcry.agencies.roles import Role
from hueandcry.jobs.runner import discover
from hueandcry.kernel import sealing
from hueandcry.kernel.actor import system
from hueandcry.kernel.errors import Conflict
from hueandcry.records.models import Entry
from hueandcry.tips import (
    actions,
    intake,
    key_queries,
    keyring,
    keys,
    locks,
    opening,
    pins,
    queries,
)
from hueandcry.tips.models import DeskKey, KeyWrap, Tip
from tests.factories import make_actor
from tests.helpers_drills import leave, officer, opens, sheets_of
from tests.helpers_tips import (
    Programme,
    fingerprint_of,
    remove_key,
    send,
)

pytestmark = pytest.mark.django_db(databases=["default", "tips"], transaction=True)


# --- who has left -----------------------------------------------------------------------------------


def everything_in(programme: Programme) -> list[bytes]:
    """Every wrap of the database, as a dump holds it: the attacker tries each with what they have."""
    return [bytes(sealed) for sealed in KeyWrap.objects.values_list("sealed", flat=True)]


def with_dump(tip: Tip, seed: bytes, wraps: list[bytes], locks_kept: list[bytes] = []) -> bool:  # noqa: B006
    """True if the seed opens any of these wraps of the tip, with or without locks somebody may have kept."""
    name = fingerprint_of(seed)
    for sealed in wraps:
        tries = [sealed]
        for lock in locks_kept:
            try:
                tries.append(sealing.open_with_key(lock, sealed, context=keys.info(tip.pk, f"lock/{name}")))
            except sealing.CannotOpen:
                continue
        for each in tries:
            try:
                sealing.unseal(seed, each, info=keys.info(tip.pk, f"seed/{name}"))
            except sealing.CannotOpen:
                continue
            return True
    return False


def renew(tip: Tip, *, seed: bytes, by: object) -> None:
    """What the browser of the next officer does who opens the tip."""
    held = queries.sealed_tip(actor=by, number=tip.number)
    assert held.renew
    old = opening.seed_of(tip, private=seed)
    new = sealing.new_seed()
    public = sealing.public_key(new)
    tip.refresh_from_db()
    messages = {}
    for message in tip.messages.all():
        info = keys.info(tip.pk, message.direction)
        plain = sealing.unseal(old, bytes(message.sealed), info=info)
        messages[message.position] = sealing.seal(public, plain, info=info)
    in_force = {key.fingerprint: key.public_key for key in queries.sealing_keys(tip.agency_id)}
    holders = set(held.holders) & in_force.keys()
    pair = actions.NewPair(
        generation=held.generation,
        public_key=public,
        messages=messages,
        wraps={name: keys.wrap_seed(new, tip_id=tip.pk, public=in_force[name]) for name in holders},
        recovery=keys.wrap_seed(new, tip_id=tip.pk, public=queries.recovery_public(tip.agency_id)),
        tipster=keys.wrap_seed(new, tip_id=tip.pk, public=bytes(tip.tipster_public)),
        proof=keys.tipster_proof(new, tip_id=tip.pk, public=bytes(tip.tipster_public)),
    )
    actions.rekey_tip(number=tip.number, pair=pair, by=by)
    tip.refresh_from_db()


def test_a_leaver_cannot_open_what_was_theirs_though_they_kept_key_and_the_current_dump(
    programme: Programme,
) -> None:
    second, second_seed = officer(programme)
    tip, filed = send(programme, "A grey van.")
    assert opens(tip, second_seed)
    kept_seed = opening.seed_of(tip, private=second_seed)  # they may even have kept the tip's own seed
    leave(second, programme)
    assert keyring.take_keys_of_leavers(by=system("leavers", agency_id=0)) == 1
    assert keyring.take_keys_of_leavers(by=system("leavers", agency_id=0)) == 0
    assert not opens(tip, second_seed)
    assert not with_dump(tip, second_seed, everything_in(programme))
    renew(tip, seed=programme.officer_seed, by=programme.officer)
    page = intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.groups)
    intake.send_message(
        programme_id=programme.agency.pk, talk_pass=page.talk_pass, letter=intake.Letter("And a blue one.")
    )
    for message in tip.messages.all():  # neither what stood there nor what came after opens with the old seed
        with pytest.raises(sealing.CannotOpen):
            sealing.unseal(kept_seed, bytes(message.sealed), info=keys.info(tip.pk, message.direction))
    for seed in (programme.officer_seed, programme.recovery_seed):
        assert [turn.letter.text for turn in opening.open_tip(tip, private=seed)] == [
            "A grey van.",
            "And a blue one.",
        ]
    again = intake.return_to_dialogue(
        programme_id=programme.agency.pk, number=filed.number, code=" ".join(filed.words)
    )
    assert [turn.text for turn in again.turns] == ["A grey van.", "And a blue one."]
    assert {"leaver", "one-person"} <= {finding.code for finding in key_queries.key_findings()}
    remove_key(fingerprint_of(second_seed), seed=programme.officer_seed, by=programme.officer, reason="left")
    assert "leaver" not in {finding.code for finding in key_queries.key_findings()}


def test_a_lock_that_a_crash_left_behind_is_destroyed_by_the_next_look(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, second_seed = officer(programme)
    send(programme)
    lock = locks.folder() / fingerprint_of(second_seed)
    leave(second, programme)
    with monkeypatch.context() as crash:
        crash.setattr(locks, "destroy", lambda _name: None)  # the process ends between commit and this
        discover()["tips.take_keys_of_leavers"].run()
    assert lock.exists()
    discover()["tips.take_keys_of_leavers"].run()
    assert not lock.exists()
    assert (locks.folder() / fingerprint_of(programme.officer_seed)).exists()
    assert discover()["tips.take_keys_of_leavers"].run() == 0


def test_locks_are_put_back_all_or_none(programme: Programme) -> None:
    send(programme)
    name = fingerprint_of(programme.officer_seed)
    held = json.loads(locks.as_text())["locks"]
    lock = locks.folder() / name
    lock.unlink()
    for spoilt in ({"0" * 32: "00"}, {"../keys/record.key": "00" * 32}, {"0" * 32: "no"}):
        with pytest.raises(ValueError, match=r"."):
            locks.put_back(json.dumps({"locks": held | spoilt}))
        assert locks.names() == []
    assert locks.put_back(json.dumps({"locks": held})) == 1
    assert lock.read_bytes().hex() == held[name]


def test_an_old_backup_gives_a_leaver_nothing_though_they_kept_key_and_passphrase(
    programme: Programme,
) -> None:
    second, second_seed = officer(programme)
    tip, _filed = send(programme)
    archive = everything_in(programme)  # what a backup taken before they left holds of the wraps
    assert opens(tip, second_seed)
    lock = locks.folder() / fingerprint_of(second_seed)
    assert with_dump(tip, second_seed, archive, [lock.read_bytes()])  # the attack works while the lock lives
    leave(second, programme)
    keyring.take_keys_of_leavers(by=system("leavers", agency_id=0))
    assert not lock.exists()
    left = [path.read_bytes() for path in locks.folder().iterdir()]
    assert not with_dump(tip, second_seed, archive, left)


def test_a_leaver_gets_no_new_tip_from_the_moment_the_role_ends(programme: Programme) -> None:
    second, second_seed = officer(programme)
    leave(second, programme)
    tip, _filed = send(programme)
    assert not opens(tip, second_seed)


def test_a_role_written_back_into_the_database_does_not_bring_the_tips_back(programme: Programme) -> None:
    second, second_seed = officer(programme)
    tip, _filed = send(programme)
    leave(second, programme)
    keyring.take_keys_of_leavers(by=system("leavers", agency_id=0))
    remove_key(fingerprint_of(second_seed), seed=programme.officer_seed, by=programme.officer, reason="left")
    Membership.objects.update(ended_at=None)
    DeskKey.objects.update(status=DeskKey.Status.ACTIVE)
    after, _filed = send(programme)
    assert not opens(tip, second_seed)
    assert not opens(after, second_seed)


def test_a_tip_whose_only_holder_leaves_is_not_closed_for_good(programme: Programme) -> None:
    second, second_seed = officer(programme)
    tip, _filed = send(programme)
    tip.wraps.exclude(fingerprint=fingerprint_of(second_seed)).delete()
    leave(second, programme)
    keyring.take_keys_of_leavers(by=system("leavers", agency_id=0))
    assert opens(tip, second_seed)


# --- assignment -------------------------------------------------------------------------------------


def test_a_tip_given_to_one_colleague_only_is_closed_to_everybody_else(programme: Programme) -> None:
    second, second_seed = officer(programme)
    third, third_seed = officer(programme, "Nora Vance")
    tip, _filed = send(programme)
    tip.wraps.filter(fingerprint=fingerprint_of(second_seed)).delete()
    theirs = next(each for each in queries.colleagues(actor=programme.officer) if each.ref == second.ref)
    assert [key["fingerprint"] for key in theirs.keys] == [fingerprint_of(second_seed)]
    wraps = opening.share(tip, private=programme.officer_seed, publics=[sealing.public_key(second_seed)])
    added = actions.assign_tip(
        number=tip.number,
        to_ref=second.ref,
        wraps=wraps,
        only=True,
        by=programme.officer,
    )
    assert added == 1
    assert opens(tip, second_seed)
    assert opens(tip, programme.recovery_seed)
    assert not opens(tip, programme.officer_seed)
    assert not opens(tip, third_seed)
    tip.refresh_from_db()
    assert (tip.taken_by, tip.status) == (second.ref, "working")
    with pytest.raises(actions.NoKeyOfYours):
        actions.assign_tip(number=tip.number, to_ref=third.ref, wraps={}, by=programme.officer)


def test_a_tip_is_not_given_to_somebody_without_a_key(programme: Programme) -> None:
    keyless = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance")
    tip, _filed = send(programme)
    with pytest.raises(actions.NobodyLeft):
        actions.assign_tip(number=tip.number, to_ref=keyless.ref, wraps={}, only=True, by=programme.officer)
    assert opens(tip, programme.officer_seed)


# --- races and cost ---------------------------------------------------------------------------------


def test_a_message_that_comes_while_a_tip_gets_new_keys_is_sealed_to_the_new_ones(
    programme: Programme,
) -> None:
    third, _third_seed = officer(programme, "Nora Vance")
    tip, filed = send(programme)
    page = intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.groups)
    stale = Tip.objects.get(pk=tip.pk)
    leave(third, programme)
    keyring.take_keys_of_leavers(by=system("leavers", agency_id=0))
    renew(tip, seed=programme.officer_seed, by=programme.officer)
    held = keys.read_pass(page.talk_pass, now=0, pepper=intake._pepper())
    intake._add(stale, wrap=held.wrap, letter=intake.Letter("More."), mark=b"m" * 16)
    assert [turn.letter.text for turn in opening.open_tip(tip, private=programme.officer_seed)] == [
        "A grey van.",
        "More.",
    ]
    with pytest.raises(Conflict):
        actions.reply_to_tipster(
            number=tip.number, sealed=opening.seal_reply(tip, text="?"), generation=0, by=programme.officer
        )


def test_new_keys_for_a_tip_are_refused_if_anybody_would_be_left_out_or_it_changed(
    programme: Programme,
) -> None:
    second, second_seed = officer(programme)
    third, _third_seed = officer(programme, "Nora Vance")
    tip, _filed = send(programme)
    leave(third, programme)
    keyring.take_keys_of_leavers(by=system("leavers", agency_id=0))
    kept: list[actions.NewPair] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "rekey_tip", lambda *, number, pair, by: kept.append(pair))  # noqa: ARG005
        renew(tip, seed=programme.officer_seed, by=programme.officer)
    (pair,) = kept
    without = {name: sealed for name, sealed in pair.wraps.items() if name != fingerprint_of(second_seed)}
    for wrong in (
        replace(pair, wraps=without),
        replace(pair, recovery=b""),
        replace(pair, tipster=b"x"),
        replace(pair, public_key=b"x"),
        replace(pair, proof=b""),
    ):
        with pytest.raises(actions.NotSealed):
            actions.rekey_tip(number=tip.number, pair=wrong, by=programme.officer)
    for changed in (
        replace(pair, generation=7),
        replace(pair, messages={1: b"short"}),
        replace(pair, messages={}),
    ):
        with pytest.raises(Conflict):
            actions.rekey_tip(number=tip.number, pair=changed, by=programme.officer)
    tip.refresh_from_db()
    assert (tip.renew, tip.generation) == (True, 0)
    assert opens(tip, programme.officer_seed)
    actions.rekey_tip(number=tip.number, pair=pair, by=second)
    assert opens(Tip.objects.get(), programme.officer_seed)
    again = replace(pair, generation=1)
    with pytest.raises(Conflict):  # nobody rewrites a tip that needs no new keys
        actions.rekey_tip(number=tip.number, pair=again, by=second)
    assert (
        Entry.objects.using("tips").filter(verb="tip.rekey", subject__startswith=f"tip:{tip.number}/").count()
        == 1
    )


def test_a_tipsters_key_planted_in_the_database_is_not_noted_and_carries_no_proof(
    programme: Programme,
) -> None:
    tip, filed = send(programme)
    theirs = sealing.public_key(sealing.new_seed())
    Tip.objects.update(tipster_public=theirs, renew=True, public_key=theirs)
    seed = opening.seed_of(tip, private=programme.officer_seed)
    proof = keys.tipster_proof(seed, tip_id=tip.pk, public=theirs)
    assert (
        queries.sealed_tip(actor=programme.officer, number=tip.number).tipster_proof
        != base64.b64encode(proof).decode()
    )
    page = intake.return_to_dialogue(programme_id=programme.agency.pk, number=filed.number, code=filed.groups)
    assert bytes(Tip.objects.get().tipster_public) != theirs
    intake.send_message(  # nor is the tip's own key taken from the row
        programme_id=programme.agency.pk, talk_pass=page.talk_pass, letter=intake.Letter("More.")
    )
    assert opening.open_tip(tip, private=programme.officer_seed)[1].letter.text == "More."


def test_files_of_pins_locks_and_shares_are_for_their_owner_only(
    programme: Programme, tmp_path: Path
) -> None:
    send(programme)
    sheets = sheets_of(programme, tmp_path / "shares")
    places = [*sheets, *locks.folder().iterdir(), pins.root_path(programme.agency.pk)]
    places += list((live.HUE_HOME / "tip-keylog").glob("*.json"))
    assert len(places) == 6
    assert {path.stat().st_mode & 0o777 for path in places} == {0o600}
    assert not list(Path(live.HUE_KEYS).glob("**/tip-locks/*"))  # a kept copy of the keys holds no lock
