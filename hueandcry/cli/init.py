"""`hue init`: set up a real agency, its tip programme and two administrators. No demonstration data."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from hueandcry.cli.database import make_keys
from hueandcry.cli.problems import Problem
from hueandcry.cli.sheets import hand_out_lines
from hueandcry.kernel.actor import Actor, Permission, system

RIGHTS = frozenset({Permission.AGENCY_MANAGE, Permission.PEOPLE_MANAGE, Permission.TIP_KEYS})
ADMINISTRATORS = 2
GATE = (
    "Nobody posts before an administrator has recorded at the desk, under Training, who passed the course.",
    "An administrator can switch that off there.",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the operator answered. administrators: (name, e-mail) pairs."""

    name: str
    slug: str
    prefix: str
    zone: str
    languages: list[str]
    public_host: str
    desk_host: str
    phone: str
    emergency_number: str
    programme: str
    programme_phone: str
    administrators: list[tuple[str, str]]
    programme_administrators: list[tuple[str, str]]
    shares: Path
    law_pack: str = "us-generic"
    require_training: bool = True


def add(parsers: Any) -> None:
    """Register the subcommand."""
    mine = parsers.add_parser(
        "init",
        help="set up an agency with its tip programme and two administrators",
        description="Asks for whatever is not given. Prints one-time links for the administrators,"
        " or mails them if HUE_SMTP_HOST is set.",
    )
    mine.add_argument("--name", help="name of the agency, such as “Port Ellery Police”")
    mine.add_argument("--slug", help="short address, such as port-ellery")
    mine.add_argument("--prefix", help="begins every appeal's reference, such as PE")
    mine.add_argument("--zone", help="time zone, such as Europe/London")
    mine.add_argument("--languages", help="codes, the default first, such as en,fr")
    mine.add_argument("--public-host", help="host name of the public site, such as www.agency.example")
    mine.add_argument("--desk-host", help="host name of the desk, such as desk.agency.example")
    mine.add_argument("--phone", help="telephone number for the public")
    mine.add_argument("--emergency-number", help="such as 999 or 911")
    mine.add_argument("--programme", help="name of the tip programme, an organisation of its own")
    mine.add_argument("--programme-phone", help="the programme's telephone number")
    mine.add_argument(
        "--admin", action="append", metavar="“NAME <E-MAIL>”", help="an administrator; give two"
    )
    mine.add_argument(
        "--programme-admin",
        action="append",
        metavar="“NAME <E-MAIL>”",
        help="an administrator of the programme; give two",
    )
    mine.add_argument(
        "--shares", type=Path, metavar="DIR", help="folder for the three share sheets of the programme's root"
    )
    mine.add_argument(
        "--law-pack", default="us-generic", help="the rules of law that drafts are checked against"
    )
    mine.add_argument(
        "--require-training",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="nobody posts without a course in force (the usual); the shipped one is added",
    )
    mine.set_defaults(run=run)


def run(given: argparse.Namespace) -> None:
    """Ask, create, and say what to do next."""
    from hueandcry.cli import database

    database.migrate()
    if not database.is_empty():
        raise Problem(
            "An agency is set up here already. A second one needs a data directory of its own for now."
        )
    from hueandcry.preflight import packs

    if given.law_pack not in packs.names():
        raise Problem(f"There is no law pack “{given.law_pack}”. Known: {', '.join(packs.names())}.")
    plan = _plan(given)
    if plan.shares.exists() and (
        not plan.shares.is_dir() or any(plan.shares.glob("programme-*-share-*.txt"))
    ):
        raise Problem(f"{plan.shares} is no folder, or has share sheets already: none is ever overwritten.")
    if not plan.shares.absolute().parent.is_dir():
        raise Problem(f"There is no folder {plan.shares.absolute().parent} to make {plan.shares.name} in.")
    if plan.public_host.lower() == plan.desk_host.lower():
        raise Problem("The desk needs a host name of its own, so that cookies never reach the public site.")
    for line in create(plan):
        print(line)


def _ask(given: str | None, question: str, default: str = "", form: str = "") -> str:
    while True:
        answer = (
            given
            if given is not None
            else input(f"{question}{f' [{default}]' if default else ''}: ").strip() or default
        )
        if answer and (not form or re.fullmatch(form, answer)):
            return answer
        if given is not None:
            raise Problem(f"“{given}” cannot be used for: {question}.")
        print(f"“{answer}” cannot be used here." if answer else "This is needed.")


def _plan(given: argparse.Namespace) -> Plan:
    name = _ask(given.name, "Name of the agency")
    slug = _ask(
        given.slug,
        "Short address (small letters, hyphens)",
        re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"),
        r"[a-z0-9-]{2,40}",
    )
    return Plan(
        name=name,
        slug=slug,
        prefix=_ask(
            given.prefix,
            "Letters before each reference",
            "".join(w[0] for w in name.split())[:3].upper(),
            r"[A-Z]{1,6}",
        ),
        zone=_ask(given.zone, "Time zone", "Europe/London"),
        languages=_ask(given.languages, "Languages, default first", "en").replace(",", " ").split(),
        public_host=_ask(given.public_host, "Host name of the public site", "localhost", r"[A-Za-z0-9.-]+"),
        desk_host=_ask(given.desk_host, "Host name of the desk", "desk.localhost", r"[A-Za-z0-9.-]+"),
        phone=_ask(given.phone, "Telephone number for the public"),
        emergency_number=_ask(given.emergency_number, "Emergency number", "999"),
        programme=_ask(given.programme, "Name of the tip programme"),
        programme_phone=_ask(given.programme_phone, "The programme's telephone number"),
        administrators=_people(given.admin, "administrator of the agency"),
        programme_administrators=_people(given.programme_admin, "administrator of the tip programme"),
        shares=given.shares or _hand_out(),
        law_pack=given.law_pack,
        require_training=given.require_training,
    )


