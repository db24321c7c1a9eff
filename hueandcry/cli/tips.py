"""`hue tips open`: read a tip with a key file, offline; for the recovery key and for drills."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser("tips", help="open a tip with a key file, such as the offline recovery key")
    what = mine.add_subparsers(dest="what", metavar="open", required=True)
    show = what.add_parser("open", help="print a tip's dialogue; the use is on the record")
    show.add_argument("number", help="the tip number")
    show.add_argument("--key", type=Path, required=True, metavar="FILE", help="file with the recovery key")
    show.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Open the tip and print it."""
    from hueandcry.tips import offline

    for line in offline.open_with_key_file(number=given.number, key_file=given.key):
        print(line)
