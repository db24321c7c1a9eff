"""A new device opens nothing until somebody else approves it, having compared words that nobody could exchange."""

from __future__ import annotations

from pathlib import Path

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.kernel import sealing
from hueandcry.kernel.errors import Conflict, NotFound
from hueandcry.tips import (
    key_actions,
    queries,
    recovery,
)
from hueandcry.tips import root as roots
from hueandcry.tips.models import DeskKey
from tests.factories import make_actor
from tests.helpers_drills import BY, officer, opens, sheets_of
from tests.helpers_tips import (
    Programme,
    card_of,
    fingerprint_of,
    make_waiting_key,
    remove_key,
    send,
    signed,
)

pytestmark = pytest.mark.django_db(databases=["default", "tips"], transaction=True)


# --- new devices ------------------------------------------------------------------------------------


def test_a_new_device_opens_nothing_until_somebody_else_approves_it(programme: Programme) -> None:
    second, second_seed = officer(programme)
    new, new_seed = make_waiting_key(programme.officer, label="tablet")
    tip, _filed = send(programme)
    assert not opens(tip, new_seed)
    assert new.fingerprint not in {key.fingerprint for key in queries.my_keys(actor=programme.officer)}
    with pytest.raises(key_actions.NotSigned):  # not by its own holder, with another key of theirs
        key_actions.add_statement(**signed("add", new, seed=programme.officer_seed), by=programme.officer)
    with pytest.raises(key_actions.NotSigned):  # not by itself
        key_actions.add_statement(**signed("add", new, seed=new_seed), by=programme.officer)
    with pytest.raises(key_actions.NotSigned):  # not with a colleague's signature handed in by the holder
        key_actions.add_statement(**signed("add", new, seed=second_seed), by=programme.officer)
    changed = signed("add", new, seed=programme.officer_seed, person="person:999999")
    with pytest.raises(key_actions.NotSigned):  # not as somebody else's
        key_actions.add_statement(**changed, by=programme.officer)
    key_actions.add_statement(**signed("add", new, seed=second_seed), by=second)
    after, _filed = send(programme)
    assert opens(after, new_seed)
    assert not opens(tip, new_seed)


def test_a_half_of_a_waiting_key_exchanged_in_the_database_changes_the_words_that_are_compared(
    programme: Programme, tmp_path: Path
) -> None:
    key, _seed = make_waiting_key(make_actor(programme.agency, Role.TIP_COORDINATOR, name="Nora Vance"))
    words = roots.spoken(card_of(key))  # as Nora reads them from where she made the key
    sheets = sheets_of(programme, tmp_path / "shares")
    theirs = sealing.new_seed()
    changes = (
        {"signing_public": sealing.ed25519_public(theirs)},
        {"public_key": sealing.public_key(theirs), "fingerprint": fingerprint_of(theirs)},
    )
    for change in changes:
        DeskKey.objects.filter(pk=key.pk).update(**change)
        with pytest.raises(NotFound):
            recovery.approve(wanted=words, shares=sheets[:2], by=BY)


def test_a_key_is_approved_once_and_never_returns(programme: Programme) -> None:
    second, second_seed = officer(programme)
    new, _seed = make_waiting_key(programme.officer)
    twice = signed("add", new, seed=second_seed)
    key_actions.add_statement(**twice, by=second)
    with pytest.raises(Conflict):
        key_actions.add_statement(**twice, by=second)
    remove_key(new.fingerprint, seed=second_seed, by=second, reason="lost")
    DeskKey.objects.filter(pk=new.pk).update(status=DeskKey.Status.WAITING)
    with pytest.raises(key_actions.NotSigned):
        key_actions.add_statement(**signed("add", new, seed=second_seed), by=second)


def test_two_statements_at_once_do_not_both_stand(programme: Programme) -> None:
    second, second_seed = officer(programme)
    one, _seed = make_waiting_key(programme.officer, label="one")
    two, _seed = make_waiting_key(programme.officer, label="two")
    first, later = signed("add", one, seed=second_seed), signed("add", two, seed=second_seed)
    key_actions.add_statement(**first, by=second)
    with pytest.raises(Conflict):
        key_actions.add_statement(**later, by=second)
