"""Sign-in: three things together, and no stranger can keep the owner out."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pyotp
import pytest

from hueandcry.agencies import actions, auth, guessing, queries
from hueandcry.agencies.models import Person
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission, system
from hueandcry.kernel.errors import Invalid, NotFound
from tests.factories import INIT, PASSWORD, make_agency, make_person, totp_now

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "LONGEST", 0.0)


@pytest.fixture
def nora() -> Person:
    return make_person(make_agency(), Role.AUTHOR, email="nora.vance@port-ellery.example")


def try_it(
    person: Person,
    *,
    password: str = PASSWORD,
    code: str | None = None,
    device: str = "",
    source: str = "127.0.0.1",
) -> Person:
    return auth.sign_in(
        email=person.email,
        password=password,
        code=totp_now(person) if code is None else code,
        device=device,
        source=source,
    )


def test_password_and_code_together_let_a_person_in(nora: Person) -> None:
    assert try_it(nora) == nora


def test_e_mail_is_read_in_any_case(nora: Person) -> None:
    assert (
        auth.sign_in(
            email=" Nora.VANCE@port-ellery.example",
            password=PASSWORD,
            code=totp_now(nora),
            device="",
            source="x",
        )
        == nora
    )


@pytest.mark.parametrize(
    "change", [{"password": "wrong-wrong-wrong"}, {"code": "000000"}, {"code": ""}, {"code": "abcdef"}]
)
def test_any_wrong_part_gives_one_and_the_same_answer(nora: Person, change: dict[str, str]) -> None:
    with pytest.raises(auth.SignInRefused) as wrong:
        try_it(nora, **change)
    with pytest.raises(auth.SignInRefused) as unknown:
        auth.sign_in(
            email="nobody@port-ellery.example", password=PASSWORD, code="123456", device="", source="x"
        )
    assert wrong.value.sentence == unknown.value.sentence


def test_a_code_works_once(nora: Person) -> None:
    code = totp_now(nora)
    try_it(nora, code=code)
    with pytest.raises(auth.SignInRefused):
        try_it(nora, code=code)


def test_fifty_wrong_passwords_from_elsewhere_do_not_stop_the_owner(nora: Person) -> None:
    for number in range(50):
        with pytest.raises(auth.SignInRefused):
            try_it(nora, password=f"guess-number-{number}", code="123456", source="127.0.0.9")
    assert try_it(nora, source="127.0.0.1") == nora


def test_fifty_wrong_passwords_from_the_same_address_do_not_stop_the_owner_either(nora: Person) -> None:
    for number in range(50):
        with pytest.raises(auth.SignInRefused):
            try_it(nora, password=f"guess-number-{number}", code=totp_now(nora))
    assert try_it(nora) == nora


def test_guessing_codes_with_a_stolen_password_is_stopped(
    nora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(auth.CODES_ALLOWED):
        with pytest.raises(auth.SignInRefused):
            try_it(nora, code="000000")
    with pytest.raises(auth.SignInRefused):
        try_it(nora)
    later = clock.now() + auth.CODES_PAUSE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert try_it(nora) == nora


def test_the_owner_gets_past_that_pause_from_a_known_browser_or_with_a_recovery_code(nora: Person) -> None:
    device = auth.remember_device(person=nora, device="")
    codes = auth.new_recovery_codes()
    Person.objects.filter(pk=nora.pk).update(recovery_digests=[auth.recovery_digest(code) for code in codes])
    for _ in range(auth.CODES_ALLOWED):
        with pytest.raises(auth.SignInRefused):
            try_it(nora, code="000000")
    assert try_it(nora, code=codes[3].upper().replace("-", " ")) == nora
    assert try_it(nora, device=device) == nora


def test_a_recovery_code_works_once(nora: Person) -> None:
    codes = auth.new_recovery_codes()
    Person.objects.filter(pk=nora.pk).update(recovery_digests=[auth.recovery_digest(code) for code in codes])
    assert try_it(nora, code=codes[0]) == nora
    with pytest.raises(auth.SignInRefused):
        try_it(nora, code=codes[0])
    assert len(set(codes)) == auth.RECOVERY_CODES


def test_another_persons_known_browser_does_not_help(nora: Person) -> None:
    other = make_person(make_agency(), Role.AUTHOR, name="Bill Tennant")
    device = auth.remember_device(person=other, device="")
    for _ in range(auth.CODES_ALLOWED):
        with pytest.raises(auth.SignInRefused):
            try_it(nora, code="000000", device=device)
    with pytest.raises(auth.SignInRefused):
        try_it(nora, device=device)


def test_an_address_that_asks_too_often_waits_but_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = [guessing._take("127.0.0.50", 100.0) for _ in range(60)]
    assert waits[:20] == [0.0] * 20
    assert waits[-1] > 0
    assert guessing._take("127.0.0.51", 100.0) == 0.0
    assert guessing._take("127.0.0.50", 200.0) == 0.0


def invite(agency_id: int, **changes: str) -> actions.Invited:
    by = system("init", agency_id=agency_id, permissions=frozenset({Permission.PEOPLE_MANAGE}))
    return actions.invite_person(
        name="Ife Okafor", email="okafor@port-ellery.example", roles={Role.AUTHOR}, by=by, **changes
    )


def code_for(token: str) -> str:
    secret = auth.open_totp(bytes(queries.open_invitation(token).totp_sealed))
    return pyotp.TOTP(secret).at(clock.now())


def test_a_person_joins_by_a_link_that_works_once() -> None:
    invited = invite(make_agency().pk)
    code = code_for(invited.token)
    codes = actions.join(token=invited.token, password="four words none related", code=code)
    assert len(codes) == 10
    with pytest.raises(NotFound):
        actions.join(token=invited.token, password="four words none related", code=code)
    person = Person.objects.get(email="okafor@port-ellery.example")
    assert (
        auth.sign_in(
            email=person.email,
            password="four words none related",
            code=code_for_person(person),
            device="",
            source="x",
        )
        == person
    )


def code_for_person(person: Person) -> str:
    return totp_now(person)


def test_a_new_link_makes_the_old_one_useless() -> None:
    agency = make_agency()
    first = invite(agency.pk)
    second = invite(agency.pk)
    with pytest.raises(NotFound):
        queries.open_invitation(first.token)
    assert queries.open_invitation(second.token).person == second.person


def test_a_link_is_too_old_after_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    invited = invite(make_agency().pk)
    later = clock.now() + timedelta(days=actions.INVITATION_DAYS, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(NotFound):
        queries.open_invitation(invited.token)


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "ife.okafor.okafor", "okafor@port-ellery.example"]
)
def test_a_password_that_is_easy_to_guess_is_refused_with_a_reason(password: str) -> None:
    invited = invite(make_agency().pk)
    with pytest.raises(Invalid) as refusal:
        actions.join(token=invited.token, password=password, code=code_for(invited.token))
    assert refusal.value.field == "password"


def test_an_invited_person_cannot_sign_in_before_joining() -> None:
    invited = invite(make_agency().pk)
    with pytest.raises(auth.SignInRefused):
        auth.sign_in(email=invited.person.email, password="", code="123456", device="", source="x")


def test_after_a_reset_the_old_password_codes_and_recovery_codes_are_worth_nothing() -> None:
    agency = make_agency()
    invited = invite(agency.pk)
    codes = actions.join(
        token=invited.token, password="four words none related", code=code_for(invited.token)
    )
    person, by = invited.person, system("init", agency_id=agency.pk, permissions=INIT)
    old = totp_now(person)
    actions.reset_sign_in(person_id=person.pk, by=by)
    for code in (old, codes[0]):
        with pytest.raises(auth.SignInRefused):
            auth.sign_in(
                email=person.email, password="four words none related", code=code, device="", source="x"
            )


def test_a_clock_that_ran_ahead_for_a_while_keeps_nobody_out(nora: Person) -> None:
    Person.objects.filter(pk=nora.pk).update(totp_last_step=int(clock.now().timestamp()) // 30 + 9000)
    assert try_it(nora) == nora
    with pytest.raises(auth.SignInRefused):  # and a code still works once
        try_it(nora)


def test_only_a_few_attempts_wait_and_a_known_browser_is_never_asked_to(
    nora: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "_seats", threading.BoundedSemaphore(1))
    monkeypatch.setattr(guessing, "ONE_IN", 10**12)
    source = "198.51.100.7"
    monkeypatch.setitem(guessing._buckets, source, (-6.0, time.monotonic()))
    with guessing._seats:  # somebody else waits
        with pytest.raises(guessing.TooMany):
            try_it(nora, source=source)
        cookie = auth.remember_device(person=nora, device="")
        assert try_it(nora, source=source, device=cookie) == nora
        monkeypatch.setattr(guessing, "ONE_IN", 1)  # some of the others go on too, so nobody is kept out
        Person.objects.filter(pk=nora.pk).update(totp_last_step=0)
        assert try_it(nora, source=source) == nora
