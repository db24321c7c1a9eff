"""What every desk page shows around its content: top bar, rail with its counts, toast, round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from hueandcry.desk import look, paused
from hueandcry.desk import round as rounds
from hueandcry.desk.asked import Asked
from hueandcry.desk.guard import DeskRequest
from hueandcry.desk.notices import notice_of
from hueandcry.desk.today import lamp
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission

BAR = 3  # rooms in the bar of a phone, beside + and More


@dataclass(frozen=True, slots=True)
class RailItem:
    """One line of the rail. count: what waits there for this person; 0 is not shown. keys: "g t"."""

    label: str
    address: str
    icon: str
    keys: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """A room of the desk: its route, what entering it needs, and what counts as waiting there."""

    label: str
    route: str
    icon: str
    keys: str
    needs: Permission | None = None
    count: Callable[[Asked], int] | None = None


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor of the desk; gives nothing to anybody who is not signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return {}
    desk = cast("DeskRequest", request)
    return shell(desk, path=getattr(desk, "shown_at", "") or desk.get_full_path())


def shell(request: DeskRequest, *, path: str) -> dict[str, Any]:
    """The frame of a page at `path`."""
    actor = request.actor
    groups = rail(request.asked, path)
    items = [item for group in groups if not group["views"] for item in group["items"]]
    return {
        "actor": actor,
        "person": request.person,
        "agency": request.agency,
        "agencies": request.agencies,
        "path": path,
        "rail": groups,
        "phone": phone(actor, items),
        "waiting": sum(item.count for item in items),
        "lamp": lamp(request.asked),
        "toast": notice_of(request),
        "round": rounds.strip(request),
        "paused": paused.lines(actor),
        "theme": look.address(request.agency),
        "single_keys": request.person.single_keys,
        "session_left": session_left(request),
        "moment": clock.now(),
    }


def rail(asked: Asked, path: str) -> list[dict[str, Any]]:
    """The rooms this person may enter, in groups, in the order of the day."""
    groups = [("", work_rooms()), (_("Agency"), agency_rooms(asked.actor))]
    shown = []
    for label, rooms in groups:
        lines = [item(room, asked, path) for room in rooms if room.needs is None or asked.may(room.needs)]
        if lines:
            shown.append({"label": label, "items": lines, "views": False})
    views = appeal_views(asked, path)
    if views:
        shown.insert(1, {"label": _("Appeals by state"), "items": views, "views": True})
    return shown


def appeal_views(asked: Asked, path: str) -> list[RailItem]:
    """The appeals of a state, one step away, with how many there are; for those who write or decide."""
    if not (asked.may(Permission.APPEAL_DRAFT) or asked.may(Permission.APPEAL_APPROVE)):
        return []
    shown = (
        ("draft", _("Drafts")),
        ("submitted", _("To approve")),
        ("approved", _("To publish")),
        ("published", _("Public")),
    )
    home = reverse("appeals")
    return [
        RailItem(
            label,
            f"{home}?status={value}",
            "",
            "",
            path == f"{home}?status={value}",
            asked.appeal_counts[value],
        )
        for value, label in shown
    ]


def work_rooms() -> list[Room]:
    """Where the day's work is."""
    return [
        Room(_("Today"), "today", "home", "g t"),
        Room(_("Publish"), "posts", "send", "g u", Permission.POST_READ),
        Room(
            _("Approvals"),
            "approvals",
            "circle-check",
            "g v",
            Permission.POST_APPROVE,
            lambda asked: len(asked.posts_waiting),
        ),
        Room(
            _("Appeals"),
            "appeals",
            "speakerphone",
            "g a",
            Permission.APPEAL_READ,
            lambda asked: len(asked.waiting),
        ),
        Room(
            _("Requests"),
            "requests",
            "message-2",
            "g e",
            Permission.REQUEST_SEND,
            lambda asked: len(asked.requests),
        ),
        Room(_("Staff feed"), "staff", "users", "g f", Permission.STAFF_READ),
        Room(_("Tips"), "tips", "inbox", "g k", Permission.TIP_READ, lambda asked: asked.tips_unread),
        Room(_("Calendar"), "calendar", "calendar-time", "g c", Permission.POST_READ),
        Room(_("Wall"), "wall", "eye", "g w", Permission.POST_READ),
        Room(
            _("Answers"),
            "answers",
            "file-description",
            "g s",
            Permission.POST_READ,
            lambda asked: len(asked.answers_waiting),
        ),
        Room(_("Experts"), "experts", "users", "g x", Permission.REQUEST_SEND),
    ]


def agency_rooms(actor: Actor) -> list[Room]:
    """Where the agency itself is kept in order. Who reads tips finds the tips' own record here."""
    tips_only = actor.may(Permission.TIP_READ) and not actor.may(Permission.RECORD_READ)
    return [
        Room(_("Accounts"), "accounts", "at", "g r", Permission.POST_READ),
        Room(_("Checks"), "checks", "eye", "g q", Permission.ACCOUNT_CHECK),
        Room(_("Lists"), "lists", "bell", "g m", Permission.LIST_MANAGE),
        Room(_("People"), "people", "users", "g p", Permission.PEOPLE_MANAGE),
        Room(_("Training"), "training", "list-check", "g i", Permission.TRAINING_RECORD),
        Room(_("Policies"), "policies", "file-description", "g y", Permission.POST_READ),
        Room(_("Not to be said"), "matters", "eye-off", "g z", Permission.POST_READ),
        Room(_("Second looks"), "second-looks", "eye", "g d", Permission.POST_READ),
        Room(_("Practice"), "practice", "edit", "g n", Permission.POST_DRAFT),
        Room(_("Pause"), "brakes", "player-pause", "g b", Permission.BRAKE),
        Room(_("Look"), "look", "palette", "g o", Permission.AGENCY_MANAGE),
        Room(_("Health"), "health", "circle-check", "g h", Permission.AGENCY_MANAGE),
        Room(_("Record"), "tips-record", "shield-check", "g l", Permission.TIP_READ)
        if tips_only
        else Room(_("Record"), "record", "shield-check", "g l", Permission.RECORD_READ),
    ]


def item(room: Room, asked: Asked, path: str) -> RailItem:
    """One line; current if the page is in that room."""
    address = reverse(room.route)
    current = path.partition("?")[0] == address if room.route == "today" else path.startswith(address)
    count = room.count(asked) if room.count else 0
    return RailItem(room.label, address, room.icon, room.keys, current, count)


def phone(actor: Actor, items: list[RailItem]) -> dict[str, Any]:
    """The bar of a phone: three rooms with + (None) in their middle, and what is under More."""
    bar: list[RailItem | None] = list(items[:BAR])
    if actor.may(Permission.POST_DRAFT):
        bar.insert(2, None)
    return {"bar": bar, "more": items[BAR:]}


def session_left(request: DeskRequest) -> int:
    """Seconds until this sitting ends."""
    over = (clock.now() - request.sitting.begun_at).total_seconds()
    return max(0, settings.SESSION_COOKIE_AGE - int(over))
