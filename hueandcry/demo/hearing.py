"""Months of tips: sealed exactly as tips/intake.py seals them, many at a time, and led to where the desk left them.

The slow part, the hash of each access code at its production cost, runs on every processor; it leaves the
interpreter free meanwhile. Forms older than two days have no ticket any more, as after the sweep.
"""

from __future__ import annotations

import hashlib
import os
import random
import secrets
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from hueandcry.demo import hearsay
from hueandcry.demo.drawing import SEED
from hueandcry.demo.hearsay import Talk
from hueandcry.demo.progress import Say
from hueandcry.demo.timeline import Step, Timeline, grown, moments
from hueandcry.kernel import actor, clock, sealing
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.ids import random_id, ref
from hueandcry.kernel.keyfiles import secret
from hueandcry.records.entry import Ledger, record
from hueandcry.tips import envelope, intake, keys, locks, queries
from hueandcry.tips.envelope import Direction, Letter
from hueandcry.tips.models import KeyWrap, Message, Tip

MONTH = timedelta(days=30.4)
AT_ONCE = 64  # tips being sealed at the same time
BATCH = 256
TURNS = (0, 0, 0, 0, 0, 1, 1, 2, 3, 3, 5)  # how many turns follow a tip, by chance
FRESH = timedelta(days=4)  # younger tips may still be new or under work
LAGS = (1, 1, 2, 3, 4, 6, 9, 14, 20)  # hours between two turns, by chance


