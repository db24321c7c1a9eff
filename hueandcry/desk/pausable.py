"""What a supervisor can pause, as the choices of one field: everything, then people, accounts, stations, topics."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hueandcry.agencies.brakes import people_to_pause
from hueandcry.agencies.models import Brake
from hueandcry.agencies.units import units
from hueandcry.channels.queries import accounts, get_account
from hueandcry.kernel.actor import Actor

Scope = Brake.Scope


def choices(actor: Actor) -> list[tuple[str, object]]:
    """("all", …), then a group for each kind; values as "person:12"."""
    rows = [line.account for line in accounts(actor=actor)]
    topics = sorted({topic for row in rows for topic in row.topics}, key=str.casefold)
    groups = (
        (_("Accounts"), [(f"{Scope.ACCOUNT}:{row.pk}", row.label) for row in rows]),
        (_("People"), [(f"{Scope.PERSON}:{number}", name) for number, name in people_to_pause(actor=actor)]),
        (_("Stations and units"), [(f"{Scope.UNIT}:{row.unit.pk}", row.path) for row in units(actor=actor)]),
        (_("Topics"), [(f"{Scope.TOPIC}:{topic}", topic) for topic in topics]),
    )
    return [(Scope.ALL.value, _("Everything")), *((name, lines) for name, lines in groups if lines)]


def name_of(actor: Actor, scope: str, number: str) -> str:
    """What the account is called; the rooms below know everything else. Raises NotFound."""
    if scope != Scope.ACCOUNT or not number.isdigit():
        return ""
    return get_account(actor=actor, account_id=int(number)).label
