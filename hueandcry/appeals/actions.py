"""What may be done with appeals. Publishing and taking down also move files: see publicsite.actions."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hueandcry.agencies.standing import require_standing
from hueandcry.appeals import announcing, checking, queries, versions, writing
from hueandcry.appeals.content import Content, check
from hueandcry.appeals.models import Appeal, AppealVersion, Outcome, ProposedUpdate, Status, WorkingCopy
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.kernel.ids import random_id, ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import record

Body = dict[str, str | int | None]
FREE_TRIES = 5  # for the next free number, when several people begin an appeal in the same moment


class AuthorCannotApprove(NotAllowed):
    """Whoever wrote any part of an appeal cannot approve it."""


class ReferenceTaken(Conflict):
    """Another appeal of this agency has this reference."""


# --- writing ----------------------------------------------------------------------------------------


@transaction.atomic
def draft_appeal(*, content: Content, by: Actor, reference: str = "") -> Appeal:
    """Begin an appeal. reference: "PE-2418" or "2418"; empty takes the next free number.

    Raises NotAllowed, Invalid, ReferenceTaken.
    """
    by.require(Permission.APPEAL_DRAFT)
    check(content)
    writing.check_kind(content)
    prefix = writing.prefix(by.agency_id)
    given = writing.number(reference, prefix) if reference.strip() else None
    for _try in range(1 if given else FREE_TRIES):
        number = given or writing.next_number(by.agency_id)
        appeal = _begin(f"{prefix}-{number}", number, content=content, by=by)
        if appeal is not None:
            break
    else:
        raise ReferenceTaken(_("Another appeal has this reference. Choose another one."), field="reference")
    WorkingCopy.objects.filter(appeal__isnull=True, agency_id=by.agency_id, person_ref=by.ref).delete()
    body = {"reference": appeal.reference, **content.for_record()}
    record(by=by, verb="appeal.draft", subject=ref("appeal", appeal.pk), body=body)
    checking.ask_for_links_of(content, by=by)
    return appeal


def _begin(reference: str, number: int, *, content: Content, by: Actor) -> Appeal | None:
    """The row of a new appeal; None if somebody has this reference already, perhaps since a moment ago."""
    moment = clock.now()
    try:
        with transaction.atomic():
            return Appeal.objects.create(
                agency_id=by.agency_id,
                number=number,
                reference=reference,
                landing_code=random_id(8),
                author_ref=by.ref,
                writers=[by.ref],
                created_at=moment,
                edited_at=moment,
                edited_by=by.ref,
                **content.fields(),
            )
    except IntegrityError:
        return None


@transaction.atomic
def edit_appeal(*, appeal_id: int, content: Content, by: Actor, revision: int | None = None) -> Appeal:
    """Write an appeal anew. If it was submitted or approved it is a draft again and must be approved anew.

    revision: the one the person saw; Conflict if it was changed since. Raises NotAllowed, NotFound,
    Invalid, Conflict (also once it is public: then only updates are possible).
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    check(content)
    writing.check_kind(content)
    writing.touch(appeal, by=by, revision=revision)
    Appeal.objects.filter(pk=appeal.pk).update(**content.fields())
    WorkingCopy.objects.filter(appeal=appeal, person_ref=by.ref).delete()
    record(by=by, verb="appeal.edit", subject=ref("appeal", appeal.pk), body=content.for_record())
    checking.ask_for_links_of(content, by=by)
    return queries.get_appeal(actor=by, appeal_id=appeal_id)


# --- approval ---------------------------------------------------------------------------------------


