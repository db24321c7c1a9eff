"""Load one release of the public site into memory, whole, or say in one sentence why it cannot be served.

Layout of a release: `site.json` names the hosts, each has a folder of files as addressed; `.br` and `.gz` beside a
file are its codings; `_404`, `_410` and `_down` hold the pages shown instead; `.gone/<address>gone` marks an address
that was taken down.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from hueandcry.front.replies import DiskFile, Entry, Fields, Reply, Variant, digest
from hueandcry.front.target import BadTarget, read_host
from hueandcry.kernel import headers

CODINGS = ((".br", "br"), (".gz", "gzip"))
TEXT = (".html", ".css", ".atom", ".rss", ".json", ".xml", ".txt", ".js", ".svg", ".webmanifest")
TYPES = {  # the same as in deploy/nginx/hueandcry-site.conf; the machine's own table is not asked
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".gz": "application/gzip",
    ".pdf": "application/pdf",
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".mp4": "video/mp4",
    ".mp3": "audio/mpeg",
}
_NAME = re.compile(r"\A[A-Za-z0-9._~@+=,-]+\Z")
Stamp = tuple[int, int, int, int]


class ReleaseBroken(Exception):  # noqa: N818 - said of a release, not of the program
    """The release cannot be served; the text says why in one sentence."""


@dataclass(slots=True)
class Site:
    """What one host serves. Keys are raw request paths, so that the common request needs one look-up."""

    entries: dict[bytes, Entry]
    gone: frozenset[bytes]
    folders: frozenset[bytes]  # addresses that lack only their final slash
    not_found: Reply
    gone_page: Reply
    down_page: Reply


@dataclass(slots=True)
class Release:
    """A whole release. `sites` also learns host headers as they are spelled (with port), up to a bound.

    remembered: whole requests, byte for byte, whose answer is known, up to a bound (ADR 0020).
    """

    number: int
    identity: tuple[object, ...]
    names: dict[bytes, Site]
    sites: dict[bytes, Site]
    kept: dict[Stamp, tuple[bytes | DiskFile, str]] = field(default_factory=dict)
    size: int = 0
    remembered: dict[bytes, Reply] = field(default_factory=dict)


def identity_of(current: Path) -> tuple[object, ...]:
    """What tells one release from another: where the link leads and which site.json stands there. None if none."""
    try:
        there = current.resolve(strict=True)
        stat = (there / "site.json").stat()
    except OSError:
        return ()
    return (str(there), stat.st_dev, stat.st_ino, stat.st_mtime_ns)


def load(current: Path, *, in_memory: int, before: Release | None = None) -> Release:
    """Load the release `current` points at. Files unchanged since `before` are taken from there, not read again.

    in_memory: size in bytes above which a file is streamed from disk. Raises ReleaseBroken.
    """
    try:
        identity = identity_of(current)
        folder = current.resolve(strict=True)
        table = json.loads((folder / "site.json").read_bytes())
        number, hosts = int(table["release"]), dict(table["hosts"])
        release = Release(number=number, identity=identity, names={}, sites={})
        loader = _Loader(release, before.kept if before else {}, in_memory)
        folders = {name: loader.site(folder / name) for name in sorted(set(hosts.values()))}
        release.names = {read_host(host.encode()): folders[name] for host, name in hosts.items()}
    except OSError as error:
        name = Path(str(error.filename)).name if error.filename else "a file"
        raise ReleaseBroken(f"{name} cannot be read ({type(error).__name__}).") from error
    except (ValueError, KeyError, TypeError, AttributeError, BadTarget) as error:
        raise ReleaseBroken(f"site.json cannot be used ({type(error).__name__}).") from error
    if not release.names:
        raise ReleaseBroken("site.json names no host.")
    release.sites = dict(release.names)
    return release


class _Loader:
    """Reads the folders of one release, each file once."""

    def __init__(
        self, release: Release, known: dict[Stamp, tuple[bytes | DiskFile, str]], in_memory: int
    ) -> None:
        self._release = release
        self._known = known
        self._in_memory = in_memory

    def site(self, folder: Path) -> Site:
        files = _files_below(folder)
        gone = _gone_addresses(files)
        entries: dict[bytes, Entry] = {}
        for name in files:
            if _is_hidden(name) or _base_of(name) in files:
                continue
            address = "/" + name.removesuffix("index.html") if _is_index(name) else "/" + name
            if address.encode() not in gone:
                entries[address.encode()] = self._entry(folder, name, address, files)
        return Site(
            entries=entries,
            gone=gone,
            folders=frozenset(path[:-1] for path in entries if path.endswith(b"/") and path != b"/"),
            not_found=self._page(folder, "_404", 404, files),
            gone_page=self._page(folder, "_410", 410, files),
            down_page=self._page(folder, "_down", 503, files, ("Retry-After", "60")),
        )

    def _entry(self, folder: Path, name: str, address: str, files: set[str]) -> Entry:
        suffix = Path(name).suffix
        kind = TYPES.get(suffix, "application/octet-stream")
        coded = [(coding, name + ending) for ending, coding in CODINGS if name + ending in files]
        ranged = not coded and suffix not in TEXT
        fields: Fields = (
            ("Content-Type", kind),
            ("Cache-Control", headers.cache_control(address)),
            *((("Vary", "Accept-Encoding"),) if coded else ()),
            *((("Accept-Ranges", "bytes"),) if ranged else ()),
        )
        plain_body, tag = self._read(folder / name)
        plain = Variant(fields, plain_body, tag, "")
        made = {coding: Variant(fields, self._read(folder / path)[0], tag, coding) for coding, path in coded}
        gzip = made.get("gzip", plain)
        brotli = made.get("br", plain)
        return Entry((plain, gzip, brotli, made.get("br", gzip)), ranged=ranged)

    def _page(self, folder: Path, name: str, status: int, files: set[str], *extra: tuple[str, str]) -> Reply:
        inside = f"{name}/index.html"
        if inside not in files:
            raise ReleaseBroken(f"{folder.name}/{inside} is missing.")
        body = self._read(folder / inside)[0]
        if not isinstance(body, bytes):
            raise ReleaseBroken(f"{folder.name}/{inside} is too large.")
        fields = (
            ("Content-Type", TYPES[".html"]),
            ("Content-Length", str(len(body))),
            ("Cache-Control", headers.NEVER),
            *extra,
        )
        return Reply(status, fields, body)

    def _read(self, path: Path) -> tuple[bytes | DiskFile, str]:
        stat = path.stat()
        stamp = (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)
        found = self._known.get(stamp) or self._release.kept.get(stamp)
        if found is None:
            if stat.st_size > self._in_memory:
                found = (DiskFile(str(path)), digest(repr(stamp).encode()))
            else:
                data = path.read_bytes()
                found = (data, digest(data))
        if stamp not in self._release.kept:
            self._release.kept[stamp] = found
            self._release.size += stat.st_size if isinstance(found[0], bytes) else 0
        return found


def _files_below(folder: Path) -> set[str]:
    """Every file's path below `folder`, with slashes. Raises ReleaseBroken for a name that is no plain address."""
    if not folder.is_dir():
        raise ReleaseBroken(f"The folder {folder.name} is missing.")
    names: set[str] = set()
    for place, _folders, files in os.walk(folder, onerror=_raise):
        inside = Path(place).relative_to(folder).as_posix()
        prefix = "" if inside == "." else inside + "/"
        names.update(prefix + file for file in files)
    for name in names:
        if not all(_NAME.match(part) for part in name.split("/")):
            raise ReleaseBroken(f"In {folder.name} there is a file whose name cannot be an address.")
    return names


def _raise(error: OSError) -> None:
    raise error


def _is_index(name: str) -> bool:
    return name == "index.html" or name.endswith("/index.html")


def _is_hidden(name: str) -> bool:
    """Pages shown in place of others, markers and dot files are not addresses; `.well-known` is."""
    parts = name.split("/")
    return parts[0].startswith("_") or any(part.startswith(".") and part != ".well-known" for part in parts)


def _base_of(name: str) -> str:
    """The file that `name` would be a coding of; an impossible name if it is none."""
    return name[:-3] if name.endswith((".br", ".gz")) else ""


def _gone_addresses(files: set[str]) -> frozenset[bytes]:
    marked = [
        name.removeprefix(".gone").removesuffix("gone").encode()
        for name in files
        if name.startswith(".gone/") and name.endswith("gone")
    ]
    return frozenset(marked) | {path[:-1] for path in marked if path.endswith(b"/") and path != b"/"}
