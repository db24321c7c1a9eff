"""`hue doctor`: look at everything and say in plain words what is not as it should be."""

from __future__ import annotations

import argparse
import json
from typing import Any


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser(
        "doctor",
        help="look at everything and say what is not as it should be",
        description="Exit status 0: all is well; 1: something is worth watching; 2: something is wrong.",
    )
    mine.add_argument("--json", action="store_true", help="for a machine")
    mine.add_argument("--quiet", action="store_true", help="only what is not well")
    mine.add_argument(
        "--certificate",
        action="append",
        default=[],
        metavar="PLACE",
        help="a TLS certificate beside those in HUE_CERTIFICATES: a file's path, host or host:port",
    )
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Examine and print; the exit status is the worst level found."""
    from hueandcry.health import queries
    from hueandcry.health.finding import Level

    found = queries.examine(certificates=given.certificate)
    worst = queries.worst(found)
    if given.json:
        shown = {"level": worst.word, "findings": [finding.as_json() for finding in found]}
        print(json.dumps(shown, indent=1, ensure_ascii=False))
        return int(worst)
    marks = {Level.GOOD: "ok     ", Level.WATCH: "watch  ", Level.WRONG: "WRONG  "}
    for finding in found:
        if given.quiet and finding.level == Level.GOOD:
            continue
        print(f"{marks[finding.level]}{finding.check}: {finding.says}")
        if finding.do:
            print(f"       → {finding.do}")
    if worst == Level.GOOD and not given.quiet:
        print("All is well.")
    return int(worst)
