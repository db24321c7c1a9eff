"""What the page of the register shows: every account in one table, narrowed by words and by filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from hueandcry.agencies.units import units, within
from hueandcry.channels.models import Account, ProfileCheck
from hueandcry.channels.queries import name_there
from hueandcry.channels.register import Code, RegisterLine, Wanted, narrowed, register
from hueandcry.desk.guard import DeskRequest
from hueandcry.posts.figures import last_sent

MOST = 500  # lines on the page; nobody scrolls further, and a filter is one key away
FILTERS = ("unit", "network", "kind", "mode")


def lines(request: DeskRequest) -> list[RegisterLine]:
    """The whole register, for this person. Raises NotAllowed."""
    return register(actor=request.actor, last_posts=last_sent(), today=request.asked.day)


def context(request: DeskRequest) -> dict[str, Any]:
    """Lines, tabs, filters and what is chosen. Raises NotAllowed."""
    every = lines(request)
    tree = units(actor=request.actor)
    show = _show(request.GET.get("show", ""))
    words = request.GET.get("q", "")[:80].strip()
    chosen = {name: request.GET.get(name, "")[:40] for name in FILTERS}
    number = int(chosen["unit"]) if chosen["unit"].isdecimal() else 0
    wanted = Wanted(
        words=words,
        channel=chosen["network"],
        kind=chosen["kind"],
        mode=chosen["mode"],
        needs=show,
        unit_ids=frozenset(within(number, tree)) if number else None,
    )
    found, zone = narrowed(every, wanted), ZoneInfo(request.agency.time_zone)
    return {
        "lines": found[:MOST],
        "rows": [row_of(line, zone=zone) for line in found[:MOST]],
        "left_out": max(0, len(found) - MOST),
        "found": len(found),
        "any": bool(every),
        "tabs": _tabs(every),
        "show": show,
        "q": words,
        "filters": _filters(every, tree, chosen),
        "chips": _chips(request, words, chosen, every, tree),
        "export": _address({**chosen, "show": show, "q": words}),
    }


def _show(given: str) -> str:
    """Which tab. Old addresses of Today lead to the same lines."""
    known = {"any", *Code, *Account.Status.values}
    return given if given in known else ""


def _tabs(every: list[RegisterLine]) -> list[tuple[str, str, int]]:
    """All, those that need something, and each thing that at least one needs."""
    counts = {kind: sum(any(f.code == kind for f in line.findings) for line in every) for kind in Code}
    needing = sum(bool(line.findings) for line in every)
    silent = [
        (status.value, str(status.label), sum(line.account.status == status for line in every))
        for status in Account.Status
        if status in Account.SILENT
    ]
    return [
        ("", _("All"), len(every)),
        ("any", _("Need something"), needing),
        *((code.value, code.label, number) for code, number in counts.items() if number),
        *(tab for tab in silent if tab[2]),
    ]


def _filters(every: list[RegisterLine], tree: Iterable[Any], chosen: dict[str, str]) -> list[dict[str, Any]]:
    """The four filters, each with what occurs."""
    networks = sorted({(line.account.channel, line.channel) for line in every}, key=lambda item: item[1])
    kinds = {line.account.kind for line in every}
    modes = {line.account.mode for line in every}
    offered = {
        "unit": (
            _("Station or unit"),
            [(str(each.unit.pk), "– " * each.depth + each.unit.name) for each in tree],
        ),
        "network": (_("Network"), networks),
        "kind": (_("Kind"), [(v, str(label)) for v, label in Account.Kind.choices if v in kinds]),
        "mode": (_("How free"), [(v, str(label)) for v, label in Account.Mode.choices if v in modes]),
    }
    return [
        {"name": name, "label": label, "choices": choices, "value": chosen[name]}
        for name, (label, choices) in offered.items()
        if len(choices) > 1 or chosen[name]
    ]


def _chips(
    request: DeskRequest, words: str, chosen: dict[str, str], every: list[RegisterLine], tree: Iterable[Any]
) -> list[tuple[str, str]]:
    """What the list is narrowed to now: words, and the address of the page without them."""
    now = {**chosen, "show": _show(request.GET.get("show", "")), "q": words}
    labels = {
        filter_["name"]: dict(filter_["choices"]).get(filter_["value"], "")
        for filter_ in _filters(every, tree, chosen)
    }
    found = [(label.lstrip("– "), _address({**now, name: ""})) for name, label in labels.items() if label]
    return [*found, *([(f"“{words}”", _address({**now, "q": ""}))] if words else [])]


def _address(values: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in values.items() if value})
    return f"?{query}" if query else ""


SHORT = {
    Account.Mode.DRAFT: _lazy("Draft only"),
    Account.Mode.TWO_PERSON: _lazy("Two people"),
    Account.Mode.IN_LANE: _lazy("In its lane"),
    Account.Mode.FREE: _lazy("Free"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line ready to print. profile, health: a status word for the tint, and the words; first: its first finding."""

    address: str
    account: Account
    line: RegisterLine
    mode: str
    profile: tuple[str, str]
    health: tuple[str, str]
    first: str
    last: str

    @property
    def there(self) -> str:
        """The account's name as people know it."""
        return name_there(self.account.channel, self.account.handle)


def row_of(line: RegisterLine, *, zone: ZoneInfo) -> Row:
    """A line as the table prints it. zone: where the agency is."""
    first = line.findings[0].code.label if line.findings else ""
    return Row(
        address=reverse("account", args=[line.account.pk]),
        account=line.account,
        line=line,
        mode=str(SHORT[Account.Mode(line.account.mode)]),
        profile=profile_word(line.profile),
        health=health_word(line),
        first=f"{first} +{len(line.findings) - 1}" if len(line.findings) > 1 else first,
        last=format_date(line.last_post.astimezone(zone), _("j F Y")) if line.last_post else "",
    )


def health_word(line: RegisterLine) -> tuple[str, str]:
    """How an account stands: a status word for its tint, and the word."""
    if line.health == "good":
        return "active", _("Good")
    if line.health == "watch":
        return "waiting", _("Watch")
    return ("late", _("Wrong")) if line.health else (line.account.status, line.account.get_status_display())


def profile_word(check: ProfileCheck | None) -> tuple[str, str]:
    """How an account's own page stands: a status word for its tint, and the words."""
    if check is None or check.state == ProfileCheck.State.UNKNOWN:
        return "", _("not looked at")
    if check.state == ProfileCheck.State.DRIFT:
        return "late", _("changed")
    if check.state == ProfileCheck.State.UNREADABLE:
        return ("active", _("by hand")) if check.confirmed_at else ("waiting", _("by hand, not confirmed"))
    return ("waiting", _("lacks a part")) if check.missing else ("active", _("as written"))
