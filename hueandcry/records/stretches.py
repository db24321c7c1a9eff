"""Look at the record stretch by stretch: a stretch is a whole subtree of entries, so each is looked at on its own.

Large records are looked at by all processors at once, each in a process of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from django.db import connections

from hueandcry.records import chain
from hueandcry.records.checking import SALTS, Row, doubtful, parents
from hueandcry.records.entry import Ledger, structure_lines, structure_marks

LEVEL = 12
LENGTH = 1 << LEVEL  # entries of a stretch
MANY = 4 * LENGTH  # entries; below this, processes cost more than they save
MOST_PROCESSES = 8
PLACES = "SELECT position, entry_id, leaf FROM records_position WHERE position > %s AND position <= %s ORDER BY position"
NEXT = "SELECT MIN(position) FROM records_position WHERE position > %s"
ENTRIES = "SELECT id, agency_id, CAST(at AS TEXT), actor, verb, subject, salts, body_marks FROM records_entry WHERE "
BODIES = "SELECT entry_id, lines, salts FROM records_body WHERE "
NODES = 'SELECT "index", hash FROM records_node WHERE level = %s AND "index" >= %s AND "index" < %s ORDER BY "index"'


@dataclass
class Seen:
    """What a look at one stretch found.

    root: of a whole stretch. peaks: for each size asked for that ends inside, the peaks of the stretch's part.
    erased: entries whose body is gone. broken: a position is missing, so nothing after it can be looked at.
    """

    end: int
    problems: list[str] = field(default_factory=list)
    erased: list[int] = field(default_factory=list)
    root: bytes = b""
    peaks: dict[int, list[bytes]] = field(default_factory=dict)
    broken: bool = False


def look_at_all(ledger: Ledger, top: int, sizes: Collection[int]) -> Iterator[Seen]:
    """Look at the entries up to position `top`, in order. sizes: of the seals to be met."""
    look = partial(look_at, ledger, top, frozenset(sizes))
    starts = range(0, top, LENGTH)
    count = _processes() if top >= MANY else 1
    if count == 1:
        yield from map(look, starts)
        return
    connections.close_all()  # a connection must not be carried into another process
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork"))
    try:
        yield from pool.map(look, starts)
    finally:
        pool.shutdown(cancel_futures=True)


def _processes() -> int:
    """How many processes may look at once; one wherever a fork is not safe or would not see what we see."""
    alone = threading.active_count() == 1 and not multiprocessing.current_process().daemon
    if sys.platform != "linux" or not alone or any(c.in_atomic_block for c in connections.all()):
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def look_at(ledger: Ledger, top: int, sizes: Collection[int], start: int) -> Seen:
    """Recompute the stretch that begins after position `start`: leaves, bodies, and nodes up to its own root."""
    seen = Seen(end=min(start + LENGTH, top))
    places = _rows(ledger, PLACES, start, seen.end)
    _check_positions(ledger, seen, places, start)
    if seen.broken:
        places = places[: seen.end - start]
    entries, bodies = _fetch(ledger, [place[1] for place in places])
    for place, entry, body in doubtful(places, entries, bodies):
        _look_again(seen, place, entry, body)
    levels = [[bytes(place[2]) for place in places]]
    while len(levels[-1]) > 1:
        levels.append(parents(levels[-1]))
    for level, nodes in enumerate(levels[1:], 1):
        _check_nodes(ledger, seen, level, start >> level, nodes)
    if len(places) == LENGTH:
        seen.root = levels[LEVEL][0]
    for size in sizes:
        if start < size <= seen.end and size - start < LENGTH:
            seen.peaks[size] = [levels[level][index] for level, index in chain.peaks_of(size - start)]
    if not seen.root:
        seen.peaks[seen.end] = [levels[level][index] for level, index in chain.peaks_of(seen.end - start)]
    return seen


def _rows(ledger: Ledger, statement: str, *values: int) -> list[Row]:
    with connections[ledger.database].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _fetch(ledger: Ledger, ids: list[int]) -> tuple[dict[int, Row], dict[int, Row]]:
    """Entries and bodies of these ids, by id. Ids are given in order of time, so they are nearly a run."""
    if not ids:
        return {}, {}
    low, high = min(ids), max(ids)
    if high - low < 2 * LENGTH:
        entries = _rows(ledger, f"{ENTRIES} id BETWEEN %s AND %s", low, high)
        bodies = _rows(ledger, f"{BODIES} entry_id BETWEEN %s AND %s", low, high)
    else:
        entries, bodies = [], []
        for first in range(0, len(ids), 500):
            some = ids[first : first + 500]
            marks = ", ".join(["%s"] * len(some))
            entries += _rows(ledger, f"{ENTRIES} id IN ({marks})", *some)
            bodies += _rows(ledger, f"{BODIES} entry_id IN ({marks})", *some)
    return {row[0]: row for row in entries}, {row[0]: row for row in bodies}


def _check_positions(ledger: Ledger, seen: Seen, places: list[Row], start: int) -> None:
    """Positions follow one another without a gap."""
    expected = range(start + 1, seen.end + 1)
    if len(places) == len(expected) and all(
        place[0] == number for place, number in zip(places, expected, strict=True)
    ):
        return
    found = {place[0] for place in places}
    missing = next(number for number in expected if number not in found)
    next_one = _rows(ledger, NEXT, missing)[0][0]
    seen.problems.append(f"Position {missing} is missing (the next one found is {next_one}).")
    seen.broken, seen.end = True, missing - 1


def _check_nodes(ledger: Ledger, seen: Seen, level: int, first: int, nodes: list[bytes]) -> None:
    """The stored nodes of one level of a stretch are those that its entries make."""
    rows = _rows(ledger, NODES, level, first, first + len(nodes))
    stored = [(row[0], bytes(row[1])) for row in rows]
    if stored == list(enumerate(nodes, first)):
        return
    by_index = dict(stored)
    wrong = [index for index, node in enumerate(nodes, first) if by_index.get(index) != node]
    seen.problems += [
        f"The tree does not fit at level {level}, place {index} (near position {(index + 1) << level})."
        for index in wrong or sorted({index for index, _node in stored if len(stored) != len(by_index)})[:1]
    ]


def _look_again(seen: Seen, place: Row, entry: Row | None, body: Row | None) -> None:
    """Say in words what is wrong with one entry, or that its body was erased."""
    entry_id = place[1]
    if entry is None:
        seen.problems.append(f"Entry {entry_id} is missing.")
        return
    try:
        leaf = leaf_of(entry)
    except (ValueError, TypeError, AttributeError, OverflowError):
        seen.problems.append(f"Entry {entry_id} was changed: it cannot be read any more.")
        return
    if leaf != bytes(place[2]):
        seen.problems.append(f"Entry {entry_id} was changed or stands in another entry's place.")
        return
    marks = entry[7]
    if marks and body is None:
        seen.erased.append(entry_id)
    elif marks and body is not None:
        seen.problems += body_problems(entry_id, marks, body[1], bytes(body[2]))
    elif body is not None:
        seen.problems.append(f"Entry {entry_id} has a body that it never had.")


def leaf_of(entry: Row) -> bytes:
    """The leaf recomputed from the entry's own columns. Raises ValueError or TypeError if they hold no entry."""
    _id, agency, at, actor, verb, subject, salts, marks = entry
    if len(salts) != SALTS:
        raise ValueError("five salts, no more and no less")
    structure = structure_lines(agency_id=agency, at=_aware(at), actor=actor, verb=verb, subject=subject)
    return chain.leaf_hash(chain.leaf_text(structure_marks(structure, bytes(salts)), marks))


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
