"""Pure: the quick look at many entries at once. Whatever it does not find whole is looked at again, slowly, and named.

It accepts nothing that the slow look (verifying.py) would refuse: the same commitments, leaves and nodes are
recomputed from the same columns, only without an object for each entry and a function call for each field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any

from hueandcry.records.chain import FIRST_LINE, SALT, STRUCTURE

Row = tuple[Any, ...]
Known = tuple[dict[str, bytes], dict[str, bytes], dict[str, bytes]]  # of actors, subjects, verbs
SALTS = SALT * len(STRUCTURE)
_SQLITE_TIME = len("2026-11-22 11:47:32.123456")  # as SQLite writes it, in UTC
_POSTGRESQL_TIME = len("2026-11-22 11:47:32.123456+00")
_DAY = len("2026-11-22")
_AGENCY = b'["agency",%d]'


def doubtful(
    places: Sequence[Row], entries: Mapping[int, Row], bodies: Mapping[int, Row]
) -> list[tuple[Row, Row | None, Row | None]]:
    """Those not shown to be whole, as (place, entry, body). An entry whose body is not there is among them.

    places: (position, entry id, leaf). entries, by id: (id, agency, time as text, actor, verb, subject, salts,
    marks of the body). bodies, by entry id: (entry id, lines, salts).
    """
    found = []
    known: Known = ({}, {}, {})  # lines that many entries share
    for place in places:
        entry, body = entries.get(place[1]), bodies.get(place[1])
        try:
            whole = entry is not None and _leaf(entry, known) == place[2] and _fits(entry[7], body)
        except (ValueError, TypeError, AttributeError, LookupError):
            whole = False  # the slow look says in words what cannot be read
        if not whole:
            found.append((place, entry, body))
    return found


def _leaf(entry: Row, known: Known) -> bytes:
    """The hash of an entry's leaf, as chain.leaf_hash(chain.leaf_text(…)) has it."""
    _id, agency, at, actor, verb, subject, salts, marks = entry
    if len(salts) != SALTS or type(agency) is not int:
        raise ValueError("columns of another kind")
    if at[_DAY] == " " and len(at) == _SQLITE_TIME:
        moment = f'["at","{at[:10]}T{at[11:]}+00:00"]'
    elif at[_DAY] == " " and len(at) == _POSTGRESQL_TIME and at[-3:] == "+00":
        moment = f'["at","{at[:10]}T{at[11:]}:00"]'
    else:
        moment = f'["at","{_utc(at)}"]'
    actors, subjects, verbs = known
    who = actors.get(actor) or _remember(actors, "actor", actor)
    which = subjects.get(subject) or _remember(subjects, "subject", subject)
    what = verbs.get(verb) or _remember(verbs, "verb", verb)
    text = (
        f"\0{FIRST_LINE}\nactor {sha256(salts[:16] + who).hexdigest()}"
        f"\nagency {sha256(salts[16:32] + _AGENCY % agency).hexdigest()}"
        f"\nat {sha256(salts[32:48] + moment.encode()).hexdigest()}"
        f"\nsubject {sha256(salts[48:64] + which).hexdigest()}"
        f"\nverb {sha256(salts[64:] + what).hexdigest()}"
    )
    if marks:
        text = f"{text}\n{marks}"
    return sha256(text.encode()).digest()


def _utc(text: str) -> str:
    """The time an entry committed to, from another spelling of it. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    aware = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.isoformat(timespec="microseconds")


def _remember(known: dict[str, bytes], name: str, value: str) -> bytes:
    line = known[value] = f'["{name}",{encode_basestring(value)}]'.encode()
    return line


def _fits(marks: str, body: Row | None) -> bool:
    """True if every line of the body is the one its commitment covers, and none is missing or too many."""
    if body is None or not marks:
        return body is None and not marks
    _entry_id, lines, salts = body
    promised, given = marks.split("\n"), lines.encode().split(b"\n")
    if len(promised) != len(given) or len(salts) != SALT * len(given):
        return False
    start = 0
    for mark, line in zip(promised, given, strict=True):
        if mark.split(" ")[1] != sha256(salts[start : start + SALT] + line).hexdigest():
            return False
        start += SALT
    return True


def parents(nodes: Sequence[bytes]) -> list[bytes]:
    """The level above a run of nodes that begins at an even place; a last one without a partner has no parent yet."""
    pairs = iter(nodes)
    return [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
