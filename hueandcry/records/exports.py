"""A bundle of the record that anyone can check offline, with the checker inside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel.errors import Invalid
from hueandcry.records import chain, verifier
from hueandcry.records.entry import Ledger, structure_lines, structure_marks
from hueandcry.records.models import Body, Entry, Position
from hueandcry.records.numbering import node_hash, number_all
from hueandcry.records.seals import seal

CHUNK = 2000
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
    to a stranger. progress: told (done, total) now and then. Raises Invalid if there is nothing.
    """
    number_all(ledger)
    with transaction.atomic(using=ledger.database):
        last = seal(ledger)
        if last is None:
            raise Invalid(_("This record is empty: there is nothing to export."))
        lines = [
            json.dumps(item, ensure_ascii=False, sort_keys=True)
            for item in _entries(
                ledger, last.size, subject=subject, redact=redact, agency_id=agency_id, progress=progress
            )
        ]
    if not lines and subject:
        raise Invalid(_("The record has no entry about “%s”.") % subject)
    if not lines:
        raise Invalid(_("This record is empty: there is nothing to export."))
    files = {
        "entries.jsonl": ("\n".join(lines) + "\n").encode(),
        "verify.py": Path(verifier.__file__).read_bytes(),
        "README.txt": READ_ME.encode(),
    }
    manifest = {
        "form": verifier.FORM,
        "ledger": ledger.value,
        "whole": not subject and agency_id is None,
        "entries": len(lines),
        "size": last.size,
        "seal": last.note,
        "public_key": last.public_key,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    out.touch(mode=0o600)  # it may hold content
    out.write_bytes(verifier.pack({"manifest.json": verifier.list_text(manifest).encode(), **files}))
    return manifest


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
    """The stored hashes of a ledger, each read once: many proofs share most of them."""

    def __init__(self, ledger: Ledger) -> None:
        self.hash = cache(partial(node_hash, ledger))
        self.root = cache(self._root)

    def _root(self, start: int, end: int) -> bytes:
        peaks = [self.hash(level, (start >> level) + index) for level, index in chain.peaks_of(end - start)]
        return chain.Frontier(end - start, peaks).root()

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
