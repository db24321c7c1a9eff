"""What no browser sends and somebody might: characters that a database refuses are answered, and are no fault."""

from __future__ import annotations

import pytest

from hueandcry.agencies.models import Passkey
from hueandcry.agencies.roles import Role
from hueandcry.appeals.models import WorkingCopy
from hueandcry.kernel import clock
from tests.desk_client import at_desk
from tests.factories import make_person
from tests.factories_appeals import Team

pytestmark = pytest.mark.django_db(databases=["default", "tips"])
NUL = "\0"  # PostgreSQL keeps none in a text


def test_a_nul_among_the_words_looked_for_finds_nothing_and_breaks_nothing() -> None:
    team = Team()
    client = at_desk(make_person(team.agency, Role.AUTHOR, Role.ADMINISTRATOR))
    for path in ("/desk/appeals/", "/desk/find/", "/desk/people/", "/desk/accounts/"):
        assert client.get(path, {"q": f"Mill{NUL}Lane"}).status_code == 200, path
    assert client.get("/desk/appeals/", {"status": NUL}).status_code == 200


def test_a_nul_among_kept_words_is_left_out() -> None:
    team = Team()
    client = at_desk(make_person(team.agency, Role.AUTHOR))
    answer = client.post("/desk/appeals/new/words/", {"title": f"Mill{NUL} Lane"})
    assert answer.status_code == 200
    assert WorkingCopy.objects.get().words["title"] == "Mill Lane"


def test_a_nul_in_the_name_of_a_passkey_is_left_out() -> None:
    team = Team()
    person = make_person(team.agency, Role.AUTHOR)
    key = Passkey.objects.create(
        person=person,
        rp_id="desk.localhost",
        credential_id="one",
        credential=b"x",
        count=0,
        can_unlock=False,
        label="Phone",
        made_at=clock.now(),
    )
    client = at_desk(person)
    assert client.post(f"/desk/me/passkeys/{key.pk}/rename/", {"label": f"Lap{NUL}top"}).status_code == 302
    key.refresh_from_db()
    assert key.label == "Laptop"
    assert client.post(f"/desk/me/passkeys/{key.pk}/rename/", {"label": NUL}).status_code == 422
