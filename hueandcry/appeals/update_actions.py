"""Lines for a public appeal: one person writes them, another lets them out (ADR 0022).

Only what corrects a danger may go out at once, with its reason on the record; the second person is
shown it afterwards.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.standing import require_standing
from hueandcry.appeals import checking, queries
from hueandcry.appeals.models import Appeal, AppealUpdate, ProposedUpdate, Status
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.kernel.ids import ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import record

LONGEST = 2000
LONGEST_REASON = 1000
U = ProposedUpdate.Status


class AuthorCannotDecide(NotAllowed):
    """Whoever wrote a line cannot let it out, or look at it as the second person."""


@transaction.atomic
def propose_update(
    *,
    appeal_id: int,
    text: str,
    by: Actor,
    kind: str = AppealUpdate.Kind.UPDATE,
    review_on: date | None = None,
    proceed: str = "",
) -> ProposedUpdate:
    """Write a line for a public appeal; somebody else lets it out. review_on: the next review, once it is out.

    proceed: why the warnings of the check may stand. Raises NotAllowed, NotFound, Invalid, Stopped, NeedsReason;
    Conflict if the appeal is not public.
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    line = _create(appeal, by, text=text, kind=kind, review_on=review_on)
    checking.require_line_clear(appeal, line.text, by=by, reason=proceed)
    body = {"text": line.text, "kind": kind, "review_on": str(review_on) if review_on else None}
    record(by=by, verb="appeal.propose-update", subject=ref("appeal", appeal.pk), body=body)
    return line


@transaction.atomic
def take_back_update(*, update_id: int, by: Actor) -> ProposedUpdate:
    """Take one's own line back before somebody decides. Raises NotAllowed, NotFound; Conflict once it is decided."""
    by.require(Permission.APPEAL_DRAFT)
    line = queries.get_proposal(actor=by, update_id=update_id)
    if line.author_ref != by.ref:
        raise NotAllowed(_("Only who wrote it takes it back. You can return it with a note."))
    move(line, to=U.TAKEN_BACK, decided_at=clock.now())
    record(by=by, verb="appeal.take-back-update", subject=ref("appeal", line.appeal_id), body=_of(line))
    return line


@transaction.atomic
def return_update(*, update_id: int, note: str, by: Actor) -> ProposedUpdate:
    """Give a line back to who wrote it. Raises NotAllowed, NotFound, Invalid, Conflict."""
    by.require(Permission.APPEAL_APPROVE)
    line = queries.get_proposal(actor=by, update_id=update_id)
    _not_the_author(line, by)
    words = note.strip()[:LONGEST_REASON]
    if not words:
        raise Invalid(_("Say what should be changed."), field="note")
    move(line, to=U.RETURNED, decided_at=clock.now(), decided_by=by.ref, note=words)
    body = {**_of(line), "note": words}
    record(by=by, verb="appeal.return-update", subject=ref("appeal", line.appeal_id), body=body)
    return line


@transaction.atomic
def approve_update(*, update_id: int, by: Actor) -> AppealUpdate:
    """Let a line out: from this moment it belongs to the public appeal.

    Raises NotAllowed (also without a course in force, or with a brake on), NotFound, AuthorCannotDecide, Invalid (its
    review date has passed), Stopped; Conflict if it was decided meanwhile or the appeal is no longer public.
    """
    by.require(Permission.APPEAL_APPROVE)
    by.require(Permission.APPEAL_PUBLISH)
    require_standing(by)
    line = queries.get_proposal(actor=by, update_id=update_id)
    _not_the_author(line, by)
    _check_review(line.review_on, by)
    checking.require_line_without_stop(line.appeal, line.text, by=by)
    shown = _show(line.appeal, line)
    move(line, to=U.SHOWN, decided_at=shown.at, decided_by=by.ref, line=shown)
    body = {**_of(line), "review_on": str(line.review_on) if line.review_on else None}
    body["author"] = line.author_ref
    record(by=by, verb="appeal.update", subject=ref("appeal", line.appeal_id), body=body)
    return shown


