"""What may be done with appeals. Publishing and taking down also move files: see publicsite.actions."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hueandcry.appeals import announcing, queries, writing
from hueandcry.appeals.content import Content, check
from hueandcry.appeals.models import Appeal, AppealPicture, AppealUpdate, Outcome, Status
from hueandcry.assets.actions import describe_asset, keep_asset
from hueandcry.assets.preparing import Prepared, prepare
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotAllowed
from hueandcry.kernel.ids import random_id, ref
from hueandcry.kernel.states import move
from hueandcry.records.entry import record

MOST_PICTURES = 48
Body = dict[str, str | int | None]


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
    number = writing.number(reference, prefix) if reference.strip() else writing.next_number(by.agency_id)
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(
                agency_id=by.agency_id,
                number=number,
                reference=f"{prefix}-{number}",
                landing_code=random_id(8),
                author_ref=by.ref,
                writers=[by.ref],
                created_at=clock.now(),
                **content.fields(),
            )
    except IntegrityError:
        raise ReferenceTaken(
            _("Another appeal has this reference. Choose another one."), field="reference"
        ) from None
    body = {"reference": appeal.reference, **content.for_record()}
    record(by=by, verb="appeal.draft", subject=ref("appeal", appeal.pk), body=body)
    return appeal


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
    record(by=by, verb="appeal.edit", subject=ref("appeal", appeal.pk), body=content.for_record())
    return queries.get_appeal(actor=by, appeal_id=appeal_id)


# --- pictures ---------------------------------------------------------------------------------------


def add_picture(
    *, appeal_id: int, data: bytes, file_name: str, alt: str, by: Actor, caption: str = ""
) -> AppealPicture:
    """Add a picture at the end. It is decoded in the limited process before the transaction opens.

    Raises NotAllowed, NotFound, PictureRefused, Unavailable, Invalid, Conflict once the appeal is public.
    """
    by.require(Permission.APPEAL_DRAFT)
    queries.get_appeal(actor=by, appeal_id=appeal_id)
    return add_prepared_picture(
        appeal_id=appeal_id, prepared=prepare(data), file_name=file_name, alt=alt, by=by, caption=caption
    )


@transaction.atomic
def add_prepared_picture(
    *, appeal_id: int, prepared: Prepared, file_name: str, alt: str, by: Actor, caption: str = ""
) -> AppealPicture:
    """Add a picture that `assets.preparing.prepare` has decoded already, in the caller's transaction if there is one.

    Raises NotAllowed, NotFound, Invalid, Conflict once the appeal is public.
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    writing.touch(appeal, by=by, revision=None)
    if appeal.pictures.count() >= MOST_PICTURES:
        raise Invalid(_("An appeal can have %d pictures.") % MOST_PICTURES, field="picture")
    asset = keep_asset(prepared=prepared, file_name=file_name, alt=alt, by=by)
    last = appeal.pictures.aggregate(top=Max("place"))["top"] or 0
    picture = AppealPicture.objects.create(
        agency_id=by.agency_id, appeal=appeal, asset=asset, place=last + 1, caption=caption.strip()
    )
    body: Body = {"asset": asset.pk, "place": picture.place, "alt": asset.alt, "caption": picture.caption}
    record(by=by, verb="appeal.add-picture", subject=ref("appeal", appeal.pk), body=body)
    return picture


@transaction.atomic
def describe_picture(*, appeal_id: int, picture_id: int, alt: str, caption: str, by: Actor) -> AppealPicture:
    """Change what is written about a picture. Raises NotAllowed, NotFound, Conflict once it is public."""
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    picture = writing.picture(appeal, picture_id)
    writing.touch(appeal, by=by, revision=None)
    describe_asset(asset_id=picture.asset_id, alt=alt, by=by)
    picture.caption = caption.strip()
    AppealPicture.objects.filter(pk=picture.pk).update(caption=picture.caption)
    body: Body = {"asset": picture.asset_id, "alt": alt.strip(), "caption": picture.caption}
    record(by=by, verb="appeal.describe-picture", subject=ref("appeal", appeal.pk), body=body)
    return picture


@transaction.atomic
def move_picture(*, appeal_id: int, picture_id: int, earlier: bool, by: Actor) -> None:
    """Let a picture change places with its neighbour; at the end of the row nothing happens.

    Raises NotAllowed, NotFound, Conflict once it is public.
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    picture = writing.picture(appeal, picture_id)
    writing.touch(appeal, by=by, revision=None)
    row = list(appeal.pictures.order_by("place", "pk"))
    at = row.index(picture)
    to = at - 1 if earlier else at + 1
    if not 0 <= to < len(row):
        return
    row[at], row[to] = row[to], row[at]
    for place, item in enumerate(row, start=1):
        AppealPicture.objects.filter(pk=item.pk).update(place=place)
    body: Body = {"asset": picture.asset_id, "place": to + 1}
    record(by=by, verb="appeal.move-picture", subject=ref("appeal", appeal.pk), body=body)


@transaction.atomic
def remove_picture(*, appeal_id: int, picture_id: int, by: Actor) -> None:
    """Take a picture out of an appeal that is not public. Its original stays with the agency's files.

    Raises NotAllowed, NotFound, Conflict once it is public.
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    picture = writing.picture(appeal, picture_id)
    writing.touch(appeal, by=by, revision=None)
    asset_id = picture.asset_id
    picture.delete()
    record(by=by, verb="appeal.remove-picture", subject=ref("appeal", appeal.pk), body={"asset": asset_id})


