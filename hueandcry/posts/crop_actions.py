"""Verbs of showing a part of a picture only: made anew from the original, in the limited process, and taken back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hueandcry.assets.actions import keep_asset
from hueandcry.assets.leaving import arriving
from hueandcry.assets.models import Asset
from hueandcry.assets.preparing import Part, prepare
from hueandcry.assets.queries import jpeg_copies
from hueandcry.kernel import blobs
from hueandcry.kernel.actor import Actor, Permission
from hueandcry.kernel.errors import Conflict, Invalid, NotFound
from hueandcry.posts import reading
from hueandcry.posts.models import Post
from hueandcry.posts.pictures import whole_copies
from hueandcry.posts.writing import Body, touch
from hueandcry.records.entry import record

WHOLE = 10_000  # a side of the picture, in the unit of a part
LEAST = 500  # of a side: what is left must still be a picture


def crop_picture(*, post_id: int, asset_id: int, part: Part, by: Actor) -> Post:
    """Show only a part of a picture of a draft. part: left, top, width, height in ten thousandths of the whole picture.

    The words of the picture stay; the whole picture is kept and can be taken back. It is decoded before the
    transaction opens. Raises NotAllowed, NotFound, Invalid, PictureRefused, Unavailable, Conflict unless it is a draft.
    """
    by.require(Permission.POST_DRAFT)
    left, top, width, height = part
    if min(left, top) < 0 or min(width, height) < LEAST or max(left + width, top + height) > WHOLE:
        raise Invalid(
            _("Choose a part that lies within the picture and is at least a twentieth of each side."),
            field="picture",
        )
    if (width, height) == (WHOLE, WHOLE):
        return uncrop_picture(post_id=post_id, asset_id=asset_id, by=by)
    _picture_of(reading.get_post(actor=by, post_id=post_id), asset_id)
    whole = Asset.objects.get(pk=asset_id, agency_id=by.agency_id)
    prepared = prepare(blobs.read(whole.digest), part=part)
    with arriving(), transaction.atomic():
        post = reading.get_post(actor=by, post_id=post_id, hold=True)
        item = _picture_of(post, asset_id)
        kept = keep_asset(prepared=prepared, file_name=whole.file_name, alt="", by=by, part_of=whole)
        crop = {"asset": kept.pk, "part": list(part), "whole": whole_copies(item)}
        shown = {**_whole(item), "copies": jpeg_copies(kept.pk), "crop": crop}
        touch(post, by=by, pictures=_with(post, shown))
        body: Body = {"asset": asset_id, "part": " ".join(map(str, part))}
        record(by=by, verb="post.crop-picture", subject=post.subject, body=body)
    return post


@transaction.atomic
def uncrop_picture(*, post_id: int, asset_id: int, by: Actor) -> Post:
    """Show the whole picture again. Without effect if it is whole. Raises NotAllowed, NotFound, Conflict unless a draft."""
    by.require(Permission.POST_DRAFT)
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    item = _picture_of(post, asset_id)
    if "crop" in item:
        touch(post, by=by, pictures=_with(post, {**_whole(item), "copies": item["crop"]["whole"]}))
        record(by=by, verb="post.uncrop-picture", subject=post.subject, body={"asset": asset_id})
    return post


@transaction.atomic
def focus_picture(*, post_id: int, asset_id: int, point: tuple[int, int], by: Actor) -> Post:
    """Say what of a picture stays in view where a network shows only a part of it.

    point: from the left and from the top of what the post shows, in ten thousandths; the middle is what networks take
    anyway. Cropping forgets it. Raises NotAllowed, NotFound, Invalid, Conflict unless a draft.
    """
    by.require(Permission.POST_DRAFT)
    if not all(0 <= share <= WHOLE for share in point):
        raise Invalid(_("Choose a point within the picture."), field="picture")
    post = reading.get_post(actor=by, post_id=post_id, hold=True)
    item = _picture_of(post, asset_id)
    focus = "" if point == (WHOLE // 2, WHOLE // 2) else f"{point[0]},{point[1]}"
    if focus != item.get("focus", ""):
        plain = {name: value for name, value in item.items() if name != "focus"}
        touch(post, by=by, pictures=_with(post, {**plain, "focus": focus} if focus else plain))
        body: Body = {"asset": asset_id, "focus": focus or None}
        record(by=by, verb="post.focus-picture", subject=post.subject, body=body)
    return post


def _whole(item: dict[str, Any]) -> dict[str, Any]:
    """A picture without what is said of a part of it."""
    return {name: value for name, value in item.items() if name not in {"crop", "focus"}}


def _picture_of(post: Post, asset_id: int) -> dict[str, Any]:
    if post.status not in {Post.Status.DRAFT, Post.Status.SUBMITTED, Post.Status.APPROVED}:
        raise Conflict(_("This post is “%s” now. Reload to see it.") % post.get_status_display())
    for item in post.pictures:
        if item["asset"] == asset_id:
            return dict(item)
    raise NotFound(_("There is no such picture in this post."))


def _with(post: Post, changed: dict[str, Any]) -> list[dict[str, Any]]:
    return [changed if item["asset"] == changed["asset"] else item for item in post.pictures]
