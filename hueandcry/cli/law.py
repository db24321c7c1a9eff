"""`hue law …`: see which law packs there are, what another one would change, and choose it."""

from __future__ import annotations

import argparse
from typing import Any

from hueandcry.cli.problems import Problem
from hueandcry.kernel.actor import Permission, system
from hueandcry.kernel.errors import Refusal


def add(parsers: Any) -> None:
    """Register the subcommands."""
    mine = parsers.add_parser("law", help="the rules of law that drafts are checked against")
    what = mine.add_subparsers(dest="what", metavar="packs|choose", required=True)
    what.add_parser("packs", help="which there are, and which is in use").set_defaults(run=run_packs)
    choose = what.add_parser(
        "choose",
        help="show what another one changes; with --reason, use it from now on",
        description="Without --reason nothing is changed. With it, drafts are checked by the new rules from now on and"
        " the change is on the record; posts that are approved go out as they were checked.",
    )
    choose.add_argument("name")
    choose.add_argument("--reason", default="", help="why; it stays on the record")
    choose.set_defaults(run=run_choose)


def run_packs(_given: argparse.Namespace) -> None:
    """Print each pack; the one in use has a star."""
    from hueandcry.preflight import packs

    used = _agency().law_pack
    for name in packs.names():
        pack = packs.load(name)
        print(f"{'*' if name == used else ' '} {name}: {pack.title}, version {pack.version}")


def run_choose(given: argparse.Namespace) -> None:
    """Show what changes; change it if a reason was given."""
    from hueandcry.agencies import law_actions
    from hueandcry.preflight import packs
    from hueandcry.preflight.comparing import changes

    agency = _agency()
    if given.name not in packs.names():
        raise Problem(f"There is no law pack “{given.name}”. Known: {', '.join(packs.names())}.")
    found = changes(packs.load(agency.law_pack), packs.load(given.name))
    for rule in found.added:
        print(f"new      {rule.id} ({rule.level}): {rule.sentence}")
    for rule in found.gone:
        print(f"gone     {rule.id} ({rule.level}): {rule.sentence}")
    for before, after in found.changed:
        levels = f"{before.level}" if before.level == after.level else f"{before.level} → {after.level}"
        print(f"changed  {after.id} ({levels}): {after.reason}")
    if not given.reason:
        print(f"Nothing was changed. To use “{given.name}”: hue law choose {given.name} --reason “…”")
        return
    by = system("operator", agency_id=agency.pk, permissions=frozenset({Permission.RULES_MANAGE}))
    try:
        law_actions.choose_law_pack(name=given.name, there=packs.names(), reason=given.reason, by=by)
    except Refusal as refusal:
        raise Problem(refusal.sentence) from None
    print(f"Drafts of {agency.name} are checked by “{given.name}” from now on.")


def _agency() -> Any:
    """The force of this installation."""
    from hueandcry.agencies.models import Agency
    from hueandcry.agencies.queries import agencies

    force = next((agency for agency in agencies() if agency.kind == Agency.Kind.AGENCY), None)
    if force is None:
        raise Problem("No agency is set up here yet. Begin with: hue init")
    return force
