"""Taken down means: not on disk, not in a kept release, not served, and the address says so."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hueandcry.agencies.models import Agency
from hueandcry.appeals import actions as appeal_actions
from hueandcry.appeals import queries as appeals
from hueandcry.appeals.models import Appeal
from hueandcry.kernel import blobs
from hueandcry.posts.models import Delivery
from hueandcry.publicsite import actions, build, queries, switch
from hueandcry.publicsite.showing import strike
from hueandcry.publicsite.switch import Told
from tests.factories_appeals import Team
from tests.helpers_disk import full_disk
from tests.publicsite.conftest import Server

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


def shown(team: Team, **changes: object) -> Appeal:
    """An appeal that is up, files and all."""
    return actions.publish_appeal(appeal_id=team.approved(**changes).pk, by=team.author)[0]


def media_of(appeal: Appeal) -> dict[str, bytes]:
    """Public name → content of every copy of every picture."""
    copies = [copy for picture in appeals.pictures_of(appeal) for copy in picture.renditions]
    return {copy.public_name: blobs.read(copy.digest) for copy in copies}


def all_bytes(site: Path) -> dict[str, bytes]:
    return {
        str(path): path.read_bytes() for path in site.rglob("*") if path.is_file() and not path.is_symlink()
    }


def test_no_byte_is_left_in_any_kept_release(own_site: Path) -> None:
    team = Team()
    appeal = shown(team, pictures=2, reference="PE-2418", title="Do you know this man?")
    shown(team, reference="PE-24180", title="Another appeal that stays")
    team.update(appeal, "He wore a blue coat.")
    actions.rebuild(by=team.author)
    media = media_of(appeal)
    assert len(build.releases()) == 3

    _appeal, result = actions.take_down_appeal(appeal_id=appeal.pk, reason="Wrong man.", by=team.approver)

    assert result.done
    assert len(build.releases()) == 3
    for name, data in all_bytes(own_site).items():
        assert data not in media.values(), name
        assert b"PE-2418/" not in data, name
        for words in (b"this man", b"blue coat", b"Wrong man"):
            assert words not in data, name
    for release in build.releases():
        folder = release.folder / team.agency.slug
        assert not (folder / "appeals/PE-2418/index.html").exists()
        assert (folder / ".gone/appeals/PE-2418/gone").exists()
        for name in media:
            assert not (folder / "media" / name).exists()
            assert (folder / f".gone/media/{name}gone").exists()
    stays = own_site / "current" / team.agency.slug / "appeals/PE-24180/index.html"
    assert "Another appeal that stays" in stays.read_text()


def test_what_is_taken_down_does_not_wait_for_the_next_release(server: Server, own_site: Path) -> None:
    team = Team()
    appeal = shown(team, pictures=1, reference="PE-1")
    shown(team, reference="PE-3")
    addresses = [
        "/appeals/PE-1/",
        "/appeals/PE-1/qr.png",
        *(f"/media/{name}" for name in media_of(appeal)),
    ]
    appeal_actions.withdraw_appeal(appeal_id=appeal.pk, reason="Wrong man.", by=team.approver)
    before = (own_site / "current").resolve().name
    assert strike(agency_id=team.agency.pk) == len(addresses)
    assert {server.get(address, team.agency.public_host)[0] for address in addresses} == {410}
    assert server.get("/appeals/PE-3/", team.agency.public_host)[0] == 200
    assert (own_site / "current").resolve().name == before
    assert strike(agency_id=team.agency.pk) == 0


def test_what_is_taken_down_goes_although_no_new_release_can_be_written(
    server: Server, own_site: Path
) -> None:
    team = Team()
    appeal = shown(team, pictures=1, reference="PE-1")
    shown(team, reference="PE-3")
    media = media_of(appeal)
    broken = team.approved(pictures=1, reference="PE-2", title="Another picture")
    appeal_actions.publish_appeal(appeal_id=broken.pk, by=team.author)
    with full_disk():  # PE-2 and the lists cannot be written
        _appeal, result = actions.take_down_appeal(appeal_id=appeal.pk, reason="Wrong man.", by=team.approver)

    assert not result.done  # and the page says so: the lists still name it until there is room
    ends = time.monotonic() + 2
    addresses = ["/appeals/PE-1/", *(f"/media/{name}" for name in media)]
    while {server.get(address, team.agency.public_host)[0] for address in addresses} != {410}:
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert not [path for name in media for path in own_site.rglob(name)]
    assert server.get("/appeals/PE-3/", team.agency.public_host)[0] == 200


def test_packed_forms_of_kept_releases_are_scrubbed_too(own_site: Path) -> None:
    import brotli  # noqa: PLC0415 - to look inside what is packed

    team = Team()
    appeal = shown(team, title="Words to forget")
    shown(team, title="Other words")
    actions.take_down_appeal(appeal_id=appeal.pk, reason="x", by=team.approver)
    packed = [path for path in own_site.rglob("*.br") if path.is_file()]
    assert packed
    for path in packed:
        assert b"Words to forget" not in brotli.decompress(path.read_bytes()), path


def test_resolving_takes_pictures_and_words_down_and_keeps_the_address(own_site: Path) -> None:
    team = Team()
    appeal = shown(team, pictures=1, reference="PE-7", title="Have you seen Otis?")
    media = media_of(appeal)
    _appeal, result = actions.resolve_appeal(appeal_id=appeal.pk, outcome="found", by=team.author)
    assert result.done
    for name, data in all_bytes(own_site).items():
        assert data not in media.values(), name
        assert b"Otis" not in data, name
    page = own_site / "current" / team.agency.slug / "appeals/PE-7/index.html"
    assert "Found. Thank you." in page.read_text()
    assert not (own_site / "current" / team.agency.slug / ".gone/appeals/PE-7/gone").exists()


def test_the_proof_names_every_place_and_tells_the_truth(own_site: Path) -> None:
    team = Team()
    appeal = shown(team, pictures=1, reference="PE-8", title="Do you know “this” man?")
    before = queries.proof_of_removal(actor=team.author, appeal_id=appeal.pk)
    assert not any(line.gone for line in before[:2])
    assert [line.gone for line in before if line.label in {"feed.atom", "feed.json", "Home page"}] == [
        False
    ] * 3
    actions.take_down_appeal(appeal_id=appeal.pk, reason="x", by=team.approver)
    after = queries.proof_of_removal(actor=team.author, appeal_id=appeal.pk)
    assert len(after) == len(before) == 1 + 1 + 5 + 1
    assert all(line.gone for line in after)
    name = list(media_of(appeal))[-1]
    (build.releases()[1].folder / team.agency.slug / "media").mkdir(exist_ok=True)
    (build.releases()[1].folder / team.agency.slug / "media" / name).write_bytes(b"somebody put it back")
    assert not all(line.gone for line in queries.proof_of_removal(actor=team.author, appeal_id=appeal.pk))


# --- with the real static server --------------------------------------------------------------------


@pytest.mark.slow
def test_every_address_answers_410_when_the_request_is_over(server: Server, own_site: Path) -> None:
    team = Team()
    host = team.agency.public_host
    appeal = shown(team, pictures=1, reference="PE-2418")
    media = [f"/media/{name}" for name in media_of(appeal)]
    status, headers, body = server.get("/appeals/PE-2418/", host)
    assert (status, b"Do you know this person?" in body) == (200, True)
    assert "set-cookie" not in headers
    assert "script-src" not in headers["content-security-policy"]
    for address in media:
        status, headers, _body = server.get(address, host)
        assert (status, headers["cache-control"]) == (200, "public, max-age=60")

    started = time.monotonic()
    _appeal, result = actions.take_down_appeal(appeal_id=appeal.pk, reason="x", by=team.approver)
    took = time.monotonic() - started

    assert result.told is Told.SERVES
    assert took < 2.0
    for address in ("/appeals/PE-2418/", *media):
        status, headers, body = server.get(address, host)
        assert status == 410, address
        assert b"This was taken down" in body
        assert headers["cache-control"] == "no-store"
    for address in ("/", "/appeals/", "/feed.atom", "/feed.json", "/sitemap.xml"):
        status, _headers, body = server.get(address, host)
        assert status == 200
        assert b"PE-2418" not in body
    says = switch.status()
    assert says is not None
    assert says["release"] == result.release


@pytest.mark.slow
def test_publishing_waits_for_the_server_before_the_posts_go(server: Server) -> None:
    team = Team()
    team.account()
    appeal, result = actions.publish_appeal(appeal_id=team.approved(reference="PE-1").pk, by=team.author)
    assert result.told is Told.SERVES
    assert server.get("/appeals/PE-1/", team.agency.public_host)[0] == 200
    assert server.get("/appeals/PE-1/", "nobody.example")[0] == 421
    assert Delivery.objects.get(post__subject=f"appeal:{appeal.pk}").due_at is not None


@pytest.mark.slow
def test_a_server_that_is_dead_is_said_to_be_silent_and_the_posts_wait(
    server: Server, run_folder: Path
) -> None:
    team = Team()
    team.account()
    server.process.kill()
    server.process.wait()
    assert (run_folder / "front.sock").exists()  # what a killed server leaves
    appeal, result = actions.publish_appeal(appeal_id=team.approved().pk, by=team.author)
    assert result.told is Told.SILENT
    assert not result.done
    assert [delivery.due_at for delivery in Delivery.objects.all()] == [None]
    taken, result = actions.take_down_appeal(appeal_id=appeal.pk, reason="x", by=team.approver)
    assert not result.done
    proof = queries.proof_of_removal(actor=team.author, appeal_id=taken.pk)
    assert [line.label for line in proof if not line.gone] == ["Web server"]


def test_without_an_embedded_server_the_files_are_the_whole_truth(own_site: Path) -> None:
    team = Team()
    _appeal, result = actions.publish_appeal(appeal_id=team.approved().pk, by=team.author)
    assert result.told is Told.ABSENT
    assert result.done
    assert Agency.objects.count() == 2
