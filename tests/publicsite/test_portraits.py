"""A person's photograph: theirs to put up, shown beside their name, gone at once when they take it back."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from hueandcry.agencies.actions import end_membership
from hueandcry.agencies.models import Agency
from hueandcry.agencies.roles import Role
from hueandcry.assets.models import Photograph
from hueandcry.assets.photograph_actions import take_back_photograph
from hueandcry.assets.tasks import drop_photographs
from hueandcry.channels import register_actions as verbs
from hueandcry.channels.actions import register_account
from hueandcry.channels.models import Account
from hueandcry.channels.voice_actions import hide_page, write_own_page
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import Invalid, NotAllowed, NotFound
from hueandcry.publicsite import actions as site
from hueandcry.publicsite.pages import gone_addresses, site_of
from tests.desk_client import at_desk
from tests.factories import make_actor, make_agency, make_person
from tests.factories_appeals import picture
from tests.factories_library import make_photograph
from tests.factories_rules import brake, gate, number_of

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def ruth(agency: Agency) -> Actor:
    """A steward with a page and an account that shows her name."""
    me = make_actor(agency, Role.STEWARD, name="Ruth Abara")
    admin = make_actor(agency, Role.ADMINISTRATOR)
    account = register_account(
        channel="simulated",
        handle="caring-ruth",
        label="Caring Ruth",
        server_url="http://127.0.0.1:8002",
        secret={"secret": "invented"},
        by=admin,
    )
    verbs.change_account(account_id=account.pk, face="Ruth Abara", by=admin)
    verbs.add_holder(account_id=account.pk, person_id=number_of(me), by=admin)
    write_own_page(title="Coordinator", about="I listen.", reach="", by=me)
    return me


def page(agency: Agency, name: str) -> str:
    return site_of(agency).texts[name].decode()


def test_it_stands_beside_the_name_and_on_the_page_small_square_and_without_hidden_data(
    agency: Agency, ruth: Actor
) -> None:
    row = make_photograph(ruth, taken_by="Noor Haddon")
    shown = site_of(agency)
    assert set(shown.media) == {copy["name"] for copy in row.copies}
    for digest in shown.media.values():
        data = blobs.read(digest)
        assert b"SECRET-PLACE" not in data
        with Image.open(io.BytesIO(data)) as copy:
            assert copy.size in {(96, 96), (320, 320)}
    large, small = page(agency, "people/ruth-abara/index.html"), page(agency, "accounts/index.html")
    assert 'width="160" height="160" alt="Ruth Abara in uniform" loading="lazy"' in large
    assert "Photograph: Noor Haddon" in large
    assert 'width="48" height="48" alt=""' in small  # the name stands beside it
    assert 'class="hc-portrait"' in page(agency, "people/index.html")
    assert '"photograph": "http' in page(agency, "accounts.json")


def test_nobodys_photograph_stands_beside_another_name(agency: Agency, ruth: Actor) -> None:
    make_photograph(ruth)
    account = Account.objects.get(agency=agency)
    for face, shown in (("Sgt Ruth Abara", True), ("Cst. Luis Amaro", False), ("", True)):
        Account.objects.filter(pk=account.pk).update(face=face)
        listed = page(agency, "accounts/index.html")
        assert ("hc-portrait" in listed, "/people/ruth-abara/" in listed) == (shown, shown), face
        assert ("@caring-ruth" in page(agency, "people/ruth-abara/index.html")) is shown, face


def test_taking_it_back_needs_no_leave_and_leaves_no_file_anywhere(
    agency: Agency, ruth: Actor, own_site: Path, django_capture_on_commit_callbacks: object
) -> None:
    row = make_photograph(ruth)
    digests = [copy["digest"] for copy in row.copies]
    names = {copy["name"] for copy in row.copies}
    site.rebuild(by=ruth)
    assert {path.name for path in own_site.rglob("media/*")} == names
    brake(make_actor(agency, Role.LEADER))
    gate(agency)
    with pytest.raises(NotAllowed):
        make_photograph(ruth)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        site.take_back_photograph(by=ruth)
    assert not list(own_site.rglob("media/*.avif"))
    assert not list(own_site.rglob("media/*.jpg"))
    for digest in digests:
        with pytest.raises(NotFound):
            blobs.read(digest)
    assert {f"/media/{name}" for name in names} <= set(site_of(agency).gone)
    assert "hc-portrait" not in page(agency, "people/ruth-abara/index.html")
    with pytest.raises(NotFound):
        take_back_photograph(by=ruth)


def test_only_oneself_puts_it_up_with_consent_and_words(agency: Agency, ruth: Actor) -> None:
    for wrong in ({"agreed": False}, {"alt": "  "}, {"alt": "x" * 201}):
        with pytest.raises(Invalid):
            make_photograph(ruth, **wrong)
    first, second = make_photograph(ruth), make_photograph(ruth, alt="Another", place="top")
    assert [row.pk for row in Photograph.objects.filter(taken_back_at=None)] == [second.pk]
    gone = set(gone_addresses(agency.pk))
    assert {f"/media/{copy['name']}" for copy in first.copies} <= gone
    assert not {f"/media/{copy['name']}" for copy in second.copies} & gone
    with pytest.raises(NotAllowed):
        take_back_photograph(person_id=number_of(ruth), by=make_actor(agency, Role.AUTHOR))


def test_it_goes_with_the_page_and_with_the_person(agency: Agency, ruth: Actor) -> None:
    make_photograph(ruth)
    hide_page(person_id=number_of(ruth), by=ruth)
    assert not site_of(agency).media
    write_own_page(title="Coordinator", about="I listen.", reach="", by=ruth)
    assert site_of(agency).media
    assert drop_photographs() == 0
    end_membership(person_id=number_of(ruth), by=make_actor(agency, Role.ADMINISTRATOR))
    assert not site_of(agency).media
    assert (drop_photographs(), drop_photographs()) == (1, 0)


def test_at_the_desk_it_is_put_up_looked_at_and_taken_back(agency: Agency) -> None:
    client = at_desk(make_person(agency, Role.STEWARD, name="Ruth Abara"))
    there, back = "/desk/me/page/photograph/", {"back": "yes"}
    words = {"photo-alt": "Ruth", "photo-place": "middle"}

    def chosen() -> dict[str, object]:
        return {**words, "photo-picture": SimpleUploadedFile("me.jpg", picture())}

    refused = client.post(there, chosen())
    assert refused.status_code == 422
    assert "Without your consent" in refused.content.decode()
    assert client.post(there, {**chosen(), "photo-agreed": "on"}).status_code == 302
    name = Photograph.objects.get().copies[-1]["name"]
    assert f"/desk/me/page/media/{name}" in client.get("/desk/me/page/").content.decode()
    assert client.get(f"/desk/me/page/media/{name}")["Content-Type"] == "image/jpeg"
    other = at_desk(make_person(agency, Role.STEWARD, name="Luis Amaro"))
    assert other.get(f"/desk/me/page/media/{name}").status_code == 404
    assert client.post(there, back).status_code == 302
    assert client.get(f"/desk/me/page/media/{name}").status_code == 404
