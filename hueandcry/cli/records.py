"""`hue records verify` and `hue records export`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from hueandcry.cli.problems import Problem

NOTE = re.compile(r"^\S+/(main|tips)\n\d+\n\S+\n\n\u2014 \S+ \S+$", re.MULTILINE)


def add(parsers: Any) -> None:
    """Register the subcommands."""
    mine = parsers.add_parser("records", help="verify and export the record")
    what = mine.add_subparsers(dest="what", metavar="verify|export|seal", required=True)
    verify = what.add_parser("verify", help="recompute everything and name whatever does not fit")
    verify.add_argument("--ledger", choices=["main", "tips", "both"], default="both")
    verify.add_argument(
        "--against", metavar="SEAL", type=Path, help="a seal kept elsewhere: finds truncation and rewriting"
    )
    verify.set_defaults(run=run_verify)
    export = what.add_parser("export", help="write a bundle that anyone can check offline")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.zip")
    export.add_argument("--ledger", choices=["main", "tips"], default="main")
    export.add_argument("--subject", default="", help="only entries about this, such as appeal:12")
    export.add_argument("--redact", action="store_true", help="withhold all content: fit for a stranger")
    export.set_defaults(run=run_export)
    seal = what.add_parser("seal", help="seal the ledgers now and print the seals")
    seal.set_defaults(run=run_seal)


def run_verify(given: argparse.Namespace) -> int:
    """Verify; exit status 1 if anything does not fit."""
    from hueandcry.health import stamps
    from hueandcry.records.entry import Ledger
    from hueandcry.records.verifying import verify

    ledgers = list(Ledger) if given.ledger == "both" else [Ledger(given.ledger)]
    notes = _notes(given.against) if given.against else {}
    if notes:
        ledgers = [ledger for ledger in ledgers if ledger.value in notes]
    if not ledgers:
        raise Problem(f"{given.against} holds no seal of the ledger {given.ledger}.")
    bad = 0
    for ledger in ledgers:
        try:
            report = verify(ledger, against=notes.get(ledger.value, ""))
        except ValueError as problem:
            raise Problem(str(problem)) from None
        for sentence in report.problems:
            print(f"{ledger.value}: {sentence}")
        bad += len(report.problems)
        if report.good:
            print(
                f"{ledger.value}: {report.entries} entries and {report.seals} seals verify;"
                f" {report.erased} bodies erased by rule, {report.pending} entries wait for their position."
            )
    if not bad and given.ledger == "both":
        stamps.note(stamps.VERIFIED)
    return 1 if bad else 0


def _notes(file: Path) -> dict[str, str]:
    """The seals in a file by ledger, as saved from the public site or printed by `hue records seal`."""
    text = file.read_text(encoding="utf-8", errors="replace")
    notes = {found[1]: found[0] for found in NOTE.finditer(text)}
    if not notes:
        raise Problem(f"{file} is not a seal of a Hue & Cry record.")
    return notes


def run_export(given: argparse.Namespace) -> None:
    """Write a bundle."""
    from hueandcry.records.entry import Ledger
    from hueandcry.records.exports import export

    if given.out.exists():
        raise Problem(
            f"{given.out} is there already and was left as it is. Give another name, or move it away."
        )
    manifest = export(out=given.out, ledger=Ledger(given.ledger), subject=given.subject, redact=given.redact)
    print(
        f"{given.out}: {manifest['entries']} entries of {manifest['size']}. To check it:\n"
        f"  python3 -m zipfile -e {given.out} bundle && python3 bundle/verify.py {given.out}"
    )


def run_seal(_given: argparse.Namespace) -> None:
    """Number and seal both ledgers, and print the signed notes."""
    from hueandcry.records.seals import seal_everything

    for made in seal_everything():
        print(made.note)
