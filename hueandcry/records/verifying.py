"""Verify a ledger as it stands in its database, and name whatever does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connections
from django.db.models import Max, Q

from hueandcry.kernel import sealing
from hueandcry.records import chain
from hueandcry.records.entry import Ledger
from hueandcry.records.models import Entry, Node, Pending, Position, Seal
from hueandcry.records.seals import check_note, signing_key
from hueandcry.records.stretches import LEVEL, look_at_all

ERASE = "record.erase"


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
    tree = chain.Frontier()  # of whole stretches
    upper: dict[tuple[int, int], bytes] = {}  # the nodes above them
    erased: set[int] = set()
    for seen in look_at_all(ledger, top, list(wanted)):
        report.problems += seen.problems
        report.erased += len(seen.erased)
        erased.update(seen.erased)
        roots = {size: chain.Frontier(size, [*tree.peaks, *peaks]) for size, peaks in seen.peaks.items()}
        if seen.root:
            made = tree.append(seen.root)
            upper |= {(level + LEVEL, index): node for level, index, node in made}
            roots[seen.end] = chain.Frontier(seen.end, tree.peaks)
        for size in sorted(roots.keys() & wanted.keys()):
            if wanted.pop(size) != roots[size].root():
                report.problems.append(
                    f"The seal over {size} entries does not fit: an entry up to position {size} was changed."
                )
        report.entries, report.root = seen.end, roots[seen.end].root().hex() if seen.end else ""
        if seen.broken:
            return report
    report.root = report.root or chain.EMPTY_ROOT.hex()
    report.pending = Pending.objects.using(ledger.database).count()
    report.problems += [
        f"Entry {entry_id}: its body was erased, but no entry says why."
        for entry_id in sorted(erased - _explained(ledger))
    ]
    report.problems += [
        f"A seal covers {size} entries, but only {report.entries} stand: the end is missing."
        for size in sorted(wanted)
    ]
    _check_upper_nodes(report, upper, top)
    _check_left_nodes(report, top)
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
        fits = size == seal.size and root == bytes(seal.root) and seal.public_key == public.hex()
        if not fits or seal.note != _as_written(seal.note, public):
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


def _as_written(note: str, public: bytes) -> str:
    """The note with the same content as seals are written, so that not even a space is added to one."""
    origin, size, root, signature = chain.parse_note(note)
    text = chain.seal_text(origin=origin, size=size, root=root)
    return chain.signed_note(text=text, origin=origin, public_key=public, signature=signature)


def _last_position(ledger: Ledger) -> int:
    return Position.objects.using(ledger.database).aggregate(top=Max("position"))["top"] or 0


def _explained(ledger: Ledger) -> set[int]:
    """Ids of the entries whose erasure is itself an entry, numbered or not."""
    subjects = Entry.objects.using(ledger.database).filter(verb=ERASE, subject__startswith="entry:")
    names = (subject[6:] for subject in subjects.values_list("subject", flat=True))
    return {int(name) for name in names if name.isdecimal()}


def _check_upper_nodes(report: Report, upper: dict[tuple[int, int], bytes], top: int) -> None:
    """Nodes above the stretches are those that the stretches make, and no others."""
    rows = Node.objects.using(report.ledger.database).filter(level__gt=LEVEL)
    stored = {
        (level, index): bytes(node) for level, index, node in rows.values_list("level", "index", "hash")
    }
    report.problems += [
        f"The tree does not fit at level {level}, place {index} (near position {(index + 1) << level})."
        for (level, index), node in upper.items()
        if stored.pop((level, index), None) != node
    ]
    _name_left(report, stored, top)


def _check_left_nodes(report: Report, top: int) -> None:
    """No node stands inside a stretch's levels that no entry up to `top` made."""
    outside = Q(level__lt=1) | Q(index__lt=0)
    for level in range(1, LEVEL + 1):
        outside |= Q(level=level, index__gte=top >> level)
    rows = Node.objects.using(report.ledger.database).filter(outside, level__lte=LEVEL)
    _name_left(report, list(rows.order_by("level", "index").values_list("level", "index")), top)


def _name_left(report: Report, left: Iterable[tuple[int, int]], top: int) -> None:
    """Name nodes that no entry made, but for those of entries that were numbered since."""
    newest = _last_position(report.ledger)
    report.problems += [
        f"The tree holds a node at level {level}, place {index} that no entry made."
        for level, index in sorted(left)
        if not top < (index + 1) << max(level, 0) <= newest
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
