"""The record, lived through at random: written, given up, numbered in pieces, sealed, erased, exported, and tampered with.

After every step both ledgers verify, against every seal that was ever given away too. Whatever an insider with the
owner's rights changes is named; then it is put back, and the life goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.records import actions, exports, queries, verifier
from hueandcry.records.chain import Frontier
from hueandcry.records.entry import Ledger, record
from hueandcry.records.models import Body, Entry, Position, Seal
from hueandcry.records.numbering import number
from hueandcry.records.seals import seal
from hueandcry.records.verifying import verify
from tests.conftest import lift, restore
from tests.machines.living import Life, live

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]
READS = frozenset({Permission.RECORD_READ, Permission.RECORD_ERASE, Permission.TIP_READ})
BY = Actor("person:7", "Nora Vance", 1, READS)
LEDGER = st.sampled_from(list(Ledger))
TEXTS = st.text(alphabet="aé\n\u2028\"'\\ß\u0000🚲", max_size=6).map(lambda text: text.replace("\x00", " "))
TAMPERING = {  # what an insider may do to a numbered entry; {entry}, {other}: ids, {place}: position
    "another verb": "UPDATE records_entry SET verb = 'appeal.other' WHERE id = {entry}",
    "another actor": "UPDATE records_entry SET actor = 'person:8' WHERE id = {entry}",
    "another subject": "UPDATE records_entry SET subject = 'appeal:999' WHERE id = {entry}",
    "another agency": "UPDATE records_entry SET agency_id = agency_id + 1 WHERE id = {entry}",
    "another time": "UPDATE records_entry SET at = '2020-01-01 00:00:00+00:00' WHERE id = {entry}",
    "the entry gone": "DELETE FROM records_entry WHERE id = {entry}",
    "the position gone": "DELETE FROM records_position WHERE position = {place}",
    "another leaf": "UPDATE records_position SET leaf = (SELECT leaf FROM records_position WHERE position = {other})"
    " WHERE position = {place}",
    "nodes gone": "DELETE FROM records_node",
    "the content gone": "DELETE FROM records_body WHERE entry_id = {entry}",
    "another content": 'UPDATE records_body SET lines = \'"body.by" "Somebody else"\' WHERE entry_id = {entry}',
    "the seal of less": "UPDATE records_seal SET size = size - 1",
}


class RecordLife(Life):
    """Both ledgers of one house."""

    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[Ledger, str]] = []  # seals as somebody elsewhere has them
        self.written = dict.fromkeys(Ledger, 0)

    @rule(ledger=LEDGER, subject=st.integers(1, 3), text=TEXTS, count=st.integers(1, 4))
    def write(self, ledger: Ledger, subject: int, text: str, count: int) -> None:
        """An action and its entry."""
        body = {"text": text, "pictures": subject} if ledger is Ledger.MAIN else None
        with transaction.atomic(using=ledger.database):
            for _ in range(count):
                record(by=BY, verb="appeal.edit", subject=f"appeal:{subject}", body=body, ledger=ledger)
        self.written[ledger] += count

    @rule(ledger=LEDGER)
    def give_up(self, ledger: Ledger) -> None:
        """An action that fails leaves no entry."""
        with transaction.atomic(using=ledger.database):
            record(by=BY, verb="appeal.edit", subject="appeal:1", ledger=ledger)
            transaction.set_rollback(True, using=ledger.database)

    @rule(ledger=LEDGER, limit=st.integers(1, 5))
    def number_some(self, ledger: Ledger, limit: int) -> None:
        """The sweep comes by."""
        number(ledger, limit=limit)

    @rule(ledger=LEDGER)
    def seal_it(self, ledger: Ledger) -> None:
        """A seal is made, published, and kept by a stranger."""
        made = seal(ledger)
        if made is not None:
            self.kept.append((ledger, made.note))

    @rule(subject=st.integers(1, 3))
    def erase(self, subject: int) -> None:
        """The content about a thing is destroyed by rule."""
        done = actions.erase_bodies(subject=f"appeal:{subject}", reason="By schedule.", by=BY)
        self.written[Ledger.MAIN] += done
        assert not Body.objects.filter(entry__subject=f"appeal:{subject}").exists()

    @precondition(lambda self: any(self.written.values()))
    @rule(ledger=LEDGER, redact=st.booleans(), whole=st.booleans())
    def export(self, ledger: Ledger, *, redact: bool, whole: bool) -> None:
        """A bundle checks with its own checker, against every seal kept so far."""
        if not self.written[ledger]:
            return
        subject = "" if whole else Entry.objects.using(ledger.database).values_list("subject", flat=True)[0]
        out = self.folder / "bundle.zip"
        manifest = exports.export(out=out, ledger=ledger, subject=subject, redact=redact)
        self.kept.append((ledger, manifest["seal"]))
        for other, note in self.kept:
            if whole and other is ledger:
                verifier.check(str(out), note, manifest["public_key"])
        assert verifier.check(str(out))
        if redact:
            assert b"By schedule." not in out.read_bytes()

    @precondition(lambda _self: Position.objects.exists())
    @rule(which=st.integers(0, 40), how=st.sampled_from(sorted(TAMPERING)))
    def tamper(self, which: int, how: str) -> None:
        """An insider changes a numbered entry behind everybody's back: it is named."""
        places = list(Position.objects.order_by("position"))
        place = places[which % len(places)]
        other = places[(which + 1) % len(places)]
        statement = TAMPERING[how].format(entry=place.entry_id, place=place.position, other=other.position)
        with self._undone_after():
            changed = behind_the_back(statement)
            found = verify(Ledger.MAIN)
            harmless = not changed or (how == "another leaf" and bytes(other.leaf) == bytes(place.leaf))
            assert harmless or found.problems, f"{how}: nobody noticed"
        assert verify(Ledger.MAIN).good

    @precondition(lambda self: any(ledger is Ledger.MAIN for ledger, _note in self.kept))
    @rule()
    def rewrite(self) -> None:
        """Whoever holds the signing key makes the record anew without an entry: a seal kept elsewhere shows it."""
        note = next(note for ledger, note in reversed(self.kept) if ledger is Ledger.MAIN)
        with self._undone_after():
            for table in ("seal", "node", "position"):
                behind_the_back(f"DELETE FROM records_{table}")
            first = Entry.objects.order_by("pk").first()
            assert first
            behind_the_back(f"UPDATE records_entry SET actor = 'person:9' WHERE id = {first.pk}")
            behind_the_back("DELETE FROM records_pending")
            behind_the_back("INSERT INTO records_pending (entry_id) SELECT id FROM records_entry")
            while number(Ledger.MAIN, limit=50):
                pass
            seal(Ledger.MAIN)
            assert verify(Ledger.MAIN).good, "the new record is whole in itself"
            assert verify(Ledger.MAIN, against=note).problems, "and yet it is not the old one"

    @contextmanager
    def _undone_after(self) -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    @invariant()
    def both_ledgers_verify(self) -> None:
        """Nothing is missing, nothing is doubled, every seal ever made still holds."""
        for ledger in Ledger:
            report = verify(ledger)
            assert report.good, report.problems
            assert report.entries + report.pending == self.written[ledger]
            places = list(Position.objects.using(ledger.database).order_by("position"))
            assert [place.position for place in places] == list(range(1, len(places) + 1))
            tree = Frontier()
            for place in places:
                tree.append(bytes(place.leaf))
            assert not places or report.root == tree.root().hex()

    @invariant()
    def seals_kept_elsewhere_hold(self) -> None:
        """The latest that somebody kept of each ledger."""
        for ledger, note in self.kept[-2:]:
            assert verify(ledger, against=note).good

    @invariant()
    def what_is_shown_is_what_stands(self) -> None:
        """The desk reads the same as the tree holds."""
        states = {state.ledger: state for state in queries.ledger_states()}
        for ledger in Ledger:
            assert states[ledger.value].entries == Position.objects.using(ledger.database).count()
            assert states[ledger.value].sealed_size <= states[ledger.value].entries
            sizes = list(Seal.objects.using(ledger.database).values_list("size", flat=True))
            assert len(sizes) == len(set(sizes))


def behind_the_back(statement: str) -> int:
    """What an insider with the owner's rights can do: triggers off, change, triggers on. Rows changed."""
    triggers = lift("default")
    with connections["default"].cursor() as cursor:
        cursor.execute(statement)
        changed = cursor.rowcount
    restore("default", triggers)
    return changed


def machine(folder: Path) -> type[RecordLife]:
    return type("Lived", (RecordLife,), {"folder": folder})


def test_the_record_holds_whatever_is_done_and_names_what_may_not_be(tmp_path: Path) -> None:
    live(machine(tmp_path))


def test_the_machine_sees_a_verification_that_does_not_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hueandcry.records import stretches  # noqa: PLC0415 - only this test takes it apart

    def sees_nothing(*_told: Any, **_named: Any) -> list[Any]:
        return []

    monkeypatch.setattr(stretches, "doubtful", sees_nothing)
    with pytest.raises(AssertionError, match="nobody noticed"):
        live(machine(tmp_path), broken=True)


def test_the_machine_sees_an_erasure_that_leaves_no_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "record", lambda **_told: 0)
    with pytest.raises(AssertionError):
        live(machine(tmp_path), broken=True)
