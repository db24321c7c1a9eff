"""Loading a release, and refusing one that cannot be served."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from front_harness import FOLDER, make_release, switch, write

from hueandcry.front.release import Release, ReleaseBroken, load
from hueandcry.front.target import BROTLI, GZIP

MEMORY = 1024 * 1024


def loaded(site: Path, before: Release | None = None) -> Release:
    return load(site / "current", in_memory=MEMORY, before=before)


def test_a_release_knows_its_number_hosts_and_addresses(site: Path) -> None:
    release = loaded(site)
    entries = release.names[b"localhost"].entries
    assert release.number == 1
    assert release.names[b"localhost"] is release.names[b"www.port-ellery.example"]
    assert {b"/", b"/appeals/PE-1/", b"/feed.atom", b"/media/van.0a1b.avif"} <= entries.keys()
    assert not [
        path for path in entries if path.endswith((b".br", b"l.gz", b"index.html")) or path.startswith(b"/_")
    ]


def test_codings_beside_a_file_become_its_variants(site: Path) -> None:
    entries = loaded(site).names[b"localhost"].entries
    page, picture = entries[b"/"], entries[b"/media/van.0a1b.avif"]
    assert [choice.etag.rpartition(b"-")[2] for choice in (page.choices[GZIP], page.choices[BROTLI])] == [
        b'gzip"',
        b'br"',
    ]
    assert page.choices[GZIP | BROTLI] is page.choices[BROTLI]
    assert len(set(map(id, picture.choices))) == 1
    assert (page.ranged, picture.ranged) == (False, True)


def test_a_withdrawn_address_wins_over_a_file_left_behind(site: Path) -> None:
    folder = site / "releases/1" / FOLDER
    write(folder / ".gone/appeals/PE-1/gone", b"")
    write(folder / ".gone/media/van.0a1b.avifgone", b"")
    served = loaded(site).names[b"localhost"]
    assert {b"/appeals/PE-1/", b"/appeals/PE-1", b"/media/van.0a1b.avif"} <= served.gone
    assert b"/appeals/PE-1/" not in served.entries
    assert b"/media/van.0a1b.avif" not in served.entries


def test_large_files_stay_on_disk(site: Path) -> None:
    release = loaded(site)
    entry = release.names[b"localhost"].entries[b"/media/large.0a1b.mp4"]
    assert entry.choices[0].full.disk is not None
    assert release.size < MEMORY


def test_unchanged_files_are_shared_with_the_release_before(site: Path) -> None:
    first = loaded(site)
    make_release(site, 2, title="New words")
    picture = Path("media/van.0a1b.avif")
    (site / "releases/2" / FOLDER / picture).unlink()
    os.link(site / "releases/1" / FOLDER / picture, site / "releases/2" / FOLDER / picture)
    switch(site, 2)
    second = loaded(site, first)
    old, new = (one.names[b"localhost"].entries for one in (first, second))
    assert new[b"/media/van.0a1b.avif"].choices[0].body is old[b"/media/van.0a1b.avif"].choices[0].body
    assert b"New words" in bytes(new[b"/appeals/PE-1/"].choices[0].full.body)


@pytest.mark.parametrize("missing", ["_404/index.html", "_410/index.html", "_down/index.html"])
def test_a_release_without_its_error_pages_is_broken(site: Path, missing: str) -> None:
    (site / "releases/1" / FOLDER / missing).unlink()
    with pytest.raises(ReleaseBroken, match="missing"):
        loaded(site)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"release": 1}', '{"release": "x", "hosts": {}}', '{"release": 1, "hosts": {}}',
     '{"release": 1, "hosts": {"a": "nowhere"}}', '{"release": 1, "hosts": {"a b": "port-ellery"}}'],
)  # fmt: skip
def test_a_release_without_a_usable_table_of_hosts_is_broken(site: Path, text: str) -> None:
    (site / "releases/1/site.json").write_text(text)
    with pytest.raises(ReleaseBroken):
        loaded(site)


def test_a_link_that_leads_nowhere_is_broken(site: Path) -> None:
    switch(site, 9)
    with pytest.raises(ReleaseBroken):
        loaded(site)


def test_a_file_whose_name_is_no_address_breaks_the_release(site: Path) -> None:
    write(site / "releases/1" / FOLDER / "a b%20.html", "x")
    with pytest.raises(ReleaseBroken, match="name"):
        loaded(site)
