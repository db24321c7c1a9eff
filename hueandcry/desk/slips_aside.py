"""Requests of the public that could not be carried out, as the page of the lists shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from hueandcry.kernel.actor import Actor
from hueandcry.lists import queries
from hueandcry.lists.aside import CLOSED, UNKNOWN
from hueandcry.lists.models import SlipAside
from hueandcry.lists.slips import LEAVING


@dataclass(frozen=True, slots=True)
class AsideRow:
    """One request. what: what it asks; why: what failed; again: when it is tried next by itself, None: not any more."""

    id: int
    what: str
    why: str
    at: datetime
    again: datetime | None
    drops: bool


def rows(actor: Actor) -> list[AsideRow]:
    """Everything that lies aside, the oldest first. Raises NotAllowed."""
    return [
        AsideRow(row.pk, _what(row), _why(row), row.at, row.due_at, _drops(row))
        for row in queries.slips_aside(actor=actor)
    ]


def _drops(row: SlipAside) -> bool:
    return row.agency_id is not None and row.kind not in LEAVING


def _what(row: SlipAside) -> str:
    return {
        "ask": _("To be put on a list"),
        "join": _("To be put on a list, by text"),
        "confirm": _("Yes, to be on a list"),
        "yes": _("Yes, by text"),
        "leave": _("To be taken off a list"),
        "stop": _("To be taken off a list"),
        "report": _("The gateway’s word on a text message"),
    }.get(row.kind, _("Not known"))


def _why(row: SlipAside) -> str:
    if row.last_error == CLOSED:
        return _(
            "It cannot be opened: the key file is another one, or it is damaged. An operator brings lists.key back."
        )
    if row.last_error == UNKNOWN:
        return _("It lay here and nothing was known of it. It is tried now.")
    return _("It failed (%(failure)s).") % {"failure": row.last_error}
