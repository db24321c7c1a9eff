"""Read the command line, prepare Django, run one subcommand."""

from __future__ import annotations

import argparse
import os
import sys

from hueandcry import __version__
from hueandcry.cli import (
    backup,
    database,
    demo,
    doctor,
    init,
    law,
    lists,
    metrics,
    move,
    people,
    records,
    restore,
    serve,
    site,
    tips,
    up,
    work,
)
from hueandcry.cli.problems import Problem, explain

MODULES = (
    up,
    init,
    demo,
    people,
    site,
    records,
    tips,
    lists,
    law,
    backup,
    restore,
    work,
    serve,
    doctor,
    metrics,
    move,
    database,
)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="hue",
        description="Hue & Cry: speak with the public and hear it.",
        epilog="Every subcommand explains itself: hue SUBCOMMAND --help",
    )
    top.add_argument("--version", action="version", version=f"Hue & Cry {__version__}")
    top.add_argument("--home", metavar="DIR", help="data directory (otherwise HUE_HOME, otherwise ./var)")
    parsers = top.add_subparsers(dest="command", metavar="SUBCOMMAND")
    for module in MODULES:
        module.add(parsers)
    return top


def _is_text(words: list[str]) -> bool:
    try:
        "".join(words).encode()
    except UnicodeEncodeError:  # bytes of another coding
        return False
    return True


def main(arguments: list[str] | None = None) -> int:
    """Run `hue` and return its exit status: 0 done, 1 a sentence on standard error, 2 wrong usage."""
    top = parser()
    given = top.parse_args(arguments)
    if given.command is None:
        top.print_help()
        return 2
    if not _is_text(sys.argv[1:] if arguments is None else arguments):
        print("hue: What was typed is not text in UTF-8.", file=sys.stderr)
        return 2
    if given.home:
        os.environ["HUE_HOME"] = given.home
    # The tip pages start without what their unit shuts away from them, such as the key of the desk.
    door = "public" if getattr(given, "door", "") == "public" else "worker"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"hueandcry.settings.{door}")
    os.environ.setdefault("HUE_PROCESS", "hue")
    try:
        if getattr(given, "needs_django", True):
            import django

            django.setup()
        status: int | None = given.run(given)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except Problem as problem:
        print(f"hue: {problem}", file=sys.stderr)
        return 1
    except Exception as error:
        sentence = explain(error)
        if sentence is None:
            raise
        print(f"hue: {sentence}", file=sys.stderr)
        return 1
    return status or 0
