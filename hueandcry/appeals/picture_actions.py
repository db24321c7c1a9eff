"""What may be done with the pictures of a draft."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hueandcry.appeals import queries, writing
from hueandcry.appeals.models import Appeal, AppealPicture, RemovedPicture
from hueandcry.assets.actions import describe_asset, keep_asset
from hueandcry.assets.leaving import arriving
from hueandcry.assets.preparing import Prepared, prepare
from hueandcry.kernel import clock
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.kernel.ids import ref
from hueandcry.records.entry import record

MOST_PICTURES = 48
Body = dict[str, str | int | None]


def add_picture(
    *, appeal_id: int, data: bytes, file_name: str, alt: str, by: Actor, caption: str = ""
) -> AppealPicture:
    """Add a picture at the end. It is decoded in the limited process before the transaction opens.

    Raises NotAllowed, NotFound, PictureRefused, Unavailable, Invalid, Conflict unless it is a draft.
    """
    by.require(Permission.APPEAL_DRAFT)
    queries.get_appeal(actor=by, appeal_id=appeal_id)
    return add_prepared_picture(
        appeal_id=appeal_id, prepared=prepare(data), file_name=file_name, alt=alt, by=by, caption=caption
    )


@arriving()
@transaction.atomic
def add_prepared_picture(
    *, appeal_id: int, prepared: Prepared, file_name: str, alt: str, by: Actor, caption: str = ""
) -> AppealPicture:
    """Add a picture that `assets.preparing.prepare` has decoded already, in the caller's transaction if there is one.

    Raises NotAllowed, NotFound, Invalid, Conflict unless it is a draft.
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    writing.touch_pictures(appeal, by=by)
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
    """Change what is written about a picture. Raises NotAllowed, NotFound, Conflict unless it is a draft."""
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    picture = writing.picture(appeal, picture_id)
    writing.touch_pictures(appeal, by=by)
    if alt.strip() != picture.asset.alt:
        describe_asset(asset_id=picture.asset_id, alt=alt, by=by)
    picture.caption = caption.strip()
    AppealPicture.objects.filter(pk=picture.pk).update(caption=picture.caption)
    body: Body = {"asset": picture.asset_id, "alt": alt.strip(), "caption": picture.caption}
    record(by=by, verb="appeal.describe-picture", subject=ref("appeal", appeal.pk), body=body)
    return picture


@transaction.atomic
def move_picture(*, appeal_id: int, picture_id: int, earlier: bool, by: Actor) -> Appeal:
    """Let a picture change places with its neighbour; at the end of the row nothing happens.

    Returns the appeal as it is now. Raises NotAllowed, NotFound, Conflict unless it is a draft.
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    picture = writing.picture(appeal, picture_id)
    writing.touch_pictures(appeal, by=by)
    row = list(appeal.pictures.order_by("place", "pk"))
    at = row.index(picture)
    to = at - 1 if earlier else at + 1
    if not 0 <= to < len(row):
        return appeal
    row[at], row[to] = row[to], row[at]
    _number(row)
    body: Body = {"asset": picture.asset_id, "place": to + 1}
    record(by=by, verb="appeal.move-picture", subject=ref("appeal", appeal.pk), body=body)
    return appeal


@transaction.atomic
def remove_picture(*, appeal_id: int, picture_id: int, by: Actor) -> RemovedPicture:
    """Take a picture out of a draft. It can be put back; its original stays kept.

    Raises NotAllowed, NotFound, Conflict unless it is a draft.
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    picture = writing.picture(appeal, picture_id)
    writing.touch_pictures(appeal, by=by)
    removed = RemovedPicture.objects.create(
        agency_id=by.agency_id,
        appeal=appeal,
        asset_id=picture.asset_id,
        place=picture.place,
        caption=picture.caption,
        removed_at=clock.now(),
        removed_by=by.ref,
    )
    picture.delete()
    body: Body = {"asset": removed.asset_id, "place": removed.place}
    record(by=by, verb="appeal.remove-picture", subject=ref("appeal", appeal.pk), body=body)
    return removed


@transaction.atomic
def restore_picture(*, appeal_id: int, removed_id: int, by: Actor) -> AppealPicture:
    """Put a picture back where it stood. Raises NotAllowed, NotFound, Invalid; Conflict if it is back or it is no draft."""
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    removed = appeal.removed_pictures.filter(pk=removed_id).first()
    if removed is None:
        raise NotFound(_("There is no such picture in this appeal."))
    writing.touch_pictures(appeal, by=by)
    if AppealPicture.objects.filter(asset_id=removed.asset_id).exists():
        raise Conflict(_("This picture is back already."))
    row = list(appeal.pictures.order_by("place", "pk"))
    if len(row) >= MOST_PICTURES:
        raise Invalid(_("An appeal can have %d pictures.") % MOST_PICTURES, field="picture")
    picture = AppealPicture.objects.create(
        agency_id=by.agency_id,
        appeal=appeal,
        asset_id=removed.asset_id,
        place=removed.place,
        caption=removed.caption,
    )
    row.insert(min(removed.place - 1, len(row)), picture)
    _number(row)
    removed.delete()
    body: Body = {"asset": picture.asset_id, "place": row.index(picture) + 1}
    record(by=by, verb="appeal.restore-picture", subject=ref("appeal", appeal.pk), body=body)
    return picture


@transaction.atomic
def order_pictures(*, appeal_id: int, picture_ids: list[int], by: Actor) -> Appeal:
    """Bring all pictures into this order. Raises NotAllowed, NotFound.

    Conflict if these are not its pictures now, or it is no draft. Returns the appeal as it is now.
    """
    by.require(Permission.APPEAL_DRAFT)
    appeal = queries.get_appeal(actor=by, appeal_id=appeal_id)
    writing.touch_pictures(appeal, by=by)
    found = {item.pk: item for item in appeal.pictures.all()}
    if sorted(picture_ids) != sorted(found):
        raise Conflict(_("The pictures were changed a moment ago. Reload to see them as they are now."))
    row = [found[number] for number in picture_ids]
    _number(row)
    body: Body = {"assets": ", ".join(str(item.asset_id) for item in row)}
    record(by=by, verb="appeal.order-pictures", subject=ref("appeal", appeal.pk), body=body)
    return appeal


def _number(row: list[AppealPicture]) -> None:
    for place, item in enumerate(row, start=1):
        AppealPicture.objects.filter(pk=item.pk).update(place=place)
