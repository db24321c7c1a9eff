"""Codes of demonstration people, and the refusal of everybody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pyotp
import pytest

from hueandcry.agencies import actions, auth, queries
from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.demo import loading
from hueandcry.demo.codes import NotADemonstrationPerson, code_of
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission, system
from hueandcry.kernel.errors import NotFound, Unavailable
from hueandcry.tips.models import Tip
from tests.factories import PASSWORD, make_agency, make_person

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands, so that a code's seconds can be told."""
    moment = clock.now().replace(second=10, microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def demonstration_person(agency: Agency, name: str, email: str) -> Person:
    by = system("init", agency_id=agency.pk, permissions=frozenset({Permission.PEOPLE_MANAGE}))
    invited = actions.invite_person(name=name, email=email, roles={Role.AUTHOR}, by=by, is_demo=True)
    secret_text = auth.open_totp(bytes(queries.open_invitation(invited.token).totp_sealed))
    actions.join(token=invited.token, password=PASSWORD, code=pyotp.TOTP(secret_text).at(clock.now()))
    return invited.person


def sign_in(person: Person) -> Person:
    return auth.sign_in(
        email=person.email,
        password=PASSWORD,
        code=code_of(person.email).digits,
        device="",
        source="127.0.0.1",
        on_loopback=True,
    )


def test_the_code_signs_in_twice_and_then_asks_to_wait(still: datetime) -> None:
    nora = demonstration_person(make_agency(), "Nora Vance", "nora.vance@port-ellery.example")

    assert code_of("nora").seconds == 50
    assert sign_in(nora) == nora
    assert code_of("nora").seconds == 80
    assert sign_in(nora) == nora
    with pytest.raises(Unavailable, match="21 seconds"):
        code_of("nora")


@pytest.mark.parametrize(
    "name", ["nora", "NORA", "nora vance", " Nora  Vance ", "nora.vance@port-ellery.example"]
)
def test_a_person_is_found_by_first_name_name_and_e_mail(name: str) -> None:
    nora = demonstration_person(make_agency(), "Nora Vance", "nora.vance@port-ellery.example")

    assert code_of(name).person == nora


def test_a_real_person_is_refused() -> None:
    real = make_person(make_agency(), Role.AUTHOR, name="Kit Roe", email="kit.roe@elsewhere.example")

    for name in ("kit", "Kit Roe", real.email):
        with pytest.raises(NotADemonstrationPerson):
            code_of(name)


def test_nobody_and_several_are_told_apart_from_one() -> None:
    agency = make_agency()
    demonstration_person(agency, "Nora Vance", "nora.vance@port-ellery.example")
    demonstration_person(agency, "Nora Quill", "nora.quill@port-ellery.example")

    with pytest.raises(NotFound, match="Nobody"):
        code_of("imogen")
    with pytest.raises(NotFound, match=r"nora\.quill@port-ellery\.example, nora\.vance@"):
        code_of("nora")
    assert code_of("Nora Quill").person.name == "Nora Quill"


def test_a_real_agency_keeps_the_demonstration_out() -> None:
    make_agency()

    with pytest.raises(loading.NotEmpty, match="real agency"):
        loading.load()
    assert len(queries.agencies()) == 1


def test_the_demonstration_is_not_loaded_where_others_reach_it(settings: Any) -> None:
    settings.HUE_HTTPS = True

    with pytest.raises(loading.NotHere):
        loading.load()
    assert queries.agencies() == []


def test_a_load_that_is_broken_off_leaves_nothing() -> None:
    def stop(what: str, done: int, _of: int) -> None:
        if what == "Days" and done and Tip.objects.exists():
            assert len(queries.agencies()) == 2
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loading.load(say=stop)

    assert queries.agencies() == []
    assert Person.objects.count() == Tip.objects.count() == 0
