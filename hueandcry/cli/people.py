"""`hue people link`: a new one-time link for somebody who cannot get in, made at the machine."""

from __future__ import annotations

import argparse
from typing import Any

from hueandcry.cli.problems import Problem
from hueandcry.kernel.actor import Permission, system


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser("people", help="help a person who cannot get in")
    what = mine.add_subparsers(dest="what", metavar="link", required=True)
    link = what.add_parser(
        "link", help="print a one-time link with which a person chooses password and code anew"
    )
    link.add_argument("email")
    link.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Make the link. It is on the record, like every reset."""
    from hueandcry.agencies import actions, queries

    person = queries.person_by_email(given.email)
    held = queries.memberships_of(person.pk) if person else []
    if person is None or not held:
        raise Problem(f"Nobody with the address {given.email} holds a role here.")
    by = system("operator", agency_id=held[0].agency_id, permissions=frozenset({Permission.PEOPLE_MANAGE}))
    invited = actions.reset_sign_in(person_id=person.pk, by=by)
    print(join_address(held[0].agency.desk_host, invited.token))


def join_address(desk_host: str, token: str) -> str:
    """The address of a one-time link."""
    return desk_address(desk_host, f"/desk/join/{token}/")


def desk_address(desk_host: str, path: str) -> str:
    """The whole address of a path of the desk."""
    from django.conf import settings

    if settings.HUE_HTTPS:
        return f"https://{desk_host}{path}"
    return f"http://{desk_host}:{settings.HUE_DESK_PORT}{path}"
