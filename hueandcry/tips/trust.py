"""Whose keys count: the key log of a programme, verified against its pinned root and the longest one seen.

The one place that decides. A log that is broken, shorter than before or another one than before changes nothing:
the keys of the last good log stay in force, and an alarm is raised. What was verified is kept in memory until
the log or the root changes, so that a tip costs one small query here.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from typing import NamedTuple

from django.db import transaction

from hueandcry.kernel import clock
from hueandcry.tips import keylog, keys, pins
from hueandcry.tips.keylog import Broken, State, Statement
from hueandcry.tips.models import DeskKey, KeyStatement
from hueandcry.tips.pins import Alarm, SealingKey, Seen
from hueandcry.tips.root import RootPublic

LOOK_AGAIN = 5.0  # seconds until a log that was refused is verified again
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trusted:
    """What may be relied on. state: None while no good log is there; problem: why not, as `hue doctor` names it."""

    root: RootPublic | None
    state: State | None
    keys: tuple[SealingKey, ...] = ()
    problem: Alarm | None = None

    @property
    def recovery(self) -> bytes:
        """The public recovery key, or empty."""
        return self.root.recovery if self.root else b""

    @property
    def recovery_fingerprint(self) -> str:
        """The name of the recovery key as wraps carry it, or empty."""
        return keys.fingerprint(self.root.recovery) if self.root else ""


class _Held(NamedTuple):
    """What was verified; of which log and pinned root; and until when it is not looked at again."""

    stamp: tuple[object, ...]
    found: Trusted
    until: float


_known: dict[int, _Held] = {}


def trusted(programme_id: int) -> Trusted:
    """Whose keys are in force by the signed log. Roles are not looked at here."""
    head = (
        KeyStatement.objects.filter(agency_id=programme_id)
        .order_by("-seq")
        .values_list("seq", "digest")
        .first()
    )
    stamp = (head, pins.root_stamp(programme_id))
    held = _known.get(programme_id)
    if held and held.stamp == stamp and time.monotonic() < held.until:
        return held.found
    found = _verify(programme_id)
    if found.problem:
        _tell(programme_id, found.problem)
    until = time.monotonic() + LOOK_AGAIN if found.problem else math.inf
    _known[programme_id] = _Held(stamp, found, until)
    return found


def forget() -> None:
    """Forget what this process has verified; the next look verifies anew, as after a start."""
    _known.clear()


def statements(programme_id: int) -> list[Statement]:
    """The whole log, oldest first, as it stands in the database: not yet verified."""
    rows = KeyStatement.objects.filter(agency_id=programme_id).order_by("seq")
    return [Statement(bytes(body), bytes(mark)) for body, mark in rows.values_list("body", "signature")]


def _verify(programme_id: int) -> Trusted:
    try:
        root = pins.pinned_root(programme_id)
    except (OSError, ValueError, KeyError, TypeError):
        return Trusted(None, None, problem=_alarm("root-damaged", ""))
    if root is None:
        return Trusted(None, None)
    chain = statements(programme_id)
    earlier, last_good = _true(pins.seen(programme_id), programme_id=programme_id, root=root)
    state, problem = _judge(chain, programme_id=programme_id, root=root, earlier=earlier)
    if state is None:
        return Trusted(root, None, last_good, problem)
    found, missing = _with_bytes(programme_id, state, earlier)
    if missing:
        return Trusted(root, state, found, _alarm("key-changed", missing[0]))
    publics = {key.fingerprint: key.public_key for key in found}
    links = tuple((each.body, each.signature) for each in chain)
    _remember(programme_id, Seen(state.seq, state.digest, links, publics), earlier)
    return Trusted(root, state, found)


def _true(
    seen: Seen | None, *, programme_id: int, root: RootPublic
) -> tuple[Seen | None, tuple[SealingKey, ...]]:
    """What was seen and the keys in force by it, if its own statements hold and end where it says; else none.

    The process that meets the public writes that file: an older log under a later number would bring back keys
    that were taken out. A longer true one nobody can make.
    """
    if seen is None:
        return None, ()
    chain = [Statement(body, mark) for body, mark in seen.statements]
    try:
        state = keylog.fold(chain, programme=programme_id, root=root)
    except Broken:
        return None, ()
    if (state.seq, state.digest) != (seen.seq, seen.digest):
        return None, ()
    return seen, _pair(state, seen.publics)[0]


def _judge(
    chain: list[Statement], *, programme_id: int, root: RootPublic, earlier: Seen | None
) -> tuple[State | None, Alarm | None]:
    """The state of the log, or what is wrong with it."""
    try:
        state = keylog.fold(chain, programme=programme_id, root=root)
    except Broken as broken:
        return None, _alarm("log-broken", f"{broken.seq}-{broken.why}")
    if earlier and state.seq < earlier.seq:
        return None, _alarm("log-rolled-back", f"{earlier.seq}-{state.seq}")
    if earlier and chain[earlier.seq - 1].digest != earlier.digest:
        return None, _alarm("log-forked", f"{earlier.seq}")
    return state, None


def _with_bytes(
    programme_id: int, state: State, earlier: Seen | None
) -> tuple[tuple[SealingKey, ...], list[str]]:
    """The keys of a state with their public bytes, and the fingerprints whose row is not there or not theirs.

    The bytes of such a key are taken from what was seen before, if they are the ones that were signed.
    """
    rows = DeskKey.objects.filter(agency_id=programme_id, fingerprint__in=state.keys)
    publics = {name: bytes(public) for name, public in rows.values_list("fingerprint", "public_key")}
    found, missing = _pair(state, publics)
    if missing and earlier:
        found = _pair(state, {**publics, **{name: earlier.publics.get(name, b"") for name in missing}})[0]
    return found, missing


def _pair(state: State, publics: dict[str, bytes]) -> tuple[tuple[SealingKey, ...], list[str]]:
    """Each key of the state whose bytes are the ones that were signed; and the others' fingerprints."""
    found, missing = [], []
    for name, key in state.keys.items():
        public = publics.get(name, b"")
        if keylog.digest_of_key(public) == key.key:
            found.append(SealingKey(name, public, key.signing, key.person, key.name, key.label))
        else:
            missing.append(name)
    return tuple(found), missing


def _remember(programme_id: int, found: Seen, earlier: Seen | None) -> None:
    if found == earlier:
        return

    def note() -> None:
        try:
            pins.note_seen(programme_id, found)
        except OSError:
            log.exception("tip-keylog-not-kept programme=%s", programme_id)

    transaction.on_commit(note, using="tips")  # what is rolled back was never there


def _alarm(what: str, detail: str) -> Alarm:
    return Alarm(what, detail, clock.hour(clock.now()).isoformat())


def _tell(programme_id: int, found: Alarm) -> None:
    log.error("tip-keylog-alarm programme=%s what=%s detail=%s", programme_id, found.what, found.detail)
    try:
        pins.raise_alarm(programme_id, found)
    except OSError:
        log.exception("tip-keylog-not-kept programme=%s", programme_id)