@dataclass(frozen=True, slots=True)
class Told:
    """A tip to come: when, about which appeal, by whom it is handled ("" while new), what is said, how it ends."""

    at: datetime
    appeal_ref: str
    talk: Talk
    by: Actor | None
    closed: bool
    ticket: bytes


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of the record beside the tips."""

    at: datetime
    verb: str
    by: Actor


@dataclass(frozen=True, slots=True)
class Sealed:
    """The rows of one tip, and what was done with it."""

    tip: Tip
    wraps: list[KeyWrap]
    messages: list[Message]
    acts: list[Act]


class Ear:
    """Takes in tips in bulk. coordinators: who works on them; appeals: reference → when it was public (begin, end)."""

    def __init__(
        self,
        *,
        programme_id: int,
        coordinators: list[Actor],
        appeals: dict[str, tuple[datetime, datetime]],
    ) -> None:
        self.programme_id, self.coordinators, self.appeals = programme_id, coordinators, appeals
        self.pepper = secret(settings.HUE_KEYS, intake.PEPPER)
        self.cost = keys.Cost(**getattr(settings, "HUE_TIP_KDF", {}))
        self.desk_keys = [bytes(key.public_key) for key in queries.sealing_keys(programme_id)]
        self.recovery = queries.recovery_public(programme_id)
        self.numbers = set(Tip.objects.values_list("number", flat=True))

    def plan(self, timeline: Timeline, chance: random.Random, *, count: int, say: Say) -> None:
        """Seal all tips, write their rows, and plan their entries."""
        coming = list(self._coming(timeline, chance, count))
        rows: list[Sealed] = []
        with ThreadPoolExecutor(max(2, os.cpu_count() or 1), thread_name_prefix="demo-tips") as pool:
            waiting: list[Future[Sealed]] = []
            for done, told in enumerate(coming):
                if done % 16 == 0:
                    say(_("Tips"), done, count)
                waiting.append(pool.submit(self._seal, told, self._number(told.ticket), timeline.now))
                if len(waiting) >= AT_ONCE:
                    rows.append(waiting.pop(0).result())
                if len(rows) >= BATCH:
                    self._write(rows, timeline)
                    rows = []
            rows += [future.result() for future in waiting]
        self._write(rows, timeline)

    def _coming(self, timeline: Timeline, chance: random.Random, count: int) -> Iterator[Told]:
        """What will be told, in order of time: more from month to month."""
        known: set[str] = set()
        months = max(1, round((timeline.now - timeline.start) / MONTH))
        share = count / 10_344  # of a whole year: 350 tips in its first month, 1,012 in its last
        for month, many in enumerate(grown(count, months=months, first=350 * share, last=1012 * share)):
            begin = timeline.start + (timeline.now - timeline.start) / months * month
            end = timeline.start + (timeline.now - timeline.start) / months * (month + 1)
            for at in moments(chance, many, begin=begin, end=end):
                words = random.Random(f"{SEED}/tip/{len(known)}")  # noqa: S311 - the same on every load
                yield self._told(words, at, timeline.now, known)

    def _told(self, chance: random.Random, at: datetime, now: datetime, known: set[str]) -> Told:
        public = [name for name, (begin, end) in self.appeals.items() if begin <= at <= end]
        fresh = now - at < FRESH
        untouched = fresh and chance.random() < (0.75 if now - at < timedelta(days=1) else 0.3)
        turns = 0 if untouched else chance.choice(TURNS)
        words = random.Random(f"{SEED}/words/{len(known)}")  # noqa: S311 - untouched or not, it says the same
        return Told(
            at=clock.hour(at),
            appeal_ref=chance.choice(public) if public and chance.random() < 0.6 else "",  # noqa: PLR2004 - a share
            talk=hearsay.talk(words, turns=turns, known=known),
            by=None if untouched else chance.choice(self.coordinators),
            closed=not untouched and (not fresh or chance.random() < 0.2) and chance.random() < 0.97,  # noqa: PLR2004 - shares
            ticket=int(at.timestamp() // 3600).to_bytes(4) + secrets.token_bytes(keys.RANDOM),
        )

    def _number(self, ticket: bytes) -> str:
        attempt = 0
        while (number := keys.number_of(ticket, pepper=self.pepper, attempt=attempt)) in self.numbers:
            attempt += 1
        self.numbers.add(number)
        return number

    def _seal(self, told: Told, number: str, now: datetime) -> Sealed:
        """Everything of one tip, as intake and the officer's browser would make it. Runs beside others."""
        code = keys.code_of(told.ticket, pepper=self.pepper)
        seed, salt, tip_id = sealing.new_seed(), secrets.token_bytes(keys.SALT), random_id(intake.TIP_ID)
        public = sealing.public_key(seed)
        auth, wrap = keys.halves(code, salt=salt, pepper=self.pepper, cost=self.cost)
        messages, acts = self._talk(told, tip_id=tip_id, public=public, now=now)
        closed = acts[-1].verb == "tip.closed"
        heard = max(n for n, each in enumerate(messages, 1) if each.direction == Direction.FROM_TIPSTER)
        tip = Tip(
            id=tip_id,
            agency_id=self.programme_id,
            number=number,
            appeal_ref=told.appeal_ref,
            arrived_hour=told.at,
            status=_status(told, closed=closed),
            taken_by=told.by.ref if told.by and not closed else "",
            public_key=public,
            salt=salt,
            code_tag=keys.code_tag(code, number=number, pepper=self.pepper),
            auth_digest=keys.auth_digest(auth),
            tipster_wrap=keys.wrap_seed_for_tipster(seed, tip_id=tip_id, wrap=wrap),
            **keys.for_tipster(seed, tip_id=tip_id, wrap=wrap),
            messages_count=len(messages),
            heard_to=heard,
            read_to=0 if told.by is None else heard,
        )
        wraps = locks.close_seed(tip, seed=seed, desk_keys=self.desk_keys, recovery=self.recovery)
        return Sealed(tip, wraps, messages, acts)

    def _talk(
        self, told: Told, *, tip_id: str, public: bytes, now: datetime
    ) -> tuple[list[Message], list[Act]]:
        """The messages and the acts of one dialogue. What would happen after now does not happen."""
        chance = random.Random(told.talk.text)  # noqa: S311 - a demonstration, not a secret
        anyone = actor.public(agency_id=self.programme_id)
        acts = [Act(told.at, "tip.begin", anyone)]
        messages = [
            self._message(told, tip_id, public, Letter(told.talk.text, told.talk.details), told.at, 1)
        ]
        if told.by is None:
            return messages, acts
        moment = told.at + timedelta(hours=chance.choice(LAGS))
        acts += [Act(moment, verb, told.by) for verb in ("tip.open", "tip.read", "tip.take")]
        for turn, text in enumerate(told.talk.turns):
            moment += timedelta(hours=chance.choice(LAGS))
            if moment >= now:
                return messages, acts
            ours = turn % 2 == 0
            messages.append(
                self._message(told, tip_id, public, Letter(text), clock.hour(moment), turn + 2, ours=ours)
            )
            acts.append(Act(moment, "tip.reply" if ours else "tip.message", told.by if ours else anyone))
            if not ours:
                acts.append(Act(moment + timedelta(hours=1), "tip.read", told.by))
        if told.closed and moment < now - timedelta(hours=1):
            acts.append(Act(moment + timedelta(hours=1), "tip.closed", told.by))
        return messages, acts

    def _message(  # noqa: PLR0917 - what a message is made of
        self,
        told: Told,
        tip_id: str,
        public: bytes,
        letter: Letter,
        hour: datetime,
        position: int,
        *,
        ours: bool = False,
    ) -> Message:
        direction = Direction.FROM_DESK if ours else Direction.FROM_TIPSTER
        sealed = envelope.seal_letter(letter, public=public, tip_id=tip_id, direction=direction)
        mark = hashlib.sha256(sealed).digest()[: keys.TAG] if ours else keys.mark(told.ticket, letter.text)
        return Message(
            agency_id=self.programme_id,
            tip_id=tip_id,
            position=position,
            direction=direction,
            sealed=sealed,
            mark=mark,
            hour=hour,
        )

    def _write(self, rows: list[Sealed], timeline: Timeline) -> None:
        Tip.objects.bulk_create([row.tip for row in rows])
        KeyWrap.objects.bulk_create([wrap for row in rows for wrap in row.wraps])
        Message.objects.bulk_create([message for row in rows for message in row.messages])
        for row in rows:
            for act in row.acts:
                timeline.add(act.at, _entry(act, row.tip.number))


def _status(told: Told, *, closed: bool) -> str:
    if told.by is None:
        return Tip.Status.NEW
    return Tip.Status.CLOSED if closed else Tip.Status.WORKING


def _entry(act: Act, number: str) -> Step:
    return lambda: record(by=act.by, verb=act.verb, subject=ref("tip", number), ledger=Ledger.TIPS)
