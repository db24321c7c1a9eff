"""`hue work`: run the worker alone."""

from __future__ import annotations

import argparse
from typing import Any


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser(
        "work", help="run the worker: deliveries, the public site's repairs, the record's seals"
    )
    mine.add_argument("--once", action="store_true", help="run each sweep once and stop")
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Hand over to the worker."""
    from django.core.management import call_command

    call_command("work", once=given.once)
