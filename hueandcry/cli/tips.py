"""`hue tips …`: what two shares of a programme's root do, and opening a tip with them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from hueandcry.cli.problems import Problem
from hueandcry.kernel.actor import Actor, system


def add(parsers: Any) -> None:
    """Register the subcommands."""
    mine = parsers.add_parser("tips", help="the root of a tip programme: approve keys, recover tips, drill")
    what = mine.add_subparsers(dest="what", metavar="open|approve|recover|drill|new-root|pin", required=True)
    show = what.add_parser("open", help="print a tip's dialogue; the use is on the record")
    show.add_argument("number", help="the tip number")
    show.add_argument(
        "--key", type=Path, metavar="FILE", help="a recovery key of 24 words, from before the root"
    )
    _shares(show, needed=False)
    show.set_defaults(run=run_open)

    approve = what.add_parser("approve", help="put an officer's waiting key in force, signed by the root")
    approve.add_argument("words", nargs="+", help="the eight words that its holder reads from their screen")
    _shares(approve)
    approve.set_defaults(run=run_approve)

    recover = what.add_parser(
        "recover", help="close all tips for the keys in force, after keys or locks were lost"
    )
    recover.add_argument(
        "--key", type=Path, metavar="FILE", help="a recovery key of 24 words, from before the root"
    )
    _shares(recover, needed=False)
    recover.set_defaults(run=run_recover)

    drill = what.add_parser("drill", help="prove that two shares open what is sealed; shows no content")
    _shares(drill)
    drill.set_defaults(run=run_drill)

    renew = what.add_parser("new-root", help="replace the root, such as after a share was lost")
    renew.add_argument("--out", type=Path, metavar="DIR", help="folder for the new share sheets")
    _shares(renew)
    renew.set_defaults(run=run_new_root)

    pin = what.add_parser(
        "pin", help="accept the key log as it stands, after a restore; pins a lost root anew"
    )
    _shares(pin)
    pin.set_defaults(run=run_pin)


def _shares(parser: Any, *, needed: bool = True) -> None:
    parser.add_argument(
        "--share", action="append", type=Path, metavar="FILE", required=needed, help="a share sheet; give two"
    )


def _two(given: argparse.Namespace) -> list[Path]:
    from hueandcry.tips.root import NEEDED

    files: list[Path] = given.share or []
    if len(files) != NEEDED:
        raise Problem("Two share sheets are needed: --share FILE --share FILE.")
    return files


def _operator() -> Actor:
    return system("offline-key", agency_id=0)


def run_open(given: argparse.Namespace) -> None:
    """Open the tip and print it."""
    from hueandcry.tips import offline, recovery

    if given.key:
        lines = offline.open_with_key_file(number=given.number, key_file=given.key)
    else:
        lines = recovery.open_with_shares(number=given.number, shares=_two(given), by=_operator())
    for line in lines:
        print(line)


def run_approve(given: argparse.Namespace) -> None:
    """Approve a key by the root."""
    from hueandcry.tips import recovery

    key = recovery.approve(wanted=" ".join(given.words), shares=_two(given), by=_operator())
    print(f"Approved: {key.label}, the key of {key.person_name}. New tips are sealed to it.")


def run_recover(given: argparse.Namespace) -> None:
    """Re-wrap all tips."""
    from hueandcry.tips import recovery

    if given.key:
        done = recovery.rewrap_with_old_key(key_file=given.key, by=_operator(), progress=_progress)
    else:
        done = [recovery.rewrap_all(shares=_two(given), by=_operator(), progress=_progress)]
    for each in done:
        print(f"{each.tips} tips looked at, {each.wraps} copies added for keys in force.")
        if each.closed:
            print(f"{len(each.closed)} did not open with this, the first of them {each.closed[0]}.")


def run_drill(given: argparse.Namespace) -> None:
    """Drill, and say what was proved."""
    from hueandcry.tips import recovery

    done = recovery.drill(shares=_two(given), by=_operator())
    what = "the newest tip opens" if done.tip else "a test item opens (there is no tip yet)"
    print(f"{done.programme}: these two shares make root {done.fingerprint}, and {what}. Nothing was shown.")


def run_new_root(given: argparse.Namespace) -> None:
    """Replace the root."""
    from hueandcry.cli.sheets import hand_out_lines
    from hueandcry.tips import pins, recovery

    folder = given.out or pins.hand_out()
    _root, sheets, done = recovery.replace_root(
        shares=_two(given), folder=folder, by=_operator(), progress=_progress
    )
    print("\n".join(hand_out_lines(sheets)))
    if done is None:
        print("No key is in force, so no tip could be closed for the new root: keep the old sheets too.")
    elif done.closed:
        print(f"{len(done.closed)} tips did not open with the old root; they stay as they were.")
    else:
        print(f"All {done.tips} tips are closed for the new root. Destroy the old sheets.")


def run_pin(given: argparse.Namespace) -> None:
    """Pin the root, accept the log."""
    from hueandcry.tips import recovery

    programme = recovery.pin_again(shares=_two(given), by=_operator())
    print(f"The key log of {programme.name} is accepted as it stands. Look at the page “Keys”: who is on it?")


def _progress(done: int, of: int) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[KTips {done} of {of}" + ("\n" if done == of else ""))
        sys.stdout.flush()
