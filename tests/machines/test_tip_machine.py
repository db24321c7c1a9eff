"""Tips, lived through at random: filed, sent twice, answered, shared, taken; keys made, approved, taken out, stolen.

The law after every step: whoever should read a tip reads all of it, word for word and in order; nobody else opens a
single message, not with an old key, not with a key that waits, not with a key of another programme; a copy of the
database holds no word of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connections
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from hueandcry.agencies.roles import Role
from hueandcry.kernel import sealing
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Refusal
from hueandcry.tips import (
    actions,
    codes,
    envelope,
    intake,
    key_actions,
    keylog,
    keyring,
    keys,
    opening,
)
from hueandcry.tips.envelope import Letter
from hueandcry.tips.models import DeskKey, Tip
from tests.factories import make_actor
from tests.helpers_tips import Programme, make_key, make_ready_programme, make_waiting_key, signed
from tests.machines.living import Life, live

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases=["default", "tips"])]
TEXTS = st.sampled_from(["A grey van.", "Ω\u2028<b>&amp;</b>", "x" * 3000, "He lives at 14 Quay Street."])


@dataclass
class OneTip:
    """What the model knows of a tip. openers: fingerprints that should open it."""

    filed: intake.Filed
    ticket: str
    first: Letter
    said: list[tuple[bool, str]]
    openers: set[str]
    status: str = "new"
    passes: list[str] = field(default_factory=list)


@dataclass
class OneKey:
    """A key of an officer. stands: waiting, active or gone."""

    who: Actor
    seed: bytes
    stands: str

    @property
    def name(self) -> str:
        """Its fingerprint."""
        return keys.fingerprint(sealing.public_key(self.seed))


class TipLife(Life):
    """One programme with three officers, and another programme beside it."""

    house: Programme
    other: Programme
    officers: list[Actor]
    first_seeds: list[bytes]

    def __init__(self) -> None:
        super().__init__()
        self.tips: list[OneTip] = []
        self.keys: list[OneKey] = []

    @initialize()
    def begin(self) -> None:
        """Two officers have a key in force."""
        self.keys = [
            OneKey(who, seed, "active") for who, seed in zip(self.officers, self.first_seeds, strict=False)
        ]

    def in_force(self) -> list[OneKey]:
        """The keys that new tips are sealed to."""
        return [key for key in self.keys if key.stands == "active"]

    def row(self, tip: OneTip) -> Tip:
        """The tip's row."""
        return Tip.objects.get(number=codes.parse_number(tip.filed.number))

    def may_answer(self, who: Actor, tip: OneTip) -> bool:
        """True if a key of theirs in use opens it."""
        return any(key.who == who and key.name in tip.openers for key in self.in_force())

    # --- the tipster --------------------------------------------------------------------------------

    @rule(text=TEXTS, where=st.sampled_from(["", "Quay Street"]))
    def file(self, text: str, where: str) -> None:
        """A form is sent."""
        ticket, letter = intake.new_ticket(), Letter(text, {"where": where} if where else {})
        filed = self._send(ticket, letter)
        openers = {key.name for key in self.in_force()}
        self.tips.append(OneTip(filed, ticket, letter, [(False, text)], openers))

    def _send(self, ticket: str, letter: Letter) -> intake.Filed:
        return intake.begin_tip(
            programme_id=self.house.agency.pk, appeal_ref="PE-2418", ticket=ticket, letter=letter
        )

    @precondition(lambda self: self.tips)
    @rule(which=st.integers(0, 9), changed=st.booleans())
    def send_the_form_again(self, which: int, *, changed: bool) -> None:
        """The same form once more, as it was or with another word: the same codes, nothing doubled."""
        tip = self.tips[which % len(self.tips)]
        letter = Letter(f"{tip.first.text} Sorry, blue.", tip.first.details) if changed else tip.first
        before = Tip.objects.count()
        assert self._send(tip.ticket, letter) == tip.filed
        assert Tip.objects.count() == before
        if (False, letter.text) not in tip.said:
            tip.said.append((False, letter.text))

    @precondition(lambda self: self.tips)
    @rule(which=st.integers(0, 9), how=st.sampled_from(["groups", "digits"]))
    def come_back(self, which: int, how: str) -> None:
        """The tipster reads the dialogue."""
        tip = self.tips[which % len(self.tips)]
        page = intake.return_to_dialogue(
            programme_id=self.house.agency.pk, number=tip.filed.number, code=getattr(tip.filed, how)
        )
        assert [(turn.ours, turn.text) for turn in page.turns] == tip.said
        assert page.closed == (tip.status == "closed")
        tip.passes.append(page.talk_pass)

    @precondition(lambda self: any(tip.passes for tip in self.tips))
    @rule(which=st.integers(0, 9), word=st.integers(0, 99), twice=st.booleans())
    def say_more(self, which: int, word: int, *, twice: bool) -> None:
        """The tipster answers, and perhaps presses twice."""
        tip = [tip for tip in self.tips if tip.passes][which % sum(bool(tip.passes) for tip in self.tips)]
        talk_pass, letter = tip.passes.pop(), Letter(f"More {word}.")
        for _ in range(2 if twice else 1):
            intake.send_message(programme_id=self.house.agency.pk, talk_pass=talk_pass, letter=letter)
        tip.said.append((False, letter.text))

    @precondition(lambda self: len(self.tips) > 1)
    @rule(one=st.integers(0, 9), shift=st.integers(1, 8))
    def try_a_code_of_another_tip(self, one: int, shift: int) -> None:
        """Number and code must belong together, also across programmes."""
        count = len(self.tips)
        mine, theirs = self.tips[one % count], self.tips[(one + 1 + shift % (count - 1)) % count]
        if mine is theirs:
            return
        for programme, code in ((self.house, theirs), (self.other, mine)):
            with pytest.raises(intake.NoSuchTip):
                intake.return_to_dialogue(
                    programme_id=programme.agency.pk, number=mine.filed.number, code=code.filed.groups
                )

    # --- the desk -----------------------------------------------------------------------------------

    @precondition(lambda self: self.tips)
    @rule(which=st.integers(0, 9), who=st.integers(0, 2), word=st.integers(0, 99), twice=st.booleans())
    def answer(self, which: int, who: int, word: int, *, twice: bool) -> None:
        """An officer answers; only somebody who can read it may."""
        tip, by = self.tips[which % len(self.tips)], self.officers[who]
        row, text = self.row(tip), f"Which colour? {word}"
        sealed = opening.seal_reply(row, text=text)
        if not self.may_answer(by, tip):
            with pytest.raises(actions.NoKeyOfYours):
                actions.reply_to_tipster(number=row.number, sealed=sealed, by=by)
            return
        for _ in range(2 if twice else 1):
            actions.reply_to_tipster(number=row.number, sealed=sealed, by=by)
        tip.said.append((True, text))
        if tip.status == "new":  # whoever answers it has taken it
            tip.status = "working"

    @precondition(lambda self: self.tips)
    @rule(which=st.integers(0, 9), who=st.integers(0, 2), to=st.integers(0, 9), only=st.booleans())
    def give(self, which: int, who: int, to: int, *, only: bool) -> None:
        """An officer who can read it gives it to whoever holds another key; perhaps to them alone."""
        tip, by = self.tips[which % len(self.tips)], self.officers[who]
        key = self.keys[to % len(self.keys)]
        row = self.row(tip)
        mine = next((k for k in self.in_force() if k.who == by and k.name in tip.openers), None)
        private = mine.seed if mine else sealing.new_seed()
        wraps = {
            key.name: keys.wrap_seed(_seed(row, private), tip_id=row.pk, public=sealing.public_key(key.seed))
        }
        if tip.status == "closed":
            return
        may = mine is not None and key.stands == "active"
        why = refused_because(
            lambda: actions.assign_tip(number=row.number, to_ref=key.who.ref, wraps=wraps, only=only, by=by)
        )
        assert may == (not why), why
        if may:
            tip.openers.add(key.name)
            tip.status = "working"
            if only:
                tip.openers &= {other.name for other in self.in_force() if other.who == key.who}

    @precondition(lambda self: self.tips)
    @rule(which=st.integers(0, 9), who=st.integers(0, 2), to=st.sampled_from(["new", "working", "closed"]))
    def set_status(self, which: int, who: int, to: str) -> None:
        """A tip is taken, closed, put back."""
        tip, by = self.tips[which % len(self.tips)], self.officers[who]
        may = to in Tip.MOVES[Tip.Status(tip.status)]
        why = refused_because(lambda: actions.set_status(number=self.row(tip).number, status=to, by=by))
        assert may == (not why), why
        tip.status = to if may else tip.status

    # --- keys ---------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.keys) < 6)
    @rule(who=st.integers(0, 2))
    def make_key(self, who: int) -> None:
        """A new device: its key waits."""
        _row, seed = make_waiting_key(self.officers[who], label=f"device {len(self.keys)}")
        self.keys.append(OneKey(self.officers[who], seed, "waiting"))

    @precondition(lambda self: self.keys)
    @rule(signer=st.integers(0, 9), which=st.integers(0, 9))
    def approve_key(self, signer: int, which: int) -> None:
        """Only somebody else with a key in force approves it."""
        by, key = self.keys[signer % len(self.keys)], self.keys[which % len(self.keys)]
        may = by.stands == "active" and by.who != key.who and key.stands == "waiting"
        if self._sign("add", by, key, may=may):
            key.stands = "active"

    @precondition(lambda self: self.keys)
    @rule(
        signer=st.integers(0, 9),
        which=st.integers(0, 9),
        reason=st.sampled_from(keylog.REASONS),
        odd=st.integers(0, 3),
    )
    def remove_key(self, signer: int, which: int, reason: str, odd: int) -> None:
        """A key is taken out: it opens nothing any more. The last one stays. Now and then the signer has no say."""
        chosen = self.keys if odd == 0 else self.in_force()
        by, key = chosen[signer % len(chosen)], chosen[which % len(chosen)]
        rest = [other for other in self.in_force() if other is not key]
        may = by.stands == "active" and key.stands == "active" and bool(rest)
        if self._sign("remove", by, key, may=may, reason=reason):
            key.stands = "gone"
            for tip in self.tips:
                tip.openers.discard(key.name)

    def _sign(self, act: str, by: OneKey, key: OneKey, *, may: bool, **changes: str) -> bool:
        row = DeskKey.objects.get(fingerprint=key.name)
        told = signed(act, row, seed=by.seed, **changes)
        why = refused_because(lambda: key_actions.add_statement(**told, by=by.who))
        assert may == (not why), f"{act}: {why}"
        return may

    @precondition(lambda self: any(key.stands == "waiting" for key in self.keys))
    @rule()
    def plant_a_key_in_the_database(self) -> None:
        """Whoever writes in the database makes a key “active”: no tip is sealed to it."""
        planted = DeskKey.objects.filter(status=DeskKey.Status.WAITING)
        names = list(planted.values_list("fingerprint", flat=True))
        planted.update(status=DeskKey.Status.ACTIVE)
        self.file("Planted?", "")
        DeskKey.objects.filter(fingerprint__in=names).update(status=DeskKey.Status.WAITING)

    # --- the laws -----------------------------------------------------------------------------------

    @invariant()
    def whoever_should_reads_it_and_nobody_else(self) -> None:
        """Keys in force that were given the tip, and the recovery key; word for word."""
        strangers = [self.other.officer_seed, self.other.recovery_seed]
        for tip in self.tips:
            row = self.row(tip)
            for key in self.keys:
                assert opens(row, key.seed) == (tip.said if key.name in tip.openers else None), key.stands
            assert opens(row, self.house.recovery_seed) == tip.said
            assert [opens(row, seed) for seed in strangers] == [None, None]

    @invariant()
    def no_word_rests_in_the_database(self) -> None:
        """Neither a text nor an access code, in no form that a search would find."""
        held = b"".join(
            bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
            for table in ("tips_tip", "tips_message", "tips_ticket", "tips_keywrap", "records_entry")
            for row in rows(table)
            for value in row
        )
        for tip in self.tips:
            for secret in (
                tip.filed.groups,
                tip.filed.digits,
                " ".join(tip.filed.words),
                *(t for _, t in tip.said),
            ):
                assert secret.encode() not in held


