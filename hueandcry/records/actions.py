"""What may be done to the record: erase the body of entries about a thing, with a reason."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Invalid
from hueandcry.records.entry import Ledger, record
from hueandcry.records.models import Body, Entry, Run


@transaction.atomic
def erase_bodies(*, subject: str, reason: str, by: Actor) -> int:
    """Destroy content and salts of all entries about `subject` in the actor's agency; the tree still verifies.

    Returns how many bodies were erased. Raises NotAllowed, Invalid without a reason.
    """
    by.require(Permission.RECORD_ERASE)
    if not reason.strip():
        raise Invalid(_("Say why this content is erased. The reason is kept."), field="reason")
    bodies = Body.objects.filter(entry__subject=subject, entry__agency_id=by.agency_id).exclude(
        entry__verb="record.erase"
    )
    entry_ids = sorted(bodies.values_list("entry_id", flat=True))
    bodies.delete()
    for entry_id in entry_ids:
        record(
            by=by,
            verb="record.erase",
            subject=f"entry:{entry_id}",
            body={"reason": reason.strip(), "about": subject},
        )
    return len(entry_ids)


@transaction.atomic
def ask_for_check(*, by: Actor, ledger: Ledger = Ledger.MAIN) -> Run:
    """Let the worker recompute a whole ledger. One that waits already is given back. Raises NotAllowed."""
    by.require(Permission.RECORD_READ if ledger is Ledger.MAIN else Permission.TIP_READ)
    waiting = Run.objects.filter(kind=Run.Kind.CHECK, ledger=ledger.value, finished_at__isnull=True).first()
    if waiting is not None:
        return waiting
    run = _ask(Run.Kind.CHECK, ledger, by)
    record(by=by, verb="record.check", subject=f"ledger:{ledger.value}")
    return run


@transaction.atomic
def ask_for_export(*, by: Actor, subject: str = "", with_content: bool = False) -> Run:
    """Let the worker write a bundle of this agency's entries. subject: only those about one thing.

    Raises NotAllowed; Invalid if there is nothing about that thing.
    """
    by.require(Permission.RECORD_READ)
    about = subject.strip()[:80]
    if about and not Entry.objects.filter(agency_id=by.agency_id, subject=about).exists():
        raise Invalid(_("The record has no entry about “%s”.") % about, field="subject")
    run = _ask(Run.Kind.EXPORT, Ledger.MAIN, by, subject=about, with_content=with_content)
    body = {"about": about or None, "content": "yes" if with_content else "no"}
    record(by=by, verb="record.export", subject=f"run:{run.pk}", body=body)
    return run


def _ask(kind: Run.Kind, ledger: Ledger, by: Actor, *, subject: str = "", with_content: bool = False) -> Run:
    moment = clock.now()
    return Run.objects.create(
        kind=kind,
        ledger=ledger.value,
        agency_id=by.agency_id,
        asked_by=by.ref,
        asked_at=moment,
        due_at=moment,
        subject=subject,
        with_content=with_content,
    )
