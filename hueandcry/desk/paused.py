"""What is paused now, in words, for whom it concerns: the strip that every page of the desk shows and keeps fresh."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from hueandcry.agencies import brakes
from hueandcry.agencies.brakes import InForce
from hueandcry.agencies.models import Brake
from hueandcry.channels.rights import held_by
from hueandcry.kernel.actor import Actor, Permission


@dataclass(frozen=True, slots=True)
class Pause:
    """One line of the strip. all: everything is paused."""

    id: int
    text: str
    all: bool


def lines(actor: Actor) -> list[Pause]:
    """The pauses that concern this person: on all, on them, on what they hold; a supervisor sees each. One query while there is none."""
    found = brakes.in_force(agency_id=actor.agency_id)
    if not found.rows:
        return []
    rows = found.rows if actor.may(Permission.BRAKE) else _mine(actor, found)
    rows = sorted(rows, key=lambda row: row.scope != Brake.Scope.ALL)
    return [Pause(row.pk, _said(row, found, actor), row.scope == Brake.Scope.ALL) for row in rows]


def _said(row: Brake, found: InForce, actor: Actor) -> str:
    text = _("%(said)s (%(name)s)") % {"said": found.said(row), "name": row.by_name}
    if row.scope == Brake.Scope.PERSON and actor.ref == f"person:{row.scope_id}":
        return _("Your posts are paused until %(until)s: %(reason)s (%(name)s)") % {
            "until": found.until(row),
            "reason": row.reason,
            "name": row.by_name,
        }
    return text


def _mine(actor: Actor, found: InForce) -> list[Brake]:
    """Without a supervisor's eye: what stops this person. A topic concerns everybody who posts."""
    kind, _colon, number = actor.ref.partition(":")
    person_id = int(number) if kind == "person" else 0
    speaks = actor.may(Permission.POST_DRAFT) or actor.may(Permission.POST_APPROVE)
    scopes = {row.scope for row in found.rows}
    held = held_by(person_id) if scopes & {Brake.Scope.ACCOUNT, Brake.Scope.UNIT} else []
    stopped = {brake.pk for account in held if (brake := found.on_account(account.pk, account.unit_id))}
    return [
        row
        for row in found.rows
        if row.scope == Brake.Scope.ALL
        or (row.scope == Brake.Scope.PERSON and row.scope_id == str(person_id))
        or (row.scope == Brake.Scope.TOPIC and speaks)
        or row.pk in stopped
    ]
