"""What may be done with an agency's parts."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hueandcry.agencies import units
from hueandcry.agencies.models import Unit
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

WORDS = {"name": 120, "about": 2000, "area": 300, "address": 300, "phone": 40, "hours": 200}  # and how long


@transaction.atomic
def add_unit(*, kind: str, name: str, by: Actor, parent_id: int | None = None, **words: Any) -> Unit:
    """Add a division, a station or a unit. words: about, area, address, phone, hours, languages, is_public.

    Raises NotAllowed, NotFound (the parent), Invalid, Conflict if one of that name is there already.
    """
    by.require(Permission.AGENCY_MANAGE)
    values = _checked({**words, "name": name, "kind": kind, "parent_id": parent_id}, by=by)
    slug = slugify(name)[:60]
    if not slug:
        raise Invalid(_("Give it a name with at least one letter of the Latin script."), field="name")
    try:
        with transaction.atomic():
            unit = Unit.objects.create(agency_id=by.agency_id, slug=slug, **values)
    except IntegrityError:
        raise Conflict(_("There is a unit of this name already."), field="name") from None
    record(by=by, verb="unit.add", subject=ref("unit", unit.pk), body={"name": unit.name, "kind": kind})
    return unit


@transaction.atomic
def edit_unit(*, unit_id: int, by: Actor, **words: Any) -> Unit:
    """Change what is known of a unit; its public address stays. Raises NotAllowed, NotFound, Invalid."""
    by.require(Permission.AGENCY_MANAGE)
    unit = units.get_unit(actor=by, unit_id=unit_id)
    values = _checked(words, by=by)
    parent = values.get("parent_id")
    if parent and parent in units.within(unit.pk, units.units(actor=by, closed=True)):
        raise Invalid(_("A unit cannot belong to a part of itself."), field="parent")
    changed = {name: value for name, value in values.items() if getattr(unit, name) != value}
    if changed:
        Unit.objects.filter(pk=unit.pk).update(**changed)
        body = {name: str(value) for name, value in changed.items()}
        record(by=by, verb="unit.edit", subject=ref("unit", unit.pk), body=body)
    unit.refresh_from_db()
    return unit


@transaction.atomic
def close_unit(*, unit_id: int, by: Actor) -> Unit:
    """Close a unit that has no open parts; its accounts stay and ask for another unit.

    Raises NotAllowed, NotFound, Conflict if it is closed already or has parts.
    """
    by.require(Permission.AGENCY_MANAGE)
    unit = units.get_unit(actor=by, unit_id=unit_id)
    if Unit.objects.filter(parent=unit, closed_at__isnull=True).exists():
        raise Conflict(_("This unit has parts. Close them or move them elsewhere first."))
    if Unit.objects.filter(pk=unit.pk, closed_at__isnull=True).update(closed_at=clock.now()) != 1:
        raise Conflict(_("This unit is closed already."))
    record(by=by, verb="unit.close", subject=ref("unit", unit.pk), body={"name": unit.name})
    unit.refresh_from_db()
    return unit


@transaction.atomic
def reopen_unit(*, unit_id: int, by: Actor) -> Unit:
    """Open a closed unit again. Raises NotAllowed, NotFound, Conflict if it is open."""
    by.require(Permission.AGENCY_MANAGE)
    unit = units.get_unit(actor=by, unit_id=unit_id)
    if Unit.objects.filter(pk=unit.pk, closed_at__isnull=False).update(closed_at=None) != 1:
        raise Conflict(_("This unit is open."))
    record(by=by, verb="unit.reopen", subject=ref("unit", unit.pk), body={"name": unit.name})
    unit.refresh_from_db()
    return unit


def _checked(words: dict[str, Any], *, by: Actor) -> dict[str, Any]:
    """The given fields, stripped and within their lengths."""
    values = dict(words)
    for name, longest in WORDS.items():
        if name in values:
            values[name] = str(values[name]).strip()
            if len(values[name]) > longest:
                raise Invalid(_("At most %d characters.") % longest, field=name)
    if "name" in values and not values["name"]:
        raise Invalid(_("Give it a name."), field="name")
    if "kind" in values and values["kind"] not in Unit.Kind.values:
        raise Invalid(_("Choose what kind of unit this is."), field="kind")
    if values.get("parent_id"):
        units.get_unit(actor=by, unit_id=values["parent_id"])
    return values
