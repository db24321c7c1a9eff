"""Take in what came back: find whose it was, and do what the rule says (verdicts.py). Nothing of the mail is kept.

Anybody can write to our return address, so a report counts only with a name and the mark that goes with it, which
nobody but the recipient of that message has seen. Everything here may be done twice with the same report.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import actor
from hueandcry.kernel.sealing import same
from hueandcry.lists import reports, vault
from hueandcry.lists.models import Departed, Sending, Subscriber
from hueandcry.lists.reports import Kind, Report
from hueandcry.lists.returns import come_back, count_against
from hueandcry.lists.taking import MOST_ASKS, forget
from hueandcry.lists.verdicts import Verdict, verdict
from hueandcry.records.entry import record

LARGEST = reports.LARGEST  # bytes


def take_bounce(raw: bytes) -> str:
    """Do what a report asks for; returns a line for whoever runs the command. Safe to run twice with the same one."""
    report = reports.read_report(raw)
    name = _ours(report) if report else ""
    if report is None or not name:
        return _("This is not a report about a message of ours. Nothing was changed.")
    if report.kind not in {Kind.FAILED, Kind.COMPLAINT}:
        return f"{report.kind.value} ({report.status}): nothing to do."
    if name.isdigit():
        return _of_sending(int(name), report)
    return _of_letter(int(name[1:].partition("-")[0]), report)


def _ours(report: Report) -> str:
    """The first name in it that bears our mark."""
    for name, mark in report.names:
        if same(vault.message_mark(name).encode(), mark.encode()):
            return name
    return ""


@transaction.atomic
def _of_sending(number: int, report: Report) -> str:
    """About a message of a list."""
    row = Sending.objects.select_related("subscriber").filter(pk=number).first()
    if row is None:
        return _("Known already.")
    if report.kind == Kind.COMPLAINT:
        return _take_off(row.subscriber)
    found = verdict(report.status)
    if not come_back(row, found, reason=f"came back ({report.status or '?'})"):
        return _("Known already.")
    return _said(found)


@transaction.atomic
def _of_letter(number: int, report: Report) -> str:
    """About the question whether they mean it, or the word that they are on the list."""
    who = Subscriber.objects.select_for_update().filter(pk=number, written_at__isnull=False).first()
    if who is None:
        return _("Known already.")
    complained = report.kind == Kind.COMPLAINT
    found = verdict(report.status)
    if not complained and found != Verdict.DEAD:
        return _said(found)
    if who.status == Subscriber.Status.WAITING:  # forgotten with the others who never said yes
        rows = Subscriber.objects.filter(pk=who.pk)
        rows.update(asks=MOST_ASKS, owed=Subscriber.Owed.NOTHING, due_at=None, written_at=None)
        return _("They had not said yes, and are not asked again.")
    if complained:
        return _take_off(who)
    Subscriber.objects.filter(pk=who.pk).update(written_at=None)
    count_against(who.pk, for_good=True)
    return _said(found)


def _take_off(who: Subscriber | None) -> str:
    """They called it unwanted: the same as leaving."""
    if who is None:
        return _("Known already.")
    by = actor.public(agency_id=who.agency_id)
    record(by=by, verb="subscriber.complain", subject=forget(who, reason=Departed.Reason.COMPLAINED))
    return _("They reported it as unwanted: taken off the list.")


def _said(found: Verdict) -> str:
    return {
        Verdict.DEAD: _("Came back, and the address is dead: paused."),
        Verdict.COUNTED: _("Came back; counted."),
        Verdict.OURS: _("Came back because of us, not of the address; shown, not counted."),
    }[found]
