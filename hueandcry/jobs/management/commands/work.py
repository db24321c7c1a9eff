"""`work`: run the worker."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hueandcry.jobs.runner import Worker, run_once


class Command(BaseCommand):
    """Run every room's sweeps until told to stop (SIGTERM or Ctrl-C)."""

    help = "Run the worker: deliveries, the public site's repairs, the record's numbering and seals."

    def add_arguments(self, parser: CommandParser) -> None:
        """One switch: a single round instead of a loop."""
        parser.add_argument("--once", action="store_true", help="run each sweep once and stop")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run once or until a signal."""
        if options["once"]:
            self.stdout.write(f"{run_once()} rows handled")
            return
        worker = Worker()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: worker.stop())
        worker.run()
