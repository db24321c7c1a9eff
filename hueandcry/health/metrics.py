"""Figures for a monitoring system, in Prometheus' text format (0.0.4).

What an observer of these figures may learn was thought through in ADR 0019: nothing tells when a tip came. Tips are
counted up to the last midnight (UTC) and in steps of five; requests of the public in steps of a hundred and only by
class of answer; sizes that grow with a tip (disk, tables, the tips' record) are left out or rounded coarsely. No
label holds a name, handle, number or address.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError

from hueandcry.channels import figures as channels
from hueandcry.health import queries, stamps
from hueandcry.health.finding import Level
from hueandcry.jobs.queries import worker_state
from hueandcry.kernel import clock
from hueandcry.posts import figures as posts
from hueandcry.publicsite import build, switch
from hueandcry.records.queries import ledger_states
from hueandcry.tips.figures import tips_before_today

TIP_STEP, REQUEST_STEP = 5, 100


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric. values: labels (name → value) and number."""

    name: str
    help: str
    values: list[tuple[Mapping[str, str], float]] = field(default_factory=list)
    kind: str = "gauge"


def text() -> str:
    """All figures as one page. A database that does not answer shows in hue_up alone."""
    try:
        up, figures = 1, list(_figures())
    except DatabaseError:
        up, figures = 0, list(_of_machine())
    whole = [_one("hue_up", "1 if the databases answer", up), *figures]
    return "".join(line for figure in whole for line in _lines(figure))


def _figures() -> Iterator[Figure]:
    yield from _of_machine()
    yield from _of_worker()
    yield from _of_record()
    yield Figure(
        "hue_deliveries",
        "Posts on their way to one account, by channel and state",
        [
            ({"channel": channel, "state": state}, count)
            for (channel, state), count in sorted(posts.by_channel().items())
        ],
    )
    yield Figure(
        "hue_accounts",
        "Accounts by state",
        [({"state": state}, count) for state, count in sorted(channels.numbers().items())],
    )
    tips = sum(count // TIP_STEP * TIP_STEP for count in tips_before_today())
    yield _one(
        "hue_tips_to_midnight", "Tips up to the last midnight UTC, each programme in steps of five", tips
    )
    found = queries.examine()
    yield Figure(
        "hue_findings",
        "Findings of hue doctor by level",
        [({"level": level.word}, sum(each.level == level for each in found)) for level in Level],
    )


def _of_machine() -> Iterator[Figure]:
    usage = shutil.disk_usage(settings.HUE_HOME)
    yield _one(
        "hue_disk_free_percent", "Free space of the data directory's disk", usage.free * 100 // usage.total
    )
    yield from _age("hue_backup_age_seconds", "Since the last backup", stamps.last(stamps.BACKUP))
    yield from _age(
        "hue_verified_age_seconds", "Since the record was last verified", stamps.last(stamps.VERIFIED)
    )
    if switch.expected():
        yield from _of_front()


def _of_front() -> Iterator[Figure]:
    """Of the static server of our own, where it runs."""
    says = switch.status()
    yield _one("hue_front_up", "1 if the static server answers", 1 if says else 0)
    release = build.current()
    current = bool(says and release and says.get("release") == release.number)
    yield _one("hue_front_current", "1 if it serves the newest release", 1 if current else 0)
    answers = (says or {}).get("answers")
    if isinstance(answers, dict):
        yield Figure(
            "hue_front_answers_total",
            "Answers to the public by class since its start, in steps of a hundred",
            [({"class": name}, int(n) // REQUEST_STEP * REQUEST_STEP) for name, n in sorted(answers.items())],
            kind="counter",
        )


def _of_worker() -> Iterator[Figure]:
    state, backlog = worker_state(), posts.backlog()
    yield _one(
        "hue_worker_up", "1 if the worker gave a sign of life within a minute", 1 if state.alive else 0
    )
    yield from _age("hue_worker_silence_seconds", "Since the worker's last sign of life", state.last_at)
    yield _one("hue_worker_failing_sweeps", "Jobs that failed when last run", len(state.failing))
    yield _one("hue_deliveries_due", "Deliveries that should be under way", backlog.due)
    lag = max(0.0, (clock.now() - backlog.oldest).total_seconds()) if backlog.oldest else 0.0
    yield _one("hue_deliveries_lag_seconds", "How long the oldest of them waits", round(lag))


def _of_record() -> Iterator[Figure]:
    """Of the main ledger only: the tips' grows with each tip."""
    for state in ledger_states():
        if state.ledger != "main":
            continue
        yield _one("hue_record_entries", "Numbered entries of the main record", state.entries)
        yield _one("hue_record_unsealed", "Entries after its last seal", state.entries - state.sealed_size)
        yield from _age("hue_record_seal_age_seconds", "Since its last seal", state.sealed_at)


def _age(name: str, says: str, moment: datetime | None) -> list[Figure]:
    """Seconds since a moment; nothing if it never was."""
    return [_one(name, says, round((clock.now() - moment).total_seconds()))] if moment else []


def _one(name: str, says: str, value: float) -> Figure:
    return Figure(name, says, [({}, value)])


def _lines(figure: Figure) -> Iterable[str]:
    if not figure.values:
        return
    yield f"# HELP {figure.name} {figure.help}\n# TYPE {figure.name} {figure.kind}\n"
    for labels, value in figure.values:
        inside = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
        yield f"{figure.name}{'{' if inside else ''}{inside}{'}' if inside else ''} {value:g}\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
