"""Give positions to committed entries and grow the tree: one numberer at a time per ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connections, transaction

from hueandcry.records import chain
from hueandcry.records.entry import Ledger, structure_lines, structure_marks
from hueandcry.records.models import Entry, Node, Pending, Position

BATCH = 2000
AT_ONCE = 500  # hashes in one question
LOCK = {Ledger.MAIN: 7_141_001, Ledger.TIPS: 7_141_002}  # PostgreSQL advisory lock numbers


def number(ledger: Ledger, *, limit: int = BATCH) -> int:
    """Give positions to up to `limit` committed entries, oldest id first. Returns how many.

    Positions are given after commit, so an entry whose transaction commits late gets a later position
    and a follower's cursor never skips it. Safe to run in parallel: the second waits for the first.
    """
    database = ledger.database
    if not Pending.objects.using(database).exists():
        return 0
    with transaction.atomic(using=database):
        hold_ledger(ledger)
        ids = list(
            Pending.objects.using(database).order_by("entry_id").values_list("entry_id", flat=True)[:limit]
        )
        entries = Entry.objects.using(database).filter(pk__in=ids).order_by("pk")
        frontier = load_frontier(ledger)
        positions, nodes = [], []
        for entry in entries:
            leaf = entry_leaf(entry)
            nodes += [
                Node(level=level, index=index, hash=mark) for level, index, mark in frontier.append(leaf)
            ]
            positions.append(Position(position=frontier.size, entry_id=entry.pk, leaf=leaf))
        Position.objects.using(database).bulk_create(positions)
        Node.objects.using(database).bulk_create(nodes)
        # Only those: a place in the queue whose entry is gone stays, and verify names it.
        Pending.objects.using(database).filter(pk__in=[place.entry_id for place in positions]).delete()
    return len(positions)


def number_all(ledger: Ledger) -> int:
    """Number everything that is committed now."""
    total = 0
    while done := number(ledger):
        total += done
    return total


def hold_ledger(ledger: Ledger) -> None:
    """Be the only one to write positions or seals until the transaction ends.

    On SQLite an IMMEDIATE transaction is the only writer already.
    """
    connection = connections[ledger.database]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK[ledger]])


def load_frontier(ledger: Ledger) -> chain.Frontier:
    """The right edge of the tree as stored."""
    database = ledger.database
    last = Position.objects.using(database).order_by("-position").first()
    size = last.position if last else 0
    return chain.Frontier(size, [node_hash(ledger, level, index) for level, index in chain.peaks_of(size)])


def node_hash(ledger: Ledger, level: int, index: int) -> bytes:
    """The stored hash of a complete subtree."""
    if level == 0:
        return bytes(Position.objects.using(ledger.database).get(position=index + 1).leaf)
    return bytes(Node.objects.using(ledger.database).get(level=level, index=index).hash)


def node_hashes(ledger: Ledger, level: int, wanted: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """The stored hashes of many complete subtrees of one level, with their index. One that is missing is left out."""
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        if level == 0:
            leaves = Position.objects.using(ledger.database).filter(position__in=[n + 1 for n in some])
            yield from ((at - 1, bytes(mark)) for at, mark in leaves.values_list("position", "leaf"))
        else:
            nodes = Node.objects.using(ledger.database).filter(level=level, index__in=some)
            yield from ((index, bytes(mark)) for index, mark in nodes.values_list("index", "hash"))


def entry_leaf(entry: Entry) -> bytes:
    """The leaf hash of an entry as it stands in the table."""
    lines = structure_lines(
        agency_id=entry.agency_id, at=entry.at, actor=entry.actor, verb=entry.verb, subject=entry.subject
    )
    marks = structure_marks(lines, bytes(entry.salts))
    return chain.leaf_hash(chain.leaf_text(marks, entry.body_marks))


def range_root(ledger: Ledger, start: int, end: int) -> bytes:
    """The root over leaves [start, end) from stored nodes; `start` is aligned as RFC 9162 splits."""
    peaks = [
        node_hash(ledger, level, (start >> level) + index) for level, index in chain.peaks_of(end - start)
    ]
    return chain.Frontier(end - start, peaks).root()
