"""Reads for whoever looks at the record: one entry with its proof, seals, checks and exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import NotFound
from hueandcry.records import chain
from hueandcry.records.entry import Ledger
from hueandcry.records.exports import Tree, disclosed
from hueandcry.records.models import Body, Entry, Position, Run, Seal
from hueandcry.records.running import exports_folder
from hueandcry.records.seals import check_note

RUNS = 5


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry stands under a seal. path: hashes from its leaf to the root, nearest first, in hexadecimal.

    shown: field name → (salt in hexadecimal, the line that is committed to). fits: what this server finds
    when it computes all of it anew, the seal's signature too.
    """

    position: int
    leaf: str
    leaf_hash: str
    shown: dict[str, list[str]]
    path: list[str]
    size: int
    root: str
    signed_at: datetime
    note: str
    public_key: str
    fits: bool


@dataclass(frozen=True, slots=True)
class SealLine:
    """One seal in a list."""

    size: int
    root: str
    signed_at: datetime
    note: str


def _may(actor: Actor, ledger: Ledger) -> None:
    actor.require(Permission.RECORD_READ if ledger is Ledger.MAIN else Permission.TIP_READ)


def proof(*, actor: Actor, entry_id: int, ledger: Ledger = Ledger.MAIN) -> Proof | None:
    """The entry's way to the first seal that covers it; None while none does. Raises NotAllowed, NotFound."""
    _may(actor, ledger)
    database = ledger.database
    entry = Entry.objects.using(database).filter(pk=entry_id, agency_id=actor.agency_id).first()
    if entry is None:
        raise NotFound(_("There is no such entry in this agency's record."))
    place = Position.objects.using(database).filter(entry_id=entry.pk).first()
    if place is None:
        return None
    seal = Seal.objects.using(database).filter(size__gte=place.position).order_by("size").first()
    if seal is None:
        return None
    body = Body.objects.using(database).filter(entry_id=entry.pk).first()
    shown = disclosed(place.position, entry, body)
    path = Tree(ledger).proof(place.position, seal.size)
    leaf = chain.leaf_hash(shown["leaf"])
    return Proof(
        position=place.position,
        leaf=shown["leaf"],
        leaf_hash=leaf.hex(),
        shown=shown["shown"],
        path=[mark.hex() for mark in path],
        size=seal.size,
        root=bytes(seal.root).hex(),
        signed_at=seal.signed_at,
        note=seal.note,
        public_key=seal.public_key,
        fits=_fits(shown, leaf, path, place.position, seal),
    )


def _fits(shown: dict[str, Any], leaf: bytes, path: list[bytes], position: int, seal: Seal) -> bool:
    """Compute everything anew: each field's commitment, the way to the root, the seal."""
    promised = dict(line.split(" ") for line in shown["leaf"].split("\n")[1:])
    fields = all(
        promised.get(name) == chain.commit(bytes.fromhex(salt), line)
        for name, (salt, line) in shown["shown"].items()
    )
    try:
        _origin, size, root = check_note(seal.note, public_key=bytes.fromhex(seal.public_key))
    except ValueError:
        return False
    way = chain.verify_inclusion(leaf=leaf, index=position - 1, size=size, proof=path, root=root)
    return fields and way and size == seal.size


def seals(*, actor: Actor, ledger: Ledger = Ledger.MAIN, limit: int = 50) -> list[SealLine]:
    """The latest seals, newest first. Raises NotAllowed."""
    _may(actor, ledger)
    rows = Seal.objects.using(ledger.database).order_by("-size")[:limit]
    return [SealLine(row.size, bytes(row.root).hex(), row.signed_at, row.note) for row in rows]


def last_check(*, actor: Actor, ledger: Ledger = Ledger.MAIN) -> Run | None:
    """The check that ended last. Raises NotAllowed."""
    _may(actor, ledger)
    return latest_check(ledger)


def latest_check(ledger: Ledger) -> Run | None:
    """The check of a ledger that ended last: figures and sentences about the chain only, so no actor is asked."""
    rows = Run.objects.filter(kind=Run.Kind.CHECK, ledger=ledger.value, finished_at__isnull=False)
    return rows.order_by("-pk").first()


def check_under_way(ledger: Ledger) -> Run | None:
    """A check that somebody asked for and that is not over yet."""
    rows = Run.objects.filter(kind=Run.Kind.CHECK, ledger=ledger.value, finished_at__isnull=True)
    return rows.order_by("-pk").first()


def exports(*, actor: Actor) -> list[Run]:
    """The agency's last exports, newest first. Raises NotAllowed."""
    actor.require(Permission.RECORD_READ)
    return list(Run.objects.filter(kind=Run.Kind.EXPORT, agency_id=actor.agency_id).order_by("-pk")[:RUNS])


def bundle(*, actor: Actor, run_id: int) -> Path:
    """The file of a finished export of this agency. Raises NotAllowed; NotFound also when it was removed."""
    actor.require(Permission.RECORD_READ)
    run = (
        Run.objects.filter(pk=run_id, kind=Run.Kind.EXPORT, agency_id=actor.agency_id)
        .exclude(file="")
        .first()
    )
    path = exports_folder() / run.file if run else None
    if path is None or not path.is_file():
        raise NotFound(_("There is no such bundle. Bundles are removed after a day; make a new one."))
    return path
