"""Which releases are kept, and that none of them holds what was taken down."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from hueandcry.kernel import blobs
from hueandcry.publicsite.build import Release, link_file, releases
from hueandcry.publicsite.sites import Site, file_of, marker_of

KEPT = 3  # the one being served and two to go back to
PACKED = (".br", ".gz")


def tidy(served: Release, sites: list[Site]) -> list[str]:
    """Keep the last releases and take out of them what the served one no longer shows. Safe to run twice.

    Call with the lock held, after the switch. Returns the names of files removed from kept releases.
    """
    removed: list[str] = []
    kept = [release for release in releases() if release.number != served.number][: KEPT - 1]
    for release in releases():
        if release.number == served.number:
            continue
        if release not in kept:
            shutil.rmtree(release.folder)
            continue
        for left in {path.name for path in release.folder.iterdir() if path.is_dir()} - {
            site.folder for site in sites
        }:
            shutil.rmtree(release.folder / left)  # an agency that has no site any more
        for site in sites:
            folder = release.folder / site.folder
            if folder.is_dir():
                removed += [
                    f"{release.number}/{name}" for name in _scrub(folder, served.folder / site.folder, site)
                ]
    return removed


def silence(served: Release, sites: list[Site]) -> None:
    """Without room for a new release: take what is gone out of the served one, in place, and older ones away.

    Needs no room. Call with the lock held.
    """
    for release in releases():
        if release.number != served.number:
            shutil.rmtree(release.folder)
    for site in sites:
        strike(served, site.folder, site.gone)


def strike(served: Release, folder: str, addresses: Iterable[str]) -> int:
    """Take these addresses out of the served release in place, each with its marker; returns how many were there.

    The time of site.json changes, by which the static server knows that it must read again. Safe beside a
    build: whoever links from this release finds the file missing and writes its own.
    """
    place, struck = served.folder / folder, 0
    for address in addresses:
        if not (place / marker_of(address)).exists():
            struck += bool(_silence_one(place, address))
    if struck:
        os.utime(served.folder / "site.json")
    return struck


def _silence_one(folder: Path, address: str) -> list[str]:
    """Take one address out of a site's folder and mark it as gone; returns the names of the files that went."""
    name = file_of(address)
    removed = [each for each in (name, *(f"{name}{end}" for end in PACKED)) if _remove(folder / each)]
    marker = folder / marker_of(address)
    with suppress(OSError):  # no room even for an empty file: then it answers 404
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
    return removed


def _scrub(folder: Path, served: Path, site: Site) -> list[str]:
    """Make one kept release's site as silent as the served one about everything that is over."""
    removed = [name for address in site.gone for name in _silence_one(folder, address)]
    if site.over:
        telling = re.compile(
            b"(?:" + b"|".join(re.escape(ref).encode() for ref in site.over) + rb")(?![0-9])"
        )
        removed += [name for name in _texts(folder) if _replace_if_telling(folder, served, name, telling)]
    return removed


def _texts(folder: Path) -> list[str]:
    """Names of the text files of a site: everything that is neither packed, nor a picture, nor a marker."""
    names = []
    for place, folders, files in os.walk(folder):
        if Path(place) == folder:
            folders[:] = [name for name in folders if name not in {"media", ".gone", "assets"}]
        names += [
            str((Path(place) / name).relative_to(folder)) for name in files if not name.endswith(PACKED)
        ]
    return sorted(names)


def _replace_if_telling(folder: Path, served: Path, name: str, telling: re.Pattern[bytes]) -> bool:
    """If this text tells of something over and differs from the served one, put the served one in its place."""
    place, present = folder / name, served / name
    data = place.read_bytes()
    if not telling.search(data) or (present.exists() and present.read_bytes() == data):
        return False
    for end in ("", *PACKED):
        _remove(folder / f"{name}{end}")
        link_file(served / f"{name}{end}", folder / f"{name}{end}")
    blobs.sync_folder(place.parent)
    return True


def _remove(place: Path) -> bool:
    try:
        place.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    blobs.sync_folder(place.parent)
    return True
