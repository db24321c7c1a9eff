"""Passkeys: what is accepted, and every lie that is not."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from fido2 import cbor
from hypothesis import given, settings
from hypothesis import strategies as st

from hueandcry.agencies import actions, auth, expiring, guessing, own, passkeys, queries, webauthn
from hueandcry.agencies.models import Agency, Passkey, Person, SpentChallenge
from hueandcry.agencies.roles import Role
from hueandcry.agencies.webauthn import Party, PasskeyRefused
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, system
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.records.models import Entry
from tests.factories import INIT, make_agency, make_person
from tests.helpers_passkeys import PRESENT, Device, other_challenge

pytestmark = pytest.mark.django_db
DESK = Party(rp_id="desk.localhost", origin="http://desk.localhost:8001")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "LONGEST", 0.0)


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def nora(agency: Agency) -> Actor:
    person = make_person(agency, Role.ADMINISTRATOR)
    return queries.actor_for(person_id=person.pk, agency_id=agency.pk)


def person_of(actor: Actor) -> Person:
    return Person.objects.get(pk=int(actor.ref.partition(":")[2]))


def question(actor: Actor) -> tuple[dict[str, Any], str]:
    asked = passkeys.ask(purpose=passkeys.MAKE, bound_to="7")
    options = webauthn.options_to_make(
        DESK, challenge=asked.challenge, handle=own.handle_of(by=actor), email="x", name="y", known=[]
    )
    return options, asked.ticket


def add(actor: Actor, device: Device, label: str = "Phone", **lies: Any) -> Passkey:
    options, ticket = question(actor)
    answer = device.make(options, **lies)
    return own.add_passkey(answer=answer, ticket=ticket, party=DESK, sitting="7", label=label, by=actor)


def new_device(**values: Any) -> Device:
    return Device(DESK.origin, **values)


def asked() -> tuple[dict[str, Any], str]:
    found = passkeys.ask(purpose=passkeys.SIGN_IN)
    return webauthn.options_to_ask(DESK, challenge=found.challenge), found.ticket


def enter(answer: str, ticket: str, *, email: str = "", party: Party = DESK) -> Person:
    return passkeys.sign_in(
        answer=answer, ticket=ticket, party=party, device="", source="192.0.2.9", email=email
    )


def test_a_passkey_signs_its_owner_in_with_or_without_the_email(nora: Actor) -> None:
    device = new_device()
    add(nora, device)
    for email in ("", person_of(nora).email.upper()):
        options, ticket = asked()
        assert enter(device.answer(options), ticket, email=email) == person_of(nora)
    assert Passkey.objects.get().last_used_at is not None
    assert Entry.objects.filter(verb="person.passkey-add", subject=nora.ref).count() == 1


def test_the_question_is_the_same_for_everybody_and_names_nobodys_passkeys(nora: Actor) -> None:
    add(nora, new_device())
    options, _ticket = asked()
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://desk.localhost.attacker.example"},
        {"origin": "http://desk.localhost:9999"},
        {"origin": "http://localhost:8001"},
        {"rp_id": "localhost"},
        {"flags": PRESENT},
        {"flags": 0},
        {"kind": "webauthn.create"},
        {"handle": "AAAA"},
        {"spoil": True},
        {"framed": True},
    ],
    ids=str,
)
def test_a_lie_is_refused_and_spends_no_challenge(nora: Actor, lie: dict[str, Any]) -> None:
    device = new_device()
    add(nora, device)
    spent = SpentChallenge.objects.count()
    options, ticket = asked()
    with pytest.raises(PasskeyRefused):
        enter(device.answer(options, **lie), ticket)
    assert SpentChallenge.objects.count() == spent


def test_an_answer_works_once(nora: Actor) -> None:
    device = new_device()
    add(nora, device)
    options, ticket = asked()
    answer = device.answer(options)
    enter(answer, ticket)
    with pytest.raises(PasskeyRefused):
        enter(answer, ticket)


def test_a_challenge_that_was_not_ours_or_is_too_old_is_refused(
    nora: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = new_device()
    add(nora, device)
    options, ticket = asked()
    with pytest.raises(PasskeyRefused):
        enter(device.answer(other_challenge(options)), ticket)
    with pytest.raises(PasskeyRefused):
        enter(device.answer(options), ticket[:-1] + ("A" if ticket[-1] != "A" else "B"))
    with pytest.raises(PasskeyRefused):
        enter(device.answer(options), "")
    late = clock.now() + timedelta(minutes=5, seconds=2)
    monkeypatch.setattr(clock, "now", lambda: late)
    with pytest.raises(PasskeyRefused, match="too long"):
        enter(device.answer(options), ticket)


def test_a_question_asked_for_one_purpose_or_sitting_serves_no_other(nora: Actor) -> None:
    device = new_device()
    add(nora, device)
    for purpose, bound_to in ((passkeys.CONFIRM, "7"), (passkeys.MAKE, "7"), (passkeys.SIGN_IN, "7")):
        found = passkeys.ask(purpose=purpose, bound_to=bound_to)
        options = webauthn.options_to_ask(DESK, challenge=found.challenge)
        with pytest.raises(PasskeyRefused):
            enter(device.answer(options), found.ticket)


def test_somebody_elses_passkey_neither_confirms_nor_signs_in_under_my_email(
    agency: Agency, nora: Actor
) -> None:
    theirs = make_person(agency, Role.AUTHOR, name="Kit Roe")
    kit = queries.actor_for(person_id=theirs.pk, agency_id=agency.pk)
    device = new_device()
    add(kit, device)
    options, ticket = asked()
    with pytest.raises(PasskeyRefused):
        enter(device.answer(options), ticket, email=person_of(nora).email)
    found = passkeys.ask(purpose=passkeys.CONFIRM, bound_to="7")
    answer = device.answer(webauthn.options_to_ask(DESK, challenge=found.challenge))
    with pytest.raises(PasskeyRefused):
        passkeys.confirm(
            person=person_of(nora), answer=answer, ticket=found.ticket, party=DESK, sitting="7", source="x"
        )
    passkeys.confirm(person=theirs, answer=answer, ticket=found.ticket, party=DESK, sitting="7", source="x")


def test_a_passkey_of_another_desk_host_is_refused(nora: Actor) -> None:
    device = new_device()
    add(nora, device)
    other = Party(rp_id="desk.far-point.example", origin="https://desk.far-point.example")
    options, ticket = asked()
    with pytest.raises(PasskeyRefused):
        enter(device.answer(options, origin=other.origin, rp_id=other.rp_id), ticket, party=other)


def test_a_count_that_goes_backwards_stops_the_passkey_and_is_recorded(nora: Actor) -> None:
    device = new_device(counts=True)
    add(nora, device)
    for _turn in range(2):
        options, ticket = asked()
        enter(device.answer(options), ticket)
    device.count = 0  # the copy
    options, ticket = asked()
    with pytest.raises(passkeys.PasskeySuspended, match="went backwards"):
        enter(device.answer(options), ticket)
    device.count = 50
    options, ticket = asked()
    with pytest.raises(passkeys.PasskeySuspended):
        enter(device.answer(options), ticket)
    assert Entry.objects.filter(verb="person.passkey-suspend", subject=nora.ref).count() == 1


@pytest.mark.parametrize("lie", [{"flags": PRESENT}, {"origin": "https://attacker.example"}], ids=str)
def test_a_passkey_is_not_taken_in_without_its_holder_verified_or_from_elsewhere(
    nora: Actor, lie: dict[str, Any]
) -> None:
    with pytest.raises(PasskeyRefused):
        add(nora, new_device(), **lie)
    assert not Passkey.objects.exists()


def test_the_same_passkey_is_kept_once_and_cannot_be_taken_over(agency: Agency, nora: Actor) -> None:
    device = new_device()
    add(nora, device)
    with pytest.raises(Conflict):
        add(nora, device)
    thief = make_person(agency, Role.AUTHOR, name="Kit Roe")
    with pytest.raises(Conflict):
        add(queries.actor_for(person_id=thief.pk, agency_id=agency.pk), device)
    assert Passkey.objects.get().person == person_of(nora)


def test_a_question_for_one_sitting_makes_no_passkey_in_another(nora: Actor) -> None:
    options, ticket = question(nora)
    with pytest.raises(PasskeyRefused):
        own.add_passkey(
            answer=new_device().make(options), ticket=ticket, party=DESK, sitting="8", label="x", by=nora
        )


def test_names_are_needed_and_other_peoples_passkeys_out_of_reach(agency: Agency, nora: Actor) -> None:
    passkey = add(nora, new_device())
    kit = make_person(agency, Role.AUTHOR, name="Kit Roe")
    by = queries.actor_for(person_id=kit.pk, agency_id=agency.pk)
    with pytest.raises(NotFound):
        own.rename_passkey(passkey_id=passkey.pk, label="mine now", by=by)
    with pytest.raises(NotFound):
        own.remove_passkey(passkey_id=passkey.pk, by=by)
    with pytest.raises(Invalid):
        own.rename_passkey(passkey_id=passkey.pk, label="  ", by=nora)
    own.rename_passkey(passkey_id=passkey.pk, label="Work phone", by=nora)
    assert [item.label for item in queries.unlocking_passkeys(actor=nora)] == ["Work phone"]
    own.remove_passkey(passkey_id=passkey.pk, by=nora)
    assert queries.passkeys(actor=nora) == []


def test_the_handle_says_nothing_of_the_person_and_stays_the_same(nora: Actor) -> None:
    handle = own.handle_of(by=nora)
    assert handle == own.handle_of(by=nora)
    assert len(webauthn.decode(handle)) == 32


def test_a_demonstration_person_signs_in_only_on_the_machine_itself(nora: Actor) -> None:
    device = new_device()
    add(nora, device)
    Person.objects.update(is_demo=True)
    options, ticket = asked()
    with pytest.raises(auth.DemonstrationRefused):
        enter(device.answer(options), ticket)


def test_a_reset_takes_the_passkeys_too(agency: Agency, nora: Actor) -> None:
    device = new_device()
    add(nora, device)
    person = person_of(nora)
    actions.reset_sign_in(person_id=person.pk, by=system("init", agency_id=agency.pk, permissions=INIT))
    options, ticket = asked()
    with pytest.raises(PasskeyRefused):
        enter(device.answer(options), ticket)


def test_spent_challenges_and_old_sittings_are_forgotten(
    nora: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = new_device()
    add(nora, device)
    options, ticket = asked()
    enter(device.answer(options), ticket)
    own.begin_sitting(person=person_of(nora), way="passkey", browser="Firefox")
    assert SpentChallenge.objects.count() == 2
    later = clock.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    expiring.forget()
    assert not SpentChallenge.objects.exists()
    assert queries.sittings(actor=nora) == []
    assert not person_of(nora).sittings.exists()


BYTES = st.text("AB_-9", max_size=60)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | BYTES,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "rawId", "type", "response", "clientDataJSON", "authenticatorData", "signature",
             "userHandle", "attestationObject", "clientExtensionResults", "prf"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=12,
)  # fmt: skip


def an_answer() -> str:
    """What a device answers that has just made a passkey for the challenge "ccc…"."""
    options = webauthn.options_to_make(DESK, challenge=b"c" * 32, handle="AAAA", email="", name="", known=[])
    return Device(DESK.origin).make(options)


@settings(max_examples=150, deadline=None)
@given(JUNK)
def test_junk_is_refused_and_never_a_fault(junk: object) -> None:
    text = json.dumps(junk)
    made = an_answer()
    credential = webauthn.check_made(DESK, challenge=b"c" * 32, answer=made).credential
    for check in (
        lambda: webauthn.check_made(DESK, challenge=b"c" * 32, answer=text),
        lambda: webauthn.check_answer(
            DESK, challenge=b"c" * 32, answer=text, credential=credential, handle="AAAA"
        ),
    ):
        with pytest.raises(PasskeyRefused):
            check()


@pytest.mark.parametrize(
    "name", ["rawId", "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]
)
def test_a_number_for_bytes_is_refused_before_that_many_zeros_are_made(name: str) -> None:
    made = an_answer()
    value = json.loads(made)
    (value if name == "rawId" else value["response"])[name] = 1 << 40
    credential = webauthn.check_made(DESK, challenge=b"c" * 32, answer=made).credential
    with pytest.raises(PasskeyRefused):
        webauthn.check_made(DESK, challenge=b"c" * 32, answer=json.dumps(value))
    with pytest.raises(PasskeyRefused):
        webauthn.credential_named(json.dumps(value))
    with pytest.raises(PasskeyRefused):
        webauthn.check_answer(
            DESK, challenge=b"c" * 32, answer=json.dumps(value), credential=credential, handle="AAAA"
        )


def test_a_number_inside_an_attestation_is_refused_too() -> None:
    value = json.loads(an_answer())
    hostile = cbor.encode({"fmt": "none", "attStmt": {}, "authData": 1 << 40})
    value["response"]["attestationObject"] = webauthn.encode(hostile)
    with pytest.raises(PasskeyRefused):
        webauthn.check_made(DESK, challenge=b"c" * 32, answer=json.dumps(value))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 400), st.integers(1, 255))
def test_a_made_passkey_with_any_byte_changed_is_refused_or_another_key(at: int, flip: int) -> None:
    """Attestation is "none", so a changed key is simply another key; nothing may fall over."""
    value = json.loads(an_answer())
    for name in ("attestationObject", "clientDataJSON"):
        data = bytearray(webauthn.decode(value["response"][name]))
        data[at % len(data)] ^= flip
        spoilt = {**value, "response": {**value["response"], name: webauthn.encode(bytes(data))}}
        try:
            webauthn.check_made(DESK, challenge=b"c" * 32, answer=json.dumps(spoilt))
        except PasskeyRefused:
            continue
