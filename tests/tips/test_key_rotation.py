"""Replacing an officer's key or the root keeps every tip readable; so does data of an earlier version."""

from __future__ import annotations

from pathlib import Path

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.tips import (
    actions,
    founding,
    intake,
    key_actions,
    key_queries,
    locks,
    opening,
    pins,
    queries,
    recovery,
    trust,
)
from hueandcry.tips.keylog import Broken
from hueandcry.tips.models import DeskKey, KeyStatement, KeyWrap, Tip
from tests.factories import make_actor
from tests.helpers_drills import BY, officer, opens, sheets_of
from tests.helpers_tips import (
    ROOTS,
    Programme,
    card_of,
    fingerprint_of,
    make_waiting_key,
    remove_key,
    send,
    signed,
)

pytestmark = pytest.mark.django_db(databases=["default", "tips"], transaction=True)


# --- rotation ---------------------------------------------------------------------------------------


def test_rotation_of_an_officers_key_keeps_all_tips_readable(programme: Programme) -> None:
    second, second_seed = officer(programme)
    tips = [send(programme, f"Tip {number}.")[0] for number in range(3)]
    new, new_seed = make_waiting_key(programme.officer, label="new laptop")
    key_actions.add_statement(**signed("add", new, seed=second_seed), by=second)
    new.refresh_from_db()
    old = DeskKey.objects.get(fingerprint=fingerprint_of(programme.officer_seed))
    (line,) = key_queries.keys_page(actor=programme.officer).to_move
    assert (line[0].id, line[1].id, line[2]) == (old.pk, new.pk, 3)
    listed = queries.tips_to_move(actor=programme.officer, old=old, new=new)
    for tip in tips:
        wraps = opening.share(tip, private=programme.officer_seed, publics=[bytes(new.public_key)])
        actions.share_tip(number=tip.number, wraps=wraps, by=programme.officer)
    assert {item["number"] for item in listed} == {tip.number for tip in tips}
    assert queries.tips_to_move(actor=programme.officer, old=old, new=new) == []
    remove_key(old.fingerprint, seed=second_seed, by=second, reason="replaced")
    assert all(opens(tip, new_seed) for tip in tips)
    assert not any(opens(tip, programme.officer_seed) for tip in tips)
    assert not Tip.objects.filter(renew=True).exists()


def test_rotation_of_the_root_keeps_all_tips_readable_and_the_old_shares_open_none(
    programme: Programme, tmp_path: Path
) -> None:
    tips = [send(programme, f"Tip {number}.")[0] for number in range(3)]
    sheets = sheets_of(programme, tmp_path / "old")
    new, fresh, done = recovery.replace_root(
        shares=sheets[:2], folder=tmp_path / "new", by=BY, progress=lambda *_step: None
    )
    assert done is not None
    assert done.closed == []
    assert trust.trusted(programme.agency.pk).problem is None
    after, _filed = send(programme)
    for tip in (*tips, after):
        assert opens(tip, programme.officer_seed)
        assert opens(tip, new.recovery)
        assert not opens(tip, programme.recovery_seed)
    assert recovery.drill(shares=fresh[1:], by=BY).fingerprint == new.public.fingerprint
    with pytest.raises(Exception, match="replaced"):
        recovery.root_of(sheets[:2])
    key, seed = make_waiting_key(make_actor(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance"))
    recovery.approve(wanted=card_of(key), shares=fresh[:2], by=BY)
    assert opens(send(programme)[0], seed)


def test_the_old_root_cannot_add_a_key_after_it_was_replaced(programme: Programme, tmp_path: Path) -> None:
    sheets = sheets_of(programme, tmp_path / "old")
    old = ROOTS[programme.agency.pk]
    recovery.replace_root(shares=sheets[:2], folder=tmp_path / "new", by=BY, progress=lambda *_step: None)
    key, _seed = make_waiting_key(make_actor(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance"))
    with pytest.raises(Broken):
        founding.enrol(key, root=old, by=programme.officer)


def test_a_lost_pin_is_put_back_with_two_shares(programme: Programme, tmp_path: Path) -> None:
    sheets = sheets_of(programme, tmp_path / "shares")
    pins.root_path(programme.agency.pk).unlink()
    recovery.pin_again(shares=sheets[:2], by=BY)
    assert intake.is_open(programme_id=programme.agency.pk)


# --- data of an earlier version ---------------------------------------------------------------------


def test_data_of_an_earlier_version_gets_a_root_and_locks_and_its_tips_open(programme: Programme) -> None:
    tip, _filed = send(programme)
    KeyStatement.objects.all().delete()
    pins.root_path(programme.agency.pk).unlink()
    pins.forget_seen(programme.agency.pk)
    for wrap in KeyWrap.objects.filter(kind="desk"):  # as issue 2 kept them
        KeyWrap.objects.filter(pk=wrap.pk).update(sealed=locks.open_wrap(wrap), lock="")
    DeskKey.objects.update(signing_public=b"")
    sheets = founding.bring_up_to_date(by=BY)
    assert len(sheets) == 3
    assert founding.bring_up_to_date(by=BY) == []
    assert not KeyWrap.objects.filter(kind="desk", lock="").exists()
    assert opens(tip, programme.officer_seed)
    assert opens(send(programme)[0], programme.officer_seed)
    assert "shares-here" in {finding.code for finding in key_queries.key_findings()}
    assert "old-recovery" in {finding.code for finding in key_queries.key_findings()}
    done = recovery.rewrap(
        programme.agency.pk,
        private=programme.recovery_seed,
        by=programme.officer,
        progress=lambda *_step: None,
    )
    assert done.wraps == 1  # the earlier tip, for the new recovery key
    assert "old-recovery" not in {finding.code for finding in key_queries.key_findings()}
