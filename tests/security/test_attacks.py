"""Attacks that a hostile reading found, each made as its author would make it (docs/THREATS.md)."""

from __future__ import annotations

import json

import pytest

from hueandcry.kernel import sealing
from hueandcry.kernel.canon import canonical
from hueandcry.kernel.errors import Conflict
from hueandcry.tips import actions, key_actions, keylog, keys, opening, pins, queries, trust
from hueandcry.tips.actions import NewPair
from hueandcry.tips.keylog import Statement
from hueandcry.tips.models import DeskKey, KeyStatement, Tip
from hueandcry.tips.pins import Seen
from tests.factories import make_actor
from tests.helpers_tips import Programme, Role, make_ready_programme, make_waiting_key, send, signed

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture
def programme() -> Programme:
    return make_ready_programme()


def waiting(programme: Programme) -> DeskKey:
    colleague = make_actor(programme.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    return make_waiting_key(colleague)[0]


def resigned(programme: Programme, said: dict[str, object], *, tail: bytes = b"") -> dict[str, bytes]:
    """The statement as an officer would sign it who writes it by hand."""
    made = keylog.sign(dict(said), seed=keylog.signing_seed(programme.officer_seed))
    return {"body": made.body + tail, "signature": made.signature}


def test_one_officer_cannot_break_the_key_log_with_a_statement_that_is_too_long(programme: Programme) -> None:
    """Checked was a part of it, kept was the whole: after that no statement could follow, for ever."""
    key = waiting(programme)
    said = json.loads(signed("add", key, seed=programme.officer_seed)["body"])
    said["label"] = ""
    said["label"] = "x" * (key_actions.LONGEST_STATEMENT - len(canonical(said)))
    for tail in (b"", b"\n"):
        with pytest.raises(key_actions.NotSigned):
            key_actions.add_statement(**resigned(programme, said, tail=tail), by=programme.officer)
    assert trust.trusted(programme.agency.pk).problem is None
    key_actions.add_statement(**signed("add", key, seed=programme.officer_seed), by=programme.officer)


@pytest.mark.parametrize("spelled", ["blanks", "capitals", "short"])
def test_one_officer_cannot_write_what_the_browsers_read_otherwise(
    programme: Programme, spelled: str
) -> None:
    key = waiting(programme)
    said = json.loads(signed("add", key, seed=programme.officer_seed)["body"])
    said["signing"] = {
        "blanks": " ".join(said["signing"][n : n + 2] for n in range(0, 64, 2)),
        "capitals": said["signing"].upper(),
        "short": said["signing"][:-2],
    }[spelled]
    with pytest.raises(key_actions.NotSigned):
        key_actions.add_statement(**resigned(programme, said), by=programme.officer)


def test_a_key_in_the_file_of_what_was_seen_is_not_believed(programme: Programme) -> None:
    """The public process writes that file: whoever breaks into it must not name keys for later."""
    mine = trust.trusted(programme.agency.pk).keys[0]
    planted = sealing.public_key(sealing.new_seed())
    state = trust.trusted(programme.agency.pk).state
    assert state
    links = tuple((each.body, each.signature) for each in trust.statements(programme.agency.pk))
    false = Seen(state.seq, state.digest, links, {mine.fingerprint: planted})
    pins.note_seen(programme.agency.pk, false)
    DeskKey.objects.filter(fingerprint=mine.fingerprint).update(public_key=planted)
    trust.forget()
    assert planted not in [key.public_key for key in queries.sealing_keys(programme.agency.pk)]
    pins.forget_seen(programme.agency.pk)
    trust.forget()


def test_an_old_log_under_a_later_number_brings_no_key_back(programme: Programme) -> None:
    """Whoever broke into the public process once writes the file anew: the removed key must stay removed."""
    key = waiting(programme)
    key_actions.add_statement(**signed("add", key, seed=programme.officer_seed), by=programme.officer)
    old = tuple((each.body, each.signature) for each in trust.statements(programme.agency.pk))
    publics = {each.fingerprint: each.public_key for each in trust.trusted(programme.agency.pk).keys}
    told = signed("remove", key, seed=programme.officer_seed, reason="lost")
    key_actions.add_statement(**told, by=programme.officer)
    pins.note_seen(programme.agency.pk, Seen(999, "f" * 64, old, publics))
    trust.forget()
    in_force = {each.fingerprint for each in queries.sealing_keys(programme.agency.pk)}
    assert key.fingerprint not in in_force
    assert len(in_force) == 1
    pins.forget_seen(programme.agency.pk)
    trust.forget()


def test_no_officer_writes_a_tip_anew_that_nobody_asked_to_renew(programme: Programme) -> None:
    """With the same sizes, the tipster's words could be put in other words, for the recovery key too."""
    tip, _filed = send(programme, "It was a grey van.")
    seed = sealing.new_seed()
    public = sealing.public_key(seed)
    name = keys.fingerprint(sealing.public_key(programme.officer_seed))
    message = tip.messages.get()
    forged = sealing.seal(public, b"x" * (len(bytes(message.sealed)) - 1136), info=b"")
    closed = keys.wrap_seed(seed, tip_id=tip.pk, public=sealing.public_key(programme.officer_seed))
    pair = NewPair(
        generation=tip.generation, public_key=public, messages={1: forged}, wraps={name: closed},
        recovery=closed, tipster=closed, proof=bytes(32),
    )  # fmt: skip
    with pytest.raises(Conflict):
        actions.rekey_tip(number=tip.number, pair=pair, by=programme.officer)
    again = Tip.objects.get(pk=tip.pk)
    assert [item.letter.text for item in opening.open_tip(again, private=programme.recovery_seed)] == [
        "It was a grey van."
    ]


def test_a_statement_of_another_programme_or_out_of_turn_is_refused(programme: Programme) -> None:
    other = make_ready_programme(officer_name="Other Officer")
    key = waiting(programme)
    told = signed("add", key, seed=programme.officer_seed)
    with pytest.raises((key_actions.NotSigned, Conflict)):
        key_actions.add_statement(**told, by=other.officer)
    key_actions.add_statement(**told, by=programme.officer)
    with pytest.raises(Conflict):
        key_actions.add_statement(**told, by=programme.officer)
    last = KeyStatement.objects.filter(agency_id=programme.agency.pk).order_by("-seq").first()
    assert last
    assert Statement(bytes(last.body), bytes(last.signature)).digest == last.digest
