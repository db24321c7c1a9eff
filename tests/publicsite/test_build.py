"""A release is complete before it is served, cheap where nothing changed, and unharmed by a crash."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import brotli
import pytest

from hueandcry.agencies.models import Agency
from hueandcry.appeals import actions as appeals
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import system
from hueandcry.publicsite import actions, build
from hueandcry.publicsite.sites import Site
from tests.factories import make_agency
from tests.factories_appeals import Team
from tests.helpers_disk import full_disk

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]
OPERATOR = system("operator", agency_id=0)


def files(folder: Path) -> dict[str, Path]:
    return {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}


def test_a_release_holds_every_file_with_its_packed_forms(own_site: Path) -> None:
    team = Team()
    team.published(pictures=1, reference="PE-2418")
    shown = actions.rebuild(by=OPERATOR)
    assert (shown.release, shown.changed) == (1, True)
    assert (own_site / "current").readlink() == Path("releases/1")
    about = json.loads((own_site / "current/site.json").read_text())
    assert about["release"] == 1
    assert about["hosts"] == {team.agency.public_host: team.agency.slug}
    found = files(own_site / "current" / team.agency.slug)
    assert {"index.html", "appeals/PE-2418/index.html", "feed.atom", "feed.json", "robots.txt"} <= set(found)
    for name, path in found.items():
        if name.endswith((".br", ".gz")):
            continue
        if name.startswith("media/"):
            assert f"{name}.br" not in found
            continue
        assert brotli.decompress(found[f"{name}.br"].read_bytes()) == path.read_bytes()
        assert gzip.decompress(found[f"{name}.gz"].read_bytes()) == path.read_bytes()
    assert len([name for name in found if name.startswith("media/")]) == 9


def test_what_did_not_change_is_the_same_file_on_disk(own_site: Path) -> None:
    team = Team()
    one = team.published(pictures=1, reference="PE-1")
    team.published(pictures=1, reference="PE-2")
    actions.rebuild(by=OPERATOR)
    before = {
        name: path.stat().st_ino for name, path in files(own_site / "current" / team.agency.slug).items()
    }
    team.update(one, "News.")
    actions.rebuild(by=OPERATOR)
    after = {
        name: path.stat().st_ino for name, path in files(own_site / "current" / team.agency.slug).items()
    }
    changed = {name for name, inode in after.items() if before.get(name) != inode}
    assert {name for name in changed if not name.endswith((".br", ".gz"))} == {
        "appeals/PE-1/index.html",
        "appeals/index.html",
        "feed.atom",
        "feed.json",
        "feed.rss",
        "index.html",
        "sitemap.xml",
    }


def test_nothing_is_written_when_nothing_changed(own_site: Path) -> None:
    Team().published()
    first = actions.rebuild(by=OPERATOR)
    again = actions.rebuild(by=OPERATOR)
    assert (again.release, again.changed) == (first.release, False)
    assert len(build.releases()) == 1
    assert actions.rebuild(by=OPERATOR, refresh=True).release == 2


def test_three_releases_are_kept(own_site: Path) -> None:
    team = Team()
    appeal = team.published()
    actions.rebuild(by=OPERATOR)
    for number in range(5):
        team.update(appeal, f"Update {number}")
        actions.rebuild(by=OPERATOR)
    assert [release.number for release in build.releases()] == [6, 5, 4]


def test_several_agencies_stand_side_by_side(own_site: Path) -> None:
    one, two = make_agency(slug="port-ellery", host="www.port-ellery.example"), make_agency(slug="mill-lane")
    actions.rebuild(by=OPERATOR)
    about = json.loads((own_site / "current/site.json").read_text())
    assert about["hosts"] == {"www.port-ellery.example": "port-ellery", two.public_host: "mill-lane"}
    assert (own_site / "current" / one.slug / "index.html").exists()
    assert (own_site / "current" / two.slug / "index.html").exists()


def test_an_agency_whose_folder_changed_leaves_nothing_under_the_old_name(own_site: Path) -> None:
    team = Team()
    team.published(reference="PE-1")
    actions.rebuild(by=OPERATOR)
    old = team.agency.slug
    Agency.objects.filter(pk=team.agency.pk).update(slug="new-name")
    actions.rebuild(by=OPERATOR)
    assert (own_site / "current/new-name/appeals/PE-1/index.html").exists()
    assert not list(own_site.rglob(old))


def test_a_failure_in_the_middle_leaves_the_old_release(own_site: Path) -> None:
    team = Team()
    team.published(reference="PE-1")
    actions.rebuild(by=OPERATOR)
    another = team.approved(pictures=1, reference="PE-2")
    appeals.publish_appeal(appeal_id=another.pk, by=team.author)
    with full_disk(), pytest.raises(OSError, match="File too large"):
        actions.rebuild(by=OPERATOR)
    assert [path.name for path in (own_site / "releases").iterdir()] == ["1"]
    assert (own_site / "current" / team.agency.slug / "appeals/PE-1/index.html").exists()


def test_a_picture_that_is_missing_on_disk_does_not_stop_the_others(own_site: Path) -> None:
    team = Team()
    team.published(pictures=1, reference="PE-1")
    team.published(pictures=1, reference="PE-2")
    for digest in list(blobs.digests()):
        blobs.erase(digest)
    actions.rebuild(by=OPERATOR)
    site = own_site / "current" / team.agency.slug
    assert (site / "appeals/PE-1/index.html").exists()
    assert (site / "appeals/PE-2/index.html").exists()
    assert not list(site.glob("media/*"))


KILLED = """
import sys
from pathlib import Path
from django.conf import settings
settings.configure(HUE_SITE=Path(sys.argv[1]), HUE_FILES=Path(sys.argv[2]))
from hueandcry.publicsite import build
from hueandcry.publicsite.sites import Site
round = 0
while True:
    round += 1
    texts = {f"appeals/PE-{n}/index.html": (f"page {n} of round {round} " * 300).encode() for n in range(40)}
    with build.site_lock():
        build.switch_to(build.write([Site("port-ellery", "localhost", texts, {}, (), ())]))
"""


@pytest.mark.slow
def test_ten_kills_in_the_middle_of_building_never_leave_half_a_release(
    own_site: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", KILLED, str(own_site), str(tmp_path / "files")]
    chance = random.Random(4)
    for _ in range(10):
        child = subprocess.Popen(command)
        started = time.monotonic()
        while build.current() is None and time.monotonic() - started < 20:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.05, 0.7))
        child.kill()
        child.wait()
        served = build.current()
        assert served is not None
        pages = [path.read_text() for path in (served.folder / "port-ellery").rglob("index.html")]
        assert len(pages) == 40
        assert len({text.split("of round ")[1].split()[0] for text in pages}) == 1
        for path in (served.folder / "port-ellery").rglob("index.html"):
            assert brotli.decompress(path.with_name("index.html.br").read_bytes()) == path.read_bytes()
    with build.site_lock():
        build.write([Site("port-ellery", "localhost", {"index.html": b"whole again"}, {}, (), ())])
    assert [path.name for path in (own_site / "releases").iterdir() if path.name.startswith(".")] == []
