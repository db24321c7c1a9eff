"""Reads of an agency's parts: its divisions, stations and units, as a tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hueandcry.agencies.models import Unit
from hueandcry.kernel.actor import Actor
from hueandcry.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the tree. depth: 0 for those that belong to the agency itself; path: its name after its parents'."""

    unit: Unit
    depth: int
    path: str


def get_unit(*, actor: Actor, unit_id: int) -> Unit:
    """The unit. Raises NotFound, also for another agency's."""
    unit = Unit.objects.select_related("parent").filter(pk=unit_id, agency_id=actor.agency_id).first()
    if unit is None:
        raise NotFound(_("There is no such unit."))
    return unit


def units(*, actor: Actor, closed: bool = False) -> list[UnitLine]:
    """Every unit of the actor's agency, parents before their parts; closed ones only if asked for."""
    rows = Unit.objects.filter(agency_id=actor.agency_id).order_by("name", "pk")
    return tree(rows if closed else rows.filter(closed_at__isnull=True))


def public_units(agency_id: int) -> list[UnitLine]:
    """Units that have a page of their own: for the public site's build, so no actor is asked."""
    rows = Unit.objects.filter(agency_id=agency_id, is_public=True, closed_at__isnull=True)
    return tree(rows.order_by("name", "pk"))


def tree(rows: Iterable[Unit]) -> list[UnitLine]:
    """Units in the order of a tree. Pure. One whose parent is not among them stands at the top."""
    every = list(rows)
    known = {unit.pk for unit in every}
    below: dict[int | None, list[Unit]] = {}
    for unit in every:
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    found: list[UnitLine] = []

    def add(parent: int | None, depth: int, path: str) -> None:
        for unit in below.get(parent, []):
            whole = f"{path} · {unit.name}" if path else unit.name
            found.append(UnitLine(unit, depth, whole))
            add(unit.pk, depth + 1, whole)

    add(None, 0, "")
    return found


def within(unit_id: int, lines: Iterable[UnitLine]) -> set[int]:
    """The unit and everything below it. Pure."""
    found, top = set(), -1
    for line in lines:
        if line.unit.pk == unit_id:
            top = line.depth
            found.add(unit_id)
        elif top >= 0 and line.depth > top:
            found.add(line.unit.pk)
        elif top >= 0:
            break
    return found
