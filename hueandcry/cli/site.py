"""`hue site build`: write the public site anew."""

from __future__ import annotations

import argparse
from typing import Any

from hueandcry.kernel.actor import system


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser("site", help="the public site's files")
    what = mine.add_subparsers(dest="what", metavar="build", required=True)
    build = what.add_parser("build", help="write a new release and switch to it")
    build.set_defaults(run=run)


def run(_given: argparse.Namespace) -> None:
    """Build every agency's site into a new release."""
    from hueandcry.agencies import queries
    from hueandcry.cli.problems import Problem
    from hueandcry.publicsite import actions

    first = next(iter(queries.agencies()), None)
    if first is None:
        raise Problem("There is no agency yet. Run: hue init")
    outcome = actions.rebuild(by=system("operator", agency_id=first.pk))
    print(f"Release {outcome.release} is the public site now.")
