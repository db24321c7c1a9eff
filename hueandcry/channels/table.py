"""The register as a table (CSV): what is written out, and what each line of one that comes in would do.

Cells that a spreadsheet would take for a formula get an apostrophe in front, and lose it on the way back (OWASP,
"CSV Injection", read 2026-11-22). Nothing is changed here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hueandcry.agencies import units
from hueandcry.channels import queries
from hueandcry.channels.catalogue import CHANNELS
from hueandcry.channels.facts import checked_facts
from hueandcry.channels.models import Account
from hueandcry.channels.register import RegisterLine
from hueandcry.channels.table_changes import CellChange, changes_of, other_steward, standing
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid, Refusal
from hueandcry.kernel.http import allowed_address

COLUMNS = (
    "network", "handle", "name", "kind", "unit", "audience", "mode", "topics", "face", "title", "languages",
    "goal", "every_days", "main", "steward", "second", "holders", "server",
)  # fmt: skip
TOLD = ("status", "last_post", "findings")  # written out, never read back
NEEDED = ("network", "handle", "name")
LARGEST = 2 * 1024 * 1024  # bytes
MOST = 2000  # lines
FORMULA = ("=", "+", "-", "@", "\t", "\r")
YES = {"yes", "1", "true", "x"}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _days(text: str) -> int:
    return int(text) if text.isdecimal() else -1  # which no account takes


# Column → the account's field, and how its cell is read.
READ: dict[str, tuple[str, Callable[[str], Any]]] = {
    "name": ("label", str),
    "kind": ("kind", str.casefold),
    "audience": ("audience", str.casefold),
    "mode": ("mode", str.casefold),
    "face": ("face", str),
    "title": ("title", str),
    "goal": ("goal", str),
    "topics": ("topics", _listed),
    "languages": ("languages", _listed),
    "main": ("is_main", lambda cell: cell.casefold() in YES),
    "every_days": ("every_days", _days),
}


@dataclass(frozen=True, slots=True)
class ImportLine:
    """One line of a table. number: as a spreadsheet counts; does: "add", "change", "same" or "wrong"; facts: of the account.

    changes: each cell that changes something, or that a new account begins with; notes: what is said and not done.
    """

    number: int
    name: str
    does: str
    problems: tuple[str, ...]
    account_id: int | None
    facts: dict[str, Any]
    people: dict[str, Any]
    changes: tuple[CellChange, ...] = ()
    notes: tuple[str, ...] = ()


def export(lines: Iterable[RegisterLine], *, emails: dict[str, str]) -> bytes:
    """The register as CSV, with a byte order mark so that spreadsheets read its letters. emails: of people by name."""
    rows = [[*COLUMNS, *TOLD], *(_row(line, emails) for line in lines)]
    return written(rows)


def template() -> bytes:
    """An empty table with one example line."""
    example = [
        "bluesky", "harbour.example", "Harbour Station", "station", "harbour", "public", "two_person",
        "harbour; ferries", "Cst. Luis Amaro", "Harbour steward", "en", "Tell the quays what is closed", "7", "no",
        "steward@agency.example", "second@agency.example", "holder@agency.example", "",
    ]  # fmt: skip
    return written([list(COLUMNS), example])


def decoded(data: bytes) -> str:
    """The text of a table. Raises Invalid if it is too large, empty or no text."""
    if len(data) > LARGEST:
        raise Invalid(_("The table is larger than 2 MB."), field="table")
    for coding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise Invalid(_("The table is empty."), field="table")
        if "\x00" not in text:
            return text
    raise Invalid(_("This is not a table in text form. Save it as CSV (UTF-8)."), field="table")


def plan(text: str, *, actor: Actor) -> list[ImportLine]:
    """What each line would do. Raises NotAllowed, Invalid if the heading cannot be used or there are too many lines."""
    actor.require(Permission.ACCOUNT_MANAGE)
    heading, rows = _parsed(text)
    known = _Known(actor)
    seen: dict[tuple[str, str], int] = {}
    lines = []
    for number, cells in rows:
        values = {name: _cell(cells[place]) for place, name in enumerate(heading) if place < len(cells)}
        if not any(values.values()):
            continue
        lines.append(_planned(number, values, known, seen))
    if not lines:
        raise Invalid(_("There is no line under the heading."), field="table")
    return lines


def _parsed(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Invalid(_("A quotation mark in the table is never closed."), field="table") from None
    while rows and not any(cell.strip() for cell in rows[0]):
        rows.pop(0)
    heading = [cell.strip().casefold().replace(" ", "_") for cell in rows[0]] if rows else []
    lacking = [name for name in NEEDED if name not in heading]
    unknown = [name for name in heading if name and name not in COLUMNS + TOLD]
    if lacking:
        raise Invalid(
            _("The heading lacks: %s. Begin with our template.") % ", ".join(lacking), field="table"
        )
    if unknown:
        raise Invalid(
            _("The heading has columns that we do not know: %s.") % ", ".join(unknown), field="table"
        )
    if len(rows) - 1 > MOST:
        raise Invalid(_("At most %d lines at a time.") % MOST, field="table")
    return heading, list(enumerate(rows[1:], 2))


class _Known:
    """What a line is compared with, asked once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        rows = Account.objects.filter(agency_id=actor.agency_id)
        self.accounts = {(row.channel, row.handle.casefold()): row for row in rows}
        lines = units.units(actor=actor)
        self.units = {line.unit.name.casefold(): line.unit.pk for line in lines}
        self.units |= {line.unit.slug: line.unit.pk for line in lines}
        names = {line.unit.pk: line.unit.name for line in units.units(actor=actor, closed=True)}
        people = queries.colleagues(actor=actor)
        self.now = standing(actor, people={each.id: each.name for each in people}, units=names)
        self.people = {each.name.casefold(): each.id for each in people}
        self.people |= {each.email: each.id for each in people}


