"""A bundle of the record that anyone can check offline, with the checker inside."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid
from hueandcry.records import chain, verifier
from hueandcry.records.entry import Ledger, structure_lines, structure_marks
from hueandcry.records.models import Body, Entry, Position
from hueandcry.records.numbering import node_hash, node_hashes, number_all, range_root
from hueandcry.records.seals import seal

CHUNK = 2000
ENTRIES = "entries.jsonl"
UPPER = 12  # level from which on the tree's hashes are kept while a bundle is written
READ_ME = """A bundle of a Hue & Cry record.

To check it, with Python 3.9 or newer and nothing else:

    python3 -m zipfile -e THIS-FILE.zip bundle
    python3 bundle/verify.py THIS-FILE.zip

To check also that nothing older was rewritten, download a seal from the agency's public site
(/record/) on any day, keep it, and give it later with --seal. Compare the public key that verify.py
prints with the one on the public site, or give it with --key.

entries.jsonl has one entry a line. "shown" holds the fields that are disclosed, each with the salt of
its commitment; a field that is missing there was withheld or erased, and its commitment in "leaf"
still proves that it stood there.
"""


def export(
    *,
    out: Path,
    ledger: Ledger = Ledger.MAIN,
    subject: str = "",
    redact: bool = False,
    agency_id: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Write a bundle to `out` and return its manifest.

    subject: only entries about this thing; agency_id: only those of this agency; in both cases each comes
    with its proof. Otherwise the whole ledger. redact: withhold every body, so that the bundle can be given
    to a stranger. progress: told (done, total) now and then. Raises Invalid if there is nothing; OSError if
    the file cannot be written. Takes a second for some thousand entries and holds up nobody.
    """
    number_all(ledger)
    last = seal(ledger)
    if last is None:
        raise Invalid(_("This record is empty: there is nothing to export."))
    # No transaction is open from here on: what is sealed never changes, and everybody else goes on writing.
    items = _entries(
        ledger, last.size, subject=subject, redact=redact, agency_id=agency_id, progress=progress
    )
    with tempfile.TemporaryFile(dir=out.parent) as body:
        count, mark = _put_lines(items, body)
        if not count and subject:
            raise Invalid(_("The record has no entry about “%s”.") % subject)
        if not count:
            raise Invalid(_("This record is empty: there is nothing to export."))
        others = {"verify.py": Path(verifier.__file__).read_bytes(), "README.txt": READ_ME.encode()}
        manifest = {
            "form": verifier.FORM,
            "ledger": ledger.value,
            "whole": not subject and agency_id is None,
            "entries": count,
            "size": last.size,
            "seal": last.note,
            "public_key": last.public_key,
            "files": {
                ENTRIES: mark,
                **{name: hashlib.sha256(data).hexdigest() for name, data in others.items()},
            },
        }
        _pack(out, verifier.list_text(manifest).encode(), body, others)
    return manifest


def _put_lines(items: Iterable[dict[str, Any]], body: IO[bytes]) -> tuple[int, str]:
    """Write one entry a line; returns how many there are and the digest of what was written."""
    count, mark = 0, hashlib.sha256()
    for count, item in enumerate(items, start=1):  # noqa: B007 - the last one is wanted
        line = json.dumps(item, ensure_ascii=False, sort_keys=True).encode() + b"\n"
        mark.update(line)
        body.write(line)
    return count, mark.hexdigest()