def refused_because(call: Callable[[], Any]) -> str:
    """The sentence of the refusal, or nothing."""
    try:
        call()
    except Refusal as refusal:
        return refusal.sentence
    return ""


def _seed(row: Tip, private: bytes) -> bytes:
    """The tip's seed, or somebody's guess at it."""
    try:
        return opening.seed_of(row, private=private)
    except sealing.CannotOpen:
        return bytes(32)


def opens(row: Tip, seed: bytes) -> list[tuple[bool, str]] | None:
    """The whole dialogue as this key reads it, or None."""
    try:
        found = opening.open_tip(row, private=seed)
    except sealing.CannotOpen:
        return None
    return [(item.direction == envelope.Direction.FROM_DESK, item.letter.text) for item in found]


def rows(table: str) -> list[tuple[Any, ...]]:
    """Every row, as an old backup would hold it."""
    with connections["tips"].cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return list(cursor.fetchall())


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    house, other = make_ready_programme(), make_ready_programme(officer_name="Other Officer")
    second = make_actor(house.agency, Role.TIP_COORDINATOR, name="Luis Amaro")
    third = make_actor(house.agency, Role.TIP_COORDINATOR, name="Joy Delacroix")
    seeds = [house.officer_seed, make_key(second)]
    return {"house": house, "other": other, "officers": [house.officer, second, third], "first_seeds": seeds}


def machine(people: dict[str, Any]) -> type[TipLife]:
    return type("Lived", (TipLife,), people)


def test_whoever_should_reads_a_tip_and_nobody_else_whatever_happens(people: dict[str, Any]) -> None:
    live(machine(people))


def test_the_machine_sees_a_removal_that_leaves_the_copies(
    people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "drop_wraps", lambda _key, **_told: None)
    with pytest.raises(AssertionError):
        live(machine(people), broken=True)


def test_the_machine_sees_tips_sealed_to_whatever_the_database_says(
    people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def believes(programme_id: int) -> list[DeskKey]:
        return list(DeskKey.objects.filter(agency_id=programme_id, status=DeskKey.Status.ACTIVE))

    monkeypatch.setattr(intake.queries, "sealing_keys", believes)
    with pytest.raises(AssertionError):
        live(machine(people), broken=True)


def test_the_machine_sees_an_answer_by_somebody_who_cannot_read(
    people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_holds_a_key", lambda _tip, **_told: None)
    with pytest.raises((pytest.fail.Exception, AssertionError)):
        live(machine(people), broken=True)
