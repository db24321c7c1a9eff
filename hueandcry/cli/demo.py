"""`hue demo`: load the demonstration; `hue demo code NAME`: print the code of one of its people."""

from __future__ import annotations

import argparse
import sys
from typing import Any

EMAIL_WIDTH = 40


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser(
        "demo",
        help="load the demonstration (Port Ellery), or print a demonstration person's code",
        description="Without a further word: load the demonstration into an empty data directory.",
    )
    mine.set_defaults(run=run)
    what = mine.add_subparsers(dest="what", metavar="code")
    code = what.add_parser("code", help="print the sign-in code of a demonstration person")
    code.add_argument("name", nargs="+", help="first name, name or e-mail address")
    code.set_defaults(run=run_code)


def run(_given: argparse.Namespace) -> None:
    """Load the demonstration, unless an agency stands here."""
    from hueandcry.cli import database

    database.migrate()
    load()
    print("\n".join([*sign_in_lines(), "", "  Start everything with: ./hue up", ""]))


def run_code(given: argparse.Namespace) -> None:
    """Print a code and how long it holds."""
    from hueandcry.demo.codes import code_of

    code = code_of(" ".join(given.name))
    print(
        f"{code.digits}   {code.person.name}, {code.person.email}; holds for another {code.seconds} seconds"
    )


def load() -> None:
    """Load the demonstration and say how far it is: one changing line on a terminal, else a line for each part."""
    from hueandcry.demo import loading

    loading.load(say=_on_terminal if sys.stdout.isatty() else _in_lines)


def _on_terminal(what: str, done: int, of: int) -> None:
    share = f" {done} of {of}" if of > 1 else ""
    over = "\n" if of == 1 and done else ""
    sys.stdout.write(f"\r\x1b[K{what}{share}{'.' if over else ' …'}{over}")
    sys.stdout.flush()


def _in_lines(what: str, done: int, of: int) -> None:
    if done == 0 or of == 1:
        print(f"{what}{'.' if done else ' …'}", flush=True)


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