def _people(given: list[str] | None, what: str) -> list[tuple[str, str]]:
    texts = given or [
        input(f"{'First' if n == 0 else 'Second'} {what}, as Name <e-mail>: ") for n in range(ADMINISTRATORS)
    ]
    people = [parseaddr(text) for text in texts]
    if len({email.lower() for _name, email in people}) < ADMINISTRATORS or not all(
        name and "@" in email for name, email in people
    ):
        raise Problem(f"Name two different people as {what}, each as: Name <e-mail>.")
    return people


def _hand_out() -> Path:
    from hueandcry.tips import pins

    return pins.hand_out()


def create(plan: Plan) -> list[str]:
    """Create everything in one transaction per database; returns what to tell the operator."""
    from django.db import transaction

    from hueandcry.publicsite import actions as site
    from hueandcry.records.seals import seal_everything

    with transaction.atomic(), transaction.atomic(using="tips"):
        agency, programme = _organisations(plan)
        invited = [(agency, person) for person in _invite(agency, plan.administrators)]
        invited += [(programme, person) for person in _invite(programme, plan.programme_administrators)]
        sheets = _make_root(programme, plan.shares)
    seal_everything()  # the record begins sealed, and its key exists from the first minute
    make_keys()
    site.rebuild(by=_operator(agency.pk))
    return [
        f"{plan.name} and {plan.programme} are set up.",
        *(GATE if plan.require_training else ()),
        "",
        *(line for organisation, person in invited for line in _hand_over(organisation, person)),
        "",
        *hand_out_lines(sheets),
        "",
        "Start everything with: hue up",
    ]


def _organisations(plan: Plan) -> tuple[Any, Any]:
    """The force and its tip programme, an organisation of its own."""
    from hueandcry.agencies import actions
    from hueandcry.posts.news_actions import set_news

    shared: dict[str, Any] = {
        "time_zone": plan.zone,
        "languages": plan.languages,
        "desk_host": plan.desk_host,
        "public_host": plan.public_host,
        "emergency_number": plan.emergency_number,
        "by": _operator(0),
    }
    agency = actions.create_agency(
        kind="agency",
        name=plan.name,
        slug=plan.slug,
        phone=plan.phone,
        reference_prefix=plan.prefix,
        law_pack=plan.law_pack,
        **shared,
    )
    programme = actions.create_agency(
        kind="tip_programme",
        name=plan.programme,
        slug=f"{plan.slug}-tips",
        phone=plan.programme_phone,
        **shared,
    )
    actions.choose_tip_programme(agency_id=agency.pk, programme_id=programme.pk, by=_operator(agency.pk))
    if plan.require_training:
        require_training(agency.pk)
    set_news(on=True, by=_operator(agency.pk))
    return agency, programme


def require_training(agency_id: int) -> None:
    """Add the shipped course and switch the gate on: nobody posts without it."""
    from hueandcry.agencies import shipped, training_actions

    by = system("init", agency_id=agency_id, permissions=frozenset({Permission.RULES_MANAGE}))
    training_actions.add_course(
        name=shipped.course_name(),
        days=shipped.COURSE_DAYS,
        valid_months=shipped.COURSE_MONTHS,
        syllabus=shipped.syllabus(),
        by=by,
    )
    training_actions.require_training(on=True, by=by)


def _operator(agency_id: int) -> Actor:
    return system("init", agency_id=agency_id, permissions=RIGHTS)


def _invite(agency: Any, people: list[tuple[str, str]]) -> list[Any]:
    from hueandcry.agencies import actions
    from hueandcry.agencies.roles import Role

    by = _operator(agency.pk)
    return [
        actions.invite_person(name=name, email=email, roles={Role.ADMINISTRATOR}, by=by)
        for name, email in people
    ]


def _hand_over(agency: Any, invited: Any) -> list[str]:
    """Mail the link, after everything is committed; without a mail server, the lines that show it."""
    from hueandcry.agencies import invitations
    from hueandcry.cli.people import join_address

    address = join_address(agency.desk_host, invited.token)
    if invitations.send(person=invited.person, agency=agency, address=address):
        return [f"An invitation to {agency.name} was mailed to {invited.person.name}."]
    return [f"One-time link for {invited.person.name}, administrator of {agency.name}:", f"  {address}"]


def _make_root(programme: Any, folder: Path) -> list[Path]:
    from hueandcry.tips import founding

    _root, sheets = founding.found_root(
        programme_id=programme.pk, name=programme.name, folder=folder, by=_operator(programme.pk)
    )
    return sheets
