"""What a line of a table would change in the register, cell by cell: the old words and the new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from hueandcry.channels.models import Account, Holder, Steward
from hueandcry.channels.queries import channel_label
from hueandcry.kernel.actor import Actor, Permission

# Field of an account → its name on the page; in the order in which they are shown.
FIELDS = {
    "channel": _lazy("Network"),
    "handle": _lazy("Handle"),
    "server_url": _lazy("Server"),
    "label": _lazy("Name"),
    "kind": _lazy("Kind"),
    "unit_id": _lazy("Unit"),
    "audience": _lazy("For"),
    "mode": _lazy("How free"),
    "topics": _lazy("Topics"),
    "face": _lazy("Face"),
    "title": _lazy("Title"),
    "languages": _lazy("Languages"),
    "goal": _lazy("Goal"),
    "every_days": _lazy("A post every so many days"),
    "is_main": _lazy("The main account"),
}
CHOICES = {"kind": Account.Kind, "audience": Account.Audience, "mode": Account.Mode}


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that changes something. name: what it is; old: empty where there was nothing."""

    name: str
    old: str
    new: str


@dataclass(slots=True)
class Standing:
    """Who answers for the agency's accounts and who holds them, asked once for all lines.

    people, units: number → name; stewards: (account, part) → (reference, name); holders: account → their numbers.
    """

    people: dict[int, str]
    units: Mapping[int, str]
    stewards: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    holders: dict[int, list[int]] = field(default_factory=dict)


def standing(actor: Actor, *, people: Mapping[int, str], units: Mapping[int, str]) -> Standing:
    """As it is now, for the actor's agency."""
    found = Standing(dict(people), units)
    now = {"agency_id": actor.agency_id, "ended_at__isnull": True}
    for row in Steward.objects.filter(**now):
        found.stewards[row.account_id, row.part] = (row.person_ref, row.person_name)
    held = Holder.objects.filter(**now).order_by("pk")
    for account_id, person_id, name in held.values_list("account_id", "person_id", "person__name"):
        found.holders.setdefault(account_id, []).append(person_id)
        found.people.setdefault(person_id, name)  # also of somebody who has left
    return found


def changes_of(
    account: Account | None, facts: Mapping[str, Any], people: Mapping[str, Any], *, now: Standing, by: Actor
) -> tuple[tuple[CellChange, ...], tuple[str, ...]]:
    """What the line would change, and sentences on what it says and does not do. account: None for a new one."""
    found, notes = [], []
    for name, label in FIELDS.items():
        if name not in facts:
            continue
        new, old = facts[name], getattr(account, name) if account else None
        if name == "mode" and new != (old or Account.Mode.TWO_PERSON) and not by.may(Permission.RULES_MANAGE):
            notes.append(
                _("How free it is stays as it is: only somebody who looks after the rules turns the dial.")
            )
        elif account is None or new != old:
            found.append(CellChange(str(label), _shown(name, old, now), _shown(name, new, now)))
    if account and account.is_public and facts.get("audience", Account.Audience.PUBLIC) != "public":
        found.append(CellChange(_("Appeals go there"), _("yes"), _("no")))
    found += _people(account, people, now)
    return tuple(item for item in found if item.old != item.new), tuple(notes)


def other_steward(account: Account | None, people: Mapping[str, Any], *, now: Standing) -> str:
    """The name of somebody whom the line makes one steward while they are the other one; empty if there is none."""
    if account is None:
        return ""
    stand = {
        part: now.stewards.get((account.pk, part), ("", ""))[0]
        for part in (Steward.Part.FIRST, Steward.Part.SECOND)
    }
    for column, part, other in (
        ("steward", Steward.Part.FIRST, Steward.Part.SECOND),
        ("second", Steward.Part.SECOND, Steward.Part.FIRST),
    ):
        number = people.get(column)
        wanted = f"person:{number}" if number else ""
        if number and wanted != stand[part] and wanted == stand[other]:
            return now.people.get(number, "")
        if wanted:
            stand[part] = wanted
    return ""


def _people(account: Account | None, people: Mapping[str, Any], now: Standing) -> list[CellChange]:
    found = []
    for column, part in (("steward", Steward.Part.FIRST), ("second", Steward.Part.SECOND)):
        number = people.get(column)
        reference, name = now.stewards.get((account.pk, part), ("", "")) if account else ("", "")
        if number and reference != f"person:{number}":
            found.append(CellChange(str(part.label), name, now.people.get(number, "")))
    held = now.holders.get(account.pk, []) if account else []
    added = [number for number in dict.fromkeys(people.get("holders", [])) if number not in held]
    if added:
        before = ", ".join(now.people[number] for number in held)
        after = ", ".join(now.people[number] for number in [*held, *added])
        found.append(CellChange(_("Holders"), before, after))
    return found


def _shown(name: str, value: Any, now: Standing) -> str:
    """A value as people read it; nothing as nothing."""
    if value in (None, "", 0, False) or value == []:
        return _("no") if value is False else ""
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    if name == "unit_id":
        return now.units.get(value, "")
    if name == "channel":
        return channel_label(value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return _("yes") if value is True else str(value)
