"""Port Ellery Police, Ellery Crime Stoppers, their people, keys and accounts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import pyotp

from hueandcry.agencies import actions, auth, queries
from hueandcry.agencies.models import Agency, Person
from hueandcry.agencies.roles import Role
from hueandcry.channels.actions import name_steward, register_account
from hueandcry.demo import keeping, people, register, rules
from hueandcry.demo.network import address, home
from hueandcry.demo.people import Cast
from hueandcry.demo.places import Voice
from hueandcry.kernel import clock, sealing
from hueandcry.kernel.actor import Actor, Permission, system
from hueandcry.simnet.store import Store
from hueandcry.tips import codes, founding, keylog, passphrase, pins
from hueandcry.tips import key_actions as tips

RIGHTS = frozenset({Permission.AGENCY_MANAGE, Permission.PEOPLE_MANAGE})
PASSWORD_WORDS = 4


@dataclass(frozen=True, slots=True)
class Stage:
    """What the rest of the load needs: both organisations, and everybody as an actor there, by key."""

    police: Agency
    programme: Agency
    actors: dict[str, Actor]


def build(*, more: tuple[Cast, ...] = (), voices: list[Voice] | None = None) -> Stage:
    """Make the organisations, let everybody join, make the keys of the tips, open the accounts.

    more: people beside those of the small demonstration; voices: accounts beside the agency's two.
    """
    found = system("init", agency_id=0, permissions=RIGHTS)
    shared: dict[str, Any] = {**people.BOTH, "is_demo": True, "by": found}
    police = actions.create_agency(**{**shared, **people.AGENCY})
    programme = actions.create_agency(**{**shared, **people.TIP_PROGRAMME})
    by = system("init", agency_id=police.pk, permissions=RIGHTS)
    actions.choose_tip_programme(agency_id=police.pk, programme_id=programme.pk, by=by)
    agencies = {people.POLICE: police, people.PROGRAMME: programme}
    actors = _people(agencies, people.PEOPLE + more)
    _tip_keys(programme, actors)
    _accounts(
        actors["petra"],
        stewards=[actors["nora"], *(actors[cast.key] for cast in more if _speaks(cast))],
        voices=voices or [],
        colleagues={each.name: each for each in actors.values() if each.agency_id == police.pk},
    )
    rules.plan([cast for cast in people.PEOPLE + more if _speaks(cast)], actors)
    return Stage(police, programme, actors)


def _speaks(cast: Cast) -> bool:
    """True for whoever of the police may write."""
    return bool(cast.roles.get(people.POLICE, frozenset()) & {Role.AUTHOR, Role.APPROVER})


def _people(agencies: dict[str, Agency], casts: tuple[Cast, ...]) -> dict[str, Actor]:
    password = "-".join(secrets.choice(codes.words()) for _n in range(PASSWORD_WORDS))
    keeping.keep(keeping.PASSWORD, password)
    actors = {}
    for cast in casts:
        person = _join(cast, agencies, password)
        actors[cast.key] = queries.actor_for(person_id=person.pk, agency_id=agencies[cast.home].pk)
    return actors


def _join(cast: Cast, agencies: dict[str, Agency], password: str) -> Person:
    """Invite somebody to each of their organisations; the first link is taken up, as a person would."""
    first = None
    for slug, roles in cast.roles.items():
        by = system("init", agency_id=agencies[slug].pk, permissions=RIGHTS)
        invited = actions.invite_person(
            name=cast.name, email=cast.email, roles=set(roles), by=by, is_demo=True
        )
        if first is None:
            first = invited
            secret_text = auth.open_totp(bytes(queries.open_invitation(invited.token).totp_sealed))
            actions.join(token=invited.token, password=password, code=pyotp.TOTP(secret_text).at(clock.now()))
    assert first is not None  # everybody has a role somewhere
    return first.person


def _tip_keys(programme: Agency, actors: dict[str, Actor]) -> None:
    """The root, and a key for each coordinator, made as the browser makes one and put in force by the root."""
    by = system("init", agency_id=programme.pk, permissions=RIGHTS)
    root, _sheets = founding.found_root(
        programme_id=programme.pk, name=programme.name, folder=pins.hand_out(), by=by
    )
    for key in people.COORDINATORS:
        seed, words = sealing.new_seed(), passphrase.new_passphrase()
        keeping.keep(keeping.passphrase_file(key), words)
        made = tips.register_desk_key(
            public_key=sealing.public_key(seed),
            signing_public=sealing.ed25519_public(keylog.signing_seed(seed)),
            wrapped_private=passphrase.close_desk_seed(seed, passphrase=words),
            label="Demonstration key",
            by=actors[key],
            is_demo=True,
        )
        founding.enrol(made, root=root, by=by)


def _accounts(
    administrator: Actor, *, stewards: list[Actor], voices: list[Voice], colleagues: dict[str, Actor]
) -> None:
    """The accounts on the simulated network. The first steward is the spokesperson, who looks after the agency's own."""
    own = [(handle, name, label, "agency") for handle, name, label in people.ACCOUNTS]
    others = [(voice.handle, voice.name, voice.name, voice.kind) for voice in voices]
    network = Store(home())
    try:
        for place, (handle, name, label, kind) in enumerate([*own, *others]):
            account = register_account(
                channel="simulated",
                handle=handle,
                label=label,
                server_url=address(),
                secret={"secret": network.add_account(handle, name)},
                kind=kind,
                by=administrator,
            )
            steward = stewards[0] if place < len(own) else stewards[place % len(stewards)]
            name_steward(
                account_id=account.pk, person_ref=steward.ref, person_name=steward.name, by=administrator
            )
        register.furnish(voices=voices, colleagues=colleagues, by=administrator, network=network)
    finally:
        network.close()
