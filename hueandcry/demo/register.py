"""Port Ellery's register: stations and units, faces, topics, how free each account is, who looks in, what pages say."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import translation

from hueandcry.agencies.models import Unit
from hueandcry.agencies.queries import get_agency
from hueandcry.agencies.unit_actions import add_unit
from hueandcry.channels import profile
from hueandcry.channels.check_actions import plan_checks
from hueandcry.channels.models import Account
from hueandcry.channels.profile_actions import write_template
from hueandcry.channels.profiling import wanted_text
from hueandcry.channels.register_actions import add_holder, appoint_steward, change_account, set_mode
from hueandcry.channels.voice_actions import write_own_page
from hueandcry.demo.places import DISTRICTS, OFFICERS, STATIONS, STREETS, UNITS, Voice
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor
from hueandcry.simnet.store import Store

ASKED = timedelta(minutes=20)  # since the worker asked the network
EVERY = 10  # days between two looks at an account
NEWSROOM = (
    "Nora Vance",
    "Astrid Lund",
    "Imogen Castellane",
    "Ife Okafor",
)  # who posts where nobody else does
LACKING = 9  # one account of so many lacks a holder, another a second steward: a register is never whole
CHANGED = {
    "pe-eastfield": "Eastfield news, coffee and dogs.",
    "pe-police-band": "Brass and drums of Port Ellery.",
}
BARE: dict[str, dict[str, bool]] = {  # pages that lack something for the eye
    "pe-northgate": {"picture": False, "banner": False},
    "pe-road-safety": {"banner": False},
    "pe-dog-unit": {"described": False},
}
FACES = {"pe-fraud-team": "Insp. Ife Okafor", "pe-harbour": "Astrid Lund", "pe-old-town": "Nora Vance"}
TOPICS = {
    "Station": ["neighbourhood", "meetings"],
    "Neighbourhood Team": ["neighbourhood", "prevention"],
    "Traffic": ["traffic", "road safety"],
    "Wardens": ["parking", "neighbourhood"],
    "Schools": ["schools", "prevention"],
    "Night Shift": ["night life", "prevention"],
    "Cycling": ["cycling", "road safety"],
    "Lost and Found": ["lost property"],
    "Officer": ["neighbourhood"],
    "Marine Unit": ["harbour", "ferries"],
    "Road Safety": ["road safety", "traffic"],
    "Missing Persons": ["missing people"],
    "Fraud Team": ["fraud", "prevention"],
    "Dog Unit": ["dogs"],
    "Recruiting": ["jobs"],
}
ABOUT = {
    "Nora Vance": (
        "Spokesperson",
        "I say what we know, and when we will know more. Most of my day is answering you.",
    ),
    "Astrid Lund": (
        "Press officer",
        "Weekends, nights and high water. If I cannot say it yet, I say when I can.",
    ),
    "Ife Okafor": (
        "Inspector",
        "I read what we say before you do, and I answer for it afterwards. Ask me about false callers.",
    ),
    "Ruth Abara": (
        "Coordinator for vulnerable people",
        "I visit people who live alone and help their families to prepare. Ask me how; nobody is turned away.",
    ),
    "Bill Tennant": (
        "Traffic sergeant",
        "Roads, closures and how to get home anyway. I post from the van, parked.",
    ),
}


def furnish(*, voices: list[Voice], colleagues: dict[str, Actor], by: Actor, network: Store) -> None:
    """Give every account its unit, face, topics and freedom; the text of the pages; pages of two public voices.

    colleagues: people of the police by name. The accounts stand on the simulated network already.
    """
    units = _units(by)
    accounts = {row.handle: row for row in Account.objects.filter(agency_id=by.agency_id).order_by("pk")}
    for place, account in enumerate(accounts.values(), 2):
        if account.kind == Account.Kind.AGENCY:
            _second(account, place, colleagues=colleagues, by=by)
            change_account(
                account_id=account.pk,
                is_main=True,
                languages=["en"],
                goal="Say first what is true and what to do.",
                every_days=3,
                by=by,
            )
    for place, voice in enumerate(voices):
        _one(accounts[voice.handle], voice, place, units=units, colleagues=colleagues, by=by)
    _pages(by=by, network=network)
    for name, (title, about) in ABOUT.items():
        if name in colleagues:
            write_own_page(title=title, about=about, reach="Ring 555 0100.", by=colleagues[name])


def plan(*, today: date, by: Actor, checkers: list[Actor]) -> None:
    """The rota of checks, from today on; and the worker has asked the network about every account a little while ago."""
    numbers = list(Account.objects.filter(agency_id=by.agency_id).order_by("pk").values_list("pk", flat=True))
    ids = [_number(checker) for checker in checkers]
    Account.objects.filter(pk__in=numbers).update(checked_at=clock.now() - ASKED)
    plan_checks(account_ids=numbers, every_days=EVERY, checker_ids=ids, today=today, by=by)


def _units(by: Actor) -> dict[str, Unit]:
    """Seven stations, and the units below one division."""
    found = {
        name: add_unit(
            kind="station",
            name=f"{name} Station",
            area=f"{DISTRICTS[place]}, {DISTRICTS[(place + 5) % len(DISTRICTS)]}, PE{place + 1}",
            address=f"{place * 7 + 4} {STREETS[place * 3]}, Port Ellery",
            phone=f"555 01{20 + place}",
            hours="08:00 to 20:00, every day",
            by=by,
        )
        for place, name in enumerate(STATIONS)
    }
    division = add_unit(kind="division", name="Specialist Operations", phone="555 0140", by=by)
    found |= {name: add_unit(kind="unit", name=name, parent_id=division.pk, by=by) for name in UNITS}
    return found


def _one(
    account: Account,
    voice: Voice,
    place: int,
    *,
    units: dict[str, Unit],
    colleagues: dict[str, Actor],
    by: Actor,
) -> None:
    station = next((name for name in STATIONS if voice.name.startswith(name)), "")
    unit = units.get(voice.theme) or units[station or STATIONS[place % len(STATIONS)]]
    officer = FACES.get(voice.handle, OFFICERS[(place * 5 + 2) % len(OFFICERS)])
    face = voice.name if voice.kind == Account.Kind.PERSON else officer
    person = colleagues.get(_bare(face))
    is_station = voice.theme == "Station"
    change_account(
        account_id=account.pk,
        kind=Account.Kind.STATION if is_station else voice.kind,
        unit_id=unit.pk,
        face=face,
        title=f"{unit.name} steward" if voice.kind != Account.Kind.PERSON else "",
        topics=TOPICS.get(voice.theme, ["community"]),
        every_days=0 if place % 3 else 14,
        by=by,
    )
    if voice.kind == Account.Kind.PERSON or place % 4 == 0:
        reason = "Trained, and in its lane for a year."
        set_mode(account_id=account.pk, mode=Account.Mode.IN_LANE, reason=reason, by=by)
    holders = [*([person] if person else []), *(colleagues[name] for name in NEWSROOM if name in colleagues)]
    if place % LACKING != LACKING // 2:
        for holder in dict.fromkeys(_number(each) for each in holders):
            add_holder(account_id=account.pk, person_id=holder, by=by)
    if place % LACKING != 1:
        _second(account, place, colleagues=colleagues, by=by)


def _second(account: Account, place: int, *, colleagues: dict[str, Actor], by: Actor) -> None:
    """Somebody other than the steward who stands in for them."""
    steward = account.stewards.get(ended_at__isnull=True).person_name
    names = [name for name in sorted(colleagues) if name != steward]
    second = colleagues[names[place % len(names)]]
    appoint_steward(account_id=account.pk, person_id=_number(second), part="second", by=by)


def _number(actor: Actor) -> int:
    return int(actor.ref.partition(":")[2])


def _pages(*, by: Actor, network: Store) -> None:
    """The text for every account's own page, and the network's pages that carry it; two were changed by hand since."""
    agency = get_agency(by.agency_id)
    with translation.override("en"):
        text = profile.default_template()
        write_template(text=text, by=by)
        for account in Account.objects.filter(agency_id=by.agency_id).select_related("unit"):
            about = CHANGED.get(account.handle) or wanted_text(account, agency, text)
            network.set_about(network.number_of(account.handle), about, **BARE.get(account.handle, {}))


def _bare(name: str) -> str:
    """A name without its rank."""
    return name.removeprefix("Sgt ").removeprefix("Cst. ").removeprefix("Insp. ")