@transaction.atomic
def update_at_once(
    *, appeal_id: int, text: str, reason: str, by: Actor, kind: str = AppealUpdate.Kind.CORRECTION
) -> AppealUpdate:
    """Correct a danger without waiting: the line is out now, and the reason is shown to the second person.

    The reason answers for the check's warnings too. Raises NotAllowed (also without a course in force, or with a brake
    on), NotFound, Invalid, Stopped; Conflict if the appeal is not public.
    """
    by.require(Permission.APPEAL_PUBLISH)
    require_standing(by)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    why = reason.strip()[:LONGEST_REASON]
    if not why:
        raise Invalid(_("Say which danger cannot wait for a second person."), field="reason")
    line = _create(appeal, by, text=text, kind=kind, review_on=None, status=U.URGENT, reason=why)
    checking.require_line_without_stop(appeal, line.text, by=by)
    shown = _show(appeal, line)
    ProposedUpdate.objects.filter(pk=line.pk).update(line=shown)
    body = {**_of(line), "at_once_because": why}
    record(by=by, verb="appeal.update", subject=ref("appeal", appeal.pk), body=body)
    return shown


@transaction.atomic
def look_at_update(*, update_id: int, by: Actor) -> ProposedUpdate:
    """Say, as the second person, that one has read a line that went out at once.

    Raises NotAllowed, NotFound, AuthorCannotDecide; Conflict if somebody did already.
    """
    by.require(Permission.APPEAL_APPROVE)
    line = queries.get_proposal(actor=by, update_id=update_id)
    _not_the_author(line, by)
    move(line, to=U.LOOKED_AT, decided_at=clock.now(), decided_by=by.ref)
    record(by=by, verb="appeal.look-at-update", subject=ref("appeal", line.appeal_id), body=_of(line))
    return line


# --- what they share --------------------------------------------------------------------------------


def _create(
    appeal: Appeal, by: Actor, *, text: str, kind: str, review_on: date | None, **more: Any
) -> ProposedUpdate:
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise Invalid(_("Write the update in 1 to 2,000 characters."), field="text")
    if kind not in AppealUpdate.Kind.values:
        raise Invalid(_("Choose update or correction."), field="kind")
    _check_review(review_on, by)
    if appeal.status != Status.PUBLISHED:
        raise Conflict(_("This appeal is not public, so it cannot be updated."))
    return ProposedUpdate.objects.create(
        agency_id=by.agency_id,
        appeal=appeal,
        kind=kind,
        text=words,
        review_on=review_on,
        author_ref=by.ref,
        at=clock.now(),
        **more,
    )


def _check_review(review_on: date | None, by: Actor) -> None:
    if review_on is not None and review_on <= queries.today(by.agency_id):
        raise Invalid(_("The review date has passed. Set a later one."), field="review_on")


def _not_the_author(line: ProposedUpdate, by: Actor) -> None:
    if line.author_ref == by.ref:
        raise AuthorCannotDecide(_("You wrote this line. Somebody else must decide on it."))


def _show(appeal: Appeal, line: ProposedUpdate) -> AppealUpdate:
    """Make the public line. Raises Conflict if the appeal is no longer public."""
    moment = clock.now()
    changes = {"changed_at": moment, **({"review_on": line.review_on} if line.review_on else {})}
    if Appeal.objects.filter(pk=appeal.pk, status=Status.PUBLISHED).update(**changes) != 1:
        raise Conflict(_("This appeal is not public, so it cannot be updated."))
    return AppealUpdate.objects.create(
        agency_id=appeal.agency_id,
        appeal=appeal,
        kind=line.kind,
        text=line.text,
        at=moment,
        by_ref=line.author_ref,
    )


def _of(line: ProposedUpdate) -> dict[str, str | int | None]:
    return {"text": line.text, "kind": line.kind}
