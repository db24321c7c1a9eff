"""Checks and exports, done by the worker: long, so never within a request."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from hueandcry.jobs.due import claim, settle
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Permission, system
from hueandcry.kernel.errors import Invalid
from hueandcry.kernel.ids import random_id
from hueandcry.records import actions
from hueandcry.records.entry import Ledger
from hueandcry.records.exports import export
from hueandcry.records.models import Run
from hueandcry.records.verifying import verify

log = logging.getLogger("hueandcry.records")

HOLD = timedelta(minutes=30)
EVERY = timedelta(hours=24)
KEEP = timedelta(hours=24)  # a bundle may hold content: it is there to be fetched, not to be stored


def run_one() -> int:
    """Do the run that has waited longest; returns how many were done. A run of a dead worker begins anew."""
    won = claim(Run.objects.filter(finished_at__isnull=True), limit=1, hold=HOLD)
    for run in won:
        (_check if run.kind == Run.Kind.CHECK else _export)(run)
    return len(won)


def _check(run: Run) -> None:
    report = verify(Ledger(run.ledger))
    if not report.good:
        log.error("the record %s does not verify: %s problems", run.ledger, len(report.problems))
    settle(
        run,
        finished_at=clock.now(),
        good=report.good,
        problems=report.problems[: Run.MOST_PROBLEMS],
        entries=report.entries,
        seals=report.seals,
    )


def _export(run: Run) -> None:
    folder = exports_folder()
    name = f"{run.pk}-{random_id()}.zip"
    try:
        manifest = export(
            out=folder / name,
            ledger=Ledger(run.ledger),
            subject=run.subject,
            redact=not run.with_content,
            agency_id=run.agency_id,
            progress=_telling(run),
        )
    except (Invalid, OSError) as problem:
        (folder / name).unlink(missing_ok=True)
        sentence = problem.sentence if isinstance(problem, Invalid) else "The bundle could not be written."
        settle(run, finished_at=clock.now(), good=False, problems=[sentence])
        return
    won = settle(run, finished_at=clock.now(), good=True, entries=manifest["entries"], file=name)
    if not won:
        (folder / name).unlink(missing_ok=True)


def _telling(run: Run) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        Run.objects.filter(pk=run.pk).update(done=done, total=total)

    return tell


def exports_folder() -> Path:
    """Where bundles lie until they are fetched; only this user may read it."""
    folder = Path(settings.HUE_HOME) / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def ask_daily() -> int:
    """Ask for a check of each ledger that had none for a day; returns how many."""
    asked = 0
    for ledger in Ledger:
        since = clock.now() - EVERY
        if Run.objects.filter(kind=Run.Kind.CHECK, ledger=ledger.value, asked_at__gt=since).exists():
            continue
        needs = Permission.RECORD_READ if ledger is Ledger.MAIN else Permission.TIP_READ
        by = system("check_daily", agency_id=0, permissions=frozenset({needs}))
        actions.ask_for_check(ledger=ledger, by=by)
        asked += 1
    return asked


def tidy() -> int:
    """Remove bundles older than a day, also what a killed worker left of one; returns how many."""
    past = clock.now() - KEEP
    removed = 0
    for run in Run.objects.filter(finished_at__lt=past).exclude(file=""):
        (exports_folder() / run.file).unlink(missing_ok=True)
        removed += Run.objects.filter(pk=run.pk).update(file="")
    kept = set(Run.objects.exclude(file="").values_list("file", flat=True))
    for left in exports_folder().iterdir():
        with suppress(FileNotFoundError):  # another worker was first
            if left.name not in kept and left.stat().st_mtime < past.timestamp():
                left.unlink()
                removed += 1
    return removed