def _planned(
    number: int, values: dict[str, str], known: _Known, seen: dict[tuple[str, str], int]
) -> ImportLine:
    problems: list[str] = []
    channel, handle = _channel(values.get("network", ""), problems), values.get("handle", "").lstrip("@")
    if not handle:
        problems.append(_("The handle is missing."))
    account = known.accounts.get((channel, handle.casefold()))
    if (twice := seen.setdefault((channel, handle.casefold()), number)) != number:
        problems.append(_("The same account stands on line %d.") % twice)
    if account is not None and account.status == Account.Status.RETIRED:
        problems.append(_("This account is retired."))
    facts = _facts(values, channel, known, problems)
    people = _people(values, known, problems)
    if account is None:
        server = values.get("server") or (CHANNELS[channel].server if channel else "")
        if channel and not allowed_address(server):
            problems.append(_("The server must be a public https address."))
        facts |= {"channel": channel, "handle": handle, "server_url": server.rstrip("/")}
    if name := other_steward(account, people, now=known.now):
        problems.append(_("“%s” is the other steward now. Two people must answer for it.") % name)
    changes, notes = (
        changes_of(account, facts, people, now=known.now, by=known.actor) if not problems else ((), ())
    )
    if account and values.get("server") and values["server"].rstrip("/") != account.server_url:
        notes = (*notes, _("A table does not change the server: %s stays.") % account.server_url)
    does = "wrong" if problems else "add" if account is None else "change" if changes else "same"
    return ImportLine(
        number=number,
        name=values.get("name", "") or handle,
        does=does,
        problems=tuple(problems),
        account_id=account.pk if account else None,
        facts=facts,
        people=people,
        changes=changes,
        notes=notes,
    )


def _channel(name: str, problems: list[str]) -> str:
    wanted = name.casefold()
    for channel in CHANNELS.values():
        if wanted in {channel.name.casefold(), channel.label.casefold()}:
            return channel.name
    problems.append(
        _("There is no network called “%s” here.") % name if name else _("The network is missing.")
    )
    return ""


def _facts(values: dict[str, str], channel: str, known: _Known, problems: list[str]) -> dict[str, Any]:
    """What the cells say of the account; an empty cell changes nothing."""
    facts = {field: read(values[column]) for column, (field, read) in READ.items() if values.get(column)}
    if not values.get("name"):
        problems.append(_("The name is missing."))
    if facts.get("mode", Account.Mode.FREE) not in Account.Mode.values:
        problems.append(_("The mode must be one of: %s.") % ", ".join(Account.Mode.values))
    checked = _lawful(facts, channel, known, problems)
    if (unit := values.get("unit")) and (number := known.units.get(unit.casefold())):
        checked["unit_id"] = number
    elif unit:
        problems.append(_("There is no unit called “%s”.") % unit)
    return checked


def _lawful(facts: dict[str, Any], channel: str, known: _Known, problems: list[str]) -> dict[str, Any]:
    try:
        return checked_facts(facts, channel=channel, by=known.actor)
    except Refusal as refusal:
        problems.append(f"{refusal.field}: {refusal.sentence}" if refusal.field else refusal.sentence)
        return facts


def _people(values: dict[str, str], known: _Known, problems: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {"holders": []}
    for column in ("steward", "second", "holders"):
        for word in _listed(values.get(column, "")):
            number = known.people.get(word.casefold())
            if number is None:
                problems.append(_("Nobody here is called “%s” or has that e-mail address.") % word)
            elif column == "holders":
                found["holders"].append(number)
            else:
                found[column] = number
    if found.get("steward") and found.get("steward") == found.get("second"):
        problems.append(_("Steward and second steward must be two people."))
    return found


def _cell(text: str) -> str:
    bare = text.strip()
    return bare[1:] if bare.startswith("'") and bare[1:].startswith(FORMULA) else bare


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as CSV, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _row(line: RegisterLine, emails: dict[str, str]) -> list[str]:
    account = line.account
    return [
        account.channel,
        account.handle,
        account.label,
        account.kind,
        account.unit.slug if account.unit else "",
        account.audience,
        account.mode,
        "; ".join(map(str, account.topics)),
        account.face,
        account.title,
        "; ".join(map(str, account.languages)),
        account.goal,
        str(account.every_days or ""),
        "yes" if account.is_main else "",
        emails.get(line.steward, line.steward),
        emails.get(line.second, line.second),
        "; ".join(emails.get(name, name) for _pk, name, _mode in line.holders),
        account.server_url,
        account.status,
        line.last_post.date().isoformat() if line.last_post else "",
        "; ".join(finding.code.value for finding in line.findings),
    ]
