"""Verify a ledger as it stands in its database, and name whatever does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connections
from django.db.models import Max

from hueandcry.kernel import sealing
from hueandcry.records import chain
from hueandcry.records.entry import Ledger, structure_lines, structure_marks
from hueandcry.records.models import Entry, Node, Pending, Position, Seal
from hueandcry.records.seals import check_note, signing_key

CHUNK = 5000
ERASE = "record.erase"
ROWS = """
SELECT p.position, p.entry_id, p.leaf, e.id, e.agency_id, CAST(e.at AS TEXT), e.actor, e.verb, e.subject, e.salts,
       e.body_marks, b.lines, b.salts
FROM records_position p
LEFT JOIN records_entry e ON e.id = p.entry_id
LEFT JOIN records_body b ON b.entry_id = p.entry_id
WHERE p.position > %s AND p.position <= %s ORDER BY p.position LIMIT %s
"""


@dataclass
class Report:
    """What a verification found. problems: sentences, each naming an entry; empty if all is well."""

    ledger: Ledger
    entries: int = 0
    seals: int = 0
    pending: int = 0
    erased: int = 0
    root: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """True if nothing was found."""
        return not self.problems


def verify(ledger: Ledger, *, against: str = "") -> Report:
    """Recompute every leaf, body, node and seal of a ledger.

    against: a seal kept elsewhere (the signed note): shows truncation and rewriting, also by somebody
    who holds this machine's signing key. Raises ValueError if it is no seal. What is numbered while we look
    is left for the next time: seals are read first, then the last position, then everything up to it.
    """
    report = Report(ledger)
    wanted = _roots_to_meet(ledger, report, against)
    top = _last_position(ledger)
    nodes = {
        (node.level, node.index): bytes(node.hash) for node in Node.objects.using(ledger.database).iterator()
    }
    frontier = chain.Frontier()
    erased_without_reason: set[int] = set()
    for row in _rows(ledger, top):
        position, entry_id = row[0], row[1]
        if position != frontier.size + 1:
            report.problems.append(
                f"Position {frontier.size + 1} is missing (the next one found is {position})."
            )
            return report
        leaf = _check_entry(row, report, erased_without_reason)
        for level, index, mark in frontier.append(leaf):
            if nodes.pop((level, index), None) != mark:
                report.problems.append(
                    f"The tree does not fit at level {level}, place {index} (near position {position})."
                )
        if frontier.size in wanted and wanted[frontier.size] != frontier.root():
            report.problems.append(
                f"The seal over {frontier.size} entries does not fit: an entry up to {entry_id} was changed."
            )
        wanted.pop(frontier.size, None)
    report.entries, report.root = frontier.size, frontier.root().hex()
    report.pending = Pending.objects.using(ledger.database).count()
    report.problems += [
        f"Entry {entry_id}: its body was erased, but no entry says why."
        for entry_id in sorted(erased_without_reason - _explained(ledger))
    ]
    report.problems += [
        f"A seal covers {size} entries, but only {frontier.size} stand: the end is missing."
        for size in sorted(wanted)
    ]
    _check_left_nodes(report, nodes, top)
    _check_unnumbered(ledger, report)
    return report


def _roots_to_meet(ledger: Ledger, report: Report, against: str) -> dict[int, bytes]:
    public = sealing.ed25519_public(signing_key())
    wanted: dict[int, bytes] = {}
    for seal in Seal.objects.using(ledger.database).order_by("size"):
        report.seals += 1
        try:
            _origin, size, root = check_note(seal.note, public_key=public)
        except ValueError as problem:
            report.problems.append(f"Seal over {seal.size} entries: {problem}")
            continue
        if size != seal.size or root != bytes(seal.root) or seal.public_key != public.hex():
            report.problems.append(f"Seal over {seal.size} entries: its row and its signed text differ.")
        wanted[size] = root
    if against:
        origin, size, root = check_note(against, public_key=public)
        if not origin.endswith(f"/{ledger.value}"):
            raise ValueError(f"This seal is of another ledger ({origin}).")
        if wanted.setdefault(size, root) != root:
            report.problems.append(
                f"The seal given over {size} entries differs from the stored one: the record was rewritten."
            )
            wanted[size] = root
    return wanted


def _last_position(ledger: Ledger) -> int:
    return Position.objects.using(ledger.database).aggregate(top=Max("position"))["top"] or 0


def _rows(ledger: Ledger, top: int) -> Iterator[tuple[Any, ...]]:
    last = 0
    with connections[ledger.database].cursor() as cursor:
        while True:
            cursor.execute(ROWS, [last, top, CHUNK])
            rows = cursor.fetchall()
            yield from rows
            if len(rows) < CHUNK:
                return
            last = rows[-1][0]


def _explained(ledger: Ledger) -> set[int]:
    """Ids of the entries whose erasure is itself an entry, numbered or not."""
    subjects = Entry.objects.using(ledger.database).filter(verb=ERASE, subject__startswith="entry:")
    names = (subject[6:] for subject in subjects.values_list("subject", flat=True))
    return {int(name) for name in names if name.isdecimal()}


def _check_entry(row: tuple[Any, ...], report: Report, erased: set[int]) -> bytes:
    """The leaf recomputed from the entry's own columns; of a missing or unreadable entry, the stored leaf."""
    try:
        return _leaf_of(row, report, erased)
    except (ValueError, TypeError, AttributeError, OverflowError):
        report.problems.append(f"Entry {row[1]} was changed: it cannot be read any more.")
        return row[2] if isinstance(row[2], bytes) else b""


