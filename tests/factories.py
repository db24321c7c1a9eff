"""Things that tests need, built through actions and not through tables."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pyotp
from django.contrib.auth.hashers import make_password

from hueandcry.agencies import actions, auth, queries
from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission, system

PASSWORD = "tram-copper-otter-vivid"
_numbers = itertools.count(1)
INIT = frozenset({Permission.AGENCY_MANAGE, Permission.PEOPLE_MANAGE})


def make_agency(
    *, name: str = "Port Ellery Police", slug: str = "", host: str = "", **changes: str
) -> Agency:
    """A force with a name of its own, in its own time zone."""
    number = next(_numbers)
    by = system("init", agency_id=0, permissions=INIT)
    return actions.create_agency(
        kind="agency",
        name=name,
        slug=slug or f"agency-{number}",
        public_host=host or f"public{number}.example",
        desk_host="desk.localhost",
        time_zone=changes.get("time_zone", "Europe/London"),
        languages=["en"],
        phone="555 0100",
        reference_prefix=changes.get("reference_prefix", "PE"),
        by=by,
    )


def make_programme(*, agency: Agency | None = None, name: str = "Ellery Crime Stoppers") -> Agency:
    """A tip programme, chosen by `agency` if one is given."""
    number = next(_numbers)
    by = system("init", agency_id=0, permissions=INIT)
    programme = actions.create_agency(
        kind="tip_programme",
        name=name,
        slug=f"programme-{number}",
        public_host=agency.public_host if agency else f"tips{number}.example",
        desk_host="desk.localhost",
        time_zone="Europe/London",
        languages=["en"],
        phone="555 0199",
        by=by,
    )
    if agency:
        chooser = system("init", agency_id=agency.pk, permissions=INIT)
        actions.choose_tip_programme(agency_id=agency.pk, programme_id=programme.pk, by=chooser)
        agency.refresh_from_db()
    return programme


def make_person(agency: Agency, *roles: Role, name: str = "Nora Vance", email: str = "") -> Person:
    """A person who has joined, with the password above; `totp_now` gives their code."""
    number = next(_numbers)
    by = system("init", agency_id=agency.pk, permissions=INIT)
    person = actions.invite_person(
        name=name, email=email or f"person{number}@port-ellery.example", roles=set(roles), by=by
    ).person
    _plain, sealed = auth.new_totp()
    Person.objects.filter(pk=person.pk).update(
        password=make_password(PASSWORD), totp_sealed=sealed, joined_at=clock.now() - timedelta(days=1)
    )
    person.invitations.update(used_at=clock.now())
    person.refresh_from_db()
    return person


def totp_now(person: Person) -> str:
    """The code this person's app shows now."""
    person.refresh_from_db()
    return pyotp.TOTP(auth.open_totp(bytes(person.totp_sealed or b""))).at(clock.now())


def make_actor(agency: Agency, *roles: Role, name: str = "Nora Vance") -> Actor:
    """A person of the agency as an actor."""
    person = make_person(agency, *roles, name=name)
    return queries.actor_for(person_id=person.pk, agency_id=agency.pk)