def _pack(out: Path, manifest: bytes, body: IO[bytes], others: Mapping[str, bytes]) -> None:
    """Write the bundle as `verifier.pack` does, byte for byte, without having it in memory.

    It gets its name only when it is whole. Raises OSError: then nothing is left.
    """
    unfinished = out.with_name(f"{out.name}.part")
    unfinished.touch(mode=0o600)  # it may hold content
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(verifier.place_of("manifest.json"), manifest)
            entries = verifier.place_of(ENTRIES)
            entries.file_size = body.seek(0, io.SEEK_END)
            body.seek(0)
            with archive.open(entries, "w") as held:
                shutil.copyfileobj(body, held, 2**20)
            for name, data in others.items():
                archive.writestr(verifier.place_of(name), data)
        unfinished.replace(out)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _entries(
    ledger: Ledger,
    size: int,
    *,
    subject: str,
    redact: bool,
    agency_id: int | None,
    progress: Callable[[int, int], None] | None,
) -> Iterator[dict[str, Any]]:
    database = ledger.database
    rows = Entry.objects.using(database)
    places = Position.objects.using(database).filter(position__lte=size)
    part = bool(subject) or agency_id is not None
    if part:
        wanted = rows.filter(**({"subject": subject} if subject else {}))
        wanted = wanted.filter(agency_id=agency_id) if agency_id is not None else wanted
        places = places.filter(entry_id__in=wanted.values("pk"))
    tree = Tree(ledger) if part else None
    pairs = list(places.order_by("position").values_list("position", "entry_id"))
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        ids = [entry_id for _place, entry_id in chunk]
        entries = rows.in_bulk(ids)
        bodies = {} if redact else Body.objects.using(database).in_bulk(ids)
        if tree is not None:
            tree.load([place for place, _entry_id in chunk], size)
        for place, entry_id in chunk:
            if entry_id not in entries:
                raise Invalid(_("Entry %d is missing. Run: hue records verify") % entry_id)
            item = disclosed(place, entries[entry_id], bodies.get(entry_id))
            if tree is not None:
                item["proof"] = [mark.hex() for mark in tree.proof(place, size)]
            yield item
        if progress is not None:
            progress(min(start + CHUNK, len(pairs)), len(pairs))


class Tree:
    """The stored hashes of a ledger: many proofs share most of them, so each is read once, and many at a time."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._known: dict[tuple[int, int], bytes] = {}  # (level, index)
        self._edge = cache(partial(range_root, ledger))  # of ranges that are no whole subtree: few

    def load(self, places: Collection[int], size: int) -> None:
        """Read at once what the proofs of these places need; what only earlier ones needed is dropped."""
        self._known = {key: mark for key, mark in self._known.items() if key[0] >= UPPER}
        for level in range(size.bit_length()):
            beside = {((place - 1) >> level) ^ 1 for place in places}
            wanted = [n for n in beside if (n + 1) << level <= size and (level, n) not in self._known]
            self._known.update(((level, n), mark) for n, mark in node_hashes(self.ledger, level, wanted))

    def root(self, start: int, end: int) -> bytes:
        """The root over the leaves [start, end), a range of a proof. Raises Invalid if a stored hash is missing."""
        level = (end - start).bit_length() - 1
        key = (level, start >> level)
        try:
            if end - start != 1 << level:
                return self._edge(start, end)
            if key not in self._known:
                self._known[key] = node_hash(self.ledger, *key)
        except ObjectDoesNotExist:
            raise Invalid(_("A part of the record's tree is missing. Run: hue records verify")) from None
        return self._known[key]

    def proof(self, place: int, size: int) -> list[bytes]:
        """The path from the entry at `place` (from 1) to the root over `size` entries, nearest first."""
        return [self.root(*span) for span in chain.proof_ranges(place - 1, size)]


def disclosed(place: int, entry: Entry, body: Body | None) -> dict[str, Any]:
    """One entry as a bundle has it: its place, its leaf, and each field that is shown with its salt."""
    lines = structure_lines(
        agency_id=entry.agency_id, at=entry.at, actor=entry.actor, verb=entry.verb, subject=entry.subject
    )
    salts = bytes(entry.salts)
    shown = {name: _shown(salts, number, lines[number]) for number, name in enumerate(chain.STRUCTURE)}
    if body is not None:
        names = [line.split(" ")[0] for line in entry.body_marks.split("\n")]
        for number, (name, line) in enumerate(zip(names, body.lines.split("\n"), strict=True)):
            shown[name] = _shown(bytes(body.salts), number, line)
    return {
        "position": place,
        "leaf": chain.leaf_text(structure_marks(lines, salts), entry.body_marks),
        "shown": shown,
    }


def _shown(salts: bytes, number: int, line: str) -> list[str]:
    return [salts[chain.SALT * number : chain.SALT * (number + 1)].hex(), line]