def _leaf_of(row: tuple[Any, ...], report: Report, erased: set[int]) -> bytes:
    _position, entry_id, leaf, found, agency, at, actor, verb, subject, salts, marks, lines, body_salts = row
    stored = bytes(leaf)
    if found is None:
        report.problems.append(f"Entry {entry_id} is missing.")
        return stored
    structure = structure_lines(agency_id=agency, at=_aware(at), actor=actor, verb=verb, subject=subject)
    computed = chain.leaf_hash(chain.leaf_text(structure_marks(structure, bytes(salts)), marks))
    if computed != stored:
        report.problems.append(f"Entry {entry_id} was changed or stands in another entry's place.")
        return stored
    if marks and lines is None:
        report.erased += 1
        erased.add(entry_id)
    elif marks:
        report.problems += body_problems(entry_id, marks, lines, bytes(body_salts))
    elif lines is not None:
        report.problems.append(f"Entry {entry_id} has a body that it never had.")
    return stored


def body_problems(entry_id: int, marks: str, lines: str, salts: bytes) -> list[str]:
    """Sentences on every field of a body that does not fit its commitment."""
    promised, given = marks.split("\n"), lines.split("\n")
    if len(promised) != len(given) or len(salts) != chain.SALT * len(given):
        return [f"Entry {entry_id}: its body has {len(given)} fields instead of {len(promised)}."]
    problems = []
    for number, (promise, line) in enumerate(zip(promised, given, strict=True)):
        name, mark = promise.split(" ")
        salt = salts[chain.SALT * number : chain.SALT * (number + 1)]
        if chain.commit(salt, line) != mark:
            problems.append(
                f"Entry {entry_id}: the field {name.removeprefix('body.')} of its body was changed."
            )
    return problems


def _aware(text: str) -> datetime:
    """A time as the databases write it: SQLite in UTC, PostgreSQL with its offset.

    Read as text, since a driver gives up on all rows at one that holds no time any more.
    """
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_left_nodes(report: Report, nodes: dict[tuple[int, int], bytes], top: int) -> None:
    """Nodes that no entry up to `top` made, nor one that was numbered since."""
    newest = _last_position(report.ledger)
    report.problems += [
        f"The tree holds a node at level {level}, place {index} that no entry made."
        for level, index in sorted(nodes)
        if not top < (index + 1) << level <= newest
    ][:20]


def _check_unnumbered(ledger: Ledger, report: Report) -> None:
    """Entries with neither position nor a place in the queue, and places in the queue without an entry."""
    with connections[ledger.database].cursor() as cursor:
        cursor.execute(
            "SELECT e.id FROM records_entry e LEFT JOIN records_position p ON p.entry_id = e.id"
            " LEFT JOIN records_pending q ON q.entry_id = e.id"
            " WHERE p.position IS NULL AND q.entry_id IS NULL ORDER BY e.id LIMIT 20"
        )
        report.problems += [
            f"Entry {row[0]} has no position and was taken out of the queue." for row in cursor.fetchall()
        ]
        cursor.execute(
            "SELECT q.entry_id FROM records_pending q LEFT JOIN records_entry e ON e.id = q.entry_id"
            " WHERE e.id IS NULL ORDER BY q.entry_id LIMIT 20"
        )
        report.problems += [f"Entry {row[0]} is missing: it was never numbered." for row in cursor.fetchall()]
