"""Keeping a picture: original and renditions by digest, random public names, on the record."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hueandcry.agencies.roles import Role
from hueandcry.assets import actions, queries
from hueandcry.assets.models import Asset
from hueandcry.assets.preparing import PictureRefused
from hueandcry.kernel import blobs
from hueandcry.kernel.errors import NotAllowed, NotFound
from hueandcry.records.queries import entries, entry
from tests.factories import make_actor, make_agency
from tests.factories_appeals import picture

pytestmark = [pytest.mark.django_db(databases=["default", "tips"]), pytest.mark.usefixtures("own_site")]


def test_the_original_is_kept_as_it_came_and_the_copies_beside_it() -> None:
    agency = make_agency()
    author = make_actor(agency, Role.AUTHOR)
    asset = actions.add_asset(data=picture(), file_name="C:\\camera\\DSC 1.jpg", alt=" A figure ", by=author)
    assert blobs.read(asset.digest) == picture()
    assert (asset.file_name, asset.alt, asset.width, asset.height) == ("DSC 1.jpg", "A figure", 900, 600)
    copies = queries.renditions_of_all([asset.pk])[asset.pk]
    assert len(copies) == 9
    for copy in copies:
        assert len(blobs.read(copy.digest)) == copy.bytes
        assert re.fullmatch(r"[0-9a-z]{16}\.(avif|webp|jpg)", copy.public_name)
        assert copy.public_name[:16] not in copy.digest
    keeper = make_actor(agency, Role.RECORD_KEEPER)
    line = entries(actor=keeper, verb="asset.add")[0]
    assert entry(actor=keeper, entry_id=line.id).body == {
        "alt": "A figure",
        "by": "Nora Vance",
        "digest": asset.digest,
        "file_name": "DSC 1.jpg",
    }


def test_the_same_picture_twice_has_other_public_names_and_is_kept_once(own_site: Path) -> None:
    author = make_actor(make_agency(), Role.AUTHOR)
    one, two = (actions.add_asset(data=picture(), file_name="a.jpg", alt="", by=author) for _ in range(2))
    assert one.digest == two.digest
    assert len(list(blobs.digests())) == 10
    names = [
        {copy.public_name for copy in queries.renditions_of_all([asset.pk])[asset.pk]} for asset in (one, two)
    ]
    assert not names[0] & names[1]


def test_a_refused_picture_leaves_nothing_behind() -> None:
    author = make_actor(make_agency(), Role.AUTHOR)
    with pytest.raises(PictureRefused):
        actions.add_asset(data=picture()[:3000], file_name="a.jpg", alt="", by=author)
    assert Asset.objects.count() == 0
    assert list(blobs.digests()) == []


def test_only_those_who_write_appeals_add_pictures_and_only_the_own_agency_sees_them() -> None:
    agency = make_agency()
    with pytest.raises(NotAllowed):
        actions.add_asset(
            data=picture(), file_name="a.jpg", alt="", by=make_actor(agency, Role.RECORD_KEEPER)
        )
    asset = actions.add_asset(data=picture(), file_name="a.jpg", alt="", by=make_actor(agency, Role.AUTHOR))
    stranger = make_actor(make_agency(), Role.AUTHOR)
    with pytest.raises(NotFound):
        queries.get_asset(actor=stranger, asset_id=asset.pk)
    with pytest.raises(NotFound):
        actions.describe_asset(asset_id=asset.pk, alt="x", by=stranger)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\x00b\u202e.jpg", "ab.jpg"),
        ("", ""),
        ("x" * 300 + ".jpg", "x" * 116 + ".jpg"),
    ],
)
def test_a_file_name_is_made_plain(given: str, kept: str) -> None:
    assert actions.plain_name(given) == kept
