"""What every desk page shows around its content: the rail with its counts, the person, the agencies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from hueandcry.desk.today import approvals_waiting, tips_new
from hueandcry.kernel.actor import Actor, Permission


@dataclass(frozen=True, slots=True)
class RailItem:
    """One line of the rail. count: what waits there for this person; 0 is not shown."""

    label: str
    address: str
    current: bool
    count: int = 0


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the desk; gives nothing to anybody who is not signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {}
    return {
        "actor": actor,
        "person": request.person,  # type: ignore[attr-defined]
        "agency": request.agency,  # type: ignore[attr-defined]
        "agencies": request.agencies,  # type: ignore[attr-defined]
        "rail": rail(actor, request.path),
    }


def rail(actor: Actor, path: str) -> list[RailItem]:
    """The rooms this person may enter, in the order of the day."""
    rooms: list[tuple[str, str, Permission | None, Callable[[Actor], int] | None]] = [
        (_("Today"), "today", None, None),
        (_("Appeals"), "appeals", Permission.APPEAL_READ, approvals_waiting),
        (_("Tips"), "tips", Permission.TIP_READ, tips_new),
        (_("Accounts"), "accounts", Permission.ACCOUNT_MANAGE, None),
        (_("People"), "people", Permission.PEOPLE_MANAGE, None),
        (_("Record"), "record", Permission.RECORD_READ, None),
    ]
    return [
        item(label, name, path, count(actor) if count else 0)
        for label, name, needs, count in rooms
        if needs is None or actor.may(needs)
    ]


def item(label: str, name: str, path: str, count: int) -> RailItem:
    """One line; current if the page is in that room."""
    address = reverse(name)
    current = path == address if name == "today" else path.startswith(address)
    return RailItem(label, address, current, count)
