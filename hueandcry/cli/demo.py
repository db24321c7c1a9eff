"""`hue demo`: load the demonstration; `hue demo code NAME`: print the code of one of its people."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

EMAIL_WIDTH = 40


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser(
        "demo",
        help="load the demonstration (Port Ellery), or print a demonstration person's code",
        description="Without a further word: load a month of it into an empty data directory. If it is broken off,"
        " nothing of it stays; start it again.",
        usage="hue demo [--year]   load it\n       hue demo code NAME  print the code of one of its people",
    )
    mine.add_argument(
        "--year",
        action="store_true",
        help="load a whole year: 121 accounts, 26 appeals, 10,344 tips, 9,800 posts; takes some minutes",
    )
    mine.set_defaults(run=run)
    what = mine.add_subparsers(dest="what", metavar="code", prog="hue demo")
    code = what.add_parser("code", help="print the sign-in code of a demonstration person")
    code.add_argument("name", nargs="+", help="first name, name or e-mail address")
    code.set_defaults(run=run_code)


def run(given: argparse.Namespace) -> None:
    """Load the demonstration, unless an agency stands here."""
    from hueandcry.cli import database

    database.migrate()
    load(year=given.year)
    print("\n".join([*sign_in_lines(), "", "  Start everything with: ./hue up", ""]))


def run_code(given: argparse.Namespace) -> None:
    """Print a code and how long it holds."""
    from hueandcry.demo.codes import code_of

    code = code_of(" ".join(given.name))
    print(
        f"{code.digits}   {code.person.name}, {code.person.email}; holds for another {code.seconds} seconds"
    )


def load(*, year: bool = False) -> None:
    """Load the demonstration and say how far it is: one changing line on a terminal, else a line now and then."""
    from hueandcry.demo import loading
    from hueandcry.demo.year import MONTH, YEAR

    say = Progress(sys.stdout, moving=sys.stdout.isatty())
    loading.load(amount=YEAR if year else MONTH, say=say)


class Progress:
    """Says how far the load is. moving: a bar that is drawn anew; else plain lines, one in ten seconds at most."""

    WIDTH = 24
    PAUSE = 10.0  # seconds between two plain lines about the same thing

    def __init__(self, out: TextIO, *, moving: bool, timer: Callable[[], float] = time.monotonic) -> None:
        self.out, self.moving, self.timer = out, moving, timer
        self.what, self.began, self.said = "", 0.0, 0.0

    def __call__(self, what: str, done: int, of: int) -> None:
        """Take in what is being made, how many are done, of how many."""
        now = self.timer()
        fresh = what != self.what
        if fresh:
            if self.what and self.moving:
                self.out.write("\n")
            self.what, self.began, self.said = what, now, now
        over = of == 1 and done == 1
        if self.moving:
            self.out.write(f"\r\x1b[K{self._line(done, of, now)}{chr(10) if over else ''}")
        elif fresh or over or now - self.said >= self.PAUSE:
            self.said = now
            self.out.write(f"{self._line(done, of, now)}\n")
        self.what = "" if over else self.what
        self.out.flush()

    def _line(self, done: int, of: int, now: float) -> str:
        if of <= 1:
            return f"{self.what}{'.' if done else ' …'}"
        full = self.WIDTH * done // of
        bar = f"[{'#' * full}{'.' * (self.WIDTH - full)}] " if self.moving else ""
        line = f"{self.what:<7} {bar}{done:,} of {of:,}"
        passed = now - self.began
        if done and passed > 1:
            rate = done / passed
            line += f", {rate:,.0f} a second, {_left((of - done) / rate)} left"
        return line


def _left(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds > 90 else f"{seconds:.0f} s"  # noqa: PLR2004 - where minutes say more


def sign_in_lines() -> list[str]:
    """A small table of who can sign in, for `hue up`; empty if the demonstration's password is not here."""
    from hueandcry.demo import keeping, people

    password = keeping.kept(keeping.PASSWORD)
    if not password:
        return []
    lines = ["", "  Demonstration sign-ins at the desk (everybody is invented):", ""]
    lines += [f"    {cast.email:<{EMAIL_WIDTH}}{_in_words(cast)}" for cast in people.PEOPLE]
    lines += ["", f"  password for all: {password}; code: ./hue demo code NAME"]
    for cast in people.PEOPLE:
        if words := keeping.kept(keeping.passphrase_file(cast.key)):
            lines.append(f"  {cast.name} opens tips with: {words}")
    return lines


def _in_words(cast: Any) -> str:
    """What somebody does, and where if not only at the police."""
    from hueandcry.demo import people

    does = "; ".join(people.IN_PLAIN_WORDS[role] for role in sorted(set().union(*cast.roles.values())))
    if set(cast.roles) == {people.POLICE}:
        return does
    return f"{does} ({'both organisations' if people.POLICE in cast.roles else 'Crime Stoppers'})"