@transaction.atomic
def submit_appeal(*, appeal_id: int, by: Actor, revision: int | None = None, reason: str = "") -> Appeal:
    """Hand a draft to a second person. reason: why the warnings of the check may stand.

    Raises NotAllowed, NotFound, NotReady, Stopped, NeedsReason, Conflict.
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id, hold=True)
    writing.same(appeal, revision)
    if appeal.status != Status.DRAFT:  # an approved one goes back to waiting by its approver only
        raise Conflict(_("This is “%s” now, so it cannot be submitted.") % appeal.get_status_display())
    if gaps := writing.lacking(appeal):
        raise writing.NotReady(gaps)
    checking.require_clear(appeal, by=by, reason=reason)
    move(appeal, to=Status.SUBMITTED, submitted_at=clock.now(), submitted_by=by.ref, return_note="")
    versions.keep(appeal, by=by)
    record(by=by, verb="appeal.submit", subject=ref("appeal", appeal.pk), body=writing.as_it_stands(appeal))
    return appeal


@transaction.atomic
def take_back_appeal(*, appeal_id: int, by: Actor) -> Appeal:
    """Take a submitted appeal back to write on. Raises NotAllowed, NotFound; Conflict if it was decided meanwhile."""
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    if by.ref not in {*appeal.writers, appeal.submitted_by}:
        raise NotAllowed(_("Only those who wrote it take it back. An approver returns it with a note."))
    _still(appeal, Status.SUBMITTED)
    move(appeal, to=Status.DRAFT, **writing.BACK_TO_DRAFT)
    record(by=by, verb="appeal.take-back", subject=ref("appeal", appeal.pk))
    return appeal


@transaction.atomic
def return_appeal(*, appeal_id: int, note: str, by: Actor) -> Appeal:
    """Give a submitted or approved appeal back to its author with a note. Raises NotAllowed, NotFound, Invalid, Conflict."""
    by.require(Permission.APPEAL_APPROVE)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id, hold=True)
    if not note.strip():
        raise Invalid(_("Say what should be changed."), field="note")
    versions.decide(appeal, AppealVersion.Decision.RETURNED, note=note.strip()[:1000], by=by)
    move(appeal, to=Status.DRAFT, return_note=note.strip()[:1000], **writing.BACK_TO_DRAFT)
    record(by=by, verb="appeal.return", subject=ref("appeal", appeal.pk), body={"note": appeal.return_note})
    return appeal


@transaction.atomic
def approve_appeal(*, appeal_id: int, by: Actor, revision: int | None = None) -> Appeal:
    """Approve a submitted appeal as it stands. revision: the one the person saw.

    Raises NotAllowed (also without a course in force, or with a brake on), NotFound, AuthorCannotApprove, NotReady,
    Stopped; Conflict if it is no longer submitted.
    """
    by.require(Permission.APPEAL_APPROVE)
    require_standing(by)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id, hold=True)
    writing.same(appeal, revision)
    if by.ref in {*appeal.writers, appeal.author_ref, appeal.submitted_by}:
        raise AuthorCannotApprove(_("You wrote a part of this appeal. Somebody else must approve it."))
    if gaps := writing.lacking(appeal):
        raise writing.NotReady(gaps)
    checking.require_no_stop(appeal, by=by)
    move(appeal, to=Status.APPROVED, approved_at=clock.now(), approved_by=by.ref)
    versions.decide(appeal, AppealVersion.Decision.APPROVED, by=by)
    record(by=by, verb="appeal.approve", subject=ref("appeal", appeal.pk), body=writing.as_it_stands(appeal))
    return appeal


@transaction.atomic
def take_back_approval(*, appeal_id: int, by: Actor) -> Appeal:
    """Take one's own approval back while the appeal is not public: it waits for approval again.

    Raises NotAllowed (somebody else approved it), NotFound; Conflict if it is public or was changed.
    """
    by.require(Permission.APPEAL_APPROVE)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id, hold=True)
    if appeal.approved_by and appeal.approved_by != by.ref:
        raise NotAllowed(_("Somebody else approved it. You can return it with a note."))
    _still(appeal, Status.APPROVED)
    move(appeal, to=Status.SUBMITTED, approved_at=None, approved_by="")
    versions.undecide(appeal)
    record(by=by, verb="appeal.take-back-approval", subject=ref("appeal", appeal.pk))
    return appeal


def _still(appeal: Appeal, status: Status) -> None:
    """Raises Conflict unless the appeal stands where the person saw it."""
    if appeal.status != status:
        raise Conflict(_("This is “%s” now, so it cannot be taken back.") % appeal.get_status_display())


# --- in public --------------------------------------------------------------------------------------


@transaction.atomic
def publish_appeal(*, appeal_id: int, by: Actor, account_ids: list[int] | None = None) -> Appeal:
    """Make an approved appeal public and prepare its announcements in the same transaction.

    account_ids: None for all active accounts, an empty list for none. Raises NotAllowed (also without a course in force,
    or with a brake on), NotFound, NotReady (the review date has passed), Stopped (the check found what may not go out,
    such as a right that ran out); Conflict if it is not approved.
    """
    by.require(Permission.APPEAL_PUBLISH)
    require_standing(by)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id, hold=True)
    if gaps := writing.lacking(appeal):
        raise writing.NotReady(gaps)
    checking.require_no_stop(appeal, by=by)
    moment = clock.now()
    move(appeal, to=Status.PUBLISHED, published_at=moment, published_by=by.ref, changed_at=moment)
    WorkingCopy.objects.filter(appeal=appeal).delete()
    if account_ids is None or account_ids:
        announcing.announce(appeal, account_ids=account_ids, by=by)
    record(by=by, verb="appeal.publish", subject=ref("appeal", appeal.pk), body=writing.as_it_stands(appeal))
    return appeal


@transaction.atomic
def resolve_appeal(*, appeal_id: int, outcome: str, by: Actor) -> Appeal:
    """End a public appeal in words that name nobody. Text and pictures go; announcements are taken back.

    Raises NotAllowed, NotFound, Invalid; Conflict if it is not public.
    """
    by.require(Permission.APPEAL_PUBLISH)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    if outcome not in Outcome.values:
        raise Invalid(_("Choose how it ended."), field="outcome")
    moment = clock.now()
    move(appeal, to=Status.RESOLVED, outcome=outcome, resolved_at=moment, changed_at=moment)
    _drop_waiting_updates(appeal)
    taken_back = announcing.take_back(appeal, by=by)
    body: Body = {"outcome": outcome, "announcements": taken_back}
    record(by=by, verb="appeal.resolve", subject=ref("appeal", appeal.pk), body=body)
    return appeal


@transaction.atomic
def withdraw_appeal(*, appeal_id: int, reason: str, by: Actor) -> Appeal:
    """Take a public or resolved appeal back, with a reason that is kept and not shown to the public.

    Raises NotAllowed, NotFound, Invalid; Conflict if it is not public.
    """
    by.require(Permission.APPEAL_WITHDRAW)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    words = reason.strip()[:1000]
    if not words:
        raise Invalid(
            _("Say why it is taken back. The reason is kept on the record and not shown to the public."),
            field="reason",
        )
    moment = clock.now()
    move(
        appeal,
        to=Status.WITHDRAWN,
        withdrawn_at=moment,
        withdrawn_by=by.ref,
        withdrawal_reason=words,
        changed_at=moment,
    )
    _drop_waiting_updates(appeal)
    taken_back = announcing.take_back(appeal, by=by)
    body: Body = {"reason": words, "announcements": taken_back}
    record(by=by, verb="appeal.withdraw", subject=ref("appeal", appeal.pk), body=body)
    return appeal


def _drop_waiting_updates(appeal: Appeal) -> None:
    """The appeal is over: no line that waits can be shown any more. The entry of the end stands for it."""
    waiting = ProposedUpdate.objects.filter(appeal=appeal, status=ProposedUpdate.Status.WAITING)
    waiting.update(status=ProposedUpdate.Status.TAKEN_BACK)


@transaction.atomic
def ask_for_review(*, appeal_id: int, by: Actor) -> bool:
    """Put on the record that a public appeal's review date has come. Once per date; returns False if it was there.

    Called by the sweep; changes nothing that the public sees but the caption. Raises NotFound.
    """
    by.require(Permission.APPEAL_READ)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    rows = Appeal.objects.filter(pk=appeal.pk, status=Status.PUBLISHED, review_on=appeal.review_on)
    if rows.exclude(review_asked_on=appeal.review_on).update(review_asked_on=appeal.review_on) != 1:
        return False
    body = {"review_on": str(appeal.review_on)}
    record(by=by, verb="appeal.review-due", subject=ref("appeal", appeal.pk), body=body)
    return True
