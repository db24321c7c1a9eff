"""Write a release: a new folder beside the old one, complete and on disk before the link is switched.

    HUE_SITE/releases/<n>/site.json      {"release": n, "hosts": {host: folder}, "state": digest}
    HUE_SITE/releases/<n>/<folder>/…     the files as addressed; texts with .br and .gz beside them
    HUE_SITE/current                     the link to the release being served

A file that did not change is a hard link to the one in the release before. A crash at any moment leaves
the old release in place; what was half made is removed by the next build.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import brotli
from django.conf import settings

from hueandcry.kernel import blobs
from hueandcry.kernel.errors import NotFound
from hueandcry.publicsite.sites import Site, marker_of, state_of

log = logging.getLogger("hueandcry.publicsite")

UNFINISHED = ".building-"
FOLDER_MODE = 0o755  # the web server may run as somebody else
FILE_MODE = 0o644
FLUSHES_AT_ONCE = 16
BEST_UP_TO = 32 * 1024  # bytes; the best compression of a longer page takes too long while somebody waits
BROTLI_BEST, BROTLI_GOOD = 11, 9


@dataclass(frozen=True, slots=True)
class Release:
    """A release on disk. state: digest of what it shows (sites.state_of)."""

    number: int
    folder: Path
    state: str


@contextmanager
def site_lock() -> Iterator[None]:
    """Only one build at a time, in any process. Who waits reads the tables after the other has finished."""
    root = Path(settings.HUE_SITE)
    (root / "releases").mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    handle = os.open(root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def current() -> Release | None:
    """The release being served, or None before the first one."""
    link = Path(settings.HUE_SITE) / "current"
    try:
        folder = link.resolve(strict=True)
        about = json.loads((folder / "site.json").read_bytes())
        return Release(int(about["release"]), folder, str(about.get("state", "")))
    except (OSError, ValueError, KeyError):
        return None


def releases() -> list[Release]:
    """All complete releases on disk, newest first."""
    folder = Path(settings.HUE_SITE) / "releases"
    numbers = (
        sorted((int(p.name) for p in folder.glob("*") if p.name.isdecimal()), reverse=True)
        if folder.is_dir()
        else []
    )
    return [Release(number, folder / str(number), "") for number in numbers]


def write(sites: list[Site]) -> Release:
    """Write the next release and flush it to disk, without switching to it. Call with the lock held.

    Raises OSError (no room, a picture missing): then nothing has changed.
    """
    root = Path(settings.HUE_SITE) / "releases"
    _clear_unfinished(root)
    before = current()
    known = releases()
    number = max([*(release.number for release in known), before.number if before else 0], default=0) + 1
    unfinished = root / f"{UNFINISHED}{secrets.token_hex(6)}"
    unfinished.mkdir(mode=FOLDER_MODE)
    try:
        state = state_of(sites)
        for site in sites:
            _write_site(site, unfinished / site.folder, before.folder / site.folder if before else None)
        about = {"release": number, "hosts": {site.host: site.folder for site in sites}, "state": state}
        put_file(unfinished / "site.json", json.dumps(about, indent=1).encode() + b"\n")
        _flush(unfinished)
        unfinished.rename(root / str(number))
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    blobs.sync_folder(root)
    return Release(number, root / str(number), state)


def switch_to(release: Release) -> None:
    """Let `current` name this release, in one step."""
    root = Path(settings.HUE_SITE)
    fresh = root / f".current-{secrets.token_hex(6)}"
    fresh.symlink_to(Path("releases") / str(release.number))
    fresh.replace(root / "current")
    blobs.sync_folder(root)


def _clear_unfinished(root: Path) -> None:
    """Remove what a killed build left: it may hold pictures that are withdrawn by now."""
    for left in root.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    for left in root.parent.glob(".current-*"):
        left.unlink()


def _write_site(site: Site, folder: Path, before: Path | None) -> None:
    folder.mkdir(mode=FOLDER_MODE)
    for name, data in site.texts.items():
        _write_text(folder, before, name, data)
    for name, digest in site.media.items():
        place = _place(folder, f"media/{name}")
        if before is None or not link_file(before / "media" / name, place):
            _put_picture(place, digest)
    for address in site.gone:
        _place(folder, marker_of(address)).touch(mode=FILE_MODE)


def _put_picture(place: Path, digest: str) -> None:
    """Write one picture. One that is missing or damaged on disk is left out: it must not stop a withdrawal."""
    try:
        data = blobs.read(digest)
    except (NotFound, blobs.Damaged):
        log.exception("the picture %s of a public appeal is missing or damaged", digest)
        return
    put_file(place, data)


def _write_text(folder: Path, before: Path | None, name: str, data: bytes) -> None:
    place = _place(folder, name)
    if before is not None and _same(before / name, data):
        done = [
            link_file(before / f"{name}{end}", _place(folder, f"{name}{end}")) for end in ("", ".br", ".gz")
        ]
        if all(done):
            return
        for end in ("", ".br", ".gz"):
            _place(folder, f"{name}{end}").unlink(missing_ok=True)
    best = len(data) <= BEST_UP_TO or name.startswith("assets/")
    quality = BROTLI_BEST if best else BROTLI_GOOD
    put_file(place, data)
    put_file(place.with_name(f"{place.name}.br"), brotli.compress(data, quality=quality))
    put_file(place.with_name(f"{place.name}.gz"), gzip.compress(data, compresslevel=9, mtime=0))


def _place(folder: Path, name: str) -> Path:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    return place


def _same(place: Path, data: bytes) -> bool:
    try:
        return place.read_bytes() == data
    except OSError:
        return False


def link_file(source: Path, place: Path) -> bool:
    """Let `place` be the same file as `source`; False if there is no such file or no link is possible."""
    try:
        os.link(source, place)
    except OSError:
        return False
    return True


def put_file(place: Path, data: bytes) -> None:
    """Write a new file. Raises FileExistsError: files of a release are never written twice."""
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _flush(root: Path) -> None:
    """Put everything new below `root` on disk: files that are no links, and every folder.

    Many at once, because a disk commits them together.
    """
    fresh, folders = [], []
    for place, _folders, names in os.walk(root):
        folders.append(Path(place))
        fresh += [path for name in names if (path := Path(place, name)).stat().st_nlink == 1]
    with ThreadPoolExecutor(FLUSHES_AT_ONCE) as pool:
        list(pool.map(_flush_file, fresh))
        list(pool.map(blobs.sync_folder, folders))


def _flush_file(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
