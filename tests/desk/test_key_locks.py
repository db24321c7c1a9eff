"""Passkeys that open an officer's key, on the page "Keys": seen, and taken off by nobody but their holder."""

from __future__ import annotations

import pytest

from hueandcry.agencies.models import Passkey, Person
from hueandcry.agencies.queries import actor_for
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.records.entry import Ledger
from hueandcry.records.queries import entries
from hueandcry.tips.key_actions import add_key_lock
from hueandcry.tips.models import KeyLock
from hueandcry.tips.queries import my_keys
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.helpers_tips import Programme, make_key, make_ready_programme

pytestmark = pytest.mark.django_db(databases=["default", "tips"])


def officer(programme: Programme, name: str) -> tuple[Person, Actor, KeyLock]:
    """Somebody with a key and a passkey that opens it: their browser's person, actor and lock."""
    person = make_person(programme.agency, Role.TIP_COORDINATOR, name=name)
    by = actor_for(person_id=person.pk, agency_id=programme.agency.pk)
    make_key(by)
    Passkey.objects.create(
        person=person,
        rp_id="desk.localhost",
        credential_id=f"of-{name}",
        credential=b"x",
        count=0,
        can_unlock=True,
        label=f"Phone of {name}",
        made_at=clock.now(),
    )
    key = my_keys(actor=by)[0]
    return person, by, add_key_lock(key_id=key.pk, credential_id=f"of-{name}", wrapped=bytes(60), by=by)


def test_a_passkey_taken_off_a_key_opens_it_no_longer_and_that_is_on_the_record() -> None:
    programme = make_ready_programme()
    luis, by, lock = officer(programme, "Luis")
    client = at_desk(luis)
    page = client.get("/desk/tips/keys/").content.decode()
    assert "Phone of Luis" in page
    assert "Unlock with passkey" in page
    answer = client.post(f"/desk/tips/keys/locks/{lock.pk}/remove/")
    page = client.get(answer["Location"]).content.decode()
    assert "Removed. That passkey no longer unlocks your key; the six words still do." in page
    assert "Phone of Luis" not in page
    assert "Unlock with passkey" not in page
    assert "Your six words" in page  # they are no lock that could be taken off
    assert not KeyLock.objects.exists()
    verbs = [line.verb for line in entries(actor=by, ledger=Ledger.TIPS)]
    assert verbs[0] == "tip-key.remove-lock"


def test_nobody_takes_a_lock_off_somebody_elses_key_or_sees_it() -> None:
    programme = make_ready_programme()
    luis, _by, _lock = officer(programme, "Luis")
    _samira, _hers, other = officer(programme, "Samira")
    client = at_desk(luis)
    assert "Phone of Samira" not in client.get("/desk/tips/keys/").content.decode()
    assert client.post(f"/desk/tips/keys/locks/{other.pk}/remove/").status_code == 404
    assert KeyLock.objects.count() == 2
    assert client.get(f"/desk/tips/keys/locks/{other.pk}/remove/").status_code == 405
