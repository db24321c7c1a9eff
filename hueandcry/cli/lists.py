"""`hue lists …`: feed in what came back, and see how the lists stand."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from hueandcry.cli.problems import Problem


def add(parsers: Any) -> None:
    """Register the subcommands."""
    mine = parsers.add_parser("lists", help="lists of subscribers: bounces, and how they stand")
    what = mine.add_subparsers(dest="what", metavar="bounces|figures|mailbox", required=True)
    bounces = what.add_parser(
        "bounces",
        help="read one message that came back from standard input",
        description="For the mail server's alias of HUE_MAIL_BOUNCES, such as in /etc/aliases:"
        ' bounces: "|/opt/hueandcry/current/hue lists bounces". Nothing of the message is kept.',
    )
    bounces.set_defaults(run=run_bounces)
    figures = what.add_parser("figures", help="how many are on each list, and what waits")
    figures.set_defaults(run=run_figures)
    mailbox = what.add_parser(
        "mailbox",
        help="read the mailbox of HUE_IMAP_HOST now, and say how it went",
        description="The worker does it every three minutes. To try the settings.",
    )
    mailbox.set_defaults(run=run_mailbox)


def run_bounces(_given: argparse.Namespace) -> None:
    """Take one message in."""
    from hueandcry.lists import bounces

    raw = sys.stdin.buffer.read(bounces.LARGEST + 1)
    if not raw:
        raise Problem("No message came in. Use: hue lists bounces < message")
    print(bounces.take_bounce(raw))


def run_mailbox(_given: argparse.Namespace) -> None:
    """Read on once, and say what is wrong if it cannot be read."""
    from hueandcry.kernel.actor import system
    from hueandcry.lists import mailbox, returned

    if not mailbox.is_set():
        raise Problem("No mailbox is set. Set HUE_IMAP_HOST and HUE_IMAP_USER (docs/settings.md).")
    looked = mailbox.read_mailbox(by=system("operator", agency_id=0), now=True)
    state = returned.standing()
    if state.trouble:
        raise Problem(f"The mailbox cannot be read: {state.trouble}. {state.cure}")
    print(f"The mailbox answers. New messages looked at: {looked}.")


def run_figures(_given: argparse.Namespace) -> None:
    """Print a line for each list."""
    from hueandcry.agencies.queries import agencies
    from hueandcry.kernel.actor import Permission, system
    from hueandcry.lists import queries, slips

    for agency in agencies():
        by = system("operator", agency_id=agency.pk, permissions=frozenset({Permission.LIST_MANAGE}))
        for line in queries.lists(actor=by):
            if line.row is not None:
                state = "open" if line.is_open else "closed"
                print(
                    f"{agency.slug} {line.medium.value} ({state}):"
                    f" {line.active} on it, {line.waiting} asked, {line.paused} paused"
                )
    print(f"{sum(1 for _slip in slips.waiting())} requests of the public wait for the worker.")