# --- approval ---------------------------------------------------------------------------------------


@transaction.atomic
def submit_appeal(*, appeal_id: int, by: Actor, revision: int | None = None) -> Appeal:
    """Hand a draft to a second person. Raises NotAllowed, NotFound, NotReady, Conflict."""
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    writing.same(appeal, revision)
    if gaps := writing.lacking(appeal):
        raise writing.NotReady(gaps)
    move(appeal, to=Status.SUBMITTED, submitted_at=clock.now(), submitted_by=by.ref, return_note="")
    record(by=by, verb="appeal.submit", subject=ref("appeal", appeal.pk), body=writing.as_it_stands(appeal))
    return appeal


@transaction.atomic
def return_appeal(*, appeal_id: int, note: str, by: Actor) -> Appeal:
    """Give a submitted or approved appeal back to its author with a note. Raises NotAllowed, NotFound, Invalid, Conflict."""
    by.require(Permission.APPEAL_APPROVE)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    if not note.strip():
        raise Invalid(_("Say what should be changed."), field="note")
    move(appeal, to=Status.DRAFT, return_note=note.strip()[:1000], **writing.BACK_TO_DRAFT)
    record(by=by, verb="appeal.return", subject=ref("appeal", appeal.pk), body={"note": appeal.return_note})
    return appeal


@transaction.atomic
def approve_appeal(*, appeal_id: int, by: Actor, revision: int | None = None) -> Appeal:
    """Approve a submitted appeal as it stands. revision: the one the person saw.

    Raises NotAllowed, NotFound, AuthorCannotApprove, NotReady; Conflict if it is no longer submitted.
    """
    by.require(Permission.APPEAL_APPROVE)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    writing.same(appeal, revision)
    if by.ref in {*appeal.writers, appeal.author_ref, appeal.submitted_by}:
        raise AuthorCannotApprove(_("You wrote a part of this appeal. Somebody else must approve it."))
    if gaps := writing.lacking(appeal):
        raise writing.NotReady(gaps)
    move(appeal, to=Status.APPROVED, approved_at=clock.now(), approved_by=by.ref)
    record(by=by, verb="appeal.approve", subject=ref("appeal", appeal.pk), body=writing.as_it_stands(appeal))
    return appeal


# --- in public --------------------------------------------------------------------------------------


@transaction.atomic
def publish_appeal(*, appeal_id: int, by: Actor, account_ids: list[int] | None = None) -> Appeal:
    """Make an approved appeal public and prepare its announcements in the same transaction.

    account_ids: None for all active accounts, an empty list for none. Raises NotAllowed, NotFound, NotReady (the review date has passed);
    Conflict if it is not approved.
    """
    by.require(Permission.APPEAL_PUBLISH)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    if gaps := writing.lacking(appeal):
        raise writing.NotReady(gaps)
    moment = clock.now()
    move(appeal, to=Status.PUBLISHED, published_at=moment, published_by=by.ref, changed_at=moment)
    if account_ids is None or account_ids:
        announcing.announce(appeal, account_ids=account_ids, by=by)
    record(by=by, verb="appeal.publish", subject=ref("appeal", appeal.pk), body=writing.as_it_stands(appeal))
    return appeal


@transaction.atomic
def update_appeal(
    *, appeal_id: int, text: str, by: Actor, kind: str = AppealUpdate.Kind.UPDATE, review_on: object = None
) -> AppealUpdate:
    """Add a dated line to a public appeal; review_on (a date) sets the next review.

    Raises NotAllowed, NotFound, Invalid; Conflict if it is not public.
    """
    by.require(Permission.APPEAL_PUBLISH)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    words = text.strip()
    if not words or len(words) > 2000:  # noqa: PLR2004 - as the table allows
        raise Invalid(_("Write the update in 1 to 2,000 characters."), field="text")
    if kind not in AppealUpdate.Kind.values:
        raise Invalid(_("Choose update or correction."), field="kind")
    if review_on is not None and str(review_on) <= queries.today(by.agency_id).isoformat():
        raise Invalid(_("The review date has passed. Set a later one."), field="review_on")
    moment = clock.now()
    changes = {"changed_at": moment, **({"review_on": review_on} if review_on else {})}
    if Appeal.objects.filter(pk=appeal.pk, status=Status.PUBLISHED).update(**changes) != 1:
        raise Conflict(_("This appeal is not public, so it cannot be updated."))
    line = AppealUpdate.objects.create(
        agency_id=by.agency_id, appeal=appeal, kind=kind, text=words, at=moment, by_ref=by.ref
    )
    body = {"text": words, "kind": kind, "review_on": str(review_on) if review_on else None}
    record(by=by, verb="appeal.update", subject=ref("appeal", appeal.pk), body=body)
    return line


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
    taken_back = announcing.take_back(appeal, by=by)
    body: Body = {"reason": words, "announcements": taken_back}
    record(by=by, verb="appeal.withdraw", subject=ref("appeal", appeal.pk), body=body)
    return appeal


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
