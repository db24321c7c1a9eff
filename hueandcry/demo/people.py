"""Who is who in Port Ellery. All names are invented, all numbers are 555 numbers, all addresses end in .example."""

from __future__ import annotations

from dataclasses import dataclass

from hueandcry.agencies.roles import Role

POLICE = "port-ellery"
PROGRAMME = "ellery-crime-stoppers"


@dataclass(frozen=True, slots=True)
class Cast:
    """One person: roles by the slug of the agency they are held in."""

    key: str
    name: str
    email: str
    roles: dict[str, frozenset[Role]]

    @property
    def home(self) -> str:
        """The agency that invites them."""
        return next(iter(self.roles))


def _police(key: str, name: str, *roles: Role) -> Cast:
    return Cast(
        key, name, f"{name.lower().replace(' ', '.')}@port-ellery.example", {POLICE: frozenset(roles)}
    )


def _programme(key: str, name: str, *roles: Role) -> Cast:
    email = f"{name.lower().replace(' ', '.')}@crime-stoppers.example"
    return Cast(key, name, email, {PROGRAMME: frozenset(roles)})


PEOPLE: tuple[Cast, ...] = (
    _police("nora", "Nora Vance", Role.AUTHOR),
    _police("astrid", "Astrid Lund", Role.AUTHOR),
    _police("imogen", "Imogen Castellane", Role.APPROVER),
    _police("ife", "Ife Okafor", Role.APPROVER),
    _police("tomas", "Tomas Reyes", Role.RECORD_KEEPER),
    _police("petra", "Petra Solway", Role.ADMINISTRATOR),
    _police("ruben", "Ruben Aske", Role.ADMINISTRATOR),
    _police("dirk", "Dirk Halloran", Role.COLLEAGUE),
    _programme("samira", "Samira Quist", Role.TIP_COORDINATOR),
    _programme("benno", "Benno Halvard", Role.TIP_COORDINATOR),
    _programme("ellis", "Ellis Thornbury", Role.ADMINISTRATOR),
    _programme("odile", "Odile Marsh", Role.ADMINISTRATOR),
    Cast(
        "hadley",
        "Hadley Moreau",
        "hadley.moreau@police-review.example",
        {POLICE: frozenset({Role.RECORD_KEEPER}), PROGRAMME: frozenset({Role.RECORD_KEEPER})},
    ),
)

# Who else works there in the year that `hue demo --year` loads.
MORE: tuple[Cast, ...] = (
    *(
        _police(name.split()[0].lower(), name, Role.AUTHOR)
        for name in (
            "Bill Tennant", "Ruth Abara", "Luis Amaro", "Mina Falk", "Joy Delacroix", "Ottilie Crane",
            "Pavel Brandt", "Noor Haddon", "Tilda Wexley", "Amos Rill", "Leona Parvin",
        )
    ),
    *(_police(name.split()[0].lower(), name, Role.APPROVER) for name in ("Corin Vale", "Brigid Tarn", "Agnes Pell")),
    _police("hedda", "Hedda Strand", Role.RECORD_KEEPER),
    _police("piran", "Piran Loe", Role.ADMINISTRATOR),
    _programme("maud", "Maud Ferrier", Role.RECORD_KEEPER),
    _programme("tobin", "Tobin Ashlock", Role.ADMINISTRATOR),
)  # fmt: skip

COORDINATORS = ("samira", "benno")

# What each role lets a visitor try, for the table of sign-ins.
IN_PLAIN_WORDS = {
    Role.ADMINISTRATOR: "invites people, gives roles",
    Role.AUTHOR: "writes appeals",
    Role.APPROVER: "approves what others wrote",
    Role.RECORD_KEEPER: "reads and verifies the record",
    Role.TIP_COORDINATOR: "reads and answers tips",
    Role.COLLEAGUE: "asks the desk for a post",
}

AGENCY = {
    "kind": "agency",
    "name": "Port Ellery Police",
    "short_name": "Port Ellery Police",
    "slug": POLICE,
    "phone": "555 0100",
    "reference_prefix": "PE",
    "law_pack": "england-wales",
}
TIP_PROGRAMME = {
    "kind": "tip_programme",
    "name": "Ellery Crime Stoppers",
    "short_name": "Crime Stoppers",
    "slug": PROGRAMME,
    "phone": "555 0199",
}
BOTH = {
    "public_host": "localhost",
    "desk_host": "desk.localhost",
    "time_zone": "Europe/London",
    "languages": ["en"],
    "emergency_number": "999",
}

# Accounts on the simulated network: handle, name there, label here, kind.
ACCOUNTS = (
    ("port-ellery-police", "Port Ellery Police", "Port Ellery Police (main account)"),
    ("pe-appeals", "Port Ellery Appeals", "Port Ellery Appeals"),
)
